"""What breaks a rule of advice: for each rule a function that finds it in a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sim import facts
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.source_kinds import QUEUES, STREAMS
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)
from sim.template.advice.visibility import advised_visibility_timeout


class Finding(NamedTuple):
    """A resource that breaks a rule, and in numbers what is meant."""

    resource: str
    detail: str


Findings = Iterator[Finding]


def _mappings(
    scenario: Scenario, *kinds: str
) -> Iterator[tuple[EventSourceMapping, Function]]:
    """The mappings of these kinds that are switched on, each with its function."""
    for trigger in scenario.triggers:
        if not isinstance(trigger, EventSourceMapping):
            continue
        if trigger.kind in kinds and trigger.enabled:
            yield trigger, scenario.function(trigger.function)


def _short_visibility_timeouts(scenario: Scenario) -> Findings:
    for mapping, function in _mappings(scenario, *QUEUES):
        queue = scenario.queue(mapping.source)
        window = mapping.maximum_batching_window_in_seconds
        advised = advised_visibility_timeout(function.timeout, window)
        if queue.visibility_timeout < advised:
            detail = (
                f"{queue.visibility_timeout} s; "
                f"advised for {function.name} are {advised:g} s"
            )
            yield Finding(queue.name, detail)


def _concurrency_above_reserved(scenario: Scenario) -> Findings:
    wanted: dict[str, int] = {}
    for mapping, function in _mappings(scenario, *QUEUES):
        limit = facts.fact("mapping.start_concurrency").value
        if mapping.scaling_config is not None:
            limit = mapping.scaling_config.maximum_concurrency
        wanted[function.name] = wanted.get(function.name, 0) + limit
    for name, concurrency in wanted.items():
        reserved = scenario.function(name).reserved_concurrent_executions
        if reserved is not None and 0 < reserved < concurrency:
            detail = f"mappings begin with or allow {concurrency}; {reserved} reserved"
            yield Finding(name, detail)


def _without_failure_store(scenario: Scenario) -> Findings:
    invoked: dict[str, list[str]] = {}
    for trigger in scenario.routes:
        if isinstance(trigger, AsynchronousTrigger):
            function = scenario.function(trigger.function)
            destinations = function.event_invoke_config.destination_config
            if not (destinations.on_failure or function.dead_letter_config):
                invoker = _invoker(scenario, trigger)
                invoked.setdefault(function.name, []).append(invoker)
    return _invoked_by(invoked)


def _invoker(scenario: Scenario, trigger: Trigger) -> str:
    """The trigger, or the functions that have this one as a destination or send to it."""
    if trigger in scenario.triggers:
        return trigger.name
    senders = [
        each for each in scenario.functions if trigger.name in each.targets
    ]
    return ", ".join(function.name for function in senders)


def _invoked_by(invokers: dict[str, list[str]]) -> Findings:
    for name, triggers in invokers.items():
        yield Finding(name, f"invoked by {', '.join(triggers)}")


def _endless_retries(scenario: Scenario) -> Findings:
    for mapping, _ in _mappings(scenario, *STREAMS):
        if retries_without_end(mapping):
            a = "an" if mapping.on_failure else "no"
            detail = f"retries without end, {a} on-failure destination"
            yield Finding(mapping.name, detail)


def _skipped_records(scenario: Scenario) -> Findings:
    for mapping, _ in _mappings(scenario, *STREAMS):
        if mapping.on_failure is None and not retries_without_end(mapping):
            detail = "limited retries, no on-failure destination"
            yield Finding(mapping.name, detail)


def retries_without_end(mapping: EventSourceMapping) -> bool:
    """Whether a stream's mapping limits neither retries nor age: both are -1."""
    retries, age = (
        mapping.maximum_retry_attempts,
        mapping.maximum_record_age_in_seconds,
    )
    return retries == age == -1


def _not_idempotent(scenario: Scenario) -> Findings:
    invoked: dict[str, list[str]] = {}
    for trigger in scenario.routes:
        function = scenario.function(trigger.function)
        retries = function.event_invoke_config.maximum_retry_attempts
        once = trigger.model == "asynchronous" and retries == 0
        if trigger.model == "synchronous" or once:
            continue
        if function.behaviour.idempotency is None:
            invoker = _invoker(scenario, trigger)
            invoked.setdefault(function.name, []).append(invoker)
    return _invoked_by(invoked)


def _impatient_front_doors(scenario: Scenario) -> Findings:
    for trigger in scenario.triggers:
        if not isinstance(trigger, SynchronousTrigger):
            continue
        timeout = scenario.function(trigger.function).timeout
        limit = trigger.timeout_in_millis
        if limit is not None and limit < timeout * 1000:
            detail = f"{trigger.name} waits {limit / 1000:g} s of {timeout} s"
            yield Finding(trigger.function, detail)


def _whole_batches(scenario: Scenario) -> Findings:
    for mapping, _ in _mappings(scenario, *QUEUES):
        if mapping.batch_size > 1 and not mapping.reports_batch_item_failures:
            yield Finding(
                mapping.name, f"batches of up to {mapping.batch_size}"
            )


def _without_dead_letter_queue(scenario: Scenario) -> Findings:
    for mapping, _ in _mappings(scenario, *QUEUES):
        if scenario.queue(mapping.source).redrive_policy is None:
            yield Finding(mapping.source, f"polled by {mapping.name}")


def _few_receives(scenario: Scenario) -> Findings:
    advised = facts.fact("advice.receives").value
    for mapping, _ in _mappings(scenario, *QUEUES):
        policy = scenario.queue(mapping.source).redrive_policy
        if policy is not None and policy.max_receive_count < advised:
            detail = (
                f"{policy.max_receive_count} receives; advised are {advised}"
            )
            yield Finding(mapping.source, detail)


def _switched_off(scenario: Scenario) -> Findings:
    for function in scenario.functions:
        if function.reserved_concurrent_executions == 0:
            yield Finding(function.name, "reserved concurrency 0")


def _recursive_loops(scenario: Scenario) -> Findings:
    receivers = {
        function.name: set(_receivers(scenario, function))
        for function in scenario.functions
    }
    for name, targets in receivers.items():
        reached: set[str] = set()
        waiting = [name]
        while waiting:
            new = receivers[waiting.pop()] - reached
            reached |= new
            waiting += new
        if name in reached:
            yield Finding(
                name, f"comes back through {', '.join(sorted(targets))}"
            )


def _receivers(scenario: Scenario, function: Function) -> Iterator[str]:
    """The functions that get what this one sends."""
    for target in function.targets:
        for trigger in scenario.consumers(target):
            yield trigger.function
        for trigger in scenario.routes:
            if trigger.name == target:
                yield trigger.function


FINDERS: dict[str, Callable[[Scenario], Findings]] = {
    "visibility timeout": _short_visibility_timeouts,
    "concurrency above reserved": _concurrency_above_reserved,
    "no failure store": _without_failure_store,
    "endless stream retries": _endless_retries,
    "records skipped": _skipped_records,
    "retries without idempotency": _not_idempotent,
    "front door gives up first": _impatient_front_doors,
    "whole batch fails": _whole_batches,
    "no dead-letter queue": _without_dead_letter_queue,
    "few receives": _few_receives,
    "switched off": _switched_off,
    "recursive loop": _recursive_loops,
}
"""What finds the resources that break a rule, by the rule's name in `data/template/advice.csv`."""
