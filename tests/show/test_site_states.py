"""Playgrounds as static pages: which states there are, and that each is a real run."""

import base64
import gzip
import json

import pytest

import sim
from sim.show.panel.asked import Asked
from sim.show.panel.form import form_of
from sim.show.site.lane_parts import made_lane, told_events
from sim.show.site.lesson_panel import lesson_title
from sim.show.site.lesson_playground import choices
from sim.show.site.making import state_tasks, tasks_of
from sim.show.site.playground import (
    Cell,
    Lane,
    Playground,
    asked_states,
    check_stops,
    page_form,
    place_of,
    state_of,
)
from sim.show.site.pool import checksum, put, script
from sim.show.stage.message import decode
from tests.support.paths import ROOT
from tests.support.stages import runs_of, systems

ERRORS = "functions.worker.behaviour.error_rate"
LIMIT = "functions.worker.reserved_concurrent_executions"
STOPS = {ERRORS: [0, 0.25, 0.5], LIMIT: [1, None]}
READOUTS = ("delivered", "told", "p99", "cost")


@pytest.fixture(scope="module")
def form():
    return form_of({"usual": systems()}, [ERRORS, LIMIT, "functions.*.timeout"])


@pytest.fixture(scope="module")
def states(form):
    first = Asked("usual", form.own_values("usual"), 6, "race")
    return list(asked_states(form, STOPS, "usual", first))


def lane_of(name: str) -> Lane:
    return Lane(name, systems()[name], 6, READOUTS)


def test_a_page_has_every_combination_of_its_stops_and_no_other(states):
    values = [asked.values for asked in states]
    assert values == [
        (share, limit, 10) for share in (0, 0.25, 0.5) for limit in (1, None)
    ]


def test_a_page_finds_a_state_by_the_places_of_its_stops(form, states):
    message = page_form(form, STOPS)
    places = [place_of(message, asked.values[:2]) for asked in states]
    assert places == list(range(6))


def test_a_page_leaves_out_controls_without_stops(form):
    message = page_form(form, STOPS)
    assert [one["path"] for one in message["controls"]] == [ERRORS, LIMIT]
    assert message["controls"][0]["stops"] == [
        [0, "0 %"],
        [0.25, "25 %"],
        [0.5, "50 %"],
    ]
    assert message["controls"][1]["unset"] == "not set"
    assert message["presets"][0]["values"] == [0.25, None]


def test_a_preset_begins_at_a_stop(form):
    with pytest.raises(sim.ScenarioError, match="which is no stop"):
        check_stops(form, {ERRORS: [0, 1]})
    with pytest.raises(sim.ScenarioError, match="There is no control"):
        check_stops(form, {"functions.other.timeout": [1]})


def test_a_state_that_aws_refuses_says_so_and_has_no_run(form, states):
    refused = state_of(states[0].replaced(values=(0, 5000, 10)), form, READOUTS)
    assert refused.lanes == ()
    assert "5000" in refused.complaint


def test_a_run_that_two_states_share_is_made_once(form, states):
    shown = {"usual": [state_of(one, form, READOUTS) for one in states]}
    page = Playground("p", "", "", {}, {}, {"": shown}, Cell("n", 1))
    twice = Playground(
        "p", "", "", {}, {}, {"a": shown, "b": shown}, Cell("n", 1)
    )
    assert len(tasks_of([page, twice])) == len(tasks_of([page])) == 6 * (3 + 1)


def test_lanes_beside_each_other_are_tasks_apart(form, states):
    state = state_of(states[1], form, READOUTS)
    tasks = state_tasks(state)
    assert [len(task.lanes) for task in tasks] == [1, 1, 1, 3]


@pytest.mark.parametrize("name", ["Synchronous", "Queue"])
def test_the_numbers_of_a_state_are_those_of_the_run(name):
    made = made_lane(lane_of(name))
    run = runs_of()[name]
    row = run.summary()
    cells = [cell for _, cell in made.entry["cells"]]
    assert cells[0] == row.delivered
    assert cells[2] == pytest.approx(row.p99_s)
    assert made.entry["events"] == 40
    header, _ = decode(gzip.decompress(made.parts[made.entry["scene"]]))
    assert header["lanes"][0]["counts"]["delivered"] == row.delivered


def test_a_page_tells_every_event_of_a_small_run_and_some_of_each_end_of_a_large_one():
    small, large = runs_of()["Queue"], runs_of(3000, 10)["Synchronous"]
    assert told_events(small) == list(range(40))
    told = told_events(large)
    assert 30 <= len(told) <= 60
    assert set(large.journeys.end[told]) == set(large.journeys.end)


def test_equal_parts_are_kept_once_under_the_checksum_of_what_they_hold():
    parts: dict[str, bytes] = {}
    assert put(parts, b"one") == put(parts, b"one") == checksum(b"one")
    assert put(parts, b"two") != checksum(b"one")
    assert len(parts) == 2


def test_a_script_hands_its_parts_to_the_page():
    parts: dict[str, bytes] = {}
    name = put(parts, "größer".encode())
    text = script(parts).removeprefix("lambdaPlay.put(").removesuffix(");\n")
    packed = json.loads(text)[name]
    assert gzip.decompress(base64.b64decode(packed)).decode() == "größer"


def test_every_lesson_has_a_playground_with_a_title_and_a_sentence():
    lessons = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert list(choices()) == lessons
    for name, chosen in choices().items():
        assert lesson_title(name)
        assert 40 < len(chosen.says) < 200
