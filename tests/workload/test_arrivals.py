"""Ramps, days, several bursts, schedules and keys: when events come, and what changes that."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.workload import draws, rates
from sim.workload.workload import Workload, draw_workload

DAY = 86_400.0


def events(arrivals, seconds=60.0, seed=1, **traffic) -> Workload:
    """The events of one traffic into a topic."""
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("sns", function="f")],
        traffic=[sim.Traffic(into="sns", arrivals=arrivals, **traffic)],
        seconds=seconds,
    )
    return draw_workload(scenario, seed)


def times(arrivals, seconds=60.0, seed=1) -> np.ndarray:
    """When they come, in seconds."""
    return events(arrivals, seconds, seed).time / 1e6


# A rate that changes keeps the same unit gaps

RATES = [
    sim.Poisson(per_second=2),
    sim.Ramp(per_second=0, to_per_second=4, over=600),
    sim.Ramp(per_second=4, to_per_second=0, over=600),
    sim.Ramp(per_second=1, to_per_second=3, over=100),
    sim.Daily(per_second=2, peak_factor=1.7, peak_hour=0.05),
    sim.Daily(per_second=2, peak_factor=2, peak_hour=12),
]


def gone_by(arrivals, at: np.ndarray) -> np.ndarray:
    """How many events were due until these seconds: the gaps' sums, in units of the mean."""
    return np.array(
        [rates.expected(arrivals, second) for second in at.tolist()]
    )


@pytest.mark.parametrize("arrivals", RATES)
def test_an_event_comes_when_its_unit_gaps_have_gone_by(arrivals):
    """https://en.wikipedia.org/wiki/Poisson_point_process#Inhomogeneous_Poisson_point_process"""
    units = times(sim.Poisson(per_second=1), seconds=2400)
    at = times(arrivals, seconds=600)
    assert len(at) == pytest.approx(
        rates.expected(arrivals, 600),
        abs=5 * rates.expected(arrivals, 600) ** 0.5 + 1,
    )
    assert gone_by(arrivals, at[::20]) == pytest.approx(
        units[: len(at) : 20], abs=1e-5
    )


def test_the_integrated_rate_is_the_area_under_the_rate():
    ramp = sim.Ramp(per_second=2, to_per_second=10, over=100)
    assert [rates.expected(ramp, second) for second in (0, 50, 100, 150)] == [
        0,
        200,
        600,
        1100,
    ]
    noon = sim.Daily(per_second=3, peak_factor=2, peak_hour=12)
    assert rates.expected(noon, DAY / 2) == pytest.approx(3 * DAY / 2)
    assert rates.expected(noon, DAY / 4) == pytest.approx(
        3 * DAY * (1 / 4 - 1 / 2 / np.pi), rel=1e-5
    )


def doubled(arrivals):
    """The same at twice the rate."""
    twice = {
        name: 2 * getattr(arrivals, name)
        for name in ("per_second", "to_per_second")
        if hasattr(arrivals, name)
    }
    return arrivals.replace(**twice)


@pytest.mark.parametrize("arrivals", RATES)
def test_twice_the_rate_brings_the_same_gaps_closer_together(arrivals):
    slow, fast = (
        times(arrivals, seconds=600),
        times(doubled(arrivals), seconds=600),
    )
    assert len(fast) >= len(slow)
    assert (fast[: len(slow)] <= slow).all()
    assert gone_by(doubled(arrivals), fast[: len(slow) : 20]) == pytest.approx(
        gone_by(arrivals, slow[::20]), abs=2e-5
    )


@settings(max_examples=40)
@given(st.sampled_from(RATES[1:]), st.floats(1.1, 20), st.integers(1, 5))
def test_any_higher_rate_keeps_the_events_and_their_order(
    arrivals, factor, seed
):
    changes = {
        name: factor * getattr(arrivals, name)
        for name in ("per_second", "to_per_second")
        if hasattr(arrivals, name)
    }
    slow, fast = (
        events(one, 120, seed)
        for one in (arrivals, arrivals.replace(**changes))
    )
    count = len(slow.time)
    assert (np.diff(fast.time) >= 0).all()
    assert (fast.time[:count] <= slow.time).all()
    assert fast.identity[:count].tolist() == slow.identity.tolist()


@pytest.mark.parametrize("arrivals", RATES)
def test_a_longer_scenario_begins_with_the_same_events(arrivals):
    short, long = times(arrivals, 100), times(arrivals, 1000)
    assert long[: len(short)].tolist() == short.tolist()
    assert (long[len(short) :] >= 100).all()


