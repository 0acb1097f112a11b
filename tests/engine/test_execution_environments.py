"""Stories of execution environments: which takes a request, how long it lives, init, timeouts."""

import pytest

import sim
from tests.support.stories import (
    delivery_of,
    environments_of,
    one_function,
    spans_of,
)


def test_an_environment_works_on_one_request_at_a_time():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = one_function(at=(0, 0.5), init=0.25, handler=1)
    assert environments_of(run) == [1, 2]
    assert spans_of(run, 0) == [
        ("init", 0, 0.25, ""),
        ("handler", 0.25, 1.25, "succeeded"),
    ]
    assert spans_of(run, 1) == [
        ("init", 0.5, 0.75, ""),
        ("handler", 0.75, 1.75, "succeeded"),
    ]


def test_a_free_environment_is_used_again_without_init():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = one_function(at=(0, 2), init=0.25, handler=1)
    assert environments_of(run) == [1, 1]
    assert spans_of(run, 1) == [("handler", 2, 3, "succeeded")]
    assert run.deliveries.cold.tolist() == [True, False]


def test_a_run_that_ends_frees_its_environment_for_an_arrival_at_the_same_instant():
    """That ends come before arrivals is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    assert environments_of(one_function(at=(0, 1), handler=1)) == [1, 1]
    assert environments_of(one_function(at=(0, 0.999999), handler=1)) == [1, 2]


def test_the_idle_environment_used_last_is_used_next():
    """AWS is silent, so this is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=(0, 0.5, 5, 5.5, 8), handler=1)
    assert environments_of(run) == [1, 2, 2, 1, 1]


@pytest.mark.parametrize(
    ("second", "environments"), [(60.999999, [1, 1]), (61, [1, 2])]
)
def test_an_environment_ends_when_it_has_been_idle_for_so_long(
    second, environments
):
    """The time is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, second), handler=1, execution_environment_idle_seconds=60
    )
    assert environments_of(run) == environments


def test_an_idle_time_may_be_drawn_for_each_environment():
    """AWS names none: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    idle = sim.Uniform(low=50, high=150)
    runs = [
        one_function(
            at=[0] * 40 + [wait] * 40,
            handler=1,
            execution_environment_idle_seconds=idle,
            seconds=300,
        )
        for wait in (51, 101, 151)
    ]
    again = [
        len(set(environments_of(run)[:40]) & set(environments_of(run)[40:]))
        for run in runs
    ]
    assert again[0] == 40
    assert 8 <= again[1] <= 32
    assert again[2] == 0


@pytest.mark.slow
def test_a_drawn_idle_time_belongs_to_its_environment():
    """The draw is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    settings = {
        "handler": 0,
        "execution_environment_idle_seconds": sim.Exponential(mean=100),
        "seconds": 5000,
    }

    def last_reuse(every):
        """The longest idle time after which the first environment was there."""
        waits = [0.0]
        for at in every:
            run = one_function(at=(0, at), **settings)
            if environments_of(run) == [1, 1]:
                waits.append(at)
        return max(waits)

    limit = last_reuse(range(5, 600, 5))
    steps = [limit * k for k in range(1, 5)]
    kept = one_function(at=(0, *steps), **settings)
    assert environments_of(kept) == [1] * 5
    gone = one_function(at=(0, limit, 2 * limit + 5), **settings)
    assert environments_of(gone) == [1, 1, 2]


def test_an_idle_time_that_hardly_varies_is_like_a_constant_one():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    at = [0, 0, 3, 40, 41, 99, 100, 158, 159, 160, 220, 221, 300]
    constant, drawn = (
        one_function(at=at, handler=1, execution_environment_idle_seconds=idle)
        for idle in (59, sim.Empirical(seconds=(59, 59)))
    )
    assert environments_of(constant) == environments_of(drawn)
    assert constant.environments.equals(drawn.environments)


@pytest.mark.parametrize(
    ("idle", "words"),
    [
        (-1, "at least 0 s is allowed"),
        ("long", "is 'long', but sim.Constant, sim.Uniform"),
        ({"kind": "uniform", "low": 3}, "needs high"),
    ],
)
def test_an_idle_time_is_a_number_of_seconds_or_a_distribution(idle, words):
    with pytest.raises(sim.ScenarioError, match=words):
        sim.Choices(execution_environment_idle_seconds=idle)


def test_measured_idle_times_have_their_dates():
    """https://mikhail.io/2019/08/aws-lambda-cold-starts-after-10-minutes/"""
    table = sim.quotas()
    table = table[table.name.str.startswith("environment.idle_")]
    known = dict(zip(table.value, table.date.astype(str).str[:7], strict=True))
    assert known == {600: "2020-04", 380: "2021-01", 645: "2020-06"}
    usual = sim.Choices().execution_environment_idle_seconds
    assert usual == sim.Constant(600)


