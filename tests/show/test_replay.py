"""The Replay: its data hold for any run; it plays, scrubs and tells stories in a real browser."""

import itertools
import json
import re
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings

import sim
from sim.show.panel import readouts
from sim.show.replay.steps import KINDS, MOST, environment_rows, replay_data
from tests.support.lab import (
    ROOT,
    browser,
    lab,
    new_page,
    open_notebook,
    run_all,
)
from tests.support.strategies import scenarios

WAITING, ENVIRONMENT, END = 1, 2, 3


def run_of(events: int = 40, error_rate: float = 0.5, **settings) -> sim.Run:
    """Orders through a topic to a function that fails now and then; what it gives up is kept."""
    config = sim.EventInvokeConfig(
        destination_config=sim.DestinationConfig(on_failure="kept"), **settings
    )
    function = sim.Function(
        name="f", event_invoke_config=config, reserved_concurrent_executions=5,
        behaviour=sim.Behaviour(error_rate=error_rate),
    )  # fmt: skip
    scenario = sim.Scenario(
        functions=[function],
        queues=[sim.Queue(name="kept")],
        triggers=[sim.trigger("sns", function="f", source="orders")],
        traffic=[
            sim.Traffic(
                into="orders",
                arrivals=sim.Poisson(per_second=10, events=events),
            )
        ],
        seconds=600,
    )
    return sim.simulate(scenario, seed=2)


def ends(data: dict) -> list[str]:
    return [
        KINDS[steps[-1][2]]
        for steps in (one["steps"] for one in data["deliveries"])
        if steps[-1][1] == END
    ]


def test_every_delivery_ends_where_its_fate_says():
    run = run_of()
    data = replay_data(run)
    fates = run.deliveries.fate.value_counts()
    assert ends(data).count("delivered") == fates["succeeded"] > 0
    assert ends(data).count("in a failure store") == fates["dead-lettered"] > 0
    assert {one["steps"][-1][3] for one in data["deliveries"]} == {
        "success",
        "destination",
    }


@given(scenarios())
@settings(
    max_examples=8,
    suppress_health_check=list(HealthCheck),
)
def test_steps_follow_one_another_and_end_once(scenario):
    run = sim.simulate(scenario, drain_seconds=3600)
    for one in replay_data(run)["deliveries"]:
        times, places = (
            [step[0] for step in one["steps"]],
            [step[1] for step in one["steps"]],
        )
        assert times == sorted(times)
        assert END not in places or set(places[places.index(END) + 1 :]) <= {
            ENVIRONMENT
        }


def test_two_environments_share_a_row_only_one_after_the_other():
    run = run_of(events=200, error_rate=0)
    rows = environment_rows(run.spans)
    lives = run.spans[run.spans.environment >= 0].groupby(
        ["resource", "environment"]
    )
    lives = [
        (rows[place], spans.start_s.min(), spans.end_s.max())
        for place, spans in lives
    ]
    for row, start, end in lives:
        assert not [
            1
            for other, begin, last in lives
            if other == row and start < begin < end < last
        ]


def test_long_pauses_pass_quickly_and_time_never_goes_back():
    clock = replay_data(run_of())["clock"]
    assert clock == sorted(clock)
    shown = [
        later[1] - earlier[1] for earlier, later in itertools.pairwise(clock)
    ]
    pauses = [
        later[0] - earlier[0] for earlier, later in itertools.pairwise(clock)
    ]
    assert max(shown) < max(pauses) / 5
    assert min(shown) > 0


def test_a_crowd_is_cut_and_says_so():
    data = replay_data(run_of(events=MOST + 50, error_rate=0))
    assert (len(data["deliveries"]), data["left_out"]) == (MOST, 50)


def test_a_run_without_events_can_be_replayed():
    scenario = run_of(events=1).scenario
    empty = sim.simulate(scenario.replace(traffic=[]), drain=False)
    assert replay_data(empty)["deliveries"] == []


def test_a_chosen_event_tells_its_story():
    run = run_of()
    shown = sim.show.replay(run, event=3)
    assert shown.story == readouts.story(run, 3)
    assert run.story(3).splitlines()[0].replace("`", "") in shown.story
    shown.chosen = -1
    assert not shown.story


def test_its_data_are_json():
    assert json.loads(json.dumps(replay_data(run_of())))


@pytest.fixture
def notebook():
    """A lesson of one cell, for as long as a test looks at it."""
    path = ROOT / "replay-under-test.ipynb"
    source = (
        "import sim\nf = sim.Function(name='f', behaviour=sim.Behaviour(error_rate=0.3))\n"
        "orders = sim.Traffic(into='sns', arrivals=sim.Poisson(per_second=10, events=60))\n"
        "s = sim.Scenario(functions=[f], traffic=[orders],\n"
        "                 triggers=[sim.trigger('sns', function='f')])\n"
        "sim.show.replay(sim.simulate(s, drain=True))"
    )
    cells = [nbformat.v4.new_code_cell(source)]
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=cells,
            metadata={"kernelspec": {"name": "python3", "display_name": ""}},
        ),
        path,
    )
    yield path.relative_to(ROOT).as_posix()
    path.unlink()


@pytest.mark.browser
def test_it_plays_scrubs_and_tells_stories_in_a_browser(
    browser_path, notebook, tmp_path: Path
):
    with lab(tmp_path) as server, browser(browser_path) as opened:
        page = new_page(opened)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        open_notebook(page, server.url, notebook)
        run_all(page)
        replay = page.locator(".replay")
        replay.locator("canvas").first.press(" ")
        page.wait_for_function(
            "document.querySelector('.replay').dataset.frames > 30"
        )
        replay.locator("canvas").first.press(" ")
        replay.locator("canvas").first.press("End")
        assert "delivered" in replay.locator(".words").inner_text()
        box = replay.locator("canvas").first.bounding_box()
        page.mouse.click(box["x"] + box["width"] * 0.73, box["y"] + 60)
        page.wait_for_function(
            "document.querySelector('.replay .story').textContent.startsWith('Event')"
        )
        clicked = int(
            re.findall(r"\d+", replay.locator(".story").inner_text())[0]
        )
        for key, event in (("ArrowDown", clicked + 1), ("ArrowUp", clicked)):
            replay.locator("canvas").first.press(key)
            replay.locator(
                ".story", has_text=re.compile(rf"^Event {event},")
            ).wait_for()
        assert not errors
