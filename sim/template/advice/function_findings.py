"""What breaks a rule of advice on functions and what invokes them."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger
from sim.template.advice.finding import (
    Finding,
    Findings,
    invoked_by,
    invoker,
)


def without_failure_store(scenario: Scenario) -> Findings:
    """Functions invoked asynchronously that keep nothing of an event that has failed for good."""
    invoked: dict[str, list[str]] = {}
    for trigger in scenario.routes:
        if isinstance(trigger, AsynchronousTrigger):
            function = scenario.function(trigger.function)
            destinations = function.event_invoke_config.destination_config
            if not (destinations.on_failure or function.dead_letter_config):
                by = invoker(scenario, trigger)
                invoked.setdefault(function.name, []).append(by)
    return invoked_by(invoked)


def not_idempotent(scenario: Scenario) -> Findings:
    """Functions that may get an event twice and do not recognise it."""
    invoked: dict[str, list[str]] = {}
    for trigger in scenario.routes:
        function = scenario.function(trigger.function)
        retries = function.event_invoke_config.maximum_retry_attempts
        once = trigger.model == "asynchronous" and retries == 0
        if trigger.model == "synchronous" or once:
            continue
        if function.behaviour.idempotency is None:
            by = invoker(scenario, trigger)
            invoked.setdefault(function.name, []).append(by)
    return invoked_by(invoked)


def impatient_front_doors(scenario: Scenario) -> Findings:
    """Functions whose timeout is longer than what their front door waits."""
    for trigger in scenario.triggers:
        if not isinstance(trigger, SynchronousTrigger):
            continue
        timeout = scenario.function(trigger.function).timeout
        limit = trigger.timeout_in_millis
        if limit is not None and limit < timeout * 1000:
            detail = f"{trigger.name} waits {limit / 1000:g} s of {timeout} s"
            yield Finding(trigger.function, detail)


def unused_dead_letter_targets(scenario: Scenario) -> Findings:
    """Functions that are only polled for, with a dead-letter target or an on-failure destination.

    A function that is a destination or an output of another is invoked asynchronously.
    """
    for function in scenario.functions:
        routes = [
            trigger.model
            for trigger in scenario.routes
            if trigger.function == function.name
        ]
        if set(routes) == {"polling"}:
            for target in _failure_stores(function):
                detail = (
                    f"{target} gets nothing, as Lambda polls for this function"
                )
                yield Finding(function.name, detail)


def _failure_stores(function: Function) -> Iterator[str]:
    """Where the function's own settings send asynchronous events that failed."""
    on_failure = function.event_invoke_config.destination_config.on_failure
    if on_failure is not None:
        yield on_failure
    if function.dead_letter_config is not None:
        yield function.dead_letter_config.target_arn


def switched_off(scenario: Scenario) -> Findings:
    """Functions with reserved concurrency 0."""
    for function in scenario.functions:
        if function.reserved_concurrent_executions == 0:
            yield Finding(function.name, "reserved concurrency 0")


def recursive_loops(scenario: Scenario) -> Findings:
    """Functions that get back what they send on."""
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
