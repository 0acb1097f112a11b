"""CloudWatch's metrics of a run, by its names, dimensions, units and rules of counting.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim import facts
from sim.results.cloudwatch.datapoints import STATISTICS, Floats, Gauge, Samples
from sim.results.result import Result
from sim.results.usage import functions as usage
from sim.results.usage import provisioned, queues, streams
from sim.results.usage.provisioned import LAMBDA, busy, count
from sim.scenario.errors import ScenarioError
from sim.trace import MICROSECONDS

COLUMNS = ["timestamp_s", "namespace", "metric", "dimensions", "unit", *STATISTICS]
QUEUES, GATEWAY = "AWS/SQS", "AWS/ApiGateway"
REGION = ""  # the dimensions of a metric over all functions
RESOLUTION = facts.fact("cloudwatch.resolution").value  # seconds
ERROR_NAMES = {  # by kind of front door: its dimension, and what it calls errors of the client and of the server
    "apigw_rest": ("ApiName", "4XXError", "5XXError"),
    "apigw_rest_stream": ("ApiName", "4XXError", "5XXError"),
    "apigw_http": ("ApiId", "4xx", "5xx"),
}


def metrics(run: Result, period: str = "1min") -> pd.DataFrame:
    """What CloudWatch would show of the run: one row a period, metric and dimensions, where anything was sent.

    Columns: timestamp_s (the start of the period), namespace, metric, dimensions (empty: all
    functions of the Region), unit, Sum, Average, Minimum, Maximum, SampleCount, p50, p95, p99. A
    run counts when it was invoked, not when it ended, and only once it has ended. `period` is a
    whole number of minutes, such as "5min"; for another one `ScenarioError` is raised. Nothing can
    fail on its way to a dead-letter queue or destination here, so DeadLetterErrors and
    DestinationDeliveryFailures are never sent.
    """
    seconds = _seconds(period)
    tables = []
    for source in [
        *_of_functions(run),
        *_of_queues(run),
        *_of_queue_mappings(run),
        *_of_gateways(run),
        *streams.samples(run),
    ]:
        table = source.by_period(seconds).rename_axis("timestamp_s").reset_index()
        names = (source.namespace, source.metric, source.dimensions, source.unit)
        tables.append(
            table.assign(**dict(zip(COLUMNS[1:5], names, strict=True)))[COLUMNS]
        )
    there = [table for table in tables if len(table)]
    table = (
        pd.concat(there, ignore_index=True) if there else pd.DataFrame(columns=COLUMNS)
    )
    return table.sort_values(
        ["namespace", "dimensions", "metric", "timestamp_s"], ignore_index=True
    )


def _seconds(period: str) -> float:
    try:
        seconds = pd.Timedelta(period).total_seconds()
    except ValueError:
        raise ScenarioError(
            f"The period {period!r} is no time; write '1min', '5min' or '1h'."
        ) from None
    if seconds < RESOLUTION or seconds % RESOLUTION:
        raise ScenarioError(
            f"The period is {period!r}, but Lambda, SQS and API Gateway send their metrics once a minute: "
            "choose whole minutes, such as '1min'."
        )
    return seconds


def _of_functions(run: Result) -> Iterator[Samples | Gauge]:
    ran, refused = usage.runs(run), usage.throttles(run)
    done = ran[ran.outcome != ""]
    at, function = done.start_s, done.function
    yield from _each("Invocations", "Count", function, at, np.ones(len(done)))
    yield from _each("Duration", "Milliseconds", function, at, done.duration_s * 1000)
    extended = done[done.extension_s > 0]
    after = extended.extension_s * 1000
    yield from _each(
        "PostRuntimeExtensionsDuration",
        "Milliseconds",
        extended.function,
        extended.start_s,
        after,
    )
    tried = pd.concat([at, refused.at_s]), pd.concat([function, refused.function])
    error, throttle = (np.concatenate(parts) for parts in _indicators(done, refused))
    yield from _each("Errors", "Count", tried[1], tried[0], error)
    yield from _each("Throttles", "Count", tried[1], tried[0], throttle)
    yield from _of_events(run, ran, refused)
    yield from _concurrency(run, ran)
    yield from provisioned.of_aliases(run, ran)


def _indicators(
    done: pd.DataFrame, refused: pd.DataFrame
) -> tuple[list[Any], list[Any]]:
    """Errors and Throttles: 0 or 1 for each attempt; a throttled attempt is no error.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    none, one = np.zeros(len(refused)), np.ones(len(refused))
    return [done.error.to_numpy(float), none], [np.zeros(len(done)), one]


