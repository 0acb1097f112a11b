"""Results that functions send to an event bus: only rules that admit events of `lambda` get them.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from typing import Any

from sim.template.cloudformation import property_tables
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Join

SOURCE = "lambda"
DETAILS = {
    "on_success": "Lambda Function Invocation Result - Success",
    "on_failure": "Lambda Function Invocation Result - Failure",
}
RULE = "AWS::Events::Rule"


def read(draft: Draft) -> None:
    """Give the results of a function a bus of their own where not every rule of the bus admits them."""
    found: list[Join] = []
    admitting: set[str] = set()
    for function, settings in draft.groups["functions"].items():
        destinations = settings.get("event_invoke_config", {}).get(
            "destination_config", {}
        )
        for outcome, bus in destinations.items():
            if bus in draft.groups["event_buses"]:
                destinations[outcome], mine, names = _bus_of_results(
                    draft, function, outcome, bus
                )
                found += mine
                admitting |= names
    _leave(draft, admitting)
    draft.joins += found


def _leave(draft: Draft, admitting: set[str]) -> None:
    """Rules that admit nothing but results get nothing else of what comes to their bus."""
    left = {
        rule.name
        for rule in draft.template.of_type(RULE)
        if rule.name in admitting and _only_results(rule)
    }
    draft.joins = [join for join in draft.joins if join.resource.name not in left]
    for bus in {bus for rule, bus, _ in draft.passed if rule.name in left}:
        targets = [
            target
            for rule, there, target in draft.passed
            if there == bus and rule.name not in left
        ]
        draft.groups["event_buses"][bus]["targets"] = tuple(dict.fromkeys(targets))


def _bus_of_results(
    draft: Draft, function: str, outcome: str, bus: str
) -> tuple[str, list[Join], set[str]]:
    """The bus that gets the results, with triggers and the names of rules if it is one of its own."""
    joins = [
        join
        for join in draft.joins
        if join.resource.type == RULE and join.fields["source"] == bus
    ]
    passed = [(rule, target) for rule, there, target in draft.passed if there == bus]
    rules = {
        rule.name: rule
        for rule in (*(join.resource for join in joins), *(rule for rule, _ in passed))
    }
    admitting = {
        name for name, rule in rules.items() if _admits(draft, rule, function, outcome)
    }
    if len(admitting) == len(rules):
        return bus, [], set()
    own = f"{bus}-{function}-{outcome}"  # AWS takes no slash in the name of a bus
    targets = [target for rule, target in passed if rule.name in admitting]
    draft.groups["event_buses"][own] = {
        "name": own,
        "targets": tuple(dict.fromkeys(targets)),
    }
    mine = [join for join in joins if join.resource.name in admitting]
    found = [
        join._replace(
            suffix=f"{join.suffix}-{own}", fields=join.fields | {"source": own}
        )
        for join in mine
    ]
    owner = draft.owners.get(function)
    draft.report.add(
        "assumed",
        function,
        f"{outcome} (rules)",
        ", ".join(admitting),
        line=owner.line("DestinationConfig") if owner is not None else None,
        note=f"Of the rules of {bus}, only these admit its results, whose source is {SOURCE}.",
        source=property_tables.page(RULE),
    )
    return own, found, admitting


def _admits(draft: Draft, rule: Resource, function: str, outcome: str) -> bool:
    """Whether a rule's pattern lets the results of a function through, as far as plain words decide it."""
    pattern = rule.get("EventPattern")
    if not isinstance(pattern, dict):
        return False
    words = [
        str(word).replace("\u2013", "-") for word in _words(pattern, "detail-type")
    ]
    functions = [draft.function(word) for word in _words(pattern, "resources")]
    return (
        SOURCE in (_words(pattern, "source") or (SOURCE,))
        and DETAILS[outcome] in (words or (DETAILS[outcome],))
        and function in (functions or (function,))
    )


def _words(pattern: dict[str, Any], field: str) -> list[str]:
    """What a field must be equal to; empty if anything else than plain words may match."""
    wanted = pattern.get(field)
    plain = isinstance(wanted, list) and all(isinstance(word, str) for word in wanted)
    return list(wanted) if isinstance(wanted, list) and plain else []


def _only_results(rule: Resource) -> bool:
    return _words(rule.get("EventPattern") or {}, "source") == [SOURCE]
