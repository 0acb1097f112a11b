"""Advice on what AWS accepts and regrets: each rule with its reason, its page, and a run that shows it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import pandas as pd

from sim import facts
from sim.scenario.event_source_mapping import QUEUES, STREAMS, EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger, Trigger
from sim.template.advice.demonstrations import Demonstration, demonstrations
from sim.template.text.lines import Lines


class Rule(NamedTuple):
    """A row of `data/template/advice.csv`: how bad it is, where it stands, why, what a run shows, and AWS's page."""

    rule: str
    severity: str
    property: str
    reason: str
    measures: str
    source: str


@dataclass(frozen=True)
class Advice:
    """One thing to look at: the rule, the resource and its line, and in numbers what is meant."""

    rule: Rule
    resource: str
    line: int | None
    detail: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        rule = self.rule
        return f"{where}{rule.severity}: {self.resource} ({rule.rule}: {self.detail}). {rule.reason} {rule.source}"

    def demonstrate(self, seed: int = 0) -> Demonstration:
        """A small system that breaks the rule, run beside one that keeps it, with the same events."""
        return demonstrations()[self.rule.rule](self.rule.measures, seed)


Found = Iterator[tuple[str, str]]
"""A resource, and in numbers what is meant."""


def advise(scenario: Scenario, lines: Lines | None = None) -> list[Advice]:
    """What a scenario should change, the worst first; `lines` of the template it was read from."""
    order = ("error", "warning", "info")
    return [
        Advice(
            rule,
            resource,
            lines.line(resource, rule.property) if lines is not None else None,
            detail,
        )
        for rule in sorted(
            rules().values(), key=lambda rule: order.index(rule.severity)
        )
        for resource, detail in dict.fromkeys(CHECKS[rule.rule](scenario))
    ]


