"""What Lambda writes about an asynchronous event, in AWS's own fields."""

from uuid import UUID

import pytest

import sim
from sim.engine.simulate import Simulation
from sim.results.events import identity
from sim.results.record_fields import FUNCTION_ARN
from tests.support.stories import PLAIN


def lived(
    events=1,
    function=None,
    choices=None,
    drain=True,
    handler=0.5,
    init=None,
    age=21600,
    retries=2,
    **behaviour,
):
    """A drained run of events that enter one after another at once, without latencies."""
    target = sim.Function(
        name="f",
        **(function or {}),
        event_invoke_config=sim.EventInvokeConfig(
            maximum_event_age_in_seconds=age, maximum_retry_attempts=retries
        ),
        behaviour=sim.Behaviour(
            handler=sim.Constant(seconds=handler),
            init=init or sim.Constant(seconds=0),
            **behaviour,
        ),
    )
    scenario = sim.Scenario(
        functions=[target],
        triggers=[sim.trigger("invoke_event", function="f", name="e")],
        traffic=[
            sim.Traffic(
                into="e", arrivals=sim.Burst(events=events, at=0.001234)
            )
        ],
        choices=sim.Choices(**PLAIN, **(choices or {})),
        seconds=10,
    )
    return sim.simulate(scenario, drain=drain)


def record(run, event=0):
    """The record without its id, which has tests of its own."""
    written = run.invocation_record(event)
    assert UUID(written["requestContext"].pop("requestId")).version == 4
    return written


def expected(timestamp, condition, count, event=0, **response):
    context = {
        "functionArn": FUNCTION_ARN.format("f"),
        "condition": condition,
        "approximateInvokeCount": count,
    }
    payload = {"event": event, "traffic": "e", "n": event}
    return {
        "version": "1.0",
        "timestamp": timestamp,
        "requestContext": context,
        "requestPayload": payload,
        **response,
    }


SUCCESS = {
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
    "responsePayload": None,
}
UNHANDLED = {
    "statusCode": 200,
    "executedVersion": "$LATEST",
    "functionError": "Unhandled",
}
FAILED = {
    "errorType": "Exception",
    "errorMessage": "The handler failed.",
    "stackTrace": [],
}


def test_a_success_has_no_function_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    assert record(lived()) == expected(
        "2026-01-01T00:00:00.501Z", "Success", 1, **SUCCESS
    )


@pytest.mark.parametrize(("choice", "counted"), [("one", 1), ("runs", 2)])
def test_the_invoke_count_of_a_success_after_retries_is_a_choice(
    choice, counted
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    (silent on it)
    """
    run = lived(
        events=40,
        error_rate=0.5,
        choices={"success_record_invoke_count": choice},
    )
    second = run.deliveries[
        (run.deliveries.fate == "succeeded") & (run.deliveries.runs == 2)
    ].event.iloc[0]
    assert record(run, second) == expected(
        "2026-01-01T00:01:01.001Z", "Success", counted, second, **SUCCESS
    )


def test_used_up_retries_carry_the_last_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    written = expected(
        "2026-01-01T00:03:01.501Z",
        "RetriesExhausted",
        3,
        responseContext=UNHANDLED,
        responsePayload=FAILED,
    )
    assert record(lived(error_rate=1)) == written


def test_a_timeout_says_after_how_many_seconds():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html (measured 2025)"""
    error = {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "Task timed out after 3.00 seconds",
    }
    written = expected(
        "2026-01-01T00:00:03.001Z",
        "RetriesExhausted",
        1,
        responseContext=UNHANDLED,
        responsePayload=error,
    )
    assert record(lived(handler=5, retries=0)) == written


def test_a_crash_is_the_runtimes_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    written = record(lived(error_rate=1, crash_share=1, retries=0))
    assert written["responsePayload"] == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "Runtime exited",
    }
    assert written["responseContext"] == UNHANDLED


def test_an_event_dropped_while_throttled_has_only_a_status():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    (measured 2026)
    """
    run = lived(
        events=2,
        function={"reserved_concurrent_executions": 1, "timeout": 900},
        handler=400,
        age=100,
    )
    assert record(run, 1) == expected(
        "2026-01-01T00:01:03.001Z",
        "EventAgeExceeded",
        0,
        1,
        responseContext={"statusCode": 429},
    )


def test_an_event_that_ran_and_was_throttled_until_it_was_too_old_counts_its_runs():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    (measured 2026)
    """
    busy = {"reserved_concurrent_executions": 1, "timeout": 900}
    run = lived(events=3, function=busy, handler=20, age=80, error_rate=1)
    response = {"responseContext": {"statusCode": 429}}
    assert record(run) == expected(
        "2026-01-01T00:01:20.001Z", "EventAgeExceeded", 1, **response
    )


def test_an_event_too_old_after_a_failed_run_carries_its_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    (measured 2022-2026)
    """
    written = expected(
        "2026-01-01T00:01:01.001Z",
        "EventAgeExceeded",
        2,
        responseContext=UNHANDLED,
        responsePayload=FAILED,
    )
    assert record(lived(error_rate=1, age=150)) == written


def test_zero_reserved_concurrency_leaves_no_response():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    (measured 2025)
    """
    run = lived(function={"reserved_concurrent_executions": 0})
    assert record(run) == expected(
        "2026-01-01T00:00:00.001Z", "ZeroReservedConcurrency", 0
    )


