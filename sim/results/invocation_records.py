"""What Lambda writes about what it gives up or hands on: invocation records and dead-letter messages.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html The simulator has
no payloads: an event's payload names the event, and what a handler answers is made up here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sim import facts
from sim.results.result import Result
from sim.results.story.story import known_event
from sim.scenario.errors import ScenarioError
from sim.scenario.triggers import AsynchronousTrigger
from sim.trace import Condition, Discard, Outcome
from sim.workload import draws

ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}:$LATEST"  # the account of AWS's own examples
RAN, REFUSED = (
    200,
    429,
)  # the status of an Invoke whose function ran, even if it failed, and of a throttled one
RATE_EXCEEDED = "Rate Exceeded."  # a throttled Invoke's message


def invocation_record(
    run: Result, event: int, function: str | None = None
) -> dict[str, Any]:
    """The record of an asynchronous event for its destination, as AWS's JSON; `function` picks one of several.

    The last run decides its response; an event dropped while throttled has only a status, one never
    tried not even that. Raises `ScenarioError` for an event without asynchronous delivery, or one
    still in flight.
    """
    row = _delivery(run, event, function)
    ended = _last_try(run, row)
    return {
        "version": "1.0",
        "timestamp": _timestamp(run.trace.deliveries.settled[row.delivery]),
        "requestContext": {
            "requestId": _request_id(run, row),
            "functionArn": ARN.format(row.function),
            "condition": row.condition,
            "approximateInvokeCount": _invoke_count(run, row),
        },
        "requestPayload": payload(run, event),
        **_response(run, row, ended),
    }


def dead_letter_message(
    run: Result, event: int, function: str | None = None
) -> dict[str, Any]:
    """The message for the dead-letter queue: `body`, the event alone, and `attributes`, why it was given up.

    `function` picks one of several. Raises `ScenarioError` as `invocation_record` does, and for a
    success.
    """
    row = _delivery(run, event, function)
    if row.condition == "Success":
        raise ScenarioError(
            f"Event {event} succeeded in {row.function!r}: it has no dead-letter message."
        )
    ended = _last_try(run, row)
    code = (
        RAN if ended in _ERRORS else REFUSED
    )  # AWS is silent on an event given up without any try
    message = (
        _error(run, row, ended)["errorMessage"] if ended in _ERRORS else RATE_EXCEEDED
    )
    limit = facts.fact("dead_letter.error_message").value
    attributes = {
        "RequestID": _request_id(run, row),
        "ErrorCode": code,
        "ErrorMessage": message.encode()[:limit].decode(),
    }
    return {"body": payload(run, event), "attributes": attributes}


def payload(run: Result, event: int) -> dict[str, Any]:
    """What stands for an event's content: where it came from."""
    roots = len(run.workload.time)
    if event >= roots:
        child = run.trace.children[event - roots]
        return {"event": int(event), "parent": child.parent, "edge": child.edge}
    traffic, n = (
        run.workload.names[run.workload.traffic[event]],
        int(run.workload.n[event]),
    )
    return {"event": int(event), "traffic": traffic, "n": n}


def _delivery(run: Result, event: int, function: str | None) -> Any:
    known_event(run, event)
    rows = list(run.deliveries[run.deliveries.event == event].itertuples(index=False))
    asynchronous = [
        row for row in rows if isinstance(_trigger(run, row), AsynchronousTrigger)
    ]
    if not asynchronous:
        ways = " and ".join(
            f"{row.trigger!r} ({_trigger(run, row).model})" for row in rows
        )
        raise ScenarioError(
            f"Event {event} came through {ways}; only an asynchronous event has such a record."
        )
    names = list(dict.fromkeys(row.function for row in asynchronous))
    if function is None and len(names) > 1:
        raise ScenarioError(
            f"Event {event} went to {' and '.join(map(repr, names))}; name one with function=."
        )
    if function is not None and function not in names:
        went = " and ".join(map(repr, names))
        raise ScenarioError(
            f"Event {event} did not go to function {function!r} asynchronously, but to {went}."
        )
    row = next(row for row in asynchronous if function in (None, row.function))
    if row.fate == "in flight":
        raise ScenarioError(
            f"Event {event} is still in flight to {row.function!r}; its record comes when it is settled."
        )
    return row


def _trigger(run: Result, row: Any) -> Any:
    return run.triggers[run.trace.deliveries.trigger[row.delivery]]


def _tries(run: Result, row: Any) -> list[Any]:
    mine = run.attempts[run.attempts.delivery == row.delivery]
    return list(mine[mine.end_s <= row.settled_s].itertuples(index=False))


def _last_try(run: Result, row: Any) -> str:
    """How the try ended that decided the event's fate; empty if there was none."""
    deciding = [tried for tried in _tries(run, row) if tried.end_s == row.settled_s]
    last = max(deciding, key=lambda tried: tried.attempt, default=None)
    return "" if last is None else str(last.outcome)