@pytest.mark.parametrize("arrivals", RATES)
def test_the_number_of_events_can_be_limited(arrivals):
    whole, few = times(arrivals, 600), times(arrivals.replace(events=7), 600)
    assert few.tolist() == whole[:7].tolist()


def test_a_ramp_rises_in_a_straight_line_and_then_stays():
    at = times(sim.Ramp(per_second=0, to_per_second=100, over=100), seconds=200)
    per_ten = np.histogram(at, np.arange(0, 201, 10))[0]
    expected = [50, 150, 250, 350, 450, 550, 650, 750, 850, 950, *[1000] * 10]
    assert (np.abs(per_ten - expected) < 4.5 * np.sqrt(expected)).all()


def test_a_ramp_down_to_nothing_ends():
    at = times(sim.Ramp(per_second=100, to_per_second=0, over=10), seconds=1000)
    assert len(at) == pytest.approx(500, abs=100)
    assert 9 < at[-1] <= 10


def test_a_flat_ramp_and_a_flat_day_are_poisson():
    plain = times(sim.Poisson(per_second=7), 300)
    assert times(
        sim.Ramp(per_second=7, to_per_second=7, over=50), 300
    ) == pytest.approx(plain, abs=2e-6)
    assert times(sim.Daily(per_second=7, peak_factor=1), 300) == pytest.approx(
        plain, abs=2e-6
    )


def test_a_day_has_its_mean_its_peak_and_its_trough():
    daily = sim.Daily(per_second=1, peak_factor=1.8, peak_hour=14)
    at = times(daily, 3 * DAY)
    assert len(at) == pytest.approx(3 * DAY, rel=0.01)
    per_hour = np.histogram(at % DAY, np.arange(0, 25) * 3600)[0] / 3 / 3600
    expected = [
        1 + 0.8 * np.cos(2 * np.pi * (hour + 0.5 - 14) / 24)
        for hour in range(24)
    ]
    assert per_hour == pytest.approx(expected, abs=0.06)
    assert sorted(per_hour.argsort()[-2:].tolist()) == [13, 14], "around 14:00"
    assert rates.expected(daily, DAY) == pytest.approx(DAY, rel=1e-9)


def test_days_and_ramps_are_golden():
    """Written down on one machine; another one that differs in any bit would notice."""
    assert events(sim.Ramp(per_second=0, to_per_second=2, over=10), 6).time.tolist() == [
        3673361, 4221988, 4380366, 4386321, 4584319, 4603740, 5223891,
    ]  # fmt: skip
    assert events(sim.Daily(per_second=2, peak_factor=1.9, peak_hour=3), 5).time.tolist() == [
        411946, 544186, 585780, 587374, 641598, 647046, 833109, 1545490, 1750181, 2023705,
        2408753, 2701435,
        2942032, 2987116, 3139048, 3163020, 3271468, 3351892, 3548331, 3580500, 3898814, 4699337,
    ]  # fmt: skip


def test_a_million_events_of_a_day_come_in_a_second_or_two():
    columns = events(
        sim.Daily(per_second=1000, events=1_000_000), seconds=2000 * 3600
    )
    assert len(columns.time) == 1_000_000


# Bursts


def test_bursts_come_again_and_again():
    burst = sim.Burst(events=2, at=5, within=1, times=3, every=20)
    assert times(burst).tolist() == [5, 5.5, 25, 25.5, 45, 45.5]
    assert times(burst, seconds=26).tolist() == [5, 5.5, 25, 25.5]
    assert times(burst.replace(every=0), seconds=26).tolist() == [
        5,
        5,
        5,
        5.5,
        5.5,
        5.5,
    ]
    assert len(times(sim.Burst(events=1, times=10**9, every=10))) == 6


def test_another_burst_leaves_the_others_events_what_they_are():
    few, many = (
        events(sim.Burst(events=3, within=30, times=count, every=10))
        for count in (2, 3)
    )
    assert sorted(few.identity.tolist()) == sorted(
        many.identity[many.n < 6].tolist()
    )
    assert many.time.tolist() == sorted(many.time.tolist())
    assert many.n.tolist() != sorted(many.n.tolist()), "these bursts overlap"


# Schedules


