"""The state of a panel as a short text: written, taken back, and refused in one sentence."""

import pytest

import sim
from sim.show.panel.panel import Panel
from tests.show.test_panel import (
    ERRORS,
    RESERVED,
    TIMEOUT,
    lesson,
    panel,
    system,
)
from tests.support.rows import holds_for_each

REFUSED = {
    "no name": ("=30", "settings: '=30' cannot be read; write them like"),
    "no value": ("timeout", "settings: 'timeout' cannot be read"),
    "twice": ("seed=1; seed=2", "settings: 'seed=2' cannot be read"),
    "no end": ('preset="a', "settings: 'preset=\"a' cannot be read"),
    "after a name": ('preset="a"b', "cannot be read"),
    "preset": ("preset=other", "settings: there is no preset 'other'"),
    "tab": ("tab=other", "settings: there is no tab 'other'"),
    "control": ("speed=3", "settings: there is no control 'speed'"),
    "no number": (f"{TIMEOUT}=soon", f"settings: {TIMEOUT} is 'soon', but"),
    "beyond": (f"{TIMEOUT}=121", "timeout is 121, but this control takes"),
    "seed": ("seed=-1", "The seed is -1, but it must be a whole number"),
    "no seed": ("seed=not set", "The seed is None, but"),
    "infinite": (f"{ERRORS}=inf", "error rate is inf, but this control takes"),
}


@pytest.fixture(scope="module")
def made() -> Panel:
    return lesson()


def test_a_state_is_its_preset_what_differs_from_it_and_the_seed():
    made = lesson()
    assert made.settings == "preset=shared; seed=6"
    made.choose_preset("one at a time")
    made.set(TIMEOUT, 30)
    made.set(RESERVED, None)
    made.open_tab("race")
    assert made.settings == (
        "preset=one at a time; functions.worker.timeout=30; "
        "functions.worker.reserved_concurrent_executions=not set; seed=6; tab=race"
    )
    assert made.answer["settings"] == made.settings


def same(one: Panel, other: Panel) -> bool:
    parts = ("preset", "values", "seed", "tab", "scene", "readouts", "words")
    return all(one.answer[part] == other.answer[part] for part in parts)


def test_a_call_and_a_panel_take_a_state_back():
    made = lesson()
    made.choose_preset("one at a time")
    made.set(TIMEOUT, 30)
    made.set(ERRORS, 0.1 + 0.2)
    made.open_tab("race")
    again = lesson(settings=made.settings)
    assert same(again, made)
    assert again.redraws == 1
    later = lesson()
    later.set(ERRORS, 1.0)
    later.settings = made.settings
    assert same(later, made)
    assert later.redraws == 3
    later.settings = ""
    assert same(later, lesson())


def test_spaces_and_a_last_semicolon_do_not_matter():
    made = lesson(settings=f"  {TIMEOUT} =  30 ;seed=4;  ")
    assert made.settings == f"preset=shared; {TIMEOUT}=30; seed=4"


@pytest.mark.parametrize(
    "name", ["3 retries, no more", "a; seed=7", 'say "a"', " b ", "c=d", "1"]
)
def test_any_name_of_a_preset_comes_back(name):
    presets = {"other": system("invoke"), name: system("sns")}
    made = panel(presets, [TIMEOUT])
    made.choose_preset(name)
    assert panel(presets, [TIMEOUT], settings=made.settings).answer[
        "preset"
    ] == (name)


@holds_for_each(REFUSED)
def test_a_text_that_is_none_is_refused_in_one_sentence_and_changes_nothing(
    row,
    made,
):
    text, sentence = row
    before = made.answer
    with pytest.raises(sim.ScenarioError) as caught:
        made.settings = text
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert made.answer is before
