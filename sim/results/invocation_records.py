"""What Lambda writes about an asynchronous event: invocation records and dead-letter messages.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

The simulator has no payloads: an event's payload names the event, and what a handler answers is
made up here.
"""

from __future__ import annotations

from math import isnan
from operator import attrgetter
from typing import Any

from sim import facts
from sim.results.events import check_event, payload
from sim.results.record_fields import (
    FUNCTION_ERRORS,
    RAN,
    REFUSED,
    error_payload,
    function_arn,
    request_id,
    response,
    timestamp,
)
from sim.results.result import Result
from sim.scenario.errors import ScenarioError
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import AsynchronousTrigger, Trigger
from sim.trace import SECOND_COPY

RATE_EXCEEDED = "Rate Exceeded."  # a throttled Invoke's message


def invocation_record(
    run: Result, event: int, function: str | None = None
) -> dict[str, Any]:
    """The record of an asynchronous event for its destination, as AWS's JSON.

    `function` picks one of several. The last run decides its response; an event dropped while
    throttled has only a status, one never tried not even that. Raises `ScenarioError` for an event
    without asynchronous delivery, or one still in flight.
    """
    row = _delivery(run, event, function)
    return {
        "version": "1.0",
        "timestamp": timestamp(run.trace.deliveries.settled[row.delivery]),
        "requestContext": {
            "requestId": request_id(run, row),
            "functionArn": function_arn(run, row),
            "condition": row.condition,
            "approximateInvokeCount": _invoke_count(run, row),
        },
        "requestPayload": _request_payload(run, row, event),
        **response(run, row, _last_outcome(run, row)),
    }


def dead_letter_message(
    run: Result, event: int, function: str | None = None
) -> dict[str, Any]:
    """The message for the dead-letter queue: `body`, the event alone, and `attributes`, why.

    `function` picks one of several. AWS is silent on an event that was given up without any try: it
    counts as throttled here. Raises `ScenarioError` as `invocation_record` does, and for a success.
    """
    row = _delivery(run, event, function)
    if row.condition == "Success":
        raise ScenarioError(
            f"Event {event} succeeded in {row.function!r}: it has no dead-letter message."
        )
    code = REFUSED
    message = RATE_EXCEEDED
    outcome = _last_outcome(run, row)
    if outcome in FUNCTION_ERRORS:
        code = RAN
        message = error_payload(run, row, outcome)["errorMessage"]
    longest = facts.fact("dead_letter.error_message").value  # bytes
    attributes = {
        "RequestID": request_id(run, row),
        "ErrorCode": code,
        "ErrorMessage": message.encode()[:longest].decode(),
    }
    body = _request_payload(run, row, event)
    return {"body": body, "attributes": attributes}


def _delivery(run: Result, event: int, function: str | None) -> Any:
    """The event's asynchronous delivery, which has its fate: its row of `run.deliveries`."""
    check_event(run, event)
    mine = run.deliveries[run.deliveries.event == event]
    rows: list[Any] = list(mine.itertuples(index=False))
    triggers = [run.trigger_of(row.delivery) for row in rows]
    asynchronous = [
        row
        for row, trigger in zip(rows, triggers, strict=True)
        if _is_in_event_queue(row, trigger)
    ]
    if not asynchronous:
        ways = [f"{trigger.name!r} ({trigger.model})" for trigger in triggers]
        raise ScenarioError(
            f"Event {event} came through {' and '.join(ways)}; "
            "only an asynchronous event has such a record."
        )
    row = _to_function(event, function, asynchronous)
    if row.fate == "in flight":
        raise ScenarioError(
            f"Event {event} is still in flight to {row.function!r}; "
            "its record comes when it is settled."
        )
    return row


def _request_payload(run: Result, row: Any, event: int) -> Any:
    """What the function is invoked with: of a subscriber all events of the batch, as an array.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html
    """
    trigger = run.trigger_of(row.delivery)
    if not isinstance(trigger, Subscriber) or trigger.hands_over_one:
        return payload(run, event)
    *_, accepted = run.target_calls[row.delivery]
    events = run.trace.deliveries.event
    return [payload(run, events[one]) for one in accepted.deliveries]


def _is_in_event_queue(row: Any, trigger: Trigger) -> bool:
    """Whether Lambda's own queue keeps the event, or may come to do so."""
    if isinstance(trigger, Subscriber):
        return not isnan(row.accepted_s)
    return isinstance(trigger, AsynchronousTrigger)


def _to_function(event: int, function: str | None, rows: list[Any]) -> Any:
    """The first of these deliveries to a function, which must be named if there are several."""
    names = list(dict.fromkeys(row.function for row in rows))
    went = " and ".join(map(repr, names))
    if function is None and len(names) > 1:
        raise ScenarioError(
            f"Event {event} went to {went}; name one with function=."
        )
    if function is not None and function not in names:
        raise ScenarioError(
            f"Event {event} did not go to function {function!r} asynchronously, but to {went}."
        )
    return next(row for row in rows if function in (None, row.function))


def _tries(run: Result, row: Any) -> list[Any]:
    """The attempts at a delivery that ended before it was settled: rows of `run.attempts`.

    A second copy is none of them.
    """
    mine = run.attempts[run.attempts.delivery == row.delivery]
    mine = mine[mine.attempt != SECOND_COPY]
    return list(mine[mine.end_s <= row.settled_s].itertuples(index=False))


def _last_outcome(run: Result, row: Any) -> str:
    """How the try ended that decided the event's fate; empty if there was none.

    A handler that caught its error has succeeded, as AWS sees it.
    """
    if row.condition == "Success":
        return "succeeded"
    tries = _tries(run, row)
    deciding = [tried for tried in tries if tried.end_s == row.settled_s]
    if not deciding:
        return ""
    last = max(deciding, key=attrgetter("attempt"))
    return str(last.outcome)


def _invoke_count(run: Result, row: Any) -> int:
    """How often the function ran: the second copy of a duplicate has no number of its own."""
    counts_one = run.scenario.choices.success_record_invoke_count == "one"
    if row.condition == "Success" and counts_one:
        return 1
    ran = [tried for tried in _tries(run, row) if tried.environment >= 0]
    return len({tried.attempt for tried in ran})