def _invoke_count(run: Result, row: Any) -> int:
    if (
        row.condition == "Success"
        and run.scenario.choices.success_record_invoke_count == "one"
    ):
        return 1
    return len(
        {tried.attempt for tried in _tries(run, row) if tried.environment >= 0}
    )  # a second copy has no number


def _response(run: Result, row: Any, ended: str) -> dict[str, Any]:
    if ended == "succeeded":
        return {
            "responseContext": {"statusCode": RAN, "executedVersion": "$LATEST"},
            "responsePayload": None,
        }
    if ended in _ERRORS:
        context = {
            "statusCode": RAN,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        }
        return {"responseContext": context, "responsePayload": _error(run, row, ended)}
    return {"responseContext": {"statusCode": REFUSED}} if ended else {}


_ERRORS = {
    "failed": ("Exception", "The handler failed."),
    "crashed": ("Runtime.ExitError", "Runtime exited"),
    "timeout": ("Sandbox.Timedout", "Task timed out after {:.2f} seconds"),
}


def _error(run: Result, row: Any, ended: str) -> dict[str, Any]:
    kind, message = _ERRORS[ended]
    payload = {
        "errorType": kind,
        "errorMessage": message.format(run.scenario.function(row.function).timeout),
    }
    return payload if ended != "failed" else {**payload, "stackTrace": []}


def _timestamp(microseconds: int) -> str:
    epoch = datetime.fromtimestamp(facts.fact("record.epoch").value, UTC)
    written = epoch + timedelta(microseconds=microseconds)
    return written.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _request_id(run: Result, row: Any) -> str:
    """Each acceptance by Lambda has an id of its own, so it depends on the event and on the trigger."""
    identity = identity_of(run, row.event)
    high, low = (
        draws.key("request", half, identity, row.trigger) for half in ("high", "low")
    )
    return str(UUID(int=high << 64 | low, version=4))


def identity_of(run: Result, event: int) -> int:
    """The 64-bit identity of an event, of the workload's own or one that another event caused."""
    roots = run.workload.identity
    return (
        int(roots[event])
        if event < len(roots)
        else run.trace.children[event - len(roots)].identity
    )


def batch_record(
    run: Result, event: int, function: str | None = None
) -> dict[str, Any]:
    """The record of a batch that a stream's mapping gave up, for its on-failure destination, as AWS's JSON.

    `event` is one of the batch's; `function` picks one of several mappings. Records that became too
    old have no response. Raises `ScenarioError` for an event that no mapping gave up.
    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    """
    known_event(run, event)
    rows = run.deliveries[run.deliveries.event == event]
    mine = set(rows.delivery[(rows.function == function) | (function is None)])
    discard = next(
        (d for d in run.trace.discards if mine.intersection(d.deliveries)), None
    )
    if discard is None:
        raise ScenarioError(
            f"Event {event} is in no batch that a stream's mapping gave up."
        )
    row = next(run.deliveries.iloc[[discard.deliveries[0]]].itertuples(index=False))
    context = {
        "requestId": _request_id(run, row),
        "functionArn": ARN.format(row.function),
        "condition": Condition(discard.condition).label,
        "approximateInvokeCount": discard.calls,
    }
    answered = _response(run, row, Outcome(discard.outcome).label)
    return {
        "requestContext": context,
        **{
            part: value for part, value in answered.items() if part == "responseContext"
        },
        "version": "1.0",
        "timestamp": _timestamp(discard.time),
        **_batch_info(run, row, discard),
    }


def _batch_info(run: Result, row: Any, discard: Discard) -> dict[str, Any]:
    trigger = _trigger(run, row)
    name = {
        "ddb_streams": "DDBStreamBatchInfo",
        "msk": "KafkaBatchInfo",
        "self_managed_kafka": "KafkaBatchInfo",
    }
    first, last = discard.deliveries[0], discard.deliveries[-1]
    arrived = run.trace.deliveries.arrived
    info = {
        "shardId": f"shardId-{discard.shard:012}",
        "startSequenceNumber": _sequence_number(first),
        "endSequenceNumber": _sequence_number(last),
        "approximateArrivalOfFirstRecord": _timestamp(arrived[first]),
        "approximateArrivalOfLastRecord": _timestamp(arrived[last]),
        "batchSize": len(discard.deliveries),
        "streamArn": SOURCE_ARN.get(trigger.kind, SOURCE_ARN["kinesis"]).format(
            trigger.source
        ),
    }
    return {name.get(trigger.kind, "KinesisBatchInfo"): info}


def _sequence_number(delivery: int) -> str:
    return f"{delivery + 1:056}"


SOURCE_ARN = {
    "kinesis": "arn:aws:kinesis:us-east-1:123456789012:stream/{}",
    "ddb_streams": "arn:aws:dynamodb:us-east-1:123456789012:table/{}/stream/2026-01-01T00:00:00.000",
    "msk": "arn:aws:kafka:us-east-1:123456789012:topic/{}",
    "self_managed_kafka": "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:{}",
}
