"""Stories of asynchronous invocation: Lambda's queue keeps an event, tries again, and gives up."""

import pytest

import sim
from tests.support.stories import (
    calls,
    delivery_of,
    function,
    one_function,
    outcomes_of,
    scenario,
    spans_of,
    starts_of,
)

ACCOUNT = "ConcurrentInvocationLimitExceeded"
# with no dispatch latency the first run begins when the event is accepted
ACCEPTED = ("queue", 0, 0, "")
SPREAD = sim.Choices().throttle_backoff_spread


def after_a_neighbour(
    kind="invoke_event",
    at=(0,),
    busy=(0,),
    handler=1.0,
    timeout=900,
    seconds=86_400.0,
    **settings,
):
    """The run of `f`, whose only concurrency a neighbour uses from each instant `busy` on."""
    neighbour = calls(
        function("a neighbour", handler=handler, timeout=timeout), at=busy
    )
    mine = calls(function(**settings), at, kind)
    return sim.simulate(
        scenario(neighbour, mine, concurrent_executions=1, seconds=seconds),
        drain=False,
    )


def test_lambda_answers_202_and_keeps_the_event():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html"""
    run = one_function(at=(2,), kind="invoke_event")
    assert delivery_of(run, 0, "accepted_s", "told", "told_s") == (2, "202", 2)
    assert delivery_of(run, 0, "settled_s", "fate", "condition") == (
        3,
        "succeeded",
        "Success",
    )


@pytest.mark.parametrize(
    ("retries", "starts"), [(0, [0]), (1, [0, 60]), (2, [0, 60, 180])]
)
def test_a_failing_event_is_run_again_after_one_minute_and_after_two(
    retries, starts
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(
        kind="invoke_event",
        handler=0,
        error_rate=1,
        maximum_retry_attempts=retries,
    )
    assert starts_of(run) == starts
    assert delivery_of(run, 0, "condition", "runs", "settled_s") == (
        "RetriesExhausted",
        len(starts),
        starts[-1],
    )
    assert delivery_of(run, 0, "fate", "stores", "told") == (
        "dropped",
        "",
        "202",
    )


def test_the_waits_are_counted_from_the_end_of_the_failed_run():
    """A choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(
        kind="invoke_event", handler=5, timeout=6, poison_share=1
    )
    assert spans_of(run) == [
        ACCEPTED,
        ("handler", 0, 5, "failed"),
        ("retry", 5, 65, ""),
        ("handler", 65, 70, "failed"),
        ("retry", 70, 190, ""),
        ("handler", 190, 195, "failed"),
    ]


def test_a_timeout_is_retried_like_an_error_and_init_runs_again():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(
        kind="invoke_event",
        init=1,
        handler=5,
        timeout=3,
        maximum_retry_attempts=1,
    )
    assert spans_of(run) == [
        ACCEPTED,
        ("init", 0, 1, ""),
        ("handler", 1, 4, "timeout"),
        ("retry", 4, 64, ""),
        ("suppressed init", 64, 65, ""),
        ("handler", 65, 67, "timeout"),
    ]
    assert delivery_of(run, 0, "condition", "settled_s") == (
        "RetriesExhausted",
        67,
    )


def test_an_event_throttled_for_ever_is_given_up_before_it_is_too_old():
    """Doubling is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = after_a_neighbour(handler=900, maximum_event_age_in_seconds=100)
    assert starts_of(run, 1) == [0, 1, 3, 7, 15, 31, 63]
    assert delivery_of(run, 1, "condition", "settled_s") == (
        "EventAgeExceeded",
        63,
    )
    assert delivery_of(run, 1, "fate", "runs", "throttles") == ("expired", 0, 7)


def test_each_throttle_and_each_wait_for_the_next_try_is_in_the_log():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = after_a_neighbour(handler=2)
    assert spans_of(run, 1) == [
        ACCEPTED,
        ("throttle", 0, 0, ACCOUNT),
        ("retry", 0, 1, ""),
        ("throttle", 1, 1, ACCOUNT),
        ("retry", 1, 3, ""),
        ("handler", 3, 4, "succeeded"),
    ]
    assert run.attempts.attempt[run.attempts.event == 1].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("age", "starts", "condition", "settled_s"),
    [
        (150, [0, 60], "EventAgeExceeded", 60),
        (179, [0, 60], "EventAgeExceeded", 60),
        (180, [0, 60, 180], "RetriesExhausted", 180),
        (200, [0, 60, 180], "RetriesExhausted", 180),
    ],
)
def test_a_failing_event_is_given_up_when_it_would_be_too_old_for_its_next_run(
    age, starts, condition, settled_s
):
    """To look ahead is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(
        kind="invoke_event",
        handler=0,
        error_rate=1,
        maximum_event_age_in_seconds=age,
    )
    assert starts_of(run) == starts
    assert delivery_of(run, 0, "condition", "settled_s", "runs") == (
        condition,
        settled_s,
        len(starts),
    )