def table(advice: Iterable[Advice]) -> pd.DataFrame:
    """Advice as a table: rule, severity, resource, line, detail, reason, source."""
    rows = [
        (
            a.rule.rule,
            a.rule.severity,
            a.resource,
            a.line,
            a.detail,
            a.rule.reason,
            a.rule.source,
        )
        for a in advice
    ]
    names = ["rule", "severity", "resource", "line", "detail", "reason", "source"]
    return pd.DataFrame(rows, columns=names).astype({"line": "Int64"})


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its name."""
    with (facts.DATA / "template" / "advice.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        return {row[0]: Rule(*row) for row in list(csv.reader(file, strict=True))[1:]}


def _mappings(
    scenario: Scenario, *kinds: str
) -> Iterator[tuple[EventSourceMapping, Function]]:
    for trigger in scenario.triggers:
        if (
            isinstance(trigger, EventSourceMapping)
            and trigger.kind in kinds
            and trigger.enabled
        ):
            yield trigger, scenario.function(trigger.function)


def _visibility(scenario: Scenario) -> Found:
    factor = facts.fact("advice.visibility_factor").value
    for mapping, function in _mappings(scenario, *QUEUES):
        queue = scenario.queue(mapping.source)
        advised = min(
            factor * function.timeout + mapping.maximum_batching_window_in_seconds,
            43200,
        )
        if queue.visibility_timeout < advised:
            yield (
                queue.name,
                f"{queue.visibility_timeout} s; advised for {function.name} are {advised:g} s",
            )


def _stores(function: Function) -> Iterator[str]:
    yield from function.event_invoke_config.destination_config.targets
    if function.dead_letter_config is not None:
        yield function.dead_letter_config.target_arn


def _above_reserved(scenario: Scenario) -> Found:
    start = facts.fact("mapping.start_concurrency").value
    wanted: dict[str, int] = {}
    for mapping, function in _mappings(scenario, *QUEUES):
        limit = (
            mapping.scaling_config.maximum_concurrency
            if mapping.scaling_config is not None
            else start
        )
        wanted[function.name] = wanted.get(function.name, 0) + limit
    for name, concurrency in wanted.items():
        reserved = scenario.function(name).reserved_concurrent_executions
        if reserved is not None and 0 < reserved < concurrency:
            yield (
                name,
                f"mappings begin with or allow {concurrency}; {reserved} reserved",
            )


def _asynchronous(scenario: Scenario) -> Iterator[tuple[Trigger, Function]]:
    for trigger in scenario.routes:
        if isinstance(trigger, AsynchronousTrigger):
            yield trigger, scenario.function(trigger.function)


def _no_store(scenario: Scenario) -> Found:
    invokers: dict[str, list[str]] = {}
    for trigger, function in _asynchronous(scenario):
        stored = (
            function.event_invoke_config.destination_config.on_failure
            or function.dead_letter_config
        )
        if not stored:
            invokers.setdefault(function.name, []).append(_invoker(scenario, trigger))
    yield from _invoked(invokers)


def _invoker(scenario: Scenario, trigger: Trigger) -> str:
    """The trigger, or the functions that have this one as a destination or send to it."""
    if trigger in scenario.triggers:
        return trigger.name
    return ", ".join(
        function.name
        for function in scenario.functions
        if trigger.name in function.targets
    )


def _invoked(invokers: dict[str, list[str]]) -> Found:
    return (
        (name, f"invoked by {', '.join(triggers)}")
        for name, triggers in invokers.items()
    )


def _endless(scenario: Scenario) -> Found:
    for mapping, _ in _mappings(scenario, *STREAMS):
        if _never_gives_up(mapping):
            yield (
                mapping.name,
                f"retries without end, {'an' if mapping.on_failure else 'no'} on-failure destination",
            )


def _skipped(scenario: Scenario) -> Found:
    for mapping, _ in _mappings(scenario, *STREAMS):
        if mapping.on_failure is None and not _never_gives_up(mapping):
            yield mapping.name, "limited retries, no on-failure destination"


def _never_gives_up(mapping: EventSourceMapping) -> bool:
    return bool(
        mapping.maximum_retry_attempts == mapping.maximum_record_age_in_seconds == -1
    )


def _not_idempotent(scenario: Scenario) -> Found:
    invokers: dict[str, list[str]] = {}
    for trigger in scenario.routes:
        function = scenario.function(trigger.function)
        once = (
            trigger.model == "asynchronous"
            and function.event_invoke_config.maximum_retry_attempts == 0
        )
        if (
            trigger.model != "synchronous"
            and not once
            and function.behaviour.idempotency is None
        ):
            invokers.setdefault(function.name, []).append(_invoker(scenario, trigger))
    yield from _invoked(invokers)


def _impatient(scenario: Scenario) -> Found:
    for trigger in scenario.triggers:
        if (
            isinstance(trigger, SynchronousTrigger)
            and trigger.timeout_in_millis is not None
        ):
            timeout = scenario.function(trigger.function).timeout
            if trigger.timeout_in_millis < timeout * 1000:
                yield (
                    trigger.function,
                    f"{trigger.name} waits {trigger.timeout_in_millis / 1000:g} s of {timeout} s",
                )


def _whole_batch(scenario: Scenario) -> Found:
    for mapping, _ in _mappings(scenario, *QUEUES):
        if mapping.batch_size > 1 and not mapping.reports_batch_item_failures:
            yield mapping.name, f"batches of up to {mapping.batch_size}"


def _no_redrive(scenario: Scenario) -> Found:
    for mapping, _ in _mappings(scenario, *QUEUES):
        if scenario.queue(mapping.source).redrive_policy is None:
            yield mapping.source, f"polled by {mapping.name}"


def _few_receives(scenario: Scenario) -> Found:
    advised = facts.fact("advice.receives").value
    for mapping, _ in _mappings(scenario, *QUEUES):
        policy = scenario.queue(mapping.source).redrive_policy
        if policy is not None and policy.max_receive_count < advised:
            yield (
                mapping.source,
                f"{policy.max_receive_count} receives; advised are {advised}",
            )


def _switched_off(scenario: Scenario) -> Found:
    for function in scenario.functions:
        if function.reserved_concurrent_executions == 0:
            yield function.name, "reserved concurrency 0"


def _loops(scenario: Scenario) -> Found:
    sent = {
        function.name: set(_next(scenario, function)) for function in scenario.functions
    }
    for name, targets in sent.items():
        reached, waiting = set[str](), [name]
        while waiting:
            new = sent[waiting.pop()] - reached
            reached |= new
            waiting += new
        if name in reached:
            yield name, f"comes back through {', '.join(sorted(targets))}"


def _next(scenario: Scenario, function: Function) -> Iterator[str]:
    """The functions that get what this one sends."""
    for target in (
        *_stores(function),
        *(output.to for output in function.behaviour.sends),
    ):
        yield from (trigger.function for trigger in scenario.consumers(target))
        yield from (
            trigger.function for trigger in scenario.routes if trigger.name == target
        )


CHECKS: dict[str, Callable[[Scenario], Found]] = {
    "visibility timeout": _visibility,
    "concurrency above reserved": _above_reserved,
    "no failure store": _no_store,
    "endless stream retries": _endless,
    "records skipped": _skipped,
    "retries without idempotency": _not_idempotent,
    "front door gives up first": _impatient,
    "whole batch fails": _whole_batch,
    "no dead-letter queue": _no_redrive,
    "few receives": _few_receives,
    "switched off": _switched_off,
    "recursive loop": _loops,
}
