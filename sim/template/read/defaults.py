"""Rows of the report for the defaults that a template leaves to AWS."""

from __future__ import annotations

from typing import Any

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.setting_help import fact_of
from sim.scenario.settings import Settings
from sim.template.cloudformation.property_tables import (
    Property,
    properties_of,
    reference_page,
    values_at,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.functions import INVOKE_CONFIG


def report_defaults(
    draft: Draft, resource: Resource, finished: Settings
) -> None:
    """Report the default of every property that the resource leaves out."""
    rows = list(properties_of(resource.type))
    if isinstance(finished, Function) and resource.name not in draft.configured:
        rows += properties_of(INVOKE_CONFIG)
    for row in rows:
        is_setting = row.field and row.reads in ("value", "first", "whole")
        if is_setting and not values_at(resource.properties, row.property):
            _report_default(draft, resource, row, finished)


def _report_default(
    draft: Draft, resource: Resource, row: Property, finished: Settings
) -> None:
    first, *_ = row.field.split(".")
    if isinstance(finished, EventSourceMapping) and not finished.takes(first):
        return
    *path, last = row.field.split(".")
    owner: Any = finished
    for name in path:
        owner = getattr(owner, name, None)
    value = getattr(owner, last, None)
    if value is None or not isinstance(owner, Settings):
        return
    if last not in type(owner).model_fields:
        return
    fact = fact_of(type(owner), last)
    source = fact.source if fact is not None else reference_page(resource.type)
    draft.report.add(
        "assumed",
        resource.name,
        row.property,
        value,
        line=resource.line(),
        source=source,
        note="default",
    )