@pytest.mark.parametrize(
    ("retries", "condition", "fate"),
    [(0, "RetriesExhausted", "dropped"), (1, "EventAgeExceeded", "expired")],
)
def test_retries_are_judged_before_age(retries, condition, fate):
    """AWS is silent, so this is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    settings = {
        "handler": 100,
        "timeout": 200,
        "error_rate": 1,
        "maximum_event_age_in_seconds": 60,
    }
    run = one_function(
        kind="invoke_event", maximum_retry_attempts=retries, **settings
    )
    assert delivery_of(run, 0, "condition", "fate", "settled_s", "runs") == (
        condition,
        fate,
        100,
        1,
    )


def test_a_success_counts_whatever_its_age():
    """AWS is silent, so this is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(
        kind="invoke_event",
        handler=100,
        timeout=200,
        maximum_event_age_in_seconds=60,
    )
    assert delivery_of(run, 0, "fate", "condition", "latency_s") == (
        "succeeded",
        "Success",
        100,
    )


def test_throttles_do_not_use_up_retries():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = after_a_neighbour(handler=5, error_rate=1)
    assert starts_of(run, 1) == [0, 1, 3, 7, 68, 189]
    assert delivery_of(run, 1, "condition", "runs", "throttles") == (
        "RetriesExhausted",
        3,
        3,
    )


def test_the_back_off_of_throttles_goes_on_where_it_was_before_a_run():
    """AWS is silent, so this is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = after_a_neighbour(
        busy=(0, 61.5), maximum_retry_attempts=1, error_rate=1
    )
    assert starts_of(run, 1) == [0, 1, 62, 64]
    assert delivery_of(run, 1, "condition", "runs", "throttles") == (
        "RetriesExhausted",
        2,
        2,
    )


def test_a_throttled_event_waits_five_minutes_at_most():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = after_a_neighbour(handler=900, busy=(0, 900))
    assert starts_of(run, 1)[6:] == [
        63,
        127,
        255,
        511,
        811,
        1111,
        1411,
        1711,
        2011,
    ]
    assert delivery_of(run, 1, "fate", "runs", "throttles") == (
        "succeeded",
        1,
        14,
    )


def crowd(events, handler, reserved, seed=1, **choices):
    """The run of so many events at once, behind so few environments."""
    behind = function(
        handler=handler, timeout=30, reserved_concurrent_executions=reserved
    )
    together = scenario(
        calls(behind, at=(0,) * events, kind="invoke_event"),
        seconds=60,
        **{"throttle_backoff_spread": SPREAD, **choices},
    )
    return sim.simulate(together, seed)


def waits_of(run):
    """The waits after throttles in seconds, with how many throttles each event had before."""
    waits = run.spans[run.spans.stage == "retry"]
    return waits.assign(
        seconds=waits.end_s - waits.start_s,
        before=waits.groupby("event").cumcount(),
    )


@pytest.mark.parametrize(
    ("events", "handler", "reserved", "least", "most"),
    [(15, 0.1, 1, 2, 40), (100, 1.0, 5, 100, 200), (300, 1.0, 5, 400, 800)],
)
def test_throttled_events_do_not_march_in_step(
    events, handler, reserved, least, most
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    for seed in (1, 2, 3):
        run = crowd(events, handler, reserved, seed)
        assert least < run.deliveries.settled_s.max() < most
        assert run.deliveries.fate.unique().tolist() == ["succeeded"]


def test_a_wait_after_a_throttle_is_drawn_from_its_doubled_length_to_a_quarter_more():
    """A choice, as recorded: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    waits = waits_of(crowd(100, 1.0, 5, throttle_backoff_cap_seconds=16))
    length = waits.seconds / (2.0**waits.before).clip(upper=16)
    assert length.min() >= 1 - 1e-6
    assert length.max() <= 1.25 + 1e-6
    assert length.quantile([0.1, 0.5, 0.9]).tolist() == pytest.approx(
        [1.025, 1.125, 1.225], abs=0.02
    )
    # the cap is applied before the spread
    assert waits.seconds.max() > 16.1


