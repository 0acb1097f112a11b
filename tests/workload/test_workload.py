"""The events of a scenario: chance belongs to events, never to the order of the run."""

import time

import numpy as np
import pytest

import sim
from sim.trace import Deliveries, Outcome
from sim.workload import draws
from sim.workload.delivery_draws import DeliveryDraws
from sim.workload.function_draws import FunctionDraws
from sim.workload.workload import Workload, draw_workload

LUCKY = sim.Behaviour(
    handler=sim.Exponential(mean=0.2),
    error_rate=0.3,
    poison_share=0.1,
    crash_share=0.4,
    cpu_bound_share=0.5,
)


def scenario(
    *arrivals, functions=("listener",), seconds=60.0, kind="sns"
) -> sim.Scenario:
    """One topic, a trigger for each function, and traffic `a`, `b`, ... with these arrivals."""
    return sim.Scenario(
        functions=[
            sim.Function(name=name, behaviour=LUCKY) for name in functions
        ],
        triggers=[
            sim.trigger(kind, function=name, name=f"to {name}", source="topic")
            for name in functions
        ],
        traffic=[
            sim.Traffic(name=name, into="topic", arrivals=a)
            for name, a in zip("abcdef", arrivals, strict=False)
        ],
        seconds=seconds,
    )


def times(arrivals, seconds=60.0, seed=1) -> list[float]:
    """When the events of these arrivals come, in seconds."""
    return (
        draw_workload(scenario(arrivals, seconds=seconds), seed).time / 1e6
    ).tolist()


def draws_of(
    of: sim.Scenario, events: Workload, seed: int = 1
) -> DeliveryDraws:
    """The draws of a workload's deliveries."""
    deliveries = Deliveries.of(events.event, events.trigger, events.arrived)
    return DeliveryDraws(of, events, deliveries, seed)


def drawn(of: sim.Scenario, seed: int = 1) -> dict[tuple, tuple]:
    """Everything that was drawn for each delivery, by traffic, number of the event, and trigger."""
    events = draw_workload(of, seed)
    chance = draws_of(of, events, seed)
    return {
        (
            events.names[events.traffic[event]],
            int(events.n[event]),
            of.routes[trigger].name,
        ): (
            int(events.time[event]),
            chance.identity[event],
            chance.versions[0].work[number],
            chance.latency[number],
            *(
                chance.functions[of.routes[trigger].function].outcome(
                    chance.identity[event], run
                )
                for run in range(1, 5)
            ),
            chance.versions[0].first_outcome[number],
        )
        for number, (event, trigger) in enumerate(
            zip(events.event, events.trigger, strict=True)
        )
    }


# Arrivals


def test_recorded_instants_are_exact():
    assert times(sim.Recorded(instants=[0, 0.000001, 1.2345678, 59.999999, 60, 61])) == [
        0, 0.000001, 1.234568, 59.999999,
    ]  # fmt: skip


def test_a_constant_rate_has_equal_distances():
    assert times(sim.ConstantRate(per_second=4), seconds=1.5) == [
        0.25,
        0.5,
        0.75,
        1,
        1.25,
    ]
    assert times(sim.ConstantRate(per_second=3), seconds=1.5) == [
        0.333333,
        0.666667,
        1,
        1.333333,
    ]
    assert times(sim.ConstantRate(per_second=4, events=2)) == [0.25, 0.5]


def test_a_burst_comes_at_once_or_evenly_spread():
    assert times(sim.Burst(events=3, at=5)) == [5, 5, 5]
    assert times(sim.Burst(events=4, at=5, within=2)) == [5, 5.5, 6, 6.5]


def test_nothing_arrives_at_or_after_the_end():
    assert times(sim.Burst(events=4, at=59, within=2)) == [59, 59.5]
    assert times(sim.Burst(events=4, at=60)) == []


def test_poisson_instants_are_golden():
    """Written down on one machine; another one that differs in any bit would notice."""
    single = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("sns", function="f")],
        traffic=[sim.Traffic(into="sns", arrivals=sim.Poisson(per_second=5))],
        seconds=2,
    )
    assert draw_workload(single, 1).time.tolist() == [
        269872, 356504, 383752, 384796, 420320, 423888, 545781, 1012471, 1146567, 1325756,
        1578006, 1769746,
        1927364, 1956899,
    ]  # fmt: skip


