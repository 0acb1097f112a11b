"""What AWS refuses of queues: how they are polled, redriven and joined to others."""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.checks.destinations import ON_FAILURE
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import QUEUES
from sim.scenario.system import System

MOVE_TASK = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"
    "API_StartMessageMoveTask.html"
)


def problems(system: System) -> Iterator[str]:
    """Sentences that say what AWS would refuse."""
    yield from _unmovable(system)
    yield from _standard_and_fifo(system)


def _mappings(system: System) -> list[EventSourceMapping]:
    return [mapping for mapping in system.mappings if mapping.kind in QUEUES]


def _dead_letter_queues(system: System) -> dict[str, str]:
    """The dead-letter queue of each queue that has one."""
    return {
        queue.name: queue.redrive_policy.dead_letter_target_arn
        for queue in system.queues
        if queue.redrive_policy is not None
    }


def _unmovable(system: System) -> Iterator[str]:
    kept = set(_dead_letter_queues(system).values())
    polled = {mapping.source for mapping in system.mappings}
    for redrive in system.redrives:
        who = f"A redrive is of queue {redrive.queue!r}"
        if redrive.queue not in kept:
            there = ", ".join(sorted(kept)) or "none"
            yield (
                f"{who}, but that is no dead-letter queue of another queue here; "
                f"these are: {there} ({MOVE_TASK})."
            )
        elif redrive.queue in polled:
            yield f"{who}, which a trigger polls, too; leave out one."


def warnings(system: System) -> Iterator[str]:
    """Sentences that say what AWS refuses when a mapping is made, but not when its parts change.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    source = facts.fact("advice.visibility_factor").source
    for mapping in _mappings(system):
        if mapping.pipe is not None:
            continue  # AWS names no such rule for pipes
        queue = system.queue(mapping.source)
        function = system.function(mapping.function)
        if queue.visibility_timeout < function.timeout:
            yield (
                f"Queue {queue.name!r}: visibility_timeout is {queue.visibility_timeout} s, "
                f"shorter than the timeout of function {function.name!r}, "
                f"{function.timeout} s: a message may come again while it is worked on. "
                f"Lambda refuses such a mapping only when it is created or updated ({source})."
            )


def _standard_and_fifo(system: System) -> Iterator[str]:
    """What joins a FIFO queue to something that takes standard queues only, or the reverse."""
    fifo = {queue.name for queue in system.queues if queue.fifo_queue}
    for mapping in _mappings(system):
        wanted = "sqs_fifo" if mapping.source in fifo else "sqs_standard"
        if mapping.kind != wanted:
            who = f"Trigger {mapping.name!r} is {mapping.kind!r}"
            yield f"{who}, but queue {mapping.source!r} needs {wanted!r}."
    source = facts.fact("RedrivePolicy.max_receive_count").source
    for queue, target in _dead_letter_queues(system).items():
        if (queue in fifo) != (target in fifo):
            who = f"Queue {queue!r} is a {'FIFO' if queue in fifo else 'standard'} queue"
            yield f"{who}, so its dead-letter queue {target!r} must be one ({source})."
    for who, target in _standard_only(system):
        if target in fifo:
            refusal = f"only a standard queue can take that ({ON_FAILURE})"
            yield f"{who} FIFO queue {target!r}; {refusal}."


def _standard_only(system: System) -> Iterator[tuple[str, str]]:
    """Who sends to what, where that can be no FIFO queue."""
    for function in system.functions:
        who = f"Function {function.name!r} sends what failed or succeeded to"
        for target in function.event_invoke_config.destination_config.targets:
            yield who, target
        if function.dead_letter_config is not None:
            yield who, function.dead_letter_config.target_arn
    for topic in system.topics:
        for queue in () if topic.fifo_topic else topic.queues:
            yield f"Topic {topic.name!r} publishes to", queue
