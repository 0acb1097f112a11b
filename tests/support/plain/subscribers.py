"""The metrics of Custom Event Buses and their subscribers, counted one by one."""

from collections import defaultdict
from typing import Any

from sim.trace import MICROSECONDS, Outcome
from tests.support.plain.series import Series

EVENTS = "AWS/EventsV2"


def count(series: Series) -> None:
    """All metrics of buses and subscribers."""
    for bus in series.run.scenario.custom_event_buses:
        _count_bus(series, bus.name)
    for subscriber in series.run.scenario.subscribers:
        name = subscriber.name
        dimensions = f"EventBus={subscriber.source},Subscriber={name}"
        _count_filters(series, subscriber, dimensions)
        for call in series.run.trace.target_calls:
            if call.subscriber == name:
                _count_call(series, call, dimensions)
        for discard in series.run.trace.discards:
            first, *_ = discard.deliveries
            if series.run.trigger_of(first).name == name:
                _count_discard(series, discard, dimensions)


def _count_bus(series: Series, bus: str) -> None:
    """The calls that publish: one for each event, and for each time it was throttled."""
    refused: dict[int, list[Any]] = defaultdict(list)
    for span in series.run.spans.itertuples():
        if span.outcome == "ThrottlingException":
            refused[span.delivery].append(span)
    entries = {one.name: one.source for one in series.run.scenario.subscribers}
    seen = set()
    for row in series.deliveries:
        is_mine = entries.get(row.trigger) == bus and row.event not in seen
        if not is_mine or row.arrived_s > series.run.ended_s:
            continue
        seen.add(row.event)
        spans = refused[row.delivery]
        for span in spans:
            _publish(series, bus, span.start_s, "Throttled")
        if row.fate != "rejected":
            taken = max([row.arrived_s, *(span.end_s for span in spans)])
            _publish(series, bus, taken, "Success")


def _publish(series: Series, bus: str, at: float, how: str) -> None:
    call = "PublishEventsApproximate{}CallCount"
    names = ["PublishEventsEntryCount", call.format(""), call.format(how)]
    for name in names:
        series.add((EVENTS, name, f"EventBus={bus}"), at)


def _count_filters(series: Series, subscriber: Any, dimensions: str) -> None:
    for row in series.deliveries:
        is_stored = row.fate != "rejected" and row.told != "DEDUPLICATED"
        is_mine = row.trigger == subscriber.name and is_stored
        if not is_mine or not subscriber.has_in_view(row.arrived_s):
            continue
        series.add((EVENTS, "FilterEvaluated", dimensions), row.arrived_s)
        if row.fate != "filtered":
            series.add((EVENTS, "FilterMatched", dimensions), row.arrived_s)


def _count_call(series: Series, call: Any, dimensions: str) -> None:
    start, end = call.start / MICROSECONDS, call.end / MICROSECONDS
    events = len(call.deliveries)

    def add(name: str, at: float, value: float = 1) -> None:
        series.add((EVENTS, name, dimensions), at, value)

    add("TargetInvocations", start)
    add("EventDeliveryAttempts", start, events)
    if call.tries > 1:
        add("RetryInvocationAttempts", start, call.tries - 1)
    if call.outcome == Outcome.SUCCEEDED:
        add("EventsDelivered", end, events)
    for delivery in call.deliveries:
        arrived = series.deliveries[delivery].arrived_s
        for word, when in (("Start", start), ("End", end)):
            name = f"IngestionToInvocation{word}Time"
            add(name, start, round((when - arrived) * 1000, 3))


def _count_discard(series: Series, discard: Any, dimensions: str) -> None:
    first, *_ = discard.deliveries
    at = discard.time / MICROSECONDS
    if first in series.run.trace.stores:
        series.add((EVENTS, "OnFailureDestinationDelivered", dimensions), at)
    else:
        events = len(discard.deliveries)
        series.add((EVENTS, "EventsDropped", dimensions), at, events)