def test_a_second_copy_does_not_count():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    (silent on the count)
    """
    run = lived(error_rate=1, choices={"duplicate_share": 1})
    assert run.deliveries.runs[0] == 4
    assert record(run)["requestContext"]["approximateInvokeCount"] == 3


def test_the_answer_of_a_second_copy_is_not_the_records():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = lived(
        events=40,
        error_rate=0.5,
        retries=0,
        init=sim.Uniform(low=0, high=1),
        choices={"duplicate_share": 1},
    )
    rescued = run.deliveries[
        (run.deliveries.condition == "RetriesExhausted")
        & (run.deliveries.successes == 1)
    ]
    assert len(rescued) > 3
    assert all(
        run.invocation_record(event)["responsePayload"] == FAILED
        for event in rescued.event
    )


@pytest.mark.parametrize(
    ("settings", "event", "code", "message"),
    [
        ({"error_rate": 1}, 0, 200, "The handler failed."),
        (
            {"handler": 5, "retries": 0},
            0,
            200,
            "Task timed out after 3.00 seconds",
        ),
        (
            {"function": {"reserved_concurrent_executions": 0}},
            0,
            429,
            "Rate Exceeded.",
        ),
        (
            {
                "events": 2,
                "function": {
                    "reserved_concurrent_executions": 1,
                    "timeout": 900,
                },
                "handler": 400,
                "age": 100,
            },
            1,
            429,
            "Rate Exceeded.",
        ),
    ],
)
def test_a_dead_letter_message_is_the_event_and_three_attributes(
    settings, event, code, message
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    run = lived(**settings)
    request = run.invocation_record(event)["requestContext"]["requestId"]
    assert run.dead_letter_message(event) == {
        "body": {"event": event, "traffic": "e", "n": event},
        "attributes": {
            "RequestID": request,
            "ErrorCode": code,
            "ErrorMessage": message,
        },
    }


def fan_out():
    """One event to two functions, whose successes go to a third; and from a queue to a fourth."""
    sends = sim.EventInvokeConfig(
        destination_config=sim.DestinationConfig(on_success="next")
    )
    functions = [
        sim.Function(name=name, event_invoke_config=sends)
        for name in ("a", "b")
    ]
    return sim.simulate(
        sim.Scenario(
            functions=[
                *functions,
                sim.Function(name="next"),
                sim.Function(name="polls"),
            ],
            triggers=[
                sim.trigger("sns", function="a"),
                sim.trigger(
                    "sns", function="b", name="sns again", source="sns"
                ),
                sim.trigger(
                    "sqs_standard", function="polls", name="mapping", source="q"
                ),
                sim.trigger("invoke", function="polls"),
            ],
            traffic=[
                sim.Traffic(into=into, arrivals=sim.Recorded(instants=[at]))
                for into, at in (("sns", 1), ("q", 2), ("invoke", 3))
            ],
            seconds=10,
        ),
    )


def test_a_request_id_is_the_same_on_every_run_and_one_of_its_own_for_each_acceptance():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html"""
    first, again = fan_out(), fan_out()
    assert first.invocation_record(0, function="a") == again.invocation_record(
        0, function="a"
    )
    records = [
        first.invocation_record(0, function=name) for name in ("a", "b")
    ] + [first.invocation_record(3)]
    assert (
        len({record["requestContext"]["requestId"] for record in records}) == 3
    )


def test_a_record_of_a_child_event_names_what_caused_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    written = fan_out().invocation_record(3)
    assert written["requestPayload"] == {
        "event": 3,
        "parent": 0,
        "edge": "on-success destination",
    }
    assert written["requestContext"]["functionArn"] == FUNCTION_ARN.format(
        "next"
    )


def test_a_childs_identity_is_the_one_that_the_engine_gave_it():
    """Chance belongs to events.

    What a record says of a child rests on the same identity as its draws.
    """
    simulation = Simulation(fan_out().scenario)
    simulation.advance(10_000_000)
    given = list(simulation.delivery_draws.identity)
    run = simulation.finish()
    count = len(run.workload.time) + len(run.trace.children)
    assert len(run.trace.children) == 2
    assert [identity(run, event) for event in range(count)] == given


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda: fan_out().invocation_record(0),
            "Event 0 went to 'a' and 'b'; name one with function=.",
        ),
        (
            lambda: fan_out().invocation_record(0, function="next"),
            "Event 0 did not go to function 'next' asynchronously, but to 'a' and 'b'.",
        ),
        (
            lambda: fan_out().invocation_record(1),
            (
                "Event 1 came through 'mapping' (polling); "
                "only an asynchronous event has such a record."
            ),
        ),
        (
            lambda: fan_out().dead_letter_message(2),
            (
                "Event 2 came through 'invoke' (synchronous); "
                "only an asynchronous event has such a record."
            ),
        ),
        (
            lambda: lived(drain=False, error_rate=1).invocation_record(0),
            "Event 0 is still in flight to 'f'; its record comes when it is settled.",
        ),
        (
            lambda: lived().dead_letter_message(0),
            "Event 0 succeeded in 'f': it has no dead-letter message.",
        ),
        (
            lambda: lived().invocation_record(7),
            "There is no event 7: this run has events 0 to 0.",
        ),
    ],
)
def test_what_has_no_record_is_told_in_a_sentence(ask, sentence):
    with pytest.raises(sim.ScenarioError) as refused:
        ask()
    assert str(refused.value) == sentence
