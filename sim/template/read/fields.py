"""From properties to fields, as `data/template/properties.csv` has them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sim.scenario.schedule_expressions import epoch
from sim.template.cloudformation.property_tables import (
    WORDS,
    Property,
    properties_of,
    put_at,
    values_at,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.references import group_by_type, resource_named

LATEST_MOMENT = 7 * 86400
"""Seconds from the start; a later date is not one that a scenario's template was written with."""
UNKNOWN = "This reader does not know the property."


def read_fields(
    draft: Draft,
    resource: Resource,
    resource_type: str | None = None,
    values: Mapping[str, Any] | None = None,
    path: str = "",
) -> Fields:
    """The fields that a resource's properties set, with a report row for each.

    `values` and `resource_type` where only a part of the resource is read, which stands at `path`.
    """
    rows = properties_of(resource_type or resource.type)
    properties = resource.properties if values is None else values
    draft.used.add(resource.name)
    fields: Fields = {}
    for row in rows:
        if row.property != "*":
            for value in values_at(properties, row.property):
                _read_property(
                    draft, resource, row, path + row.property, value, fields
                )
    _report_unknown(draft, resource, rows, properties, path)
    return fields


def _read_property(
    draft: Draft,
    resource: Resource,
    row: Property,
    path: str,
    value: Any,
    fields: Fields,
) -> None:
    if row.note:
        draft.not_simulated(resource, path, value, row.note)
        return
    if row.reads == "group":
        if isinstance(value, dict):  # also an empty one says something
            put_at(fields, row.field, {})
        return
    read_elsewhere = row.reads in ("reader", "filter")
    if not row.field or not (
        read_elsewhere or draft.check_known(resource, path, value)
    ):
        return
    if not read_elsewhere:
        field_value = _field_value(draft, resource, row.reads, path, value)
        if field_value is not None:
            put_at(fields, row.field, field_value)
    draft.report_read(resource, path, value)
    if row.reads == "moment":
        note = "A date has no place on a scenario's clock: it counts seconds from the start."
        draft.report.add(
            "assumed",
            resource.name,
            path,
            fields.get(row.field),
            line=resource.line(path),
            note=note,
        )
    is_filter = row.reads == "filter" or "pattern" in row.reads
    if is_filter and value:  # an empty filter lets everything through
        draft.share_unknown(resource, path)


def _field_value(
    draft: Draft, resource: Resource, reads: str, path: str, value: Any
) -> Any:
    """What a field gets: the value itself, or what the word `reads` makes of it."""
    if reads == "target":
        group = group_by_type(draft, resource, path)
        return resource_named(draft, resource, path, value, group)
    if reads in WORDS:
        return value == WORDS[reads][True]
    return CONVERSIONS.get(reads, _unchanged)(value)


def _unchanged(value: Any) -> Any:
    return value


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _digits(value: Any) -> int | None:
    """A number that is written as text; an expression in its place is none."""
    return int(value) if str(value).isdigit() else None


def _patterns(value: Any) -> Any:
    return tuple(map(_pattern, value)) if isinstance(value, list) else value


def _scoped_patterns(value: Any) -> Any:
    return tuple(map(_scoped, value)) if isinstance(value, list) else value


def _scoped(item: Any) -> Fields:
    scope = item.get("Scope", "DATA") if isinstance(item, dict) else "DATA"
    return {"pattern": _pattern(item), "scope": scope}


def _pattern(item: Any) -> str:
    pattern = item.get("Pattern", item) if isinstance(item, dict) else item
    return pattern if isinstance(pattern, str) else json.dumps(pattern)


def _moment(value: Any) -> float | None:
    """Seconds from the start, which is when written templates have it; any other date is the start.

    CloudFormation takes seconds since 1970, pipes a date.
    """
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return 0
    since_start = seconds - epoch().timestamp()
    return since_start if 0 <= since_start <= LATEST_MOMENT else 0


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "first": _first,
    "upper": lambda value: str(value).upper(),
    "digits": _digits,
    "moment": _moment,
    "pattern": _pattern,
    "patterns": _patterns,
    "scoped patterns": _scoped_patterns,
}
"""What makes a field's value of a property's, by the word in the table's column `reads`."""


def _report_unknown(
    draft: Draft,
    resource: Resource,
    rows: Iterable[Property],
    properties: Mapping[str, Any],
    path: str,
) -> None:
    known = {row.property.split(".")[0] for row in rows}
    if "*" in known:
        return
    for name, value in properties.items():
        if name not in known:
            draft.not_simulated(resource, path + name, value, UNKNOWN)
