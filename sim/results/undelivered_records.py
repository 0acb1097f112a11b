"""What a subscriber of a Custom Event Bus writes about events that it gave up.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html
"""

from __future__ import annotations

from typing import Any

from sim.results.events import uuid
from sim.results.record_fields import FUNCTION_ARN, timestamp
from sim.results.result import Result
from sim.scenario.delivery_errors import UNAVAILABLE, delivery_code
from sim.scenario.subscriber import Subscriber
from sim.trace import Condition, Discard

BUS_ARN = "arn:aws:events:us-east-1:123456789012:event-busv2/{}/{:.25}"
SUBSCRIBER_ARN = "arn:aws:events:us-east-1:123456789012:subscriber/{}/{:.25}"
GENERIC = (
    "The delivery failed. Use this record's error code and request id when "
    "investigating, and contact AWS Support if the failure persists."
)
NO_GROUP = -1


def undelivered_record(
    run: Result, subscriber: Subscriber, discard: Discard
) -> dict[str, Any]:
    """The record of a batch for the subscriber's dead-letter queue: AWS's JSON, not the events."""
    code = delivery_code(discard.outcome)
    identifier = uuid(run, _event(run, discard.deliveries[0]), "bus", "id").hex
    return {
        "version": "1.0",
        "busArn": BUS_ARN.format(subscriber.source, identifier),
        "subscriberArn": SUBSCRIBER_ARN.format(subscriber.name, identifier),
        "targetArn": FUNCTION_ARN.format(subscriber.function).rpartition(":")[
            0
        ],
        "errorCode": code,
        "errorMessage": GENERIC,
        "exhaustedRetryCondition": Condition(discard.condition).label,
        "retryAttempts": discard.calls - 1,
        "failedMessages": [
            _message(run, delivery, code) for delivery in discard.deliveries
        ],
    }


def _event(run: Result, delivery: int) -> int:
    return run.trace.deliveries.event[delivery]


def _message(run: Result, delivery: int, code: str) -> dict[str, Any]:
    """One event of the batch; a call that never reached the function has no request id."""
    event = _event(run, delivery)
    group = int(run.deliveries.key.iloc[delivery])
    request = str(uuid(run, event, "request", "bus"))
    return {
        "eventId": str(uuid(run, event, "event", "bus")),
        "eventGroupId": None if group == NO_GROUP else str(group),
        "deduplicationId": None,
        "timestamp": timestamp(run.trace.deliveries.arrived[delivery]),
        "targetRequestId": "" if code == UNAVAILABLE else request,
    }
