"""Settings that AWS would refuse together, and names that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim import facts
from sim.scenario.changes import LAMBDA
from sim.scenario.checks import entry_limits as entries
from sim.scenario.checks import published_versions
from sim.scenario.event_source_mapping import KAFKA, QUEUES, EventSourceMapping
from sim.scenario.settings import Named
from sim.scenario.system import System
from sim.scenario.triggers import AsynchronousTrigger


def problems(scenario: System) -> Iterable[str]:
    """Sentences that say what does not fit together, the first cause first."""
    yield from _repeated_names(scenario)
    yield from _unknown_names(scenario)
    yield from _unknown_outages(scenario)
    yield from _refused_destinations(scenario)
    yield from _ambiguous_destinations(scenario)
    yield from _repeated_outputs(scenario)
    yield from _unmovable(scenario)
    yield from _reserved_too_much(scenario)
    yield from _visibility_too_short(scenario)
    yield from _standard_and_fifo(scenario)
    yield from _too_many_readers(scenario)
    yield from _resharded_windows(scenario)
    yield from _timeout_too_long(scenario)
    yield from entries.problems(scenario)
    yield from published_versions.problems(scenario)


def _repeated_names(scenario: System) -> Iterable[str]:
    for what, named in (
        ("functions", scenario.functions),
        ("triggers", scenario.triggers),
        ("traffic", scenario.traffic),
        ("dependencies", scenario.dependencies),
        ("queues, topics, streams or other sources", scenario.sources),
    ):
        names = [item.name for item in named]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield f"Scenario: two {what} are named {name!r}; give each a name of its own."
    polled = [
        t.source
        for t in scenario.triggers
        if isinstance(t, EventSourceMapping) and t.kind in QUEUES
    ]
    for queue in dict.fromkeys(queue for queue in polled if polled.count(queue) > 1):
        yield f"Scenario: two triggers poll queue {queue!r}; here each queue feeds one function."


def _unknown_names(scenario: System) -> Iterable[str]:
    for reference in (*_from_sources(scenario), *_from_stores(scenario)):
        yield from _unknown(*reference)


Reference = tuple[str, str, str | None, set[str]]
"""Who names something, what kind of thing, by which name, and the names there are."""


def _from_sources(scenario: System) -> Iterator[Reference]:
    functions, queues = _names(scenario.functions), _names(scenario.queues)
    for trigger in scenario.triggers:
        yield (
            f"Trigger {trigger.name!r} invokes",
            "function",
            trigger.function,
            functions,
        )
        if (
            isinstance(trigger, AsynchronousTrigger)
            and trigger.dead_letter_config is not None
        ):
            yield (
                f"Trigger {trigger.name!r} sends to",
                "queue",
                trigger.dead_letter_config.target_arn,
                queues,
            )
        if isinstance(trigger, EventSourceMapping):
            kept = queues | _names(
                (*scenario.topics, *scenario.buckets, *scenario.kafka_topics)
            )
            yield (
                f"Trigger {trigger.name!r} sends to",
                "queue, topic or bucket",
                trigger.on_failure,
                kept,
            )
    for topic in scenario.topics:
        for queue in topic.queues:
            yield f"Topic {topic.name!r} publishes to", "queue", queue, queues
    for bus in scenario.event_buses:
        for target in bus.targets:
            yield (
                f"Event bus {bus.name!r} sends to",
                "queue or topic",
                target,
                queues | _names(scenario.topics),
            )
    entries = {trigger.entry for trigger in scenario.triggers}
    passing = (*scenario.topics, *scenario.event_buses)
    entries |= {source.name for source in passing if scenario.consumers(source.name)}
    for traffic in scenario.traffic:
        yield (
            f"Traffic {traffic.name!r} goes into",
            "source or trigger",
            traffic.into,
            entries,
        )


def _from_stores(scenario: System) -> Iterator[Reference]:
    queues, topics = _names(scenario.queues), _names(scenario.topics)
    anything = _names((*scenario.functions, *scenario.sources))
    inputs = anything | {trigger.entry for trigger in scenario.triggers}
    for function in scenario.functions:
        who = f"Function {function.name!r} sends to"
        for target in function.event_invoke_config.destination_config.targets:
            yield who, "resource", target, anything
        for output in function.behaviour.sends:
            yield who, "resource or trigger", output.to, inputs
        if function.dead_letter_config is not None:
            yield (
                who,
                "queue or topic",
                function.dead_letter_config.target_arn,
                queues | topics,
            )
    for queue in scenario.queues:
        if queue.redrive_policy is not None:
            yield (
                f"Queue {queue.name!r} redrives to",
                "queue",
                queue.redrive_policy.dead_letter_target_arn,
                queues,
            )


def _names(resources: Iterable[Named]) -> set[str]:
    return {resource.name for resource in resources}


def _unknown(who: str, what: str, name: str | None, known: set[str]) -> Iterable[str]:
    if name is not None and name not in known:
        yield f"{who} {what} {name!r}, which this scenario does not have; it has {', '.join(sorted(known)) or 'none'}."


def _unknown_outages(scenario: System) -> Iterable[str]:
    known = {LAMBDA}.union(
        *(function.behaviour.depends_on for function in scenario.functions)
    )
    known |= _names(scenario.dependencies)
    whole = {LAMBDA} | {
        trigger.name
        for trigger in scenario.triggers
        if isinstance(trigger, EventSourceMapping)
    }
    for outage in scenario.outages:
        yield from _unknown(
            "An outage is of", "dependency or mapping", outage.of, known | whole
        )
        if outage.of in whole and outage.error_share < 1:
            yield f"An outage of {outage.of!r} has an error_share of {outage.error_share}; only a dependency's may."
    functions = _names(scenario.functions)
    for deployment in scenario.deployments:
        yield from _unknown(
            "A deployment is of", "function", deployment.function, functions
        )


def _refused_destinations(scenario: System) -> Iterable[str]:
    buckets = _names(scenario.buckets)
    for function in scenario.functions:
        target = function.event_invoke_config.destination_config.on_success
        if target in buckets:
            yield (
                f"Function {function.name!r}: a bucket such as {target!r} can be an on-failure destination only "
                "(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html)."
            )


def _ambiguous_destinations(scenario: System) -> Iterable[str]:
    functions = {function.name for function in scenario.functions}
    targets = {target for function in scenario.functions for target in function.targets}
    for trigger in scenario.triggers:
        invokes_it = (
            trigger.function == trigger.name and trigger.model == "asynchronous"
        )
        if trigger.name in functions & targets and not invokes_it:
            yield (
                f"Trigger {trigger.name!r} has the name of a function that is a destination, but does not invoke it "
                "asynchronously; give the trigger another name."
            )


def _repeated_outputs(scenario: System) -> Iterable[str]:
    for function in scenario.functions:
        names = [output.to for output in function.behaviour.sends]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield f"Function {function.name!r} has two outputs to {name!r}; let one of them send more per_event."


def _unmovable(scenario: System) -> Iterable[str]:
    letters = {
        q.redrive_policy.dead_letter_target_arn
        for q in scenario.queues
        if q.redrive_policy is not None
    }
    polled = {
        trigger.source
        for trigger in scenario.triggers
        if isinstance(trigger, EventSourceMapping)
    }
    for redrive in scenario.redrives:
        if redrive.queue not in letters:
            yield (
                f"A redrive is of queue {redrive.queue!r}, but that is no dead-letter queue of another queue here; "
                f"these are: {', '.join(sorted(letters)) or 'none'} "
                "(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html)."
            )
        elif redrive.queue in polled:
            yield f"A redrive is of queue {redrive.queue!r}, which a trigger polls, too; leave out one."


def _reserved_too_much(scenario: System) -> Iterable[str]:
    floor = facts.fact("account.unreserved_minimum")
    reserved = scenario.account.concurrent_executions - scenario.unreserved_concurrency
    allowed = max(0, scenario.account.concurrent_executions - floor.value)
    if reserved > allowed:
        yield (
            f"Scenario: functions reserve {reserved} of {scenario.account.concurrent_executions} concurrent "
            f"executions, but {floor.value} must stay unreserved, so {allowed} at most ({floor.source})."
        )


def _visibility_too_short(scenario: System) -> Iterable[str]:
    source = facts.fact("Queue.visibility_timeout").source
    for trigger in scenario.triggers:
        if isinstance(trigger, EventSourceMapping) and trigger.kind in QUEUES:
            queue, function = (
                scenario.queue(trigger.source),
                scenario.function(trigger.function),
            )
            if queue.visibility_timeout < function.timeout:
                yield (
                    f"Queue {queue.name!r}: visibility_timeout is {queue.visibility_timeout} s, shorter than the "
                    f"timeout of function {function.name!r}, {function.timeout} s; Lambda refuses that ({source})."
                )


def _standard_and_fifo(scenario: System) -> Iterable[str]:
    """What joins a FIFO queue to something that takes standard queues only, or the other way round."""
    fifo = {queue.name for queue in scenario.queues if queue.fifo_queue}
    for trigger in scenario.triggers:
        if isinstance(trigger, EventSourceMapping) and trigger.kind in QUEUES:
            wanted = "sqs_fifo" if trigger.source in fifo else "sqs_standard"
            if trigger.kind != wanted:
                yield f"Trigger {trigger.name!r} is {trigger.kind!r}, but queue {trigger.source!r} needs {wanted!r}."
    source = facts.fact("RedrivePolicy.max_receive_count").source
    for queue in scenario.queues:
        target = queue.redrive_policy and queue.redrive_policy.dead_letter_target_arn
        if target is not None and (target in fifo) != queue.fifo_queue:
            kind = "FIFO" if queue.fifo_queue else "standard"
            yield f"Queue {queue.name!r} is a {kind} queue, so its dead-letter queue {target!r} must be one ({source})."
    for who, target in _standard_only(scenario):
        if target in fifo:
            yield f"{who} FIFO queue {target!r}; only a standard queue can take that ({_NO_FIFO})."


_NO_FIFO = (
    "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
)


def _standard_only(scenario: System) -> Iterator[tuple[str, str]]:
    for function in scenario.functions:
        letters, who = (
            function.dead_letter_config,
            f"Function {function.name!r} sends what failed or succeeded to",
        )
        for target in (
            *function.event_invoke_config.destination_config.targets,
            letters and letters.target_arn,
        ):
            yield who, str(target)
    for topic in scenario.topics:
        yield from (
            (f"Topic {topic.name!r} publishes to", queue) for queue in topic.queues
        )


def _too_many_readers(scenario: System) -> Iterable[str]:
    mappings = [
        trigger
        for trigger in scenario.triggers
        if isinstance(trigger, EventSourceMapping)
    ]
    for table in scenario.tables:
        limit = facts.fact(
            f"ddb_streams.{'global_table_' if table.global_table else ''}readers"
        )
        count = sum(mapping.source == table.name for mapping in mappings)
        if count > limit.value:
            yield (
                f"Table {table.name!r}: {count} mappings read its stream, but {limit.value} at most may "
                f"({limit.source})."
            )
    for stream in scenario.streams:
        limit = facts.fact("kinesis.consumers")
        count = sum(
            mapping.source == stream.name and mapping.kind == "kinesis_efo"
            for mapping in mappings
        )
        if count > limit.value:
            yield (
                f"Stream {stream.name!r}: {count} mappings use enhanced fan-out, but it has {limit.value} consumers "
                f"at most ({limit.source})."
            )


def _resharded_windows(scenario: System) -> Iterable[str]:
    streams = {stream.name: stream for stream in scenario.streams}
    for stream in scenario.streams:
        if stream.reshardings and stream.stream_mode == "ON_DEMAND":
            yield (
                f"Stream {stream.name!r}: in ON_DEMAND mode it decides itself on its shards; leave out reshardings "
                "(https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html)."
            )
    for trigger in scenario.triggers:
        if not isinstance(trigger, EventSourceMapping) or trigger.source not in streams:
            continue
        if trigger.tumbling_window_in_seconds and streams[trigger.source].reshardings:
            yield (
                f"EventSourceMapping {trigger.name!r}: tumbling windows do not support resharding, and stream "
                f"{trigger.source!r} is resharded "
                "(https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html)."
            )


def _timeout_too_long(scenario: System) -> Iterable[str]:
    limit = facts.fact("mapping.ordered_timeout")
    for trigger in scenario.triggers:
        if isinstance(trigger, EventSourceMapping) and trigger.kind in (
            *KAFKA,
            "mq",
            "documentdb",
        ):
            function = scenario.function(trigger.function)
            if function.timeout > limit.value:
                yield (
                    f"Function {function.name!r}: timeout is {function.timeout} s, but {limit.value} s at most for a "
                    f"function that polls {trigger.kind} ({limit.source})."
                )