def test_poisson_gaps_have_the_mean_and_the_spread_of_an_exponential():
    gaps = np.diff(times(sim.Poisson(per_second=200), seconds=100))
    assert gaps.mean() == pytest.approx(1 / 200, rel=0.03)
    assert gaps.std() == pytest.approx(1 / 200, rel=0.04)


@pytest.mark.parametrize("kind", [sim.Poisson, sim.ConstantRate])
def test_a_higher_rate_brings_the_same_events_closer_together(kind):
    slow = np.array(times(kind(per_second=3, events=150), seconds=100))
    fast = np.array(times(kind(per_second=6, events=150), seconds=100))
    assert len(slow) == len(fast) == 150
    assert np.abs(fast - slow / 2).max() <= 0.75e-6, (
        "half, but for the rounding of both to microseconds"
    )


def test_more_events_than_expected_come_from_the_same_row_of_gaps(monkeypatch):
    expected = times(sim.Poisson(per_second=200))
    monkeypatch.setattr(
        draws, "log", lambda chances, log=draws.log: log(chances) / 2
    )
    assert times(sim.Poisson(per_second=100)) == pytest.approx(
        expected, abs=2e-6
    ), "gaps half as long as usual"


def test_a_longer_scenario_begins_with_the_same_events():
    short, long = (
        times(sim.Poisson(per_second=5), seconds=seconds)
        for seconds in (10, 1000)
    )
    assert long[: len(short)] == short
    assert long[len(short)] >= 10


def test_another_seed_gives_other_events():
    assert times(sim.Poisson(per_second=5), seed=1) != times(
        sim.Poisson(per_second=5), seed=2
    )


def test_events_come_in_the_order_of_time_then_of_the_traffics_names():
    events = draw_workload(
        scenario(sim.Burst(events=2, at=1), sim.Recorded(instants=[0.5, 1, 2])),
        1,
    )
    assert events.time.tolist() == [
        500_000,
        1_000_000,
        1_000_000,
        1_000_000,
        2_000_000,
    ]
    assert [events.names[number] for number in events.traffic] == [
        "b",
        "a",
        "a",
        "b",
        "b",
    ]
    assert events.n.tolist() == [0, 0, 1, 1, 2]


def test_each_event_is_delivered_to_every_trigger_of_its_source():
    events: Workload = draw_workload(
        scenario(sim.Burst(events=2), functions=("f", "g")), 1
    )
    assert events.event.tolist() == [0, 0, 1, 1]
    assert events.trigger.tolist() == [0, 1, 0, 1]


# Principle: a new function, trigger or traffic shifts no other draw

RATE = sim.Poisson(per_second=2)


def test_a_new_function_and_its_trigger_shift_no_other_draw():
    before, after = (
        drawn(scenario(RATE)),
        drawn(scenario(RATE, functions=("a new one", "listener"))),
    )
    assert after.items() > before.items()
    assert len(after) == 2 * len(before) > 100


def test_new_traffic_shifts_no_other_draw():
    full = scenario(sim.Poisson(per_second=3), RATE, sim.Burst(events=9))
    alone = full.replace(traffic=full.traffic[1:2])
    assert drawn(full).items() > drawn(alone).items()
    assert len(drawn(alone)) > 50


def test_the_order_of_declaration_shifts_no_draw():
    first = scenario(
        RATE, sim.ConstantRate(per_second=1), functions=("f", "g", "h")
    )
    turned = first.replace(
        functions=first.functions[::-1],
        triggers=first.triggers[::-1],
        traffic=first.traffic[::-1],
    )
    assert drawn(turned) == drawn(first)


def test_another_error_rate_shifts_no_time_and_spares_no_event_that_failed():
    few, many = (
        sim.Function(name="f", behaviour=sim.Behaviour(error_rate=rate))
        for rate in (0.1, 0.4)
    )
    identities = draws.identities("a", 5000)
    failed = [
        FunctionDraws(one, 1).outcomes(identities, 1) != Outcome.SUCCEEDED
        for one in (few, many)
    ]
    assert failed[0].mean() == pytest.approx(0.1, abs=0.02)
    assert failed[1].mean() == pytest.approx(0.4, abs=0.03)
    assert not (failed[0] & ~failed[1]).any()


