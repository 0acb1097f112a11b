"""SQS's metrics of queues, and Lambda's of the mappings that poll them.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.arrays import Booleans, Floats
from sim.results.cloudwatch.datapoints import (
    LAMBDA,
    SQS,
    Gauge,
    Metric,
    Samples,
    occurrences,
    open_gauge,
)
from sim.results.groups import groups
from sim.results.intervals import oldest
from sim.results.result import Result
from sim.results.usage import queues
from sim.results.usage.empty_receives import empty_receives
from sim.results.usage.outcomes import severities
from sim.results.usage.sends import REDRIVE, sends
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.resources import Queue
from sim.trace import MICROSECONDS, Outcome, Stage


def queue_metrics(
    run: Result, waited: pd.DataFrame
) -> Iterator[Samples | Gauge]:
    """What comes, is received and deleted, and what is there: of each queue.

    `waited`: the table `usage.queues.waits`.
    """
    if not run.scenario.queues:
        return
    sent = sends(run)
    batches = queues.batches(run, queues.messages_in_batches(run))
    empty = empty_receives(run, batches)
    polled = [getattr(trigger, "source", None) for trigger in run.triggers]
    used = {*sent.target, *polled}
    for queue in run.scenario.queues:
        if queue.name not in used:
            continue
        mine = sent[sent.target == queue.name]
        waits = waited[waited.queue == queue.name]
        yield from _flow(run, queue, mine, waits)
        yield _empty_receives(
            queue,
            empty.get(queue.name, np.empty(0)),
            batches[batches.queue == queue.name],
        )
        yield from _backlog(run, queue, mine, waits)


def _metric(queue: Queue, name: str, unit: str = "Count") -> Metric:
    return Metric(SQS, name, f"QueueName={queue.name}", unit)


def _flow(
    run: Result, queue: Queue, sent: pd.DataFrame, waits: pd.DataFrame
) -> Iterator[Samples]:
    came = sent[sent.edge != REDRIVE]
    received = waits[waits.received]
    fates = run.deliveries[["delivery", "fate", "settled_s"]]
    gone = fates[fates.delivery.isin(waits.delivery)]
    deleted = gone[gone.fate.isin(["succeeded", "dropped", "filtered"])]
    yield occurrences(_metric(queue, "NumberOfMessagesSent"), came.at_s)
    yield occurrences(
        _metric(queue, "NumberOfMessagesReceived"), received.end_s
    )
    yield occurrences(
        _metric(queue, "NumberOfMessagesDeleted"), deleted.settled_s
    )


def _empty_receives(
    queue: Queue, empty: Floats, batches: pd.DataFrame
) -> Samples:
    """One sample a receive call: 1 if it brought nothing.

    SQS reports this metric only while somebody receives.
    """
    calls = queues.requests(batches.messages.to_numpy(np.int64))
    full = np.repeat(batches.start_s.to_numpy(float), calls)
    return Samples(
        _metric(queue, "NumberOfEmptyReceives"),
        np.concatenate([empty, full]),
        np.concatenate([np.ones(len(empty)), np.zeros(len(full))]),
    )


def _backlog(
    run: Result, queue: Queue, sent: pd.DataFrame, waits: pd.DataFrame
) -> Iterator[Gauge]:
    """Messages that can be received, that are in flight, and how old the oldest is.

    Not modelled: that SQS leaves messages received three times out of the age. Zero visible
    messages are sent while the queue is active, the other zeros never.
    """
    unpolled = _unpolled(run, queue, sent)
    visible = _visible(run, queue, waits)
    yield open_gauge(
        _metric(queue, "ApproximateNumberOfMessagesVisible"),
        np.concatenate([visible.start_s, unpolled.start_s]),
        np.concatenate([visible.end_s, unpolled.end_s]),
        run.ended_s,
        zero_is_sent=True,
    )
    away = waits[waits.received & (waits.end_s < waits.back_s)]
    yield open_gauge(
        _metric(queue, "ApproximateNumberOfMessagesNotVisible"),
        away.end_s,
        away.back_s,
        run.ended_s,
    )
    there = waits.groupby("delivery").agg({"start_s": "min", "back_s": "max"})
    yield _oldest(
        queue,
        np.concatenate([there.start_s, unpolled.start_s]),
        np.concatenate([there.back_s, unpolled.end_s]),
    )


def _unpolled(run: Result, queue: Queue, sent: pd.DataFrame) -> pd.DataFrame:
    """The messages that nobody polls for: start_s, and end_s, when their retention period is over.

    A message may be moved away before. In a dead-letter queue it is as old as in the queue before,
    except in a FIFO queue.
    """
    unpolled = sent[sent.event < 0]
    start = unpolled.at_s.to_numpy(float)
    arrived = run.deliveries.arrived_s.to_numpy()[
        unpolled.delivery.to_numpy(int)
    ]
    keeps_age = (unpolled.edge == REDRIVE) & (not queue.fifo_queue)
    since = np.where(keeps_age, arrived, start)
    moves = queues.message_moves(run)
    moved = unpolled.delivery.map(moves).fillna(run.ended_s)
    expires = np.array([_kept_until(run, queue, age) for age in since], float)
    end = np.clip(expires, start, moved.to_numpy(float))
    return pd.DataFrame({"start_s": start, "end_s": end})


def _kept_until(run: Result, queue: Queue, since: float) -> float:
    """When the retention period of a message that was sent at `since` is over, in seconds."""
    end = since + queue.message_retention_period
    for at, system in run.scenario.steps:
        retention = system.queue(queue.name).message_retention_period
        if at < end:
            end = max(at, since + retention)
    return end


def _visible(run: Result, queue: Queue, waits: pd.DataFrame) -> pd.DataFrame:
    """The waits without the delay that a queue's new messages have: start_s, end_s."""
    is_new = ~waits.duplicated("delivery")
    delay = queue.delay_seconds + np.zeros(len(waits))
    for at, system in run.scenario.steps:
        later = system.queue(queue.name).delay_seconds
        delay = np.where(waits.start_s >= at, later, delay)
    start = waits.start_s.where(~is_new, waits.start_s + delay)
    visible = pd.DataFrame({"start_s": start, "end_s": waits.end_s})
    return visible[visible.start_s < visible.end_s]


