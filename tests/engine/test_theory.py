"""The simulator against mathematics: within four standard errors, with fixed seeds."""

from statistics import NormalDist

import numpy as np
import pytest

import sim
from sim import theory

EVER = 10**8  # seconds: an environment that nothing ends
NO_INIT = sim.Constant(seconds=0)
WARM = sim.Choices(
    execution_environment_idle_seconds=EVER,
    execution_environment_life_seconds=EVER,
)
# A lognormal mean is the median times exp(spread^2 / 2); here the 99th percentile is five times the
# median.
MEDIAN = 0.2 / np.exp((np.log(5) / NormalDist().inv_cdf(0.99)) ** 2 / 2)
SERVICES = {
    "constant": sim.Constant(seconds=0.2),
    "exponential": sim.Exponential(mean=0.2),
    "lognormal": sim.LogNormal(median=MEDIAN, p99=5 * MEDIAN),
}


def function(handler=NO_INIT, **settings):
    behaviour = {
        name: settings.pop(name) for name in ("error_rate",) if name in settings
    }
    return sim.Function(
        name="f",
        timeout=900,
        behaviour=sim.Behaviour(handler=handler, init=NO_INIT, **behaviour),
        **settings,
    )


def poisson(
    kind,
    per_second,
    events,
    one,
    choices=WARM,
    caller=None,
    queues=(),
    **trigger,
):
    """So many Poisson events through one trigger into one function."""
    traffic = sim.Traffic(
        into=kind,
        arrivals=sim.Poisson(per_second=per_second, events=events),
        caller=caller or sim.Caller(),
    )
    return sim.Scenario(
        functions=[one],
        triggers=[sim.trigger(kind, function="f", **trigger)],
        traffic=[traffic],
        queues=queues,
        choices=choices,
        seconds=2 * events / per_second + 100,
    )


def standard_error(values, blocks=50):
    """Of the mean of values in order of time, each like its neighbours: from long blocks."""
    means = [
        block.mean()
        for block in np.array_split(np.asarray(values, float), blocks)
    ]
    return np.std(means, ddof=1) / blocks**0.5


def assert_mean(values, expected, precision=0.05):
    """The mean is as expected, within 4 standard errors, which are small enough."""
    error = standard_error(values)
    assert error < precision * expected
    assert abs(np.mean(values) - expected) < 4 * error


def assert_share(happened, expected):
    """A share of independent trials is as expected, within 4 standard errors."""
    assert abs(np.mean(happened) - expected) < 4 * theory.standard_error(
        expected, len(happened)
    )


# The formulas


@pytest.mark.parametrize(
    ("load", "servers", "blocked"),
    [
        (2, 5, 0.0366972),
        (20, 25, 0.0502218),
        (2016, 1000, 0.5044546),
        (3, 1, 0.75),
    ],
)
def test_erlang_b_has_its_known_values(load, servers, blocked):
    """https://en.wikipedia.org/wiki/Erlang_(unit)."""
    assert theory.erlang_b(load, servers) == pytest.approx(blocked, rel=2e-6)


def test_erlang_c_has_its_known_values():
    """One server: the load. Two: a^2 / (2 + a). https://en.wikipedia.org/wiki/M/M/c_queue."""
    assert theory.erlang_c(0.7, 1) == pytest.approx(0.7)
    assert theory.erlang_c(1.5, 2) == pytest.approx(1.5**2 / 3.5)
    assert theory.mean_wait(0.7, 1, 1) == pytest.approx(0.7 / 0.3)  # M/M/1


def test_the_wait_for_constant_work_has_its_known_values():
    """One server: half the wait of M/M/1. https://en.wikipedia.org/wiki/M/D/1_queue

    More servers: Cosmetatos's approximation lies within a few percent.
    https://en.wikipedia.org/wiki/M/D/c_queue
    """
    for load in (0.1, 0.7, 0.95):
        wait = theory.mean_wait_of_constant_work(load, 1, 1)
        assert wait == pytest.approx(load / (2 * (1 - load)))
    for load, servers in ((3.5, 5), (8, 10), (14, 20)):
        share = load / servers
        spread = (1 - share) * (servers - 1) * ((4 + 5 * servers) ** 0.5 - 2)
        near = (1 + spread / (16 * share * servers)) / 2
        expected = near * theory.mean_wait(load, 1, servers)
        wait = theory.mean_wait_of_constant_work(load, 1, servers)
        assert wait == pytest.approx(expected, rel=0.05)
    with pytest.raises(ValueError, match="grows for ever"):
        theory.mean_wait_of_constant_work(2, 1, 2)


def test_a_queue_that_grows_for_ever_has_no_mean_wait():
    with pytest.raises(ValueError, match="grows for ever"):
        theory.erlang_c(5, 5)


