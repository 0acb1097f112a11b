"""Nothing is accepted without meaning: seeds, schedules, counts and times have bounds."""

import math
import os

import numpy as np
import pytest

import sim
from sim import facts
from tests.support.rows import holds_for_each

HUNDRED_YEARS = facts.fact("bound.seconds").value


def system(arrivals, seconds=600.0, **behaviour):
    """A function behind a topic."""
    function = sim.Function("worker", behaviour=sim.Behaviour(**behaviour))
    return sim.Scenario(
        functions=[function],
        triggers=[sim.trigger("sns", "worker")],
        traffic=[sim.Traffic(into="sns", arrivals=arrivals)],
        seconds=seconds,
    )


def refused(make):
    """The one sentence in which something is refused."""
    with pytest.raises(sim.ScenarioError) as refusal:
        make()
    sentence = str(refusal.value)
    assert "\n" not in sentence
    return sentence


@holds_for_each(
    {repr(seed): seed for seed in ("x", None, True, 1.5, 1.0, -1, math.nan)}
)
def test_a_seed_is_a_whole_number_from_0_on(seed):
    scenario = system(sim.Burst(2))
    assert "whole number" in refused(lambda: sim.simulate(scenario, seed))
    assert "whole number" in refused(lambda: sim.sweep(scenario, seeds=[seed]))
    assert "whole number" in refused(lambda: sim.course.trials("x", seed))


def test_numbers_of_numpy_are_seeds_too():
    scenario = system(sim.Poisson(1), 60.0)
    ours = sim.simulate(scenario, 7).deliveries
    assert sim.simulate(scenario, np.int64(7)).deliveries.equals(ours)


@holds_for_each(
    {
        expression: expression
        for expression in (
            "cron(0 0 31 2 ? *)",
            "cron(0 0 30 FEB ? *)",
            "cron(0 0 31 4,6,9,11 ? *)",
            "cron(0 0 29 2 ? 2027)",
        )
    }
)
def test_a_schedule_that_never_fires_is_refused(expression):
    assert "never fires" in refused(lambda: sim.Scheduled(expression))


@holds_for_each(
    {
        expression: expression
        for expression in (
            "cron(0 0 29 2 ? *)",
            "cron(0 0 31 1,2 ? *)",
            "cron(0 0 ? 2 MON#5 *)",
        )
    }
)
def test_a_schedule_that_fires_seldom_is_taken(expression):
    assert sim.Scheduled(expression).expression == expression


@holds_for_each(
    {
        expression: expression
        for expression in (
            "cron(5-1 * * * ? *)",
            "cron(0 0 20-10 * ? *)",
            "cron(0 0 1 DEC-FEB ? *)",
        )
    }
)
def test_a_range_of_minutes_days_or_months_does_not_go_backwards(expression):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"""
    assert "is allowed" in refused(lambda: sim.Scheduled(expression))


def test_a_rate_longer_than_a_hundred_years_is_refused():
    for number in (99999999999999999999, 36526, "9" * 5000):
        expression = f"rate({number} days)"
        assert "hundred years" in refused(lambda e=expression: sim.Scheduled(e))
    assert sim.Scheduled("rate(36525 days)")


def test_a_scheduled_action_has_a_schedule_and_bounds_in_order():
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScheduledAction.html"""
    bounds = {"min_capacity": 1, "max_capacity": 2}
    for schedule in ("never", "", "cron(0 0 31 2 ? *)"):
        assert refused(
            lambda s=schedule: sim.ScheduledAction(schedule=s, **bounds)
        )
    turned = {"min_capacity": 3, "max_capacity": 2}
    for make in (
        lambda: sim.ScheduledAction(schedule="rate(1 hour)", **turned),
        lambda: sim.ScalableTarget(**turned),
    ):
        assert "max_capacity is 2" in refused(make)


MAKERS = {
    "a function": sim.Function,
    "a queue": sim.Queue,
    "a trigger": lambda name: sim.trigger("sns", "worker", name=name),
}


@holds_for_each(MAKERS)
def test_a_blank_name_is_refused(make):
    for name in ("", " ", "\t", "a ", " a", "a\n"):
        assert "letters" in refused(lambda n=name: make(n))


@holds_for_each(
    {
        "Poisson": lambda: sim.Poisson(1e6),
        "constant": lambda: sim.ConstantRate(1e6),
        "ramp": lambda: sim.Ramp(per_second=0, to_per_second=1e9, over=1),
        "daily": lambda: sim.Daily(per_second=1e6),
        "burst": lambda: sim.Burst(10**8),
        "bursts": lambda: sim.Burst(10**7, times=10),
    }
)
def test_more_events_than_a_computer_holds_are_refused(make):
    arrivals = make()
    sentence = refused(lambda: system(arrivals))
    assert "Traffic 'sns'" in sentence
    assert "20,000,000" in sentence


