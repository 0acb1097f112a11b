"""What the services charge for through which events and calls come, but queues and streams."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import facts
from sim.arrays import Floats, Integers
from sim.results.cost.charge import HOUR, Charge
from sim.results.cost.payloads import Payloads, started
from sim.results.cost.prices import Line
from sim.results.result import Result
from sim.results.usage.calls import calls
from sim.scenario.pipe import PIPE
from sim.scenario.subscriber import EVENT, REQUEST_RESPONSE


class _Priced(NamedTuple):
    """What a kind of trigger charges for, and the names of its price and of its free tier."""

    item: str
    price: str
    free_tier: str = ""


_REST_REQUESTS = _Priced(
    "API Gateway REST requests", "apigateway.rest_requests"
)
_TRANSITIONS = _Priced(
    "Step Functions transitions of this task",
    "stepfunctions.state_transitions",
    "stepfunctions.free_state_transitions",
)
PER_CALL = {
    "apigw_rest": _REST_REQUESTS,
    "apigw_rest_stream": _REST_REQUESTS,
    "apigw_http": _Priced(
        "API Gateway HTTP requests", "apigateway.http_requests"
    ),
    "sfn_sync": _TRANSITIONS,
    "sfn_wait_token": _TRANSITIONS,
}
"""What a kind of trigger asks for each call."""
PER_EVENT = {
    "eventbridge_scheduler": _Priced(
        "EventBridge Scheduler invocations",
        "scheduler.invocations",
        "scheduler.free_invocations",
    ),
    "sfn_event": _TRANSITIONS,
}
FREE = {
    "invoke",
    "invoke_event",
    "s3_notification",
    "function_url",
    "sns",
    "sqs_standard",
    "sqs_fifo",
    "eventbridge_schedule_rule",
    "kinesis",
    "kinesis_efo",
    "pipes_target",
    "pipes_enrichment",
}
"""Kinds of trigger that cost nothing, or whose cost is that of the topic, queue or stream."""
RULE = "eventbridge_rule"
CUSTOM_BUS = (
    "charged by the KB in and out, by what is kept, and more for deduplication by content; "
    "no dated price for us-east-1 was found"
)
NOT_PRICED = {
    "alb": "capacity units depend on bytes and connections; the hours are priced",
    "firehose": "charged by the GB, and no dated price for us-east-1 was found",
    RULE: (
        "AWS's own events are free, others cost as custom events; which these are is not known"
    ),
    EVENT: CUSTOM_BUS,
    REQUEST_RESPONSE: CUSTOM_BUS,
    "ddb_streams": (
        "a table's writes are not priced here, and no dated price of its stream was found"
    ),
    "msk": "the cluster's own price is not known here; provisioned pollers are priced",
    "self_managed_kafka": "the cluster is your own; provisioned pollers are priced",
}
"""Why the bill does not say how much a kind of trigger costs."""
UNKNOWN = "no dated price of this source was found"
CUSTOM_EVENTS = (
    "AWS does not say whether records that Lambda sends count as custom events"
)


def charges(
    run: Result, payloads: Payloads, sent: pd.DataFrame
) -> Iterator[Charge]:
    """Publishes to topics, calls and events by kind of trigger, load balancers.

    `sent`: the table `usage.sends.sends`.
    """
    topics = [topic.name for topic in run.scenario.topics]
    published = int(sent.target.isin(topics).sum())
    yield Charge(
        "SNS publishes", "sns.publishes", published, "sns.free_publishes"
    )
    made = calls(run, PER_CALL)
    events = pd.Series(run.trace.deliveries.event, dtype="int64")
    for kind, priced in PER_CALL.items():
        called = events[made.delivery[made.kind == kind]]
        units = int(_units_of_calls(kind, payloads.kb(called)).sum())
        yield Charge(priced.item, priced.price, units, priced.free_tier)
    came = run.deliveries[run.deliveries.kind.isin(list(PER_EVENT))]
    came = came[came.arrived_s <= run.ended_s]
    for kind, priced in PER_EVENT.items():
        count = came.event[came.kind == kind].nunique()
        yield Charge(priced.item, priced.price, count, priced.free_tier)
    yield _pipe_requests(run, payloads)
    balancers = sum(trigger.kind == "alb" for trigger in run.triggers)
    hours = balancers * run.ended_s / HOUR
    item = "Application Load Balancer hours"
    yield Charge(item, "alb.hours", hours, grows_with="time")


def _pipe_requests(run: Result, payloads: Payloads) -> Charge:
    """What a pipe's filter lets through, each record once however often it is tried (a choice).

    Each started 64 KB of a record counts.
    """
    arrived = run.deliveries[run.deliveries.kind == PIPE]
    arrived = arrived[arrived.fate != "filtered"]
    polled = run.deliveries[run.deliveries.delivery.isin(list(run.pipe_calls))]
    events = pd.concat([arrived.event, polled.event])
    chunk = facts.fact("eventbridge.chunk").value
    requests = int(started(payloads.kb(events), chunk).sum())
    return Charge(
        "EventBridge Pipes requests", "eventbridge.pipe_requests", requests
    )


def _units_of_calls(kind: str, payload_kb: Floats) -> Integers:
    """A call of an HTTP API counts once for each started chunk of its payload.

    https://aws.amazon.com/api-gateway/pricing/
    """
    if kind != "apigw_http":
        return np.ones(len(payload_kb), np.int64)
    chunk: float = facts.fact("apigateway.http_chunk").value
    return started(payload_kb, chunk)


def not_priced(run: Result, sent: pd.DataFrame) -> Iterator[Line]:
    """A line for each source that may cost something, with the reason why it has no price here."""
    known = {*FREE, *PER_CALL, *PER_EVENT}
    kinds = [
        trigger.kind for trigger in run.triggers if trigger.kind not in known
    ]
    for kind in dict.fromkeys(kinds):
        yield _not_priced(f"source {kind}", NOT_PRICED.get(kind, UNKNOWN))
    buses = [bus.name for bus in run.scenario.event_buses]
    of_lambda = sent.edge[sent.target.isin(buses)] != ""
    if of_lambda.any():
        yield _not_priced("EventBridge events", CUSTOM_EVENTS)
    elif len(of_lambda) and RULE not in kinds:
        yield _not_priced("EventBridge events", NOT_PRICED[RULE])


def _not_priced(item: str, reason: str) -> Line:
    return Line(item, nan, "", nan, nan, f"not priced: {reason}", "")