def test_idle_time_is_counted_from_the_last_run():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, 60, 120, 182), handler=1, execution_environment_idle_seconds=60
    )
    assert environments_of(run) == [1, 1, 1, 2]


def test_the_environment_that_was_not_needed_ends_and_the_other_lives_on():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, 0.5, 30, 75, 75),
        handler=1,
        execution_environment_idle_seconds=60,
    )
    assert environments_of(run) == [1, 2, 2, 2, 3]


@pytest.mark.parametrize(("third", "environment"), [(99.999999, 1), (100, 2)])
def test_an_idle_environment_ends_at_its_maximum_age(third, environment):
    """The age is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, 50, third),
        init=2,
        handler=1,
        execution_environment_life_seconds=100,
    )
    assert environments_of(run) == [1, 1, environment]


def test_a_busy_environment_of_maximum_age_ends_after_its_run():
    """The age is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, 9, 17.5),
        handler=8,
        timeout=10,
        execution_environment_life_seconds=10,
    )
    assert spans_of(run, 1) == [("handler", 9, 17, "succeeded")]
    assert environments_of(run) == [1, 1, 2]


def test_a_request_waits_for_the_environment_it_started_even_if_another_becomes_free():
    """AWS is silent, so this is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = one_function(at=(0, 10, 10.5, 12), init=5, handler=1)
    assert spans_of(run, 1) == [("handler", 10, 11, "succeeded")]
    assert spans_of(run, 2) == [
        ("init", 10.5, 15.5, ""),
        ("handler", 15.5, 16.5, "succeeded"),
    ]
    assert environments_of(run) == [1, 1, 2, 1]


def test_the_timeout_does_not_cover_a_first_init():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(init=5, handler=1, timeout=1)
    assert spans_of(run) == [("init", 0, 5, ""), ("handler", 5, 6, "succeeded")]


def test_a_run_longer_than_the_timeout_is_cut_there():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    assert spans_of(one_function(handler=3, timeout=3)) == [
        ("handler", 0, 3, "succeeded")
    ]
    assert spans_of(one_function(handler=3.000001, timeout=3)) == [
        ("handler", 0, 3, "timeout")
    ]


def test_an_init_of_exactly_ten_seconds_is_not_cut():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    assert spans_of(one_function(init=10)) == [
        ("init", 0, 10, ""),
        ("handler", 10, 11, "succeeded"),
    ]


def test_an_init_over_ten_seconds_is_cut_and_runs_again_under_the_timeout():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=(0, 30), init=12, handler=1, timeout=13)
    again = ("suppressed init", 10, 22, "")
    assert spans_of(run, 0) == [
        ("init", 0, 10, "timeout"),
        again,
        ("handler", 22, 23, "succeeded"),
    ]
    assert spans_of(run, 1) == [("handler", 30, 31, "succeeded")]
    assert environments_of(run) == [1, 1]


@pytest.mark.parametrize("handler", [0, 1])
def test_the_longest_wait_is_ten_seconds_and_the_timeout(handler):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(init=15, handler=handler, timeout=4)
    cut = [("init", 0, 10, "timeout"), ("suppressed init", 10, 14, "timeout")]
    assert spans_of(run) == [*cut, ("handler", 14, 14, "timeout")]
    assert delivery_of(run, 0, "latency_s", "fate", "runs") == (14, "failed", 1)


def test_after_a_timeout_the_next_run_begins_with_init_inside_its_timeout():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=(0, 10), init=1, handler=5, timeout=3)
    assert spans_of(run, 0) == [
        ("init", 0, 1, ""),
        ("handler", 1, 4, "timeout"),
    ]
    assert spans_of(run, 1) == [
        ("suppressed init", 10, 11, ""),
        ("handler", 11, 13, "timeout"),
    ]
    assert environments_of(run) == [1, 1]


@pytest.mark.parametrize(
    ("memory_size", "share", "again"),
    [(128, 1, 1.2 * 1769 / 128), (1769, 1, 1.2), (3008, 1, 1.2), (128, 0, 1.2)],
)
def test_init_inside_a_run_has_the_cpu_of_the_functions_memory(
    memory_size, share, again
):
    """https://aaronstuyvenberg.com/posts/lambda-timeout-doom-loop"""
    work = sim.Behaviour(
        handler=0.01, init=1.2, cpu_bound_share=share, depends_on=("x",)
    )
    run = sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="f",
                    memory_size=memory_size,
                    timeout=30,
                    behaviour=work,
                )
            ],
            dependencies=[sim.Dependency(name="x")],
            outages=[sim.Outage(of="x", at=9, seconds=2, slower_by=60)],
            triggers=[sim.trigger("invoke", function="f", name="i")],
            traffic=[sim.Traffic(into="i", arrivals=sim.Recorded((0, 10, 60)))],
            seconds=200,
        )
    )
    assert spans_of(run, 0)[0] == ("init", 0, 1.2, "")
    stage, start, end, outcome = spans_of(run, 2)[0]
    assert (stage, start, outcome) == ("suppressed init", 60, "")
    assert end - 60 == pytest.approx(again, abs=1e-6)