# Draws of a function

FUNCTION = sim.Function(name="f", memory_size=1769, behaviour=LUCKY)
DRAWS = FunctionDraws(FUNCTION, 1)
EVENTS = draws.identities("a", 4000)


@pytest.mark.parametrize("run", [1, 2, 3, 10])
def test_outcomes_on_demand_equal_those_in_columns(run):
    column = DRAWS.outcomes(EVENTS[:500], run)
    assert column.tolist() == [
        DRAWS.outcome(int(identity), run) for identity in EVENTS[:500]
    ]
    assert set(column.tolist()) == {
        Outcome.SUCCEEDED,
        Outcome.FAILED,
        Outcome.CRASHED,
    }


def test_each_function_has_work_and_luck_of_its_own():
    other = FunctionDraws(FUNCTION.replace(name="g"), 1)
    assert abs(np.corrcoef(DRAWS.work(EVENTS), other.work(EVENTS))[0, 1]) < 0.06
    failed = [
        one.outcomes(EVENTS, 1) != Outcome.SUCCEEDED for one in (DRAWS, other)
    ]
    assert abs(np.corrcoef(*failed)[0, 1]) < 0.06


def test_luck_is_drawn_anew_for_each_run_and_poison_once():
    failed = np.array(
        [
            DRAWS.outcomes(EVENTS, run) != Outcome.SUCCEEDED
            for run in range(1, 9)
        ]
    )
    assert failed.all(axis=0).mean() == pytest.approx(0.1, abs=0.02), (
        "poisoned: 0.3 ** 8 is next to nothing"
    )
    assert failed.mean() == pytest.approx(1 - 0.9 * 0.7, abs=0.02)
    lucky = failed[:, ~failed.all(axis=0)]
    assert abs(np.corrcoef(lucky[0], lucky[1])[0, 1]) < 0.06


def test_crashes_are_their_share_of_the_failures():
    outcomes = DRAWS.outcomes(EVENTS, 1)
    failures = outcomes[outcomes != Outcome.SUCCEEDED]
    assert (failures == Outcome.CRASHED).mean() == pytest.approx(0.4, abs=0.05)


def test_less_memory_than_one_vcpu_stretches_the_cpu_bound_share():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""

    def work(memory_size: int, share: float) -> int:
        behaviour = sim.Behaviour(
            handler=sim.Constant(seconds=1), cpu_bound_share=share
        )
        function = sim.Function(
            name="f", memory_size=memory_size, behaviour=behaviour
        )
        return int(FunctionDraws(function, 1).work(EVENTS[:1])[0])

    assert work(1769, 1) == work(10240, 1) == work(128, 0) == 1_000_000
    assert work(128, 1) == round(1769 / 128 * 1e6)
    assert work(128, 0.5) == round((0.5 + 0.5 * 1769 / 128) * 1e6)


def test_init_belongs_to_the_function_and_the_environments_number():
    inits = [DRAWS.inits(number) for number in range(1, 2001)]
    assert inits == [
        FunctionDraws(FUNCTION, 1).inits(number) for number in range(1, 2001)
    ]
    assert len(set(inits)) > 1900
    measured = (
        sim.course.cold_starts()
        .set_index(["runtime", "package_type"])
        .loc[("python3.13", "zip")]
    )
    assert np.median(inits) / 1000 == pytest.approx(
        measured["median"], rel=0.05
    )


def test_a_duration_on_demand_is_drawn_anew_each_time():
    wait = sim.Uniform(low=60, high=66)
    waits = [
        DRAWS.draw(wait, int(EVENTS[0]), "retry wait", n) for n in range(1, 6)
    ]
    assert len(set(waits)) == 5
    assert all(60e6 <= wait <= 66e6 for wait in waits)


def test_a_million_events_are_drawn_in_columns_in_a_few_seconds():
    million = scenario(
        sim.Poisson(per_second=1000, events=1_000_000), seconds=2000
    )
    begun = time.process_time()
    events = draw_workload(million, 1)
    chance = draws_of(million, events)
    assert len(events.time) == len(chance.versions[0].work) == 1_000_000
    assert time.process_time() - begun < 5