def _of_events(
    run: Result, ran: pd.DataFrame, refused: pd.DataFrame
) -> Iterator[Samples]:
    """Received: once an event. Age: once an attempt. Dropped: 1, or 0 for an event that succeeded.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#async-invocation-metrics
    """
    accepted = run.deliveries[run.deliveries.accepted_s.notna()]
    ones = np.ones(len(accepted))
    yield from _each(
        "AsyncEventsReceived", "Count", accepted.function, accepted.accepted_s, ones
    )
    tried = pd.concat(
        [ran.rename(columns={"start_s": "at_s"}), refused], ignore_index=True
    )
    since = run.deliveries.accepted_s.to_numpy()[tried.delivery.to_numpy()]
    tried = tried.assign(age=((tried.at_s - since) * 1000).round(3))[~np.isnan(since)]
    yield from _each(
        "AsyncEventAge", "Milliseconds", tried.function, tried.at_s, tried.age
    )
    stopped = run.deliveries[run.deliveries.condition == "RecursiveInvocation"]
    one = np.ones(len(stopped))
    yield from _each(
        "RecursiveInvocationsDropped", "Count", stopped.function, stopped.settled_s, one
    )
    left = accepted[accepted.condition != ""]
    dropped = (left.condition != "Success").to_numpy(float)
    yield from _each(
        "AsyncEventsDropped", "Count", left.function, left.settled_s, dropped
    )


def _concurrency(run: Result, ran: pd.DataFrame) -> Iterator[Gauge]:
    """Busy execution environments: of each function, of the Region, of functions without a reservation, claimed.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
    """
    functions = run.scenario.functions
    reserved = {f.name: f.reserved_concurrent_executions for f in functions}
    for function in functions:
        yield busy(
            "ConcurrentExecutions",
            f"FunctionName={function.name}",
            ran[ran.function == function.name],
            run,
        )
    yield busy("ConcurrentExecutions", REGION, ran, run)
    unreserved = ran[ran.function.map(reserved).isna()]
    yield busy("UnreservedConcurrentExecutions", REGION, unreserved, run)
    kept = sum(concurrency or 0 for concurrency in reserved.values())
    aside = provisioned.set_aside(
        run, [name for name, concurrency in reserved.items() if concurrency is None]
    )
    if len(ran) or len(aside):
        on_demand = unreserved[
            unreserved.initialization_type != provisioned.PROVISIONED
        ]
        yield busy(
            "ClaimedAccountConcurrency", REGION, on_demand, run, aside, base=kept
        )


def _of_queues(run: Result) -> Iterator[Samples | Gauge]:
    sent, waited, done, empty = (
        usage.sends(run),
        queues.waits(run),
        queues.batches(run),
        queues.empty_receives(run),
    )
    for queue in run.scenario.queues:
        name = f"QueueName={queue.name}"
        mine, waits = (
            sent[sent.target == queue.name],
            waited[waited.queue == queue.name],
        )
        came, received = mine[mine.edge != usage.REDRIVE], waits[waits.received]
        gone = run.deliveries[run.deliveries.delivery.isin(waits.delivery)]
        gone = gone[gone.fate.isin(["succeeded", "dropped", "filtered"])]
        for metric, at in (
            ("NumberOfMessagesSent", came.at_s),
            ("NumberOfMessagesReceived", received.end_s),
            ("NumberOfMessagesDeleted", gone.settled_s),
        ):
            yield Samples(
                QUEUES, metric, name, "Count", np.asarray(at, float), np.ones(len(at))
            )
        yield _empty(
            name, empty.get(queue.name, np.empty(0)), done[done.queue == queue.name]
        )
        yield from _levels(run, queue.name, mine, waits)