def test_an_init_that_is_cut_runs_again_with_the_cpu_of_the_functions_memory():
    """https://aaronstuyvenberg.com/posts/lambda-timeout-doom-loop"""
    run = one_function(
        init=12, handler=0, timeout=60, memory_size=884, cpu_bound_share=0.5
    )
    slower = 12 * (1 + 0.5 * (1769 / 884 - 1))
    cut, again, _ = spans_of(run)
    assert cut == ("init", 0, 10, "timeout")
    assert again[1:3] == (10, pytest.approx(10 + slower, abs=1e-6))


def test_with_init_longer_than_the_timeout_an_environment_that_timed_out_once_does_so_for_ever():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=(0, 20, 40), init=5, handler=3, timeout=2)
    assert spans_of(run, 0) == [
        ("init", 0, 5, ""),
        ("handler", 5, 7, "timeout"),
    ]
    assert spans_of(run, 1) == [
        ("suppressed init", 20, 22, "timeout"),
        ("handler", 22, 22, "timeout"),
    ]
    assert spans_of(run, 2) == [
        ("suppressed init", 40, 42, "timeout"),
        ("handler", 42, 42, "timeout"),
    ]


def test_after_a_crash_the_next_run_begins_with_init_inside_its_timeout():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, 10), init=1, handler=2.5, error_rate=1, crash_share=1
    )
    assert spans_of(run, 0) == [
        ("init", 0, 1, ""),
        ("handler", 1, 3.5, "crashed"),
    ]
    assert spans_of(run, 1) == [
        ("suppressed init", 10, 11, ""),
        ("handler", 11, 13, "timeout"),
    ]
    assert environments_of(run) == [1, 1]


@pytest.mark.parametrize("reason", ["error_rate", "poison_share"])
def test_a_function_error_does_not_reset_the_environment(reason):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=(0, 10), init=1, handler=2.5, **{reason: 1})
    assert spans_of(run, 0) == [
        ("init", 0, 1, ""),
        ("handler", 1, 3.5, "failed"),
    ]
    assert spans_of(run, 1) == [("handler", 10, 12.5, "failed")]


@pytest.mark.parametrize(
    ("seconds", "spans"),
    [
        (0.5, [("init", 0, 0.5, "in flight")]),
        (1.5, [("init", 0, 1, ""), ("handler", 1, 1.5, "in flight")]),
    ],
)
def test_what_is_under_way_at_the_end_is_in_flight(seconds, spans):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(init=1, handler=1, seconds=seconds)
    assert spans_of(run) == spans
    assert delivery_of(run, 0, "fate", "told") == ("in flight", "")


def test_an_init_that_fails_runs_again_inside_the_invoke_and_ends_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=(0, 10), init=1, init_error_rate=1, timeout=5)
    assert spans_of(run, 0) == [
        ("init", 0, 1, "failed"),
        ("suppressed init", 1, 2, "failed"),
        ("handler", 2, 2, "crashed"),
    ]
    assert spans_of(run, 1) == [
        ("suppressed init", 10, 11, "failed"),
        ("handler", 11, 11, "crashed"),
    ]
    assert environments_of(run) == [1, 1]
    assert run.deliveries.told.tolist() == ["200 FunctionError"] * 2
    assert delivery_of(run, 0, "fate", "latency_s", "runs") == ("failed", 2, 1)
    story = run.story(0)
    assert "Phase: init Status: error Error Type: Runtime.Unknown" in story
    assert "INIT_REPORT Init Duration: 1000.00 ms Phase: invoke" in story
    assert "fails with its init: its handler never began." in story


