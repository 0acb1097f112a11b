"""Destinations that are event buses: only rules that admit events of `lambda` get the results.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import reference_page
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.draft_entries import TriggerDraft
from sim.template.read.references import function_named
from sim.template.read.rules import RULE

SOURCE = "lambda"
DETAIL_TYPES = {
    "on_success": "Lambda Function Invocation Result - Success",
    "on_failure": "Lambda Function Invocation Result - Failure",
}


class _Destination(NamedTuple):
    """A bus to which a function sends the results of its runs: `on_success` or `on_failure`."""

    function: str
    condition: str
    bus: str


def read_destination_buses(draft: Draft) -> None:
    """Give a function's results a bus of their own where not every rule of the bus admits them."""
    added: list[TriggerDraft] = []
    admitting: set[str] = set()
    for function, fields in draft.functions.items():
        config = fields.get("event_invoke_config", {})
        destinations = config.get("destination_config", {})
        for condition, bus in destinations.items():
            if bus not in draft.event_buses:
                continue
            destination = _Destination(function, condition, bus)
            rules = _rules_of(draft, bus)
            admitted = [
                rule for rule in rules if _admits(draft, rule, destination)
            ]
            if len(admitted) < len(rules):
                name = _add_bus(draft, destination, admitted)
                added += _copied_triggers(draft, destination, admitted, name)
                admitting.update(rule.name for rule in admitted)
                destinations[condition] = name
    _detach(draft, admitting)
    draft.triggers += added


def _rules_of(draft: Draft, bus: str) -> list[Resource]:
    """The rules of a bus, each once: those with functions, then those with queues and topics."""
    rules: dict[str, Resource] = {}
    for trigger in _triggers_of(draft, bus):
        rules[trigger.resource.name] = trigger.resource
    for events in draft.forwarded:
        if events.bus == bus:
            rules[events.rule.name] = events.rule
    return list(rules.values())


def _triggers_of(draft: Draft, bus: str) -> list[TriggerDraft]:
    return [
        trigger
        for trigger in draft.triggers
        if trigger.resource.type == RULE and trigger.fields["source"] == bus
    ]


def _add_bus(
    draft: Draft, destination: _Destination, rules: list[Resource]
) -> str:
    """Add a bus for the results alone, with the queues and topics of these rules: its name."""
    function, bus = destination.function, destination.bus
    # AWS takes no slash in the name of a bus.
    name = f"{bus}-{function}-{destination.condition}"
    names = [rule.name for rule in rules]
    targets = [
        events.target
        for events in draft.forwarded
        if events.bus == bus and events.rule.name in names
    ]
    draft.event_buses[name] = {
        "name": name,
        "targets": tuple(dict.fromkeys(targets)),
    }
    owner = draft.resources.get(function)
    draft.report.add(
        "assumed",
        function,
        f"{destination.condition} (rules)",
        ", ".join(names),
        line=owner.line("DestinationConfig") if owner is not None else None,
        note=f"Of the rules of {bus}, only these admit its results, whose source is {SOURCE}.",
        source=reference_page(RULE),
    )
    return name


def _copied_triggers(
    draft: Draft, destination: _Destination, rules: list[Resource], bus: str
) -> list[TriggerDraft]:
    """The triggers of these rules, joined to another bus."""
    copies = []
    for trigger in _triggers_of(draft, destination.bus):
        if trigger.resource in rules:
            suffix = f"{trigger.suffix}-{bus}"
            fields = trigger.fields | {"source": bus}
            copies.append(trigger._replace(suffix=suffix, fields=fields))
    return copies


def _detach(draft: Draft, admitting: set[str]) -> None:
    """Rules that admit nothing but results get nothing else of what comes to their bus."""
    detached = {
        rule.name
        for rule in draft.template.of_type(RULE)
        if rule.name in admitting and _admits_only_results(rule)
    }
    draft.triggers = [
        trigger
        for trigger in draft.triggers
        if trigger.resource.name not in detached
    ]
    for bus in {e.bus for e in draft.forwarded if e.rule.name in detached}:
        targets = [
            events.target
            for events in draft.forwarded
            if events.bus == bus and events.rule.name not in detached
        ]
        draft.event_buses[bus]["targets"] = tuple(dict.fromkeys(targets))


def _admits(draft: Draft, rule: Resource, destination: _Destination) -> bool:
    """Whether a rule's pattern admits a function's results, as far as plain words decide it."""
    pattern = rule.get("EventPattern")
    if not isinstance(pattern, dict):
        return False
    detail_types = [
        word.replace("\u2013", "-") for word in _words(pattern, "detail-type")
    ]
    functions = [
        function_named(draft, word) for word in _words(pattern, "resources")
    ]
    return (
        _matches(SOURCE, _words(pattern, "source"))
        and _matches(DETAIL_TYPES[destination.condition], detail_types)
        and _matches(destination.function, functions)
    )


def _matches(value: str, words: list[Any]) -> bool:
    """Whether a value is one of the words; without words everything is."""
    return not words or value in words


def _words(pattern: dict[str, Any], field: str) -> list[str]:
    """What a field must be equal to; empty if anything else than plain words may match."""
    words = pattern.get(field)
    if not isinstance(words, list):
        return []
    is_plain = all(isinstance(word, str) for word in words)
    return words if is_plain else []


def _admits_only_results(rule: Resource) -> bool:
    return _words(rule.get("EventPattern") or {}, "source") == [SOURCE]