def _oldest(queue: Queue, start: Floats, end: Floats) -> Gauge:
    """The age of the oldest message there."""
    found = oldest(start, end)
    return Gauge(
        _metric(queue, "ApproximateAgeOfOldestMessage", "Seconds"),
        found.start,
        found.end,
        low=found.start - found.began,
        high=found.end - found.began,
    )


def queue_mapping_metrics(
    run: Result, waited: pd.DataFrame
) -> Iterator[Samples | Gauge]:
    """The EventCount group of each mapping of a queue, and its provisioned pollers.

    `waited`: the table `usage.queues.waits`.
    """
    received = waited[waited.received]
    for place, trigger in enumerate(run.triggers):
        if not queues.polls_queue(trigger):
            continue
        polled = received[received.trigger == trigger.name]
        yield from _event_counts(run, place, polled.end_s)
        if trigger.provisioned_poller_config is not None:
            yield _provisioned_pollers(run, trigger)


def _event_counts(
    run: Result, place: int, polled: pd.Series[float]
) -> Iterator[Samples]:
    name = run.triggers[place].name
    is_mine = run.trigger_numbers == place
    fates = run.deliveries[["fate", "settled_s"]]
    mine = fates[is_mine & queues.was_sent(run.deliveries)]
    began, is_failed = _invoked(run, place)
    for metric, at in (
        ("PolledEventCount", polled),
        ("FilteredOutEventCount", mine.settled_s[mine.fate == "filtered"]),
        ("InvokedEventCount", began),
        ("FailedInvokeEventCount", began[is_failed]),
        (
            "DeletedEventCount",
            mine.settled_s[mine.fate.isin(["succeeded", "dropped"])],
        ),
    ):
        dimensions = f"EventSourceMappingUUID={name}"
        yield occurrences(Metric(LAMBDA, metric, dimensions), at)


def _invoked(run: Result, place: int) -> tuple[Floats, Booleans]:
    """By record that a run got: when the run began its work, and whether it failed."""
    rows = run.span_rows
    is_over = rows["outcome"] != Outcome.IN_FLIGHT
    rows = rows[(rows["stage"] == Stage.HANDLER) & is_over]
    rows = rows[queues.mapping_numbers(run, rows) == place]
    of_run = groups(rows["invocation"])
    began = of_run.least(rows["start"]) / MICROSECONDS
    is_failed = of_run.most(severities(rows)) > 0
    return np.repeat(began, of_run.sizes), np.repeat(is_failed, of_run.sizes)


def _provisioned_pollers(run: Result, trigger: EventSourceMapping) -> Gauge:
    changes = queues.pollers(run)
    mine = changes[changes.trigger == trigger.name]
    start = mine.at_s.to_numpy(float)
    end = np.r_[start[1:], run.ended_s]
    pollers = mine.pollers.to_numpy(float)
    dimensions = f"EventSourceMappingUUID={trigger.name}"
    metric = Metric(LAMBDA, "ProvisionedPollers", dimensions)
    return Gauge(metric, start, end, pollers, pollers)