def test_a_wait_after_a_throttle_belongs_to_its_event_and_its_try():
    """A choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    few = waits_of(crowd(40, 1.0, 1))
    many = waits_of(crowd(100, 5.0, 1))
    both = few.merge(many, on=["event", "before"])
    # times are whole microseconds, differences of seconds are not
    assert len(both) > 100
    assert both.seconds_x.to_numpy() == pytest.approx(
        both.seconds_y.to_numpy(), abs=1e-6
    )
    assert few.seconds[few.before == 1].round(6).nunique() > 30


def test_without_spread_throttled_events_come_back_in_the_same_instant():
    """What AWS's text alone says: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = crowd(100, 1.0, 5, throttle_backoff_spread=0)
    assert run.deliveries.settled_s.max() > 3500
    assert set(waits_of(run).seconds.round(6)) <= {
        *(2**k for k in range(9)),
        300,
    }


def test_a_crowded_queue_may_lengthen_the_waits_up_to_the_cap():
    """AWS names no number: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = crowd(
        5, 10.0, 1, throttle_backoff_spread=0, throttle_backoff_crowding=0.5
    )
    first = waits_of(run).query("before == 0").seconds.round(6).tolist()
    assert first == [1.5, 2, 2.5, 3]
    capped = crowd(
        5,
        10.0,
        1,
        throttle_backoff_spread=0,
        throttle_backoff_crowding=0.5,
        throttle_backoff_cap_seconds=2,
    )
    assert waits_of(capped).seconds.max() == pytest.approx(2)


def test_reserved_concurrency_zero_drops_an_event_without_any_try():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    run = one_function(kind="invoke_event", reserved_concurrent_executions=0)
    assert delivery_of(run, 0, "told", "accepted_s", "settled_s") == (
        "202",
        0,
        0,
    )
    assert delivery_of(run, 0, "fate", "condition") == (
        "dropped",
        "ZeroReservedConcurrency",
    )
    assert delivery_of(run, 0, "runs", "throttles") == (0, 0)
    assert spans_of(run) == []


STORES = [
    ({}, "", False),
    ({"dead_letter_config": sim.DeadLetterConfig(target_arn="letters")}, "letters", True),
    ({"on_failure": "failures"}, "failures", True),
    ({"dead_letter_config": sim.DeadLetterConfig(target_arn="letters"), "on_failure": "failures"},
     "letters;failures", True),
]  # fmt: skip
GIVEN_UP = [
    (
        {"error_rate": 1, "maximum_retry_attempts": 0},
        "RetriesExhausted",
        "dropped",
    ),
    (
        {"error_rate": 1, "handler": 2, "maximum_event_age_in_seconds": 60},
        "EventAgeExceeded",
        "expired",
    ),
    (
        {"reserved_concurrent_executions": 0},
        "ZeroReservedConcurrency",
        "dropped",
    ),
]


@pytest.mark.parametrize(
    ("given_up", "condition", "lost"),
    GIVEN_UP,
    ids=[condition for _, condition, _ in GIVEN_UP],
)
@pytest.mark.parametrize(
    ("stores", "names", "kept"),
    STORES,
    ids=["none", "queue", "destination", "both"],
)
def test_the_dead_letter_queue_and_the_destination_both_get_what_is_given_up(
    given_up, condition, lost, stores, names, kept
):
    """That both get it was measured: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    run = one_function(
        kind="invoke_event",
        queues=("letters", "failures"),
        **given_up,
        **stores,
    )
    fate = "dead-lettered" if kept else lost
    assert delivery_of(run, 0, "fate", "condition", "stores") == (
        fate,
        condition,
        names,
    )


def test_a_success_goes_to_no_failure_store():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    run = one_function(
        kind="invoke_event", queues=("failures",), on_failure="failures"
    )
    assert delivery_of(run, 0, "fate", "stores") == ("succeeded", "")