def test_a_rule_fires_at_the_minute():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html"""
    assert times(
        sim.Scheduled(expression="rate(1 minute)", service="rule"), 180
    ).tolist() == [0, 60, 120]
    ten = sim.Scheduled(expression="cron(0 10 * * ? *)", service="rule")
    assert times(ten, 2 * DAY).tolist() == [36_000, 122_400]


def test_scheduler_fires_within_the_minute():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    late = (
        times(sim.Scheduled(expression="rate(2 minutes)"), DAY)
        - np.arange(720) * 120
    )
    assert ((late >= 0) & (late < 60)).all()
    assert late.mean() == pytest.approx(30, abs=3)
    assert late.min() < 2
    assert late.max() > 58


@pytest.mark.parametrize("minutes", [1, 15, 1440])
def test_a_flexible_time_window_spreads_the_invocations(minutes):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html"""
    columns = events(
        sim.Scheduled(
            expression="rate(1 hour)", flexible_time_window_minutes=minutes
        ),
        100 * DAY,
    )
    late = columns.time / 1e6 - columns.n * 3600
    assert ((late >= 0) & (late < minutes * 60)).all()
    assert late.mean() == pytest.approx(minutes * 30, rel=0.05)
    assert columns.time.tolist() == sorted(columns.time.tolist())


def test_a_wider_window_delays_each_invocation_in_proportion():
    one, ten = (
        events(
            sim.Scheduled(
                expression="rate(1 day)", flexible_time_window_minutes=minutes
            ),
            50 * DAY,
        )
        for minutes in (1, 10)
    )
    late = [columns.time / 1e6 - columns.n * DAY for columns in (one, ten)]
    assert late[1] == pytest.approx(10 * late[0], abs=2e-5)


def test_a_scheduled_moment_may_fire_twice():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html"""
    never, some, always = (
        events(
            sim.Scheduled(expression="rate(1 hour)", duplicate_share=share),
            40 * DAY,
        )
        for share in (0, 0.2, 1)
    )
    assert len(never.time) == 960
    assert len(always.time) == 2 * 960
    assert len(some.time) == pytest.approx(1.2 * 960, abs=60)
    assert np.bincount(always.n).tolist() == [2] * 960, (
        "a duplicate has its event's number"
    )
    for fewer, more in pairwise((never, some, always)):
        assert set(zip(fewer.n, fewer.identity, fewer.time, strict=True)) < set(
            zip(more.n, more.identity, more.time, strict=True)
        ), "nothing else changes"
    assert len(set(always.identity.tolist())) == 2 * 960, (
        "each has luck of its own"
    )
    children = {
        draws.child(identity, "scheduled twice")
        for identity in never.identity.tolist()
    }
    assert set(always.identity.tolist()) == {
        *never.identity.tolist(),
        *children,
    }


def test_a_duplicate_reaches_the_function_as_a_delivery_of_its_own():
    scheduled = sim.Scheduled(
        expression="rate(1 hour)", service="rule", duplicate_share=1
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("invoke_event", function="f")],
        traffic=[
            sim.Traffic(
                into="invoke_event", arrivals=scheduled, keys=sim.Keys(count=9)
            )
        ],
        seconds=7300,
    )
    deliveries = sim.simulate(scenario).deliveries
    assert deliveries.n.tolist() == [0, 0, 1, 1, 2, 2]
    assert deliveries.arrived_s.tolist() == [0, 0, 3600, 3600, 7200, 7200]
    assert deliveries.groupby("n").key.nunique().tolist() == [1, 1, 1], (
        "a duplicate has its event's key"
    )
    assert set(deliveries.fate) == {"succeeded"}


def test_at_is_once():
    assert (
        len(times(sim.Scheduled(expression="at(2026-01-01T00:10:00)"), 3600))
        == 1
    )
    assert (
        len(times(sim.Scheduled(expression="at(2026-01-01T00:10:00)"), 600))
        == 0
    )


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (
            {"service": "rule", "expression": "at(2026-01-01T00:10:00)"},
            "a rule takes no at(2026-01-01T00:10:00)",
        ),
        (
            {"service": "rule", "flexible_time_window_minutes": 5},
            "a rule takes no flexible time window",
        ),
        (
            {"service": "rule", "schedule_expression_timezone": "Europe/Paris"},
            "a rule takes no time zone",
        ),
        (
            {"schedule_expression_timezone": "Europe/Atlantis"},
            "is no time zone of the IANA database",
        ),
        ({"flexible_time_window_minutes": 0}, "1 to 1,440 minutes is allowed"),
        (
            {"flexible_time_window_minutes": 1441},
            "1 to 1,440 minutes is allowed",
        ),
        ({"duplicate_share": 1.1}, "0 to 1 share is allowed"),
    ],
)
def test_what_scheduler_or_rules_do_not_take_is_refused(refused, words):
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html"""
    with pytest.raises(sim.ScenarioError) as refusal:
        sim.Scheduled(**{"expression": "rate(1 hour)", **refused})
    assert words in str(refusal.value)