def test_a_schedule_over_a_hundred_years_is_bounded_too():
    every_minute = sim.Scheduled("rate(1 minute)")
    assert "20,000,000" in refused(lambda: system(every_minute, HUNDRED_YEARS))
    at_noon = sim.Scheduled("cron(0 12 * * ? *)")
    assert system(at_noon, HUNDRED_YEARS)


def test_a_rate_that_stops_after_some_events_may_be_high():
    assert system(sim.Poisson(per_second=1e6, events=10))


@holds_for_each(
    {
        "a handler": lambda: sim.Behaviour(handler=1e13),
        "an instant": lambda: sim.Recorded([1, 1e300]),
        "a burst": lambda: sim.Burst(2, within=1e300),
        "a scenario": lambda: system(sim.Burst(2), 1e13),
        "a mean": lambda: sim.Exponential(1e13),
        "an outage": lambda: sim.Outage(of="lambda", at=1e13),
        "a choice": lambda: sim.Choices(stream_retry_cap_seconds=1e13),
        "milliseconds": lambda: sim.trigger(
            "apigw_rest", "f", timeout_in_millis=10**17
        ),
    }
)
def test_a_time_is_at_most_a_hundred_years(make):
    assert "3,155,760,000" in refused(make)


@holds_for_each(
    {
        "clients": lambda: sim.Caller(clients=10**12),
        "concurrency": lambda: sim.Account(concurrent_executions=10**18),
        "a factor": lambda: sim.Choices(stream_retry_factor=1e10),
        "events": lambda: sim.Burst(events=1e12),
    }
)
def test_a_count_has_a_bound(make):
    assert "1,000,000,000" in refused(make)


@holds_for_each(
    {
        "exponential": sim.Exponential(HUNDRED_YEARS),
        "log-normal": sim.LogNormal(median=1, p99=HUNDRED_YEARS),
        "quantiles": sim.Quantiles(p10=1, p50=2, p90=9, p99=HUNDRED_YEARS),
    }
)
def test_a_draw_beyond_a_hundred_years_is_cut_with_a_word(handler):
    scenario = system(sim.Burst(500), handler=handler)
    with pytest.warns(UserWarning, match="handler is .* they are cut there"):
        run = sim.simulate(scenario)
    assert (run.spans.end_s >= run.spans.start_s).all()


def test_waits_that_grow_without_end_stay_within_their_cap():
    """A factor to the power of a thousand tries is no number of Python's."""
    retrier = sim.Retrier(
        interval_seconds=1,
        backoff_rate=1e9,
        max_attempts=50,
        max_delay_seconds=1,
    )
    scenario = sim.Scenario(
        functions=[
            sim.Function("worker", behaviour=sim.Behaviour(error_rate=1))
        ],
        triggers=[sim.trigger("sfn_sync", "worker", retry=[retrier])],
        traffic=[sim.Traffic(into="sfn_sync", arrivals=sim.Burst(1))],
    )
    assert sim.simulate(scenario).deliveries.runs.tolist() == [51]


def test_a_number_is_no_truth():
    for make in (
        lambda: sim.Function("worker", timeout=True),
        lambda: sim.Behaviour(error_rate=True),
        lambda: sim.Behaviour(handler=True),
        lambda: sim.Empirical([True]),
        lambda: sim.Burst(events=False),
    ):
        assert refused(make)


def test_what_is_no_file_is_not_read_as_arrivals(tmp_path):
    """A device or a pipe may never end."""
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", tmp_path, tmp_path / "pipe", "a\0b", ""):
        assert refused(lambda p=path: sim.read_arrivals(p))


def test_counts_in_a_file_are_bounded_before_they_are_spread(tmp_path):
    file = tmp_path / "counts.csv"
    for cell in ("1e12", "20000001"):
        file.write_text(f"minute,count\n0,2\n1,{cell}\n")
        sentence = refused(lambda: sim.read_arrivals(file, period=60))
        assert "line 3" in sentence
        assert "20,000,000" in sentence
    assert "period" in refused(lambda: sim.read_arrivals(file, period=math.inf))


def test_what_is_looked_up_in_a_scenario_says_what_there_is():
    scenario = system(sim.Burst(2))
    assert "this scenario has 'worker'" in refused(
        lambda: scenario.function("g")
    )
    assert "no queue" in refused(lambda: scenario.queue("q"))
    assert "no stream" in refused(lambda: scenario.stream(None))
