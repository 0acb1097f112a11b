"""What breaks a rule of advice on functions and what invokes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger
from sim.template.advice.circles import in_circles
from sim.template.advice.finding import (
    Finding,
    Findings,
    invoked_by,
    invokers,
)


def without_failure_store(scenario: Scenario) -> Findings:
    """Functions invoked asynchronously that keep nothing of an event that has failed for good."""
    by = invokers(scenario)
    invoked: dict[str, list[str]] = {}
    for trigger in scenario.routes:
        if isinstance(trigger, AsynchronousTrigger):
            function = scenario.function(trigger.function)
            if not any(_failure_stores(function)):
                names = invoked.setdefault(function.name, [])
                names.append(by[trigger.name])
    return invoked_by(invoked)


def not_idempotent(scenario: Scenario) -> Findings:
    """Functions that may get an event twice and do not recognise it."""
    by = invokers(scenario)
    invoked: dict[str, list[str]] = {}
    for trigger in scenario.routes:
        function = scenario.function(trigger.function)
        retries = function.event_invoke_config.maximum_retry_attempts
        once = trigger.model == "asynchronous" and retries == 0
        if trigger.model == "synchronous" or once:
            continue
        if function.behaviour.idempotency is None:
            invoked.setdefault(function.name, []).append(by[trigger.name])
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
    models: dict[str, set[str]] = {}
    for trigger in scenario.routes:
        models.setdefault(trigger.function, set()).add(trigger.model)
    for function in scenario.functions:
        if models.get(function.name) == {"polling"}:
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
    route_of = {route.name: route.function for route in scenario.routes}
    receivers: dict[str, set[str]] = {}
    for function in scenario.functions:
        receivers[function.name] = {
            receiver
            for target in function.targets
            for receiver in _receivers(scenario, route_of, target)
        }
    looping = in_circles(receivers)
    for name, targets in receivers.items():
        if name in looping:
            through = ", ".join(sorted(targets))
            yield Finding(name, f"comes back through {through}")


def _receivers(
    scenario: Scenario, route_of: Mapping[str, str], target: str
) -> Iterator[str]:
    """The functions that get what is sent to a place."""
    for trigger in scenario.consumers(target):
        yield trigger.function
    if target in route_of:
        yield route_of[target]