def test_a_ramp_from_nothing_to_nothing_is_refused():
    with pytest.raises(sim.ScenarioError, match="no event would ever come"):
        sim.Ramp(per_second=0, to_per_second=0)


# Keys

MANY = sim.Poisson(per_second=100, events=50_000)


def keys(settings: sim.Keys | None, arrivals=MANY, seed=1) -> np.ndarray:
    """The keys of many events."""
    return events(arrivals, 2000, seed, keys=settings).key


def test_without_keys_there_are_none():
    assert set(keys(None).tolist()) == {-1}


def test_uniform_keys_are_all_alike():
    share = np.bincount(keys(sim.Keys(count=20)), minlength=20) / 50_000
    assert len(share) == 20
    assert share == pytest.approx([1 / 20] * 20, abs=0.005)


@pytest.mark.parametrize("exponent", [0, 0.5, 1, 2])
def test_zipf_keys_fall_off_with_their_rank(exponent):
    """https://en.wikipedia.org/wiki/Zipf%27s_law"""
    share = (
        np.bincount(
            keys(sim.Keys(count=10, distribution="zipf", exponent=exponent)),
            minlength=10,
        )
        / 50_000
    )
    weights = [1 / rank**exponent for rank in range(1, 11)]
    assert share == pytest.approx(
        [weight / sum(weights) for weight in weights], abs=0.008
    )


def test_a_million_zipf_keys_stay_in_range():
    drawn = keys(sim.Keys(count=1_000_000, distribution="zipf", exponent=0.1))
    assert 0 <= drawn.min() < 1000
    assert 990_000 < drawn.max() < 1_000_000


def test_a_key_belongs_to_the_event_whatever_the_rate():
    slow, fast = (
        events(sim.Poisson(per_second=rate, events=300), 2000, keys=sim.Keys())
        for rate in (1, 9)
    )
    assert slow.key.tolist() == fast.key.tolist()
    assert (
        slow.identity.tolist()
        == events(sim.Poisson(per_second=1, events=300), 2000).identity.tolist()
    )
    assert (
        keys(sim.Keys(), seed=2).tolist() != keys(sim.Keys(), seed=1).tolist()
    )


def test_recorded_events_bring_their_own_keys():
    recorded = sim.Recorded(instants=(0, 1, 1, 70), keys=(4, 0, 4, 2))
    assert events(recorded).key.tolist() == [4, 0, 4]
    run = sim.simulate(
        sim.Scenario(
            functions=[sim.Function(name="f")],
            triggers=[sim.trigger("invoke", function="f")],
            traffic=[sim.Traffic(into="invoke", arrivals=recorded)],
        ),
        drain=False,
    )
    assert run.deliveries.key.tolist() == [4, 0, 4, 2]


@pytest.mark.parametrize("wrong", [(1,), (1, 2, 3), (1, -1), ()])
def test_there_is_one_key_for_each_instant(wrong):
    with pytest.raises(
        sim.ScenarioError, match="a number from 0 on for each of the 2 instants"
    ):
        sim.Recorded(instants=(0, 1), keys=wrong)


def test_keys_twice_are_refused():
    with pytest.raises(
        sim.ScenarioError, match=r"Traffic 'jobs': .* leave out keys\."
    ):
        sim.Traffic(
            into="jobs",
            arrivals=sim.Recorded(instants=(0,), keys=(1,)),
            keys=sim.Keys(),
        )


def test_a_column_of_keys_is_numbered_as_they_appear(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("second,customer\n0.5,anna\n1,bob\n1,anna\n2,\n")
    assert sim.read_arrivals(path, key_column="customer").keys == (0, 1, 0, 2)
    assert sim.read_arrivals(path).keys is None
    path.write_text("count,customer\n2,anna\n0,bob\n1,carl\n2,anna\n")
    counted = sim.read_arrivals(
        path, column="count", period=60, key_column="customer"
    )
    assert counted.keys == (0, 0, 2, 0, 0)
    with pytest.raises(sim.ScenarioError, match="has no column 'client'"):
        sim.read_arrivals(path, period=60, column="count", key_column="client")


@pytest.mark.parametrize(
    "arrivals",
    [
        *RATES,
        sim.Scheduled(expression="rate(1 day)"),
        sim.Recorded(instants=(0, 1), keys=(1, 0)),
    ],
)
def test_arrivals_survive_json(arrivals):
    traffic = sim.Traffic(into="jobs", arrivals=arrivals, payload_kb=20)
    assert sim.Traffic.model_validate_json(traffic.model_dump_json()) == traffic
    assert (
        sim.Traffic.model_validate(json.loads(traffic.model_dump_json()))
        == traffic
    )
