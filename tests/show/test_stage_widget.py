"""The stage's widget: what its page is sent, and what it answers when somebody chooses an event."""

import pytest

import sim
from sim.show.stage.message import decode
from sim.show.stage.scene import scene
from sim.show.stage.story_lines import story_lines


def orders(kind: str = "sns", error_rate: float = 0.25, **settings) -> sim.Run:
    """Forty orders to a function that fails now and then."""
    behaviour = sim.Behaviour(handler=0.3, error_rate=error_rate)
    scenario = sim.Scenario(
        functions=[sim.Function("worker", behaviour=behaviour)],
        triggers=[sim.trigger(kind, function="worker", name="orders")],
        traffic=[sim.Traffic("orders", arrivals=sim.Poisson(2, events=40))],
        seconds=60,
        **settings,
    )
    return sim.simulate(scenario, seed=1)


@pytest.fixture(scope="module")
def runs() -> dict[str, sim.Run]:
    return {
        "Synchronous": orders("invoke"),
        "Asynchronous": orders("invoke_event"),
    }


def test_each_function_opens_the_stage_with_its_view(runs):
    assert sim.show.ages(runs).view == "ages"
    assert sim.show.race(runs, instant=3.0).instant == 3.0
    shown = sim.show.system(runs["Asynchronous"])
    assert (shown.view, shown.views) == ("system", ["ages", "race", "system"])
    assert decode(shown.scene)[0]["system"]["nodes"]
    assert sim.show.ages(runs).views == ["ages", "race"]


def test_a_system_of_several_functions_has_its_map_in_every_view():
    run = sim.simulate(sim.course.reference_system(seconds=10), seed=1)
    assert sim.show.race(run).views == ["ages", "race", "system"]


def test_a_chosen_event_tells_its_story_in_its_lane(runs):
    shown = sim.show.ages(runs)
    assert shown.story == []
    shown.chosen = 3
    assert shown.story == story_lines(runs["Synchronous"], 3)
    shown.lane = 1
    assert shown.story == story_lines(runs["Asynchronous"], 3)
    for nobody in (-1, 40):
        shown.chosen = nobody
        assert shown.story == []


def test_an_event_can_be_chosen_from_the_start_and_must_be_there(runs):
    assert sim.show.race(runs, event=3).story == story_lines(
        runs["Synchronous"], 3
    )
    with pytest.raises(
        sim.ScenarioError, match=r"There is no event 40: .* 0 to 39"
    ):
        sim.show.ages(runs, event=40)


def test_a_caused_event_is_chosen_by_the_one_from_outside():
    run = sim.simulate(sim.course.reference_system(seconds=10), seed=1)
    child = len(run.workload.time)
    shown = sim.show.ages(run, event=child)
    assert shown.chosen == run.trace.children[0].parent
    lane = decode(shown.scene)[0]["lanes"][shown.lane]
    assert (
        lane["name"]
        in run.deliveries.function.to_numpy()[run.journey_of == shown.chosen]
    )


def test_another_run_takes_the_place_of_the_first_and_keeps_what_is_chosen(
    runs,
):
    shown = sim.show.ages(runs["Synchronous"], event=3)
    worse = orders("invoke", error_rate=1.0)
    shown.update(worse, pinned=runs["Synchronous"])
    assert shown.scene == scene({"Synchronous": worse})
    assert shown.pinned == scene({"Synchronous": runs["Synchronous"]})
    assert (shown.chosen, shown.story) == (3, story_lines(worse, 3))
    assert shown.caption.startswith(
        "worker: 128 MB, timeout 3 s, 100 % of its runs fail"
    )


def test_lanes_can_be_asked_for(runs):
    keyed = orders("sqs_fifo", queues=[sim.Queue("orders", fifo_queue=True)])
    shown = sim.show.ages(keyed, lanes="message group")
    assert [lane["name"] for lane in decode(shown.scene)[0]["lanes"]] == [
        "no message group"
    ]
    by_shard = sim.show.ages(keyed, lanes="shard")
    assert [lane["name"] for lane in decode(by_shard.scene)[0]["lanes"]] == [
        "no shard"
    ]
    with pytest.raises(sim.ScenarioError, match="lanes is 'colour'"):
        sim.show.ages(keyed, lanes="colour")
    with pytest.raises(
        sim.ScenarioError, match="each of 2 runs is a lane itself"
    ):
        sim.show.ages(runs, lanes="shard")
