"""Patterns of events: of Lambda's filters, EventBridge's rules, pipes, and SNS's filter policies.

A pattern has the structure of the events that it matches: all of its fields must match, and of a
field one of its values.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sim.scenario.pattern_operators import (
    COMPARISONS,
    JSON,
    PatternDialect,
    meets,
    problems_of_operator,
)

ANY_OF = "$or"


def problems_of_pattern(
    text: str, dialect: PatternDialect, nested: bool = True
) -> Iterator[str]:
    """Sentences, without their beginning, that say what is wrong with a pattern in JSON.

    `nested`: whether fields may lie inside others.
    """
    shown = text if len(text) <= 80 else text[:77] + "..."
    try:
        pattern = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        pattern = None
    if not isinstance(pattern, dict):
        yield f"the filter pattern {shown!r} is no JSON object ({dialect.source})."
        return
    for problem in _problems_of_fields(pattern, dialect, nested):
        yield f"the filter pattern {shown!r}: {problem} ({dialect.source})."


def _problems_of_fields(
    pattern: dict[str, JSON], dialect: PatternDialect, nested: bool
) -> Iterator[str]:
    for name, wanted in pattern.items():
        if name == ANY_OF and _are_objects(wanted):
            for one in wanted:
                yield from _problems_of_fields(one, dialect, nested)
        elif name == ANY_OF:
            yield f"$or is {wanted!r}, but a list of two objects or more is allowed"
        elif isinstance(wanted, list) and wanted:
            yield from _problems_of_values(name, wanted, dialect)
        elif isinstance(wanted, dict) and wanted and nested:
            yield from _problems_of_fields(wanted, dialect, nested)
        else:
            other = " or an object of fields" if nested else ""
            yield f"{name!r} is {wanted!r}, but a list of values{other} is allowed"


def _are_objects(wanted: JSON) -> bool:
    """Whether this is what `$or` takes."""
    if not isinstance(wanted, list) or len(wanted) < 2:
        return False
    return all(isinstance(one, dict) and one for one in wanted)


def _problems_of_values(
    name: str, wanted: list[Any], dialect: PatternDialect
) -> Iterator[str]:
    if name == "numeric" and wanted[0] in COMPARISONS:
        yield f'numeric stands inside a field\'s list: [{{"numeric": {json.dumps(wanted)}}}]'
    for value in wanted:
        if isinstance(value, list):
            yield f"{name!r} holds a list in its list"
        elif isinstance(value, dict) and len(value) != 1:
            yield f"{name!r} holds {value!r}, but one operator each is allowed"
        elif isinstance(value, dict):
            ((operator, operand),) = value.items()
            yield from problems_of_operator(operator, operand, dialect)


def matches(
    pattern: dict[str, JSON], event: JSON, dialect: PatternDialect
) -> bool:
    """Whether an event matches a sound pattern: each of its fields does."""
    fields = event if isinstance(event, dict) else {}
    return all(
        _field_matches(name, wanted, fields, dialect)
        for name, wanted in pattern.items()
    )


def _field_matches(
    name: str,
    wanted: JSON,
    fields: dict[str, JSON],
    dialect: PatternDialect,
) -> bool:
    if name == ANY_OF:
        return any(matches(one, fields, dialect) for one in wanted)
    value = fields.get(name, [])
    if isinstance(wanted, dict):
        objects = value if isinstance(value, list) and value else [value]
        return any(matches(wanted, one, dialect) for one in objects)
    found = list(_single_values(value))
    return any(_value_matches(one, found, dialect) for one in wanted)


def _single_values(value: JSON) -> Iterable[JSON]:
    """What stands in a field at the very end of a path: one value, or those of an array."""
    if isinstance(value, list):
        return (single for one in value for single in _single_values(one))
    return () if isinstance(value, dict) else (value,)


def _value_matches(
    wanted: JSON, found: list[JSON], dialect: PatternDialect
) -> bool:
    if not isinstance(wanted, dict):
        return any(_is_equal(wanted, value) for value in found)
    ((operator, operand),) = wanted.items()
    if operator == "exists":
        return bool(found) is operand
    met = [meets(operator, operand, value) for value in found]
    if operator == "anything-but" and dialect.asks_all_of_an_array:
        return bool(met) and all(met)
    return any(met)


def _is_equal(wanted: JSON, value: JSON) -> bool:
    """Values are compared as they are written: 300, 300.0 and "300" are three.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
    """
    return type(wanted) is type(value) and bool(wanted == value)
