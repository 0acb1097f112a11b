"""What the stage shows of a crowd: shares by age and numbers by time, that the tables give too."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import sim
from sim.show.stage import drawn_lane
from sim.show.stage.age_bands import BINS, FROM, ROWS
from sim.show.stage.message import decode
from sim.show.stage.scene import scene
from sim.show.stage.spans import MARKS
from tests.support.strategies import scenarios

WAITS = ("queue", "retry", "visibility")


def read(run):
    """The scene of a run, with its grids by lane."""
    header, columns = decode(scene({"all": run}))
    lanes = len(header["lanes"])
    shapes = {
        "crowd_ends": (lanes, len(header["ends"]), -1),
        "crowd_countdown": (lanes, 4, -1),
    }
    grids = {
        name: values.reshape(shapes.get(name, (lanes, -1)))
        for name, values in columns.items()
        if name.startswith("crowd_")
    }
    return header, {**columns, **grids}


def orders(kind: str = "sns", events: int = 700, **settings) -> sim.Run:
    """Orders to a function that fails one time in four."""
    behaviour = sim.Behaviour(handler=0.3, error_rate=0.25)
    scenario = sim.Scenario(
        functions=[sim.Function("worker", behaviour=behaviour, **settings)],
        triggers=[sim.trigger(kind, function="worker", source="orders")],
        traffic=[sim.Traffic("orders", arrivals=sim.Poisson(5, events=events))],
        seconds=600,
    )
    return sim.simulate(scenario, seed=1)


@pytest.fixture
def everything_is_a_crowd(monkeypatch):
    monkeypatch.setattr(drawn_lane, "MOST_DELIVERIES", 0)


def test_a_crowd_says_how_many_a_row_stands_for():
    header, columns = read(orders())
    (lane,) = header["lanes"]
    assert (lane["each"], lane["count"]) == (12, 0)
    assert header["bands"] == {
        "bins": BINS,
        "from": FROM,
        "to": 750.0,  # three minutes of waits: the bins end behind ten minutes
        "rows": ROWS,
        "times": 240,
    }
    assert set(columns["age_row"]) == set(range(59))  # 700 of 12 each


def test_the_share_of_a_mark_at_an_age_is_that_of_its_events():
    run = orders()
    header, columns = read(run)
    to = header["bands"]["to"]
    edges = FROM * (to / FROM) ** (np.arange(BINS + 1) / BINS)
    second = (edges.searchsorted(60.5) - 1, MARKS.index("success"))
    at_a_minute = (columns["age_bin"] == second[0]) & (
        columns["age_mark"] == second[1]
    )
    ages = (
        run.spans.start_s
        - run.deliveries.arrived_s.to_numpy()[run.spans.delivery]
    )
    ends = (
        run.spans.end_s
        - run.deliveries.arrived_s.to_numpy()[run.spans.delivery]
    )
    works = (run.spans.stage == "handler") & (run.spans.outcome == "succeeded")
    there = works & (ages < edges[second[0] + 1]) & (ends > edges[second[0]])
    assert there.sum() > 50
    share = columns["age_share"][at_a_minute].astype(float).sum() / 255 * 12
    assert share == pytest.approx(there.sum(), abs=2)


def test_a_crowd_takes_room_by_its_bands_and_not_by_its_events():
    few, many = (
        len(scene({"all": orders(events=count)})) for count in (700, 2800)
    )
    assert many < 1.3 * few < 150_000


def test_at_the_end_every_event_has_ended_as_its_lane_counts():
    header, columns = read(orders(reserved_concurrent_executions=3))
    (lane,) = header["lanes"]
    ended = columns["crowd_ends"][0, :, -1]
    assert ended.tolist() == [lane["counts"][end] for end in header["ends"]]
    assert columns["crowd_throttles"].sum() == lane["counts"]["throttles"] > 0
    assert columns["crowd_running"].max() <= 3
    assert columns["grid"][-1] == header["seconds"]


@pytest.mark.usefixtures("everything_is_a_crowd")
@given(scenarios())
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
def test_numbers_by_time_are_those_of_the_spans(scenario):
    run = sim.simulate(scenario, drain_seconds=3600)
    header, columns = read(run)
    if header["bands"] is None:
        assert not len(run.deliveries)
        return
    at = columns["grid"][:-1]
    spans = run.spans
    waits = spans[spans.stage.isin(WAITS)]
    waiting = open_at(at, waits.start_s, waits.end_s)
    np.testing.assert_array_equal(
        columns["crowd_waiting"].sum(axis=0)[:-1], waiting
    )
    np.testing.assert_array_equal(
        columns["crowd_countdown"].sum(axis=(0, 1))[:-1], waiting
    )
    ends = columns["crowd_ends"].sum(axis=(0, 1))[:-1]
    arrived = (run.deliveries.arrived_s.to_numpy() <= at[:, None]).sum(axis=1)
    np.testing.assert_array_equal(ends, arrived)


def open_at(at, start, end):
    """How many of these stretches of time are open at each instant."""
    begun = start.to_numpy() <= at[:, None]
    return (begun & (end.to_numpy() > at[:, None])).sum(axis=1)


@pytest.mark.usefixtures("everything_is_a_crowd")
def test_the_countdown_has_four_classes():
    scenario = orders(events=1).scenario
    for wait, place in ((20.0, 0), (45.0, 1), (90.0, 2), (300.0, 3)):
        choices = sim.Choices(first_retry_wait=wait, second_retry_wait=wait)
        failing = scenario.with_settings(
            {
                "choices": choices,
                "functions.worker.behaviour.error_rate": 1.0,
            }
        )
        _, columns = read(sim.simulate(failing, seed=1))
        occurs = columns["crowd_countdown"][0].any(axis=1)
        assert occurs.tolist() == [number <= place for number in range(4)]


@pytest.mark.usefixtures("everything_is_a_crowd")
def test_environments_are_counted_and_not_the_records_of_their_batches():
    scenario = orders("sqs_standard", events=1).scenario
    side_by_side = sim.BatchProcessing(order="side by side")
    capped = sim.trigger(
        "sqs_standard", "worker", source="orders", scaling_config=sim.ScalingConfig(2)
    )  # fmt: skip
    crowded = scenario.replace(triggers=[capped]).with_settings(
        {
            "traffic.orders.arrivals": sim.Burst(60),
            "functions.worker.behaviour.batch_processing": side_by_side,
        }
    )
    header, columns = read(sim.simulate(crowded, seed=1))
    assert header["lanes"][0]["limit"] == 2 == columns["crowd_running"].max()


@pytest.mark.usefixtures("everything_is_a_crowd")
def test_a_run_that_times_out_is_failing_and_what_is_under_way_stays():
    scenario = orders(events=1, timeout=1).scenario.with_settings(
        {
            "traffic.orders.arrivals": sim.Burst(20),
            "functions.worker.behaviour.handler": 5.0,
            "functions.worker.behaviour.error_rate": 0.0,
            "seconds": 30.0,
        }
    )
    _, columns = read(sim.simulate(scenario, seed=1, drain=False))
    assert columns["crowd_failing"].max() == 20
    assert columns["crowd_waiting"][0, -1] == 20


@pytest.mark.slow
def test_a_million_events_have_a_scene():
    scenario = orders(events=1).scenario.with_settings(
        {
            "traffic.orders.arrivals": sim.ConstantRate(2000, events=10**6),
            "account.concurrent_executions": 5000,
        }
    )
    run = sim.simulate(scenario, seed=1)
    header, _ = read(run)
    assert header["lanes"][0]["events"] == 10**6
    assert len(scene({"all": run})) < 500_000


def test_steps_of_time_are_short_where_much_happens():
    """A message that fails for a day does not squeeze all others into one step."""
    run = orders("sqs_standard", events=700)
    poisoned = run.scenario.with_setting(
        "functions.worker.behaviour.poison_share", 0.01
    )
    header, columns = read(sim.simulate(poisoned, seed=1))
    assert header["seconds"] > 86_400
    assert (columns["grid"] < 600).sum() > 80
    assert (np.diff(columns["grid"]) >= 0).all()