def test_the_other_formulas_fit_together():
    assert sum(theory.binomial(k, 7, 0.3) for k in range(8)) == pytest.approx(1)
    assert theory.binomial(7, 7, 0.3) == pytest.approx(theory.all_fail(0.3, 7))
    assert theory.mean_runs(0.5, 3) == 1.75
    assert theory.standard_error(0.5, 100) == 0.05
    assert theory.little(10, 0.2) == 2
    # Of all requests the cold share begins a life, so a life takes 1 / (rate x share) less the wait
    # for the next one.
    assert theory.mean_life(2, 3) == pytest.approx(
        1 / (2 * theory.cold_share(2, 3)) - 1 / 2
    )


# Requests that nobody queues


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("per_second", "servers"), [(10, 5), (100, 25)])
def test_throttles_follow_erlang_b_whatever_the_distribution(
    service, per_second, servers
):
    """https://en.wikipedia.org/wiki/Erlang_(unit)."""
    one = function(SERVICES[service], reserved_concurrent_executions=servers)
    run = sim.simulate(
        poisson("invoke", per_second, 200_000, one), seed=7, drain=False
    )
    spans = (
        run.trace.spans
    )  # the tables of so many events take longer than the simulation
    assert {int(outcome) for outcome in np.unique(spans["outcome"])} == {
        1,
        8,
    }  # only the reserved limit refuses
    throttled = np.zeros(200_000)
    throttled[spans["delivery"][spans["outcome"] == 8]] = 1
    assert_mean(
        throttled, theory.erlang_b(theory.little(per_second, 0.2), servers)
    )


@pytest.mark.parametrize("service", SERVICES)
def test_busy_environments_follow_littles_law(service):
    """https://en.wikipedia.org/wiki/Little%27s_law."""
    run = sim.simulate(
        poisson("invoke", 20, 20_000, function(SERVICES[service])),
        seed=3,
        drain=False,
    )
    runs = run.attempts
    # Looked at once a second, not computed from the runs' lengths: those come from the theory.
    looks = np.arange(10, run.deliveries.arrived_s.iloc[-1])
    begun = np.searchsorted(runs.start_s.to_numpy(), looks, side="right")
    ended = np.searchsorted(np.sort(runs.end_s.to_numpy()), looks, side="right")
    assert_mean(begun - ended, theory.little(20, 0.2))


def test_idle_environments_expire_after_the_first_long_gap():
    """https://en.wikipedia.org/wiki/M/M/%E2%88%9E_queue (the busy period)."""
    rate, idle = 1.0, 2.0
    choices = WARM.replace(execution_environment_idle_seconds=idle)
    run = sim.simulate(
        poisson("invoke", rate, 40_000, function(), choices),
        seed=11,
        drain=False,
    )
    lives = run.attempts.groupby("environment").start_s.agg(["min", "max"])[
        :-1
    ]  # the last one is cut short
    lengths = lives["max"] - lives["min"] + idle
    assert_mean(lengths, theory.mean_life(rate, idle))
    first = ~run.attempts.duplicated("environment")
    assert_share(first, theory.cold_share(rate, idle))


# Events that wait


def waits_for_pollers(worker, per_second, events, pollers):
    """The spans in which messages of a queue wait for one of so many pollers."""
    scenario = poisson(
        "sqs_standard",
        per_second,
        events,
        worker,
        batch_size=1,
        pollers=pollers,
        latency=sim.Constant(seconds=0),
        queues=[sim.Queue(name="sqs_standard", visibility_timeout=43200)],
    )
    rows = sim.simulate(scenario, seed=5, drain=False).trace.spans
    return rows[rows["stage"] == 1]


def seconds_waited(waits):
    """How long each message waited, in the order in which they came."""
    in_order = np.argsort(waits["start"], kind="stable")
    return (waits["end"] - waits["start"])[in_order] / 1e6


@pytest.mark.parametrize(
    ("per_second", "pollers", "events"),
    [
        (0.7, 1, 60_000),
        (3.5, 5, 60_000),
        pytest.param(8, 10, 300_000, marks=pytest.mark.slow),
    ],
)
def test_messages_wait_for_pollers_as_in_an_m_m_c_queue(
    per_second, pollers, events
):
    """https://en.wikipedia.org/wiki/M/M/c_queue."""
    exponential = function(sim.Exponential(mean=1))
    waits = waits_for_pollers(exponential, per_second, events, pollers)
    assert len(waits) == events
    waited = seconds_waited(waits)
    expected = theory.mean_wait(per_second, 1, pollers)
    assert_mean(waited, expected, precision=0.1)
    share = theory.erlang_c(per_second, pollers)
    assert abs((waited > 0).mean() - share) < 4 * standard_error(waited > 0)
    looks = np.arange(100, waits["end"].max() / 1e6)
    begun = np.searchsorted(np.sort(waits["start"]), looks * 1e6, side="right")
    ended = np.searchsorted(np.sort(waits["end"]), looks * 1e6, side="right")
    assert_mean(
        begun - ended, theory.little(per_second, expected), precision=0.1
    )


