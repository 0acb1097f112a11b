"""Metrics of Custom Event Buses and of their subscribers.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-observability.html
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.results.cloudwatch.datapoints import (
    EVENTS_V2,
    Metric,
    Samples,
    occurrences,
    samples,
)
from sim.results.result import Result
from sim.scenario.subscriber import Subscriber
from sim.trace import MICROSECONDS, Outcome, TargetCall


def subscriber_metrics(run: Result) -> Iterator[Samples]:
    """What each bus took, and what each subscriber matched, delivered and gave up.

    Every event is published in a call of its own (a choice).
    """
    for bus in run.scenario.custom_event_buses:
        yield from _of_bus(run, bus.name)
    for subscriber in run.scenario.subscribers:
        dimensions = (
            f"EventBus={subscriber.source},Subscriber={subscriber.name}"
        )
        mine = run.deliveries[run.deliveries.trigger == subscriber.name]
        yield from _of_filter(subscriber, mine, dimensions)
        calls = [
            one
            for one in run.trace.target_calls
            if one.subscriber == subscriber.name
        ]
        yield from _of_calls(run, calls, dimensions)
        yield from _of_given_up(run, subscriber, dimensions)


def _metric(name: str, dimensions: str, unit: str = "Count") -> Metric:
    return Metric(EVENTS_V2, name, dimensions, unit)


def _of_bus(run: Result, bus: str) -> Iterator[Samples]:
    """Calls of publishers: those that were throttled, and those that were not."""
    names = [one.name for one in run.scenario.subscribers if one.source == bus]
    came = run.deliveries[run.deliveries.trigger.isin(names)]
    came = came[came.arrived_s <= run.ended_s].drop_duplicates("event")
    spans = run.spans[run.spans.delivery.isin(came.delivery)]
    throttled = spans[spans.outcome == "ThrottlingException"]
    dimensions = f"EventBus={bus}"
    published = came[came.fate != "rejected"]
    again = throttled.groupby("delivery").end_s.max()
    taken_s = published.delivery.map(again).fillna(published.arrived_s)
    called_s = np.concatenate([throttled.start_s, taken_s])
    name = "PublishEventsApproximate{}CallCount"
    yield occurrences(_metric("PublishEventsEntryCount", dimensions), called_s)
    yield occurrences(_metric(name.format(""), dimensions), called_s)
    yield occurrences(_metric(name.format("Success"), dimensions), taken_s)
    yield occurrences(
        _metric(name.format("Throttled"), dimensions), throttled.start_s
    )


def _of_filter(
    subscriber: Subscriber, mine: pd.DataFrame, dimensions: str
) -> Iterator[Samples]:
    """Events that met the filters, and those that passed them."""
    stored = mine[(mine.fate != "rejected") & (mine.told != "DEDUPLICATED")]
    in_view = stored.arrived_s.map(subscriber.has_in_view).astype(bool)
    seen = stored[in_view]
    yield occurrences(_metric("FilterEvaluated", dimensions), seen.arrived_s)
    matched = seen[seen.fate != "filtered"]
    yield occurrences(_metric("FilterMatched", dimensions), matched.arrived_s)


def _of_calls(
    run: Result, calls: list[TargetCall], dimensions: str
) -> Iterator[Samples]:
    """Calls of the target, what they brought, and how long after an event's arrival they were.

    RetryInvocationAttempts: the second attempt is 1, the third is 2.
    """
    table = pd.DataFrame(calls, columns=TargetCall._fields)
    events = table.deliveries.map(len)
    at = table.start / MICROSECONDS
    yield occurrences(_metric("TargetInvocations", dimensions), at)
    yield samples(_metric("EventDeliveryAttempts", dimensions), at, events)
    retries = table[table.tries > 1]
    yield samples(
        _metric("RetryInvocationAttempts", dimensions),
        retries.start / MICROSECONDS,
        retries.tries - 1,
    )
    done = table.outcome == int(Outcome.SUCCEEDED)
    yield samples(
        _metric("EventsDelivered", dimensions),
        table.end[done] / MICROSECONDS,
        events[done],
    )
    single = table.explode("deliveries")
    arrived = run.deliveries.arrived_s.reindex(single.deliveries).to_numpy()
    for word, when in (("Start", single.start), ("End", single.end)):
        name = f"IngestionToInvocation{word}Time"
        seconds = when.to_numpy(float) / MICROSECONDS
        age = ((seconds - arrived) * 1000).round(3)
        metric = _metric(name, dimensions, "Milliseconds")
        yield samples(metric, single.start / MICROSECONDS, age)


def _of_given_up(
    run: Result, subscriber: Subscriber, dimensions: str
) -> Iterator[Samples]:
    """Records in the queue, one a batch; without a queue only this counts the events."""
    given_up = [
        one
        for one in run.trace.discards
        if run.trigger_of(one.deliveries[0]) == subscriber
    ]
    kept = [one for one in given_up if one.deliveries[0] in run.trace.stores]
    dropped = [one for one in given_up if one not in kept]
    yield occurrences(
        _metric("OnFailureDestinationDelivered", dimensions),
        [one.time / MICROSECONDS for one in kept],
    )
    yield samples(
        _metric("EventsDropped", dimensions),
        [one.time / MICROSECONDS for one in dropped],
        [len(one.deliveries) for one in dropped],
    )
