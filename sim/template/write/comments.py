"""What surprises in a template: a comment beside it, the same in every form."""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.event_source_mapping import QUEUES, STREAMS, EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.resources import Queue
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import AsynchronousTrigger, Trigger

HEAD = "Times of work, failures, traffic and outages are not here: they stay in the scenario."
NOWHERE = {
    "invoke": "somebody calls the function with the Invoke API",
    "invoke_event": "somebody calls the function with the Invoke API, type Event",
    "s3_batch": "an S3 Batch Operations job names the function when it is created",
}
"""Kinds of triggers that no template can deploy, and who makes them."""
KEEPS_UNACCEPTED = (
    "sns",
    "eventbridge_rule",
    "eventbridge_schedule_rule",
    "eventbridge_scheduler",
)
"""Kinds of sources with a dead-letter queue of their own."""


def of_function(scenario: Scenario, function: Function) -> Iterator[str]:
    """Comments on a function, and on its triggers that no template can deploy."""
    if function.reserved_concurrent_executions == 0:
        yield "No concurrency: every invocation is throttled."
    if function.runtime.startswith("go (") or function.package_type == "Image":
        yield f"Build it for {function.runtime}."
    for trigger in scenario.triggers:
        if trigger.function == function.name:
            yield from of_trigger(trigger)


def of_trigger(trigger: Trigger) -> Iterator[str]:
    """Comments on a trigger."""
    if trigger.kind in NOWHERE:
        yield f"{trigger.name}: nothing to deploy, {NOWHERE[trigger.kind]}."
    if trigger.kind == "stripe_webhook":
        yield f"{trigger.name}: give Stripe the address as a webhook endpoint."
    if isinstance(trigger, EventSourceMapping):
        yield from _of_mapping(trigger)
    elif (
        isinstance(trigger, AsynchronousTrigger)
        and trigger.dead_letter_config
        and trigger.kind not in KEEPS_UNACCEPTED
    ):
        yield f"{trigger.name}: this kind of source has no dead-letter queue of its own."


def _of_mapping(mapping: EventSourceMapping) -> Iterator[str]:
    if (
        mapping.kind in STREAMS
        and mapping.maximum_retry_attempts
        == mapping.maximum_record_age_in_seconds
        == -1
    ):
        yield f"{mapping.name}: a batch that fails again and again blocks its shard until its records expire."


def of_queue(scenario: Scenario, queue: Queue) -> Iterator[str]:
    """A comment on a visibility timeout that is shorter than AWS recommends."""
    times = facts.fact("mapping.visibility_timeouts")
    for trigger in scenario.triggers:
        if (
            isinstance(trigger, EventSourceMapping)
            and trigger.kind in QUEUES
            and trigger.source == queue.name
        ):
            timeout = scenario.function(trigger.function).timeout
            if queue.visibility_timeout < times.value * timeout:
                yield f"AWS recommends {times.value} times the function's timeout, {times.value * timeout} s, or more."
