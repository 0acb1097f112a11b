"""Databases and services that functions call: capacity, waiting, refusals, outages."""

import pytest

import sim
from tests.support.stories import function


def calling(
    dependency,
    at,
    kind="invoke",
    seconds=1000,
    outages=(),
    reserved=None,
    trigger=None,
    arrivals=None,
    queues=(),
    **settings,
):
    """The finished run of a function that calls one dependency."""
    caller = function(
        depends_on=("database",),
        reserved_concurrent_executions=reserved,
        **settings,
    )
    trigger = trigger or sim.trigger(kind, function="f", name="in")
    scenario = sim.Scenario(
        functions=[caller],
        triggers=[trigger],
        traffic=[
            sim.Traffic(
                into="in", arrivals=arrivals or sim.Recorded(instants=at)
            )
        ],
        dependencies=[dependency],
        outages=outages,
        queues=queues,
        choices=sim.Choices(first_dispatch_seconds=0),
        seconds=seconds,
    )
    return sim.simulate(scenario, drain=False)


def database(latency=2.0, **settings):
    return sim.Dependency(
        name="database", latency=sim.Constant(seconds=latency), **settings
    )


def log(run):
    """(event, stage, start_s, end_s, outcome) of what is inside handlers and of these."""
    spans = run.spans[run.spans.stage.isin(["connection", "call", "handler"])]
    spans = spans.astype({"stage": str}).sort_values(
        ["event", "start_s", "end_s", "stage"]
    )
    return list(
        spans[["event", "stage", "start_s", "end_s", "outcome"]].itertuples(
            index=False, name=None
        )
    )


def test_a_call_comes_before_the_handlers_own_work():
    """https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"""
    assert log(calling(database(), [0.0], handler=1.0, timeout=10)) == [
        (0, "call", 0, 2, "succeeded"),
        (0, "handler", 0, 3, "succeeded"),
    ]


def test_calls_above_the_connections_wait_in_order():
    """https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"""
    assert log(
        calling(
            database(maximum_connections=1),
            [0.0, 0.5, 1.0],
            handler=1.0,
            timeout=10,
        )
    ) == [
        (0, "call", 0, 2, "succeeded"),
        (0, "handler", 0, 3, "succeeded"),
        (1, "connection", 0.5, 2, ""),
        (1, "handler", 0.5, 5, "succeeded"),
        (1, "call", 2, 4, "succeeded"),
        (2, "connection", 1, 4, ""),
        (2, "handler", 1, 7, "succeeded"),
        (2, "call", 4, 6, "succeeded"),
    ]


def test_the_functions_timeout_cuts_a_call_that_waits_and_one_that_is_served():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html

    What the dependency has begun it finishes, whether anybody listens or not: until 8 s.
    """
    run = calling(
        database(latency=4.0, maximum_connections=1),
        [0.0, 0.0, 1.0],
        handler=1.0,
        timeout=5,
    )
    assert log(run) == [
        (0, "call", 0, 4, "succeeded"),
        (0, "handler", 0, 5, "succeeded"),
        (1, "connection", 0, 4, ""),
        (1, "handler", 0, 5, "timeout"),
        (1, "call", 4, 5, "timeout"),
        (2, "connection", 1, 6, "timeout"),
        (2, "handler", 1, 6, "timeout"),
    ]
    later = calling(
        database(latency=4.0, maximum_connections=1),
        [0.0, 0.0, 6.0],
        handler=1.0,
        timeout=5,
    )
    assert log(later)[-3:] == [
        (2, "connection", 6, 8, ""),
        (2, "handler", 6, 11, "timeout"),
        (2, "call", 8, 11, "timeout"),
    ]


def test_a_run_that_ends_at_its_timeout_is_not_cut():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    run = calling(
        database(maximum_connections=1), [0.0, 0.0], handler=1.0, timeout=5
    )
    assert run.deliveries.fate.tolist() == ["succeeded", "succeeded"]


def test_calls_above_the_rate_are_refused_and_their_runs_fail_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"""
    run = calling(
        database(requests_per_second=2),
        [0.0] * 3 + [1.0],
        handler=1.0,
        timeout=10,
    )
    assert run.attempts[
        ["start_s", "end_s", "outcome"]
    ].to_numpy().tolist() == [
        [0, 3, "succeeded"],
        [0, 3, "succeeded"],
        [0, 0, "failed"],
        [1, 4, "succeeded"],
    ]


