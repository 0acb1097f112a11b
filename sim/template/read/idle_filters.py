"""Filters that no record can match: AWS takes them, and nothing gets through."""

from __future__ import annotations

import json
from typing import Any

from sim.scenario.filtered_records import DATA_KEY, fields_of_records
from sim.template.cloudformation.property_tables import mapping_of
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields

CRITERIA, FILTERS = "FilterCriteria", "FilterCriteria.Filters"
IDLE = "AWS takes it, but records of {kind} have no field {name!r}: nothing matches it."
EXAMPLE = (
    "https://github.com/aws/aws-cdk/blob/main/packages/@aws-cdk-testing/framework-integ/"
    "test/aws-lambda-event-sources/test/integ.kafka-selfmanaged.ts"
)
"""A filter by `numericEquals` that CDK's own test deploys."""


def leave_out_idle_filters(
    draft: Draft, mapping: Resource, kind: str | None
) -> Fields:
    """Leave out the filters that match nothing; the share of events, where none is left."""
    filters = mapping.get(FILTERS)
    if kind not in DATA_KEY or not isinstance(filters, list):
        return {}
    kept = []
    for one in filters:
        name = _unknown_field(kind, one)
        if name:
            note = IDLE.format(kind=kind, name=name)
            _report(draft, mapping, one, note)
        else:
            kept.append(one)
    criteria = mapping.properties[CRITERIA]
    mapping.properties[CRITERIA] = {**criteria, "Filters": kept}
    return {"matching_share": 0} if filters and not kept else {}


def _report(draft: Draft, mapping: Resource, written: Any, note: str) -> None:
    draft.report.add(
        "assumed",
        mapping.name,
        FILTERS,
        written,
        line=mapping.line(FILTERS),
        note=note,
        source=EXAMPLE,
    )


def _unknown_field(kind: str, written: Any) -> str:
    """A field that a pattern asks for and no record has; empty: there is none."""
    try:
        pattern = json.loads(str(mapping_of(written).get("Pattern")))
    except ValueError:
        return ""
    known = ("$or", *fields_of_records(kind))
    unknown = (name for name in mapping_of(pattern) if name not in known)
    return next(unknown, "")