@pytest.mark.parametrize(
    ("settings", "edge", "fate"),
    [
        ({"on_success": "next"}, "on-success destination", "succeeded"),
        (
            {
                "on_failure": "next",
                "error_rate": 1,
                "maximum_retry_attempts": 0,
            },
            "on-failure destination",
            "dead-lettered",
        ),
    ],
)
def test_a_destination_function_is_invoked_asynchronously_with_the_record(
    settings, edge, fate
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    first = calls(function("first", **settings), at=(0,), kind="invoke_event")
    run = sim.simulate(
        scenario(first, calls(function("next", handler=2), at=())), drain=False
    )
    assert delivery_of(run, 0, "fate", "settled_s", "parent") == (fate, 1, -1)
    assert delivery_of(run, 1, "parent", "edge", "kind", "function") == (
        0,
        edge,
        "invoke_event",
        "next",
    )
    assert delivery_of(run, 1, "arrived_s", "accepted_s", "fate") == (
        1,
        1,
        "succeeded",
    )
    assert spans_of(run, 1) == [
        ("queue", 1, 1, ""),
        ("handler", 1, 3, "succeeded"),
    ]


@pytest.mark.parametrize(
    "settings",
    [{"on_success": "next", "error_rate": 1}, {"on_failure": "next"}],
)
def test_a_destination_gets_only_what_it_is_for(settings):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    first = calls(function("first", **settings), at=(0,), kind="invoke_event")
    run = sim.simulate(
        scenario(first, calls(function("next"), at=())), drain=False
    )
    assert run.deliveries.function.tolist() == ["first"]


def test_only_the_first_dispatch_takes_time():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html (the time is a choice)"""
    run = one_function(
        kind="invoke_event",
        error_rate=1,
        maximum_retry_attempts=1,
        first_dispatch_seconds=0.03,
    )
    assert spans_of(run) == [
        ("queue", 0, 0.03, ""),
        ("handler", 0.03, 1.03, "failed"),
        ("retry", 1.03, 61.03, ""),
        ("handler", 61.03, 62.03, "failed"),
    ]


@pytest.mark.parametrize(
    ("dispatch", "runs", "fate"), [(60, 1, "succeeded"), (60.5, 0, "expired")]
)
def test_an_event_too_old_at_its_first_dispatch_is_not_run(
    dispatch, runs, fate
):
    """AWS is silent, so this is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(
        kind="invoke_event",
        maximum_event_age_in_seconds=60,
        first_dispatch_seconds=dispatch,
    )
    assert delivery_of(run, 0, "runs", "fate") == (runs, fate)


def test_the_queue_may_hand_an_event_over_twice_without_any_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(kind="invoke_event", duplicate_share=1)
    assert spans_of(run) == [
        ACCEPTED,
        ("handler", 0, 1, "succeeded"),
        ("handler", 0, 1, "succeeded"),
    ]
    assert delivery_of(run, 0, "fate", "runs", "successes") == (
        "succeeded",
        2,
        2,
    )
    assert delivery_of(
        one_function(kind="invoke_event"), 0, "runs", "successes"
    ) == (
        1,
        1,
    )


def test_a_second_copy_is_not_retried():
    """A choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(kind="invoke_event", duplicate_share=1, error_rate=1)
    assert starts_of(run) == [0, 0, 61, 182]


def test_the_measured_waits_lie_in_their_ranges():
    """Measured 2025-2026: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    measured = sim.Choices.measured()
    waits = {
        name: getattr(measured, name)
        for name in ("first_retry_wait", "second_retry_wait")
    }
    run = one_function(at=range(50), kind="invoke_event", error_rate=1, **waits)
    retries = run.spans[run.spans.stage == "retry"]
    length = retries.end_s - retries.start_s
    first, second = length[retries.attempt == 1], length[retries.attempt == 2]
    assert (len(first), first.nunique(), first.between(60, 66).all()) == (
        50,
        50,
        True,
    )
    assert (len(second), second.nunique(), second.between(114, 130).all()) == (
        50,
        50,
        True,
    )


def test_without_drain_what_is_unsettled_at_the_end_is_in_flight():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(kind="invoke_event", error_rate=1, seconds=30)
    assert spans_of(run) == [
        ACCEPTED,
        ("handler", 0, 1, "failed"),
        ("retry", 1, 30, "in flight"),
    ]
    assert delivery_of(run, 0, "fate", "condition", "runs") == (
        "in flight",
        "",
        1,
    )
    assert run.deliveries.settled_s.isna().all()


def test_with_drain_the_clock_runs_on_until_nothing_is_unsettled():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    failing = scenario(
        calls(function(error_rate=1), at=(0,), kind="invoke_event"), seconds=30
    )
    run = sim.simulate(failing)
    assert starts_of(run) == [0, 61, 182]
    assert delivery_of(run, 0, "fate", "settled_s") == ("dropped", 183)


def test_drain_ends_after_drain_seconds():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    failing = scenario(
        calls(function(error_rate=1), at=(0,), kind="invoke_event"), seconds=30
    )
    run = sim.simulate(failing, drain_seconds=70)
    assert spans_of(run)[-1] == ("retry", 62, 100, "in flight")
    assert delivery_of(run, 0, "fate", "runs") == ("in flight", 2)


@pytest.mark.parametrize("kind", ["sns", "s3_notification"])
def test_a_source_takes_its_time_before_lambda_accepts_the_event(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html"""
    run = one_function(at=(1,), kind=kind, latency=sim.Constant(seconds=0.5))
    assert spans_of(run) == [
        ("source", 1, 1.5, ""),
        ("queue", 1.5, 1.5, ""),
        ("handler", 1.5, 2.5, "succeeded"),
    ]
    assert delivery_of(
        run, 0, "arrived_s", "accepted_s", "latency_s", "told"
    ) == (
        1,
        1.5,
        1.5,
        "",
    )


def test_the_age_of_an_event_is_counted_from_its_acceptance():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    late = {"latency": sim.Constant(seconds=0.5), "handler": 0, "error_rate": 1}
    run = one_function(kind="sns", maximum_event_age_in_seconds=60, **late)
    assert starts_of(run) == [0.5, 60.5]
    assert delivery_of(run, 0, "condition", "settled_s") == (
        "EventAgeExceeded",
        60.5,
    )


def test_a_topic_delivers_its_message_to_each_subscribed_function():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"""
    latency = sim.Constant(seconds=0.5)
    subscribed = [
        sim.trigger(
            "sns", function=name, name=name, source="news", latency=latency
        )
        for name in ("a", "b")
    ]
    run = sim.simulate(
        sim.Scenario(
            functions=[
                function("a"),
                function("b", error_rate=1, maximum_retry_attempts=0),
            ],
            triggers=subscribed,
            traffic=[
                sim.Traffic(into="news", arrivals=sim.Recorded(instants=(0,)))
            ],
        ),
        drain=False,
    )
    told = (
        run.deliveries[["event", "function", "accepted_s", "fate"]]
        .to_numpy()
        .tolist()
    )
    assert told == [[0, "a", 0.5, "succeeded"], [0, "b", 0.5, "dropped"]]


def test_a_retry_may_find_its_environment_gone():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    settings = {"init": 1, "error_rate": 1, "maximum_retry_attempts": 1}
    run = one_function(
        kind="invoke_event", execution_environment_idle_seconds=60, **settings
    )
    assert spans_of(run)[-2:] == [
        ("init", 62, 63, ""),
        ("handler", 63, 64, "failed"),
    ]
    assert outcomes_of(run) == ["failed", "failed"]


@pytest.mark.parametrize(("seconds", "error_rate", "told", "told_s"), [
    (10, 0, "SUCCESS", 11),
    (10, 1, "operation fails", 3601),
])  # fmt: skip
def test_cloudformation_waits_for_the_functions_report_or_an_hour(
    seconds, error_rate, told, told_s
):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html"""
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=seconds),
        init=sim.Constant(seconds=0),
        error_rate=error_rate,
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", timeout=900, behaviour=behaviour)],
        triggers=[
            sim.trigger(
                "cfn_custom_resource",
                function="f",
                latency=sim.Constant(seconds=0),
            )
        ],
        traffic=[
            sim.Traffic(
                into="cfn_custom_resource",
                arrivals=sim.Recorded(instants=(1.0,)),
            )
        ],
        choices=sim.Choices(first_dispatch_seconds=0),
        seconds=4000,
    )
    delivery = sim.simulate(scenario, drain=False).deliveries.iloc[0]
    assert (delivery.told, delivery.told_s) == (told, told_s)
    drained = sim.simulate(scenario.replace(seconds=2))
    assert drained.ended_s == told_s, "all is quiet when the report is heard"