def test_less_than_one_call_a_second_is_one_call_at_a_time():
    """https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"""
    slow = database(latency=0.0, requests_per_second=0.5)
    run = calling(slow, [0.0, 1.0, 2.0, 9.0, 9.0], handler=0.1)
    assert run.attempts.outcome.tolist() == [
        "succeeded",
        "failed",
        "succeeded",
        "succeeded",
        "failed",
    ]


def test_too_many_environments_exhaust_the_connections_they_keep():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-rds.html

    Three environments and two connections: the third one's run fails until another environment is
    gone.
    """
    kept = database(
        latency=0.0, maximum_connections=2, connection_held_by="environment"
    )
    run = calling(
        kept, [0.0, 0.0, 0.0, 2.0, 2000.0, 2000.0], handler=1.0, seconds=3000
    )
    assert run.attempts.outcome.tolist() == [
        "succeeded",
        "succeeded",
        "failed",
        "succeeded",
        "succeeded",
        "succeeded",
    ]
    fewer = calling(kept, [0.0, 0.0, 0.0], handler=1.0, reserved=2)
    assert set(fewer.attempts.outcome) == {
        "succeeded",
        "ReservedFunctionConcurrentInvocationLimitExceeded",
    }


def test_a_timeout_closes_the_connection_that_its_environment_has_kept():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    kept = database(
        latency=3.0, maximum_connections=1, connection_held_by="environment"
    )
    run = calling(kept, [0.0, 1.0, 4.0], handler=0.0, timeout=2)
    assert run.attempts.outcome.tolist() == ["timeout", "failed", "timeout"]


def test_an_outage_fails_calls_and_a_slow_dependency_keeps_connections_longer():
    """https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_mitigate_interaction_failure_graceful_degradation.html"""
    down = calling(
        database(),
        [0.0, 5.0],
        timeout=20,
        outages=[sim.Outage(of="database", at=0, seconds=5)],
    )
    assert down.attempts[["end_s", "outcome"]].to_numpy().tolist() == [
        [3, "failed"],
        [8, "succeeded"],
    ]
    slow = [sim.Outage(of="database", at=0, seconds=5, slower_by=3)]
    run = calling(
        database(maximum_connections=1), [0.0, 1.0], timeout=20, outages=slow
    )
    assert run.attempts.end_s.tolist() == [6, 8]


OTHER = sim.Dependency(name="another")


@pytest.mark.parametrize("slower_by", [None, 3])
def test_an_outage_does_the_same_to_a_dependency_with_and_without_limits(
    slower_by,
):
    """https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_mitigate_interaction_failure_graceful_degradation.html"""
    outages = [sim.Outage(of="database", at=1, seconds=5, slower_by=slower_by)]
    ends = [
        calling(
            dependency,
            [0.5, 1.0, 5.5, 6.0],
            handler=1.0,
            timeout=30,
            outages=outages,
        ).attempts[["event", "end_s", "outcome"]]
        for dependency in (database(latency=0), OTHER)
    ]
    assert ends[0].equals(ends[1])
    wanted = [1.5, 2, 6.5, 7] if slower_by is None else [1.5, 5, 9.5, 7]
    by_event = ends[0].sort_values("event")
    assert by_event.end_s.tolist() == wanted
    failed = ["failed"] * 2 if slower_by is None else ["succeeded"] * 2
    assert by_event.outcome.tolist() == ["succeeded", *failed, "succeeded"]


@pytest.mark.parametrize("declared", [True, False])
def test_a_brown_out_fails_a_share_of_the_calls(declared):
    """https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_mitigate_interaction_failure_graceful_degradation.html"""
    brown = sim.Outage(of="database", at=0, seconds=1000, error_share=0.3)
    dependency = database(latency=0.01) if declared else OTHER
    run = calling(
        dependency, [n / 2 for n in range(1000)], handler=0.1, outages=[brown]
    )
    failed = (run.deliveries.fate == "failed").sum()
    assert 255 <= failed <= 345  # three standard deviations


def test_records_of_a_batch_call_one_after_another():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    mapping = sim.trigger(
        "sqs_standard",
        function="f",
        name="in",
        latency=sim.Constant(seconds=0),
        batch_size=3,
        maximum_batching_window_in_seconds=1,
    )
    queues = [sim.Queue(name="in", visibility_timeout=60)]
    run = calling(
        database(),
        [0.0, 0.0, 0.0],
        trigger=mapping,
        handler=1.0,
        timeout=8,
        queues=queues,
        seconds=10,
    )
    assert [row for row in log(run) if row[1] == "handler"] == [
        (0, "handler", 0, 3, "succeeded"),
        (1, "handler", 3, 6, "succeeded"),
        (2, "handler", 6, 8, "timeout"),
    ]
    cut = calling(
        database(),
        [0.0, 0.0, 0.0],
        trigger=mapping,
        handler=1.0,
        timeout=30,
        queues=queues,
        seconds=4,
    )
    assert [row for row in log(cut) if row[1] == "handler"] == [
        (0, "handler", 0, 3, "in flight"),
        (1, "handler", 3, 4, "in flight"),
    ]
    assert cut.deliveries.runs.tolist() == [1, 1, 0]


def test_a_backlog_drains_at_the_rate_of_the_connections_once_the_outage_is_over():
    """https://en.wikipedia.org/wiki/Little%27s_law

    One asynchronous event a second, each a call of 0.5 s on one connection that hangs for 100 s:
    the calls of 100 s wait, and are served at two a second while one a second comes: the queue is
    empty 100 s after the end.
    """
    dependency = database(latency=0.5, maximum_connections=1)
    run = calling(
        dependency,
        [float(n) for n in range(400)],
        kind="invoke_event",
        handler=0.0,
        timeout=900,
        outages=[
            sim.Outage(of="database", at=100, seconds=0.1, slower_by=99.5)
        ],
    )
    late = run.deliveries[run.deliveries.latency_s > 0.5 + 1e-9]
    assert late.arrived_s.min() == 100
    assert late.arrived_s.max() == pytest.approx(298, abs=1)
    assert run.deliveries.latency_s.max() == 100


def waits(dependency, per_second):
    """The seconds that each of 10,000 calls at random waits for a connection; most are 0."""
    poisson = sim.Poisson(per_second=per_second, events=10_000)
    run = calling(
        dependency, (), handler=0.0, timeout=900, seconds=1e6, arrivals=poisson
    )
    spans = run.spans[run.spans.stage == "connection"]
    return (spans.end_s - spans.start_s).sum() / 10_000


@pytest.mark.parametrize("servers", [1, 4])
def test_the_wait_for_a_connection_is_that_of_a_queue_with_as_many_servers(
    servers,
):
    """At 60 % load, the mean wait within two standard errors, 30 %.

    https://en.wikipedia.org/wiki/M/M/c_queue
    """
    dependency = sim.Dependency(
        name="database",
        maximum_connections=servers,
        latency=sim.Exponential(mean=1.0),
    )
    expected = sim.theory.mean_wait(0.6 * servers, 1.0, servers)
    assert waits(dependency, 0.6 * servers) == pytest.approx(expected, rel=0.3)


def test_the_wait_for_a_constant_call_is_half_as_long():
    """https://en.wikipedia.org/wiki/M/D/1_queue"""
    expected = sim.theory.mean_wait(0.6, 1.0, 1) / 2
    assert waits(
        database(latency=1.0, maximum_connections=1), 0.6
    ) == pytest.approx(expected, rel=0.1)


def test_a_dependency_without_limits_or_latency_changes_nothing():
    """The same runs, whether the end is known beforehand or found step by step."""
    with_one, without = (
        calling(
            sim.Dependency(name=name),
            [n / 7 for n in range(300)],
            kind="invoke_event",
            error_rate=0.2,
            crash_share=0.5,
            handler=0.7,
            init=0.3,
            timeout=1,
        )
        for name in ("database", "another")
    )
    columns = ["event", "arrived_s", "settled_s", "fate", "runs"]
    assert with_one.deliveries[columns].equals(without.deliveries[columns])
    attempts = [
        "event",
        "attempt",
        "start_s",
        "end_s",
        "outcome",
        "environment",
    ]
    assert with_one.attempts[attempts].equals(without.attempts[attempts])


def test_only_dependencies_may_brown_out():
    with pytest.raises(sim.ScenarioError, match="only a dependency's may"):
        calling(
            database(),
            [0.0],
            outages=[sim.Outage(of="lambda", at=0, seconds=1, error_share=0.5)],
        )