@pytest.mark.parametrize(("per_second", "pollers"), [(0.7, 1), (3.5, 5)])
def test_messages_of_constant_work_wait_as_in_an_m_d_c_queue(
    per_second, pollers
):
    """https://en.wikipedia.org/wiki/M/D/c_queue"""
    constant = function(sim.Constant(seconds=1))
    waits = waits_for_pollers(constant, per_second, 60_000, pollers)
    waited = seconds_waited(waits)
    expected = theory.mean_wait_of_constant_work(per_second, 1, pollers)
    assert_mean(waited, expected, precision=0.1)
    begun = np.sort(waits["end"])
    looks = np.arange(100, begun.max() / 1e6)
    started = np.searchsorted(begun, looks * 1e6, side="right")
    ended = np.searchsorted(begun, (looks - 1) * 1e6, side="right")
    assert_mean(started - ended, theory.little(per_second, 1))


# Events that are tried again


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_an_asynchronous_event_is_lost_when_all_its_runs_fail(retries):
    """p^(retries + 1); https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html."""
    one = function(
        error_rate=0.4,
        event_invoke_config=sim.EventInvokeConfig(
            maximum_retry_attempts=retries
        ),
    )
    table = sim.simulate(
        poisson("invoke_event", 50, 20_000, one), seed=2
    ).deliveries
    assert_share(table.fate == "dropped", theory.all_fail(0.4, retries + 1))
    assert abs(
        table.runs.mean() - theory.mean_runs(0.4, retries + 1)
    ) <= 4 * standard_error(table.runs)
    for runs in range(1, retries + 1):
        assert_share(table.runs == runs, 0.4 ** (runs - 1) * 0.6)


@pytest.mark.parametrize("most", [1, 2, 4])
@pytest.mark.parametrize("partial", [(), ("ReportBatchItemFailures",)])
def test_a_message_is_dead_lettered_when_all_its_receives_fail(most, partial):
    """p^maxReceiveCount; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html."""
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=most
    )
    queue = sim.Queue(
        name="sqs_standard", visibility_timeout=900, redrive_policy=redrive
    )
    scenario = poisson(
        "sqs_standard",
        50,
        10_000,
        function(error_rate=0.4),
        # Where a failing record does not touch its neighbours, the size of the batch does not
        # matter.
        batch_size=10 if partial else 1,
        function_response_types=partial,
        queues=[queue, sim.Queue(name="dead")],
    )
    table = sim.simulate(scenario, seed=4).deliveries
    assert_share(table.fate == "dead-lettered", theory.all_fail(0.4, most))


@pytest.mark.parametrize("tries", [1, 2, 3])
def test_a_caller_is_told_of_a_failure_when_all_their_tries_fail(tries):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html."""
    scenario = poisson(
        "invoke",
        50,
        20_000,
        function(error_rate=0.4),
        caller=sim.Caller(max_attempts=tries),
    )
    table = sim.simulate(scenario, seed=6, drain=False).deliveries
    assert_share(table.fate == "failed", theory.all_fail(0.4, tries))


def test_functions_have_luck_of_their_own():
    """An event's successes in two functions: https://en.wikipedia.org/wiki/Binomial_distribution"""
    one = function(
        error_rate=0.3,
        event_invoke_config=sim.EventInvokeConfig(maximum_retry_attempts=0),
    )
    scenario = sim.Scenario(
        functions=[one, one.replace(name="g")],
        triggers=[
            sim.trigger("sns", function=name, name=name, source="topic")
            for name in ("f", "g")
        ],
        traffic=[
            sim.Traffic(
                into="topic",
                arrivals=sim.Poisson(per_second=100, events=20_000),
            )
        ],
        seconds=400,
    )
    successes = (
        sim.simulate(scenario, seed=8)
        .deliveries.groupby("event")
        .successes.sum()
    )
    for count in range(3):
        assert_share(successes == count, theory.binomial(count, 2, 0.7))


@pytest.mark.parametrize(
    ("level", "degrees", "t"),
    [
        (0.95, 1, 12.706),
        (0.95, 2, 4.303),
        (0.95, 4, 2.776),
        (0.95, 9, 2.262),
        (0.99, 5, 4.032),
        (0.9, 100, 1.660),
    ],
)
def test_students_t_is_the_handbooks_table(level, degrees, t):
    """https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm"""
    assert theory.student_t(level, degrees) == pytest.approx(t, abs=0.0005)