def _of_queue_mappings(run: Result) -> Iterator[Samples | Gauge]:
    """The EventCount group of a queue's mapping, and its provisioned pollers.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    waited, numbers = queues.waits(run), queues.pollers(run)
    for trigger in filter(queues.polls_queue, run.triggers):
        name, mine = (
            f"EventSourceMappingUUID={trigger.name}",
            run.deliveries[run.deliveries.trigger == trigger.name],
        )
        handled = run.spans[
            (run.spans.stage == "handler") & (run.spans.outcome != "in flight")
        ]
        handled = handled[handled.delivery.isin(mine.delivery)]
        began = handled.groupby("invocation").start_s.transform("min")
        failed = handled.invocation.isin(
            handled.invocation[handled.outcome.isin(usage.OUTCOMES[1:])]
        )
        gone = mine[mine.fate.isin(["succeeded", "dropped"])].settled_s
        for metric, at in (
            (
                "PolledEventCount",
                waited.end_s[waited.received & (waited.queue == trigger.source)],
            ),
            ("FilteredOutEventCount", mine.settled_s[mine.fate == "filtered"]),
            ("InvokedEventCount", began),
            ("FailedInvokeEventCount", began[failed]),
            ("DeletedEventCount", gone),
        ):
            yield Samples(
                LAMBDA, metric, name, "Count", np.asarray(at, float), np.ones(len(at))
            )
        if trigger.provisioned_poller_config is not None:
            number = numbers[numbers.trigger == trigger.name]
            start, count = number.at_s.to_numpy(float), number.pollers.to_numpy(float)
            end = np.r_[start[1:], run.trace.ended / MICROSECONDS]
            yield Gauge(
                LAMBDA, "ProvisionedPollers", name, "Count", start, end, count, count
            )


def _empty(name: str, empty: Floats, done: pd.DataFrame) -> Samples:
    """One sample a receive call: 1 if it brought nothing.

    SQS reports this metric only while somebody receives.
    """
    full = np.repeat(
        done.start_s.to_numpy(float), queues.requests(done.messages.to_numpy(np.int64))
    )
    value = np.r_[np.ones(len(empty)), np.zeros(len(full))]
    return Samples(
        QUEUES, "NumberOfEmptyReceives", name, "Count", np.r_[empty, full], value
    )


def _levels(
    run: Result, name: str, sent: pd.DataFrame, waits: pd.DataFrame
) -> Iterator[Gauge]:
    """Messages that can be received, that are in flight, and how old the oldest is.

    A message nobody polls for stays until its retention period ends. Not modelled: that SQS leaves
    messages received three times out of the age. Zero visible messages are sent while the queue is
    active, the other zeros never.
    """
    queue, ended = run.scenario.queue(name), run.trace.ended / MICROSECONDS
    dimensions = f"QueueName={name}"
    unseen = sent[sent.event < 0]
    alone = unseen.at_s.to_numpy(float)
    sent_first = run.deliveries.arrived_s.to_numpy()[unseen.delivery.to_numpy(int)]
    since = np.where(
        (unseen.edge == usage.REDRIVE) & (not queue.fifo_queue), sent_first, alone
    )
    moved = unseen.delivery.map(queues.moves(run)).fillna(ended).to_numpy(float)
    alone_end = np.clip(since + queue.message_retention_period, alone, moved)
    first = waits.drop_duplicates("delivery").index
    start = waits.start_s.where(
        ~waits.index.isin(first), waits.start_s + queue.delay_seconds
    )
    shown = start < waits.end_s
    start, end = np.r_[start[shown], alone], np.r_[waits.end_s[shown], alone_end]
    if len(sent) or any(
        getattr(trigger, "source", None) == name for trigger in run.triggers
    ):
        metric = "ApproximateNumberOfMessagesVisible"
        yield count(QUEUES, metric, dimensions, start, end, run, zero_is_sent=True)
    away = waits[waits.received & (waits.end_s < waits.back_s)]
    yield count(
        QUEUES,
        "ApproximateNumberOfMessagesNotVisible",
        dimensions,
        away.end_s,
        away.back_s,
        run,
    )
    there = waits.groupby("delivery").agg({"start_s": "min", "back_s": "max"})
    start, end = np.r_[there.start_s, alone], np.r_[there.back_s, alone_end]
    yield _oldest("ApproximateAgeOfOldestMessage", dimensions, start, end)


def _oldest(metric: str, dimensions: str, start: Floats, end: Floats) -> Gauge:
    """The age of the oldest message: each is the oldest from when all earlier ones are gone until it goes itself."""
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    since = np.maximum(start, np.maximum.accumulate(np.r_[0.0, end])[:-1])
    was = end > since
    start, end, since = start[was], end[was], since[was]
    return Gauge(
        QUEUES, metric, dimensions, "Seconds", since, end, since - start, end - start
    )


def _of_gateways(run: Result) -> Iterator[Samples]:
    """One sample a call that was answered, at the time it came (a choice); Average is the rate of errors.

    Here the front door itself takes no time, so Latency and IntegrationLatency are the same.
    """
    made = usage.calls(run)
    made = made[made.told_s.notna() & made.kind.isin(ERROR_NAMES)]
    for (name, kind), mine in made.groupby(["trigger", "kind"]):
        dimension, client, server = ERROR_NAMES[str(kind)]
        at, latency = (
            mine.at_s.to_numpy(float),
            ((mine.told_s - mine.at_s) * 1000).round(3).to_numpy(float),
        )
        first = mine.told.str[:1].to_numpy(dtype=object)
        for metric, unit, value in (
            ("Count", "Count", np.ones(len(mine))),
            (client, "Count", np.array(first == "4", float)),
            (server, "Count", np.array(first == "5", float)),
            ("Latency", "Milliseconds", latency),
            ("IntegrationLatency", "Milliseconds", latency),
        ):
            yield Samples(GATEWAY, metric, f"{dimension}={name}", unit, at, value)


def _each(
    metric: str, unit: str, function: Any, at: Any, value: Any
) -> Iterator[Samples]:
    """The samples of all functions together, and of each."""
    function, at, value = (
        np.asarray(function, dtype=object),
        np.asarray(at, float),
        np.asarray(value, float),
    )
    yield Samples(LAMBDA, metric, REGION, unit, at, value)
    for name in dict.fromkeys(function):
        mine = function == name
        yield Samples(
            LAMBDA, metric, f"FunctionName={name}", unit, at[mine], value[mine]
        )