def test_an_init_that_exits_says_so():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(init=1, init_error_rate=1, crash_share=1)
    assert [outcome for *_, outcome in spans_of(run)] == ["crashed"] * 3
    assert "Status: error Error Type: Runtime.ExitError" in run.story(0)


def test_of_many_inits_a_share_fails_and_each_try_has_luck_of_its_own():
    """The draws are a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=[0] * 900, init=1, init_error_rate=0.3)
    inits = run.spans[run.spans.stage == "init"]
    failed = (inits.outcome == "failed").mean()
    assert failed == pytest.approx(0.3, abs=0.05)
    told = (run.deliveries.fate == "failed").mean()
    assert told == pytest.approx(0.3**2, abs=0.03)
    again = run.spans[run.spans.stage == "suppressed init"]
    assert len(again) == (inits.outcome == "failed").sum()


def test_an_init_that_is_cut_and_then_fails_ends_the_invoke():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(init=12, init_error_rate=1, timeout=15)
    assert spans_of(run) == [
        ("init", 0, 10, "timeout"),
        ("suppressed init", 10, 22, "failed"),
        ("handler", 22, 22, "crashed"),
    ]
    run = one_function(init=9, init_error_rate=1, timeout=5)
    assert spans_of(run)[1:] == [
        ("suppressed init", 9, 14, "timeout"),
        ("handler", 14, 14, "timeout"),
    ]


def test_a_failed_init_is_a_function_error_that_is_retried():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(
        kind="invoke_event",
        init=1,
        init_error_rate=1,
        queues=("dead",),
        on_failure="dead",
    )
    assert delivery_of(run, 0, "fate", "runs", "condition") == (
        "dead-lettered",
        3,
        "RetriesExhausted",
    )
    assert run.attempts.start_s.tolist() == [0, 62, 183]
    error = run.invocation_record(0)["responsePayload"]
    assert error["errorMessage"] == "The init failed."
    metrics = run.metrics()
    errors = metrics[metrics.metric == "Errors"]
    assert errors.groupby("timestamp_s").Sum.max().sum() == 3


def test_an_init_that_fails_in_the_invoke_of_a_batch_fails_all_of_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="f",
                    behaviour=sim.Behaviour(
                        handler=1, init=1, init_error_rate=1
                    ),
                )
            ],
            queues=[
                sim.Queue(
                    name="q",
                    redrive_policy=sim.RedrivePolicy(
                        dead_letter_target_arn="d", max_receive_count=2
                    ),
                ),
                sim.Queue(name="d"),
            ],
            triggers=[
                sim.trigger(
                    "sqs_standard",
                    function="f",
                    source="q",
                    batch_size=3,
                    pollers=1,
                    function_response_types=("ReportBatchItemFailures",),
                )
            ],
            traffic=[sim.Traffic(into="q", arrivals=sim.Burst(events=3))],
            seconds=300,
        )
    )
    assert run.deliveries.fate.tolist() == ["dead-lettered"] * 3
    assert run.deliveries.successes.sum() == 0
    assert run.attempts.outcome.isin(["crashed", "not reached"]).all()
    assert run.story(0)


def test_a_failed_first_init_is_not_billed_but_its_second_try_is():
    """As measured of one that is cut: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(init=2, init_error_rate=1, memory_size=1024)
    bill = run.cost().set_index("item").quantity
    assert bill["Lambda duration (x86_64)"] == pytest.approx(2)


def test_a_proactive_init_that_failed_runs_again_inside_the_invoke():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(init=1, init_error_rate=1, proactive_init_share=1)
    assert spans_of(run) == [
        ("suppressed init", 0, 1, "failed"),
        ("handler", 1, 1, "crashed"),
    ]


def test_a_failed_init_with_snap_start_is_refused():
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    with pytest.raises(sim.ScenarioError, match="no init_error_rate"):
        one_function(
            init_error_rate=0.1,
            snap_start="PublishedVersions",
            auto_publish_alias="live",
        )
