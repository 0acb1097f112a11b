"""What surprises in a template: a comment beside it, the same in every form."""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.resources import Queue
from sim.scenario.scenario import Scenario
from sim.scenario.source_kinds import QUEUES, STREAMS
from sim.scenario.subscriber import Subscriber
from sim.scenario.trigger_patterns import patterns_of
from sim.scenario.triggers import Trigger
from sim.template.advice.stream_findings import retries_without_end
from sim.template.advice.visibility import FACTOR, advised_visibility_timeout

HEAD = "Times of work, failures, traffic and outages are not here: they stay in the scenario."
INVOKES_ALIAS = "it invokes the alias here; to invoke $LATEST, it must name the function itself."
NOT_DEPLOYED = {
    "invoke": "somebody calls the function with the Invoke API",
    "invoke_event": "somebody calls the function with the Invoke API, type Event",
    "s3_batch": "an S3 Batch Operations job names the function when it is created",
    "authorizer_rest": "no API here names it as its authorizer",
    "authorizer_http": "no API here names it as its authorizer",
    "authorizer_ws": "no API here names it as its authorizer",
}
"""Kinds of triggers that no template here deploys, and why."""
WITH_PATTERNS = (EventSourceMapping, Subscriber)
"""What every form writes with its patterns; of the others, subscriptions to SNS alone."""
WITH_DEAD_LETTER_QUEUE = (
    "sns",
    "eventbridge_rule",
    "eventbridge_schedule_rule",
    "eventbridge_scheduler",
)
"""Kinds of sources with a dead-letter queue of their own."""


def function_comments(scenario: Scenario, function: Function) -> Iterator[str]:
    """Comments on a function and its triggers."""
    if function.reserved_concurrent_executions == 0:
        yield "No concurrency: every invocation is throttled."
    if function.runtime.startswith("go (") or function.package_type == "Image":
        yield f"Build it for {function.runtime}."
    for trigger in scenario.triggers:
        if trigger.function == function.name:
            if trigger.name not in scenario.called_first:
                yield from _trigger_comments(trigger)
            says_latest = isinstance(trigger, Subscriber)
            if scenario.invoked(trigger) != function.name and not says_latest:
                yield f"{trigger.name}: {INVOKES_ALIAS}"


def _trigger_comments(trigger: Trigger) -> Iterator[str]:
    name, kind = trigger.name, trigger.kind
    if kind in NOT_DEPLOYED:
        yield f"{name}: nothing to deploy, {NOT_DEPLOYED[kind]}."
    if kind == "stripe_webhook":
        yield f"{name}: give Stripe the address as a webhook endpoint."
    if isinstance(trigger, EventSourceMapping) and kind in STREAMS:
        yield from _stream_comments(trigger)
    if isinstance(trigger, Subscriber):
        yield from _replay_comments(trigger)
    if not isinstance(trigger, WITH_PATTERNS) and kind != "sns":
        for pattern in patterns_of(trigger):
            yield f"{name}: put its pattern here by hand: {pattern}"
    error_action = getattr(trigger, "error_action", None)
    if error_action is not None:
        yield f"{name}: put its error action here by hand: {error_action}"
    has_dead_letters = getattr(trigger, "dead_letter_config", None) is not None
    if has_dead_letters and kind not in WITH_DEAD_LETTER_QUEUE:
        yield f"{name}: this kind of source has no dead-letter queue of its own."


def _stream_comments(mapping: EventSourceMapping) -> Iterator[str]:
    if retries_without_end(mapping):
        yield (
            f"{mapping.name}: a batch that fails again and again blocks its shard "
            "until its records expire."
        )


def _replay_comments(subscriber: Subscriber) -> Iterator[str]:
    """On the dates of a replay, which a scenario does not have."""
    config = subscriber.point_in_time_configuration
    if config is None:
        return
    if config.starting_point is not None:
        dated = "put TIMESTAMP and StartingPoint, a date, here by hand"
        yield f"{subscriber.name}: {dated}; so it replays all."
    if config.end_point is not None:
        dated = "put EndPoint, a date, here by hand"
        yield f"{subscriber.name}: {dated}; so its replay goes on to live events."


def queue_comments(scenario: Scenario, queue: Queue) -> Iterator[str]:
    """Comments on what is forwarded to a queue, and on its visibility timeout."""
    yield from _forwarding_comments(scenario, queue)
    yield from _visibility_comments(scenario, queue)


def _forwarding_comments(scenario: Scenario, queue: Queue) -> Iterator[str]:
    for bus in scenario.event_buses:
        for rule in bus.event_patterns:
            if rule.target == queue.name:
                yield (
                    f"From {bus.name}: put the rule's pattern here by hand: {rule.event_pattern}"
                )


def _visibility_comments(scenario: Scenario, queue: Queue) -> Iterator[str]:
    """On a visibility timeout that is shorter than AWS advises."""
    factor = facts.fact(FACTOR).value
    for trigger in scenario.triggers:
        if (
            not isinstance(trigger, EventSourceMapping)
            or trigger.kind not in QUEUES
        ):
            continue
        if trigger.source != queue.name:
            continue
        timeout = scenario.function(trigger.function).timeout
        window = trigger.maximum_batching_window_in_seconds
        advised = advised_visibility_timeout(timeout, window)
        if queue.visibility_timeout < advised:
            more = " and the batching window" if window else ""
            yield (
                f"AWS recommends {factor} times the function's timeout{more}, "
                f"{advised:g} s, or more."
            )
