"""What a stream's mapping, or a subscriber of a bus, writes about a batch that it gave up.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from __future__ import annotations

from typing import Any

from sim.results.events import check_event
from sim.results.record_fields import (
    function_arn,
    request_id,
    response,
    timestamp,
)
from sim.results.result import Result
from sim.results.undelivered_records import undelivered_record
from sim.scenario.errors import ScenarioError
from sim.scenario.subscriber import Subscriber
from sim.trace import Condition, Discard, Outcome

SOURCE_ARN = {
    "kinesis": "arn:aws:kinesis:us-east-1:123456789012:stream/{}",
    "ddb_streams": (
        "arn:aws:dynamodb:us-east-1:123456789012:table/{}/stream/2026-01-01T00:00:00.000"
    ),
    "msk": "arn:aws:kafka:us-east-1:123456789012:topic/{}",
    "self_managed_kafka": "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:{}",
}
BATCH_INFO = {
    "ddb_streams": "DDBStreamBatchInfo",
    "msk": "KafkaBatchInfo",
    "self_managed_kafka": "KafkaBatchInfo",
}


def batch_record(
    run: Result, event: int, function: str | None = None
) -> dict[str, Any]:
    """The record of a batch that a stream's mapping gave up, for its on-failure destination.

    Or of a batch that a subscriber gave up, for its queue: `sim.results.undelivered_records`.
    AWS's JSON. `event` is one of the batch's; `function` picks one of several mappings. Records
    that became too old have no response. The function error is null where the last run only
    reported failures. Raises `ScenarioError` for an event that no mapping gave up.
    """
    discard = _discard(run, event, function)
    trigger = run.trigger_of(discard.deliveries[0])
    if isinstance(trigger, Subscriber):
        return undelivered_record(run, trigger, discard)
    first = run.deliveries.iloc[[discard.deliveries[0]]]
    row = next(first.itertuples(index=False))
    answered = response(run, row, Outcome(discard.outcome).label)
    answered.pop("responsePayload", None)
    if "responseContext" in answered:
        answered["responseContext"].setdefault("functionError", None)
    return {
        "requestContext": {
            "requestId": request_id(run, row),
            "functionArn": function_arn(run, row),
            "condition": Condition(discard.condition).label,
            "approximateInvokeCount": discard.calls,
        },
        **answered,
        "version": "1.0",
        "timestamp": timestamp(discard.time),
        **_batch_info(run, discard),
    }


def _discard(run: Result, event: int, function: str | None) -> Discard:
    """The batch that the event was given up with, by a mapping of this function if one is named."""
    check_event(run, event)
    rows = run.deliveries[run.deliveries.event == event]
    if function is not None:
        rows = rows[rows.function == function]
    mine = set(rows.delivery)
    for discard in run.trace.discards:
        if mine.intersection(discard.deliveries):
            return discard
    raise ScenarioError(
        f"Event {event} is in no batch that a stream's mapping or a subscriber gave up."
    )


def _batch_info(run: Result, discard: Discard) -> dict[str, Any]:
    first = discard.deliveries[0]
    last = discard.deliveries[-1]
    arrived = run.trace.deliveries.arrived
    trigger = run.trigger_of(first)
    source = getattr(trigger, "source", "")
    arn = SOURCE_ARN.get(trigger.kind, SOURCE_ARN["kinesis"])
    info = {
        "shardId": f"shardId-{discard.shard:012}",
        "startSequenceNumber": _sequence_number(first),
        "endSequenceNumber": _sequence_number(last),
        "approximateArrivalOfFirstRecord": timestamp(arrived[first]),
        "approximateArrivalOfLastRecord": timestamp(arrived[last]),
        "batchSize": len(discard.deliveries),
        "streamArn": arn.format(source),
    }
    return {BATCH_INFO.get(trigger.kind, "KinesisBatchInfo"): info}


def _sequence_number(delivery: int) -> str:
    return f"{delivery + 1:056}"
