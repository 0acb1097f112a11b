"""The metrics of queues and of their mappings, counted one by one."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import sim
from sim.trace import MESSAGE_MOVE, MICROSECONDS
from tests.support.plain import levels
from tests.support.plain.queues import (
    REDRIVE,
    Batch,
    Sent,
    Wait,
    mapping_of,
    pollers,
    polls_queue,
    waits,
    was_sent,
)
from tests.support.plain.runs import ERRORS
from tests.support.plain.series import Series

SQS = "AWS/SQS"
LAMBDA = "AWS/Lambda"


def count(series: Series) -> None:
    """All metrics of queues and of their mappings."""
    run = series.run
    sent, worked = series.found.sends, series.found.batches
    waited = waits(run)
    for queue in run.scenario.queues:
        name = queue.name
        mine = [one for one in sent if one.target == name]
        my_waits = [one for one in waited if one.queue == name]
        my_batches = [one for one in worked if one.queue == name]
        _count_flow(series, queue, mine, my_waits)
        _count_empty(series, queue, my_batches)
        _count_backlog(series, queue, mine, my_waits)
    for trigger in run.triggers:
        if polls_queue(trigger):
            _count_mapping(series, trigger, waited)


def _key(queue: sim.Queue, name: str) -> tuple[str, str, str]:
    return SQS, name, f"QueueName={queue.name}"


def _count_flow(
    series: Series, queue: sim.Queue, sent: list[Sent], mine: list[Wait]
) -> None:
    for one in sent:
        if one.edge != REDRIVE:
            key = _key(queue, "NumberOfMessagesSent")
            series.add(key, one.at, 1)
    for wait in mine:
        if wait.is_received:
            key = _key(queue, "NumberOfMessagesReceived")
            series.add(key, wait.end, 1)
    for delivery in {wait.delivery for wait in mine}:
        row = series.deliveries[delivery]
        if row.fate in ("succeeded", "dropped", "filtered"):
            key = _key(queue, "NumberOfMessagesDeleted")
            series.add(key, row.settled_s, 1)


def _count_empty(series: Series, queue: sim.Queue, mine: list[Batch]) -> None:
    key = _key(queue, "NumberOfEmptyReceives")
    for trigger in series.run.triggers:
        if polls_queue(trigger) and trigger.source == queue.name:
            for at in series.found.empty_receives[trigger.name]:
                series.add(key, at, 1)
    for batch in mine:
        series.samples[key] += [(batch.start, 0.0)] * batch.calls


def _count_backlog(
    series: Series, queue: sim.Queue, sent: list[Sent], mine: list[Wait]
) -> None:
    run = series.run
    unpolled = [_kept(run, queue, one) for one in sent if one.event < 0]
    visible = list(unpolled)
    for wait in mine:
        start = wait.start
        if wait.is_new:
            now = run.scenario.at(start).queue(queue.name)
            start += now.delay_seconds
        if start < wait.end:
            visible.append((start, wait.end))
    is_polled = any(
        getattr(trigger, "source", None) == queue.name
        for trigger in run.triggers
    )
    if sent or is_polled:
        key = _key(queue, "ApproximateNumberOfMessagesVisible")
        series.level(key, visible, zeros=True)
    away = [
        (wait.end, wait.back)
        for wait in mine
        if wait.is_received and wait.end < wait.back
    ]
    series.level(_key(queue, "ApproximateNumberOfMessagesNotVisible"), away)
    there: dict[int, tuple[float, float]] = {}
    for wait in mine:
        start, end = there.get(wait.delivery, (wait.start, wait.back))
        stay = min(start, wait.start), max(end, wait.back)
        there[wait.delivery] = stay
    key = _key(queue, "ApproximateAgeOfOldestMessage")
    ages = list(_ages([*there.values(), *unpolled]))
    series.levels[key] = levels.of_levels(ages)


def _ages(
    stays: list[tuple[float, float]],
) -> Iterator[levels.Stretch]:
    """The age of the oldest message that is there, from instant to instant."""
    instants = sorted({at for stay in stays for at in stay})
    for begin, end in pairwise(instants):
        since = [
            start
            for start, stop in stays
            if start <= begin and stop >= end and stop > start
        ]
        if since:
            yield begin, end, begin - min(since), end - min(since)


def _kept(run: sim.Run, queue: sim.Queue, one: Sent) -> tuple[float, float]:
    """How long a message that nobody polls for is in its queue."""
    since = one.at
    if one.edge == REDRIVE and not queue.fifo_queue:
        since = run.deliveries.arrived_s[one.delivery]
    until = run.ended_s
    for child in run.trace.children:
        if child.edge == MESSAGE_MOVE and child.delivery == one.delivery:
            until = child.time / MICROSECONDS
    expires = since + queue.message_retention_period
    for at, system in run.scenario.steps:
        period = system.queue(queue.name).message_retention_period
        if at < expires:
            expires = max(at, since + period)
    return one.at, min(max(expires, one.at), until)


def _count_mapping(series: Series, trigger: Any, waited: list[Wait]) -> None:
    dimensions = f"EventSourceMappingUUID={trigger.name}"

    def add(name: str, at: float) -> None:
        series.add((LAMBDA, name, dimensions), at)

    fates = {
        "filtered": "FilteredOutEventCount",
        "succeeded": "DeletedEventCount",
        "dropped": "DeletedEventCount",
    }
    for wait in waited:
        if wait.is_received and wait.trigger == trigger.name:
            add("PolledEventCount", wait.end)
    for row in series.deliveries:
        is_mine = row.trigger == trigger.name and was_sent(row)
        if is_mine and row.fate in fates:
            add(fates[row.fate], row.settled_s)
    for spans in _handled(series.run, trigger):
        began = min(span.start_s for span in spans)
        has_failed = any(span.outcome in ERRORS for span in spans)
        for _ in spans:
            add("InvokedEventCount", began)
            if has_failed:
                add("FailedInvokeEventCount", began)
    if trigger.provisioned_poller_config is not None:
        _count_pollers(series, trigger.name)


def _handled(run: sim.Run, trigger: Any) -> list[list[Any]]:
    """By batch of a mapping: the spans in which its messages were handled."""
    handled: dict[int, list[Any]] = defaultdict(list)
    for span in run.spans.itertuples():
        is_handler = span.stage == "handler" and span.outcome != "in flight"
        is_queue = polls_queue(run.trigger_of(span.delivery))
        if is_handler and is_queue and mapping_of(run, span) is trigger:
            handled[span.invocation].append(span)
    return list(handled.values())


def _count_pollers(series: Series, mapping: str) -> None:
    changes = pollers(series.run, mapping)
    ends = [at for at, _ in changes[1:]] + [series.run.ended_s]
    stretches = [
        (at, end, number, number)
        for (at, number), end in zip(changes, ends, strict=True)
    ]
    key = (LAMBDA, "ProvisionedPollers", f"EventSourceMappingUUID={mapping}")
    series.levels[key] = levels.of_levels(stretches)
