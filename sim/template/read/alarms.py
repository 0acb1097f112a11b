"""CloudWatch alarms on metrics of the template's functions, queues, streams and front doors."""

from __future__ import annotations

from typing import Any, get_args

from sim import facts
from sim.scenario.alarms import NAMESPACES, Statistic
from sim.template.cloudformation.property_tables import mapping_of, values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.fields import read_fields
from sim.template.read.front_doors import front_door_named
from sim.template.read.references import function_named

ALARM = "AWS::CloudWatch::Alarm"
STAGE = "Stage"
HIGH_RESOLUTION = ("10", "20", "30")
"""Seconds of the periods that only metrics of one's own can have.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""
OTHER_METRIC = (
    "Only alarms on one metric of a function, queue, stream, API or load balancer of this template "
    "are read; an API or load balancer must be a single trigger here."
)
OTHER_STATISTIC = (
    "A run's metrics have no such statistic: sim.Alarm says which there are."
)
SHORTER_PERIOD = (
    "Lambda, SQS and Kinesis send these metrics once a minute, not more often."
)


def read_alarms(draft: Draft) -> None:
    """Put the alarms into the draft whose metric a run has."""
    for alarm in draft.template.of_type(ALARM):
        dimensions = _dimensions(draft, alarm)
        path, why = _why_not(alarm, dimensions)
        if why:
            draft.not_simulated(alarm, path, alarm.get(path), why)
            continue
        fields = read_fields(draft, alarm)
        fields |= {"name": alarm.name, "dimensions": dimensions}
        draft.groups["alarms"][alarm.name] = fields
        draft.resources[alarm.name] = alarm


def _why_not(alarm: Resource, dimensions: str | None) -> tuple[str, str]:
    """The property for which an alarm is not read, and why; empty if it is read."""
    if dimensions is None:
        return "Dimensions", OTHER_METRIC
    for path in ("Statistic", "ExtendedStatistic"):
        if alarm.get(path) not in (None, *get_args(Statistic)):
            return path, OTHER_STATISTIC
    if str(alarm.get("Period")) in HIGH_RESOLUTION:
        return "Period", SHORTER_PERIOD
    return "", ""


def _dimensions(draft: Draft, alarm: Resource) -> str | None:
    """Of what the metric is, as `Run.metrics` writes it; None if it is of nothing in the draft."""
    given = values_at(alarm.properties, "Dimensions[]")
    if len(given) == 2:  # an API has one stage here
        given = [one for one in given if mapping_of(one).get("Name") != STAGE]
    names = [one.get("Name") for one in given if isinstance(one, dict)]
    dimension = str(names[0]) if names else ""
    is_known = len(given) == len(names) <= 1 and dimension in NAMESPACES
    if not is_known or alarm.get("Namespace") != NAMESPACES[dimension]:
        return None
    if not dimension:
        return ""
    name = _named(draft, dimension, given[0].get("Value"))
    return None if name is None else f"{dimension}={name}"


def _named(draft: Draft, dimension: str, value: Any) -> str | None:
    """The function, queue, stream or front door that a dimension's value is of."""
    if dimension == "FunctionName":
        return function_named(draft, value)
    if dimension in facts.front_doors_by_dimension():
        return front_door_named(draft, dimension, value)
    group = "queues" if dimension == "QueueName" else "streams"
    found = draft.template.find(value)
    if found is not None and found.name in draft.groups[group]:
        return found.name
    return None
