"""Rates: each call, throttle and delivered event of a run is in the picture, once."""

import pytest

import sim
from sim.show.pictures.rates import LINES


@pytest.fixture(scope="module")
def storm() -> dict[str, sim.Run]:
    """Six calls at once for one environment: by a client that never tries again, and by another."""
    busy = sim.Function(
        name="worker",
        reserved_concurrent_executions=1,
        behaviour=sim.Behaviour(handler=sim.Constant(seconds=1)),
    )
    clients = {
        "never": sim.Caller(),
        "again": sim.Caller(max_attempts=3),
    }
    return sim.simulate(
        {
            name: sim.Scenario(
                functions=[busy],
                triggers=[sim.trigger("invoke", function="worker")],
                traffic=[
                    sim.Traffic(
                        into="invoke",
                        arrivals=sim.Burst(events=6),
                        caller=caller,
                    )
                ],
                seconds=10,
            )
            for name, caller in clients.items()
        }
    )


def test_every_call_throttle_and_delivered_event_is_drawn_once(storm):
    """A retry is a call, and so is one that Lambda refuses."""
    picture = sim.show.rates(storm)
    for axes, run in zip(picture.axes, storm.values(), strict=True):
        drawn = [
            patch.get_data()
            for patch in axes.patches
            if patch.get_fill() is False
        ]
        counts = [
            float(((data.edges[1:] - data.edges[:-1]) * data.values).sum())
            for data in drawn
        ]
        summary = run.summary()
        assert counts == [
            len(run.attempts),
            summary.throttles,
            summary.delivered,
        ]
        assert len(counts) == len(LINES)


def test_the_title_says_what_more_calls_are_good_for(storm):
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    calls = {name: len(run.attempts) for name, run in storm.items()}
    assert calls["again"] > calls["never"] == 6
    title = sim.show.rates(storm).text_alternative
    assert title.startswith(
        f"“again” makes {calls['again']} calls and delivers 1; "
        "“never” makes 6 and delivers 1."
    )


def test_one_run_is_told_by_its_numbers(storm):
    (never, _) = storm.values()
    assert sim.show.rates(never).text_alternative.startswith(
        "6 calls, 1 delivered."
    )
