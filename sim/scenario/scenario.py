"""The scenario: resources by name, the triggers that join them, and the traffic that comes in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pydantic import model_validator

from sim.scenario.checks.consistency import problems
from sim.scenario.errors import ScenarioError
from sim.scenario.resources import Bucket, EventBus, Queue, Topic
from sim.scenario.settings import Named
from sim.scenario.streams import (
    Broker,
    DocumentDBCluster,
    KafkaTopic,
    Stream,
    Table,
)
from sim.scenario.system import System


class Scenario(System):
    """A serverless system and what happens to it: frozen, validated, JSON in and out.

    Refuses, with `ScenarioError`, names that do not exist, and settings that AWS would refuse
    together.
    """

    @model_validator(mode="before")
    @classmethod
    def _with_sources(cls, values: object) -> object:
        return (
            _add_missing_sources(values) if isinstance(values, dict) else values
        )

    @model_validator(mode="after")
    def _fits_together(self) -> Scenario:
        for problem in problems(self):
            raise ScenarioError(problem)
        return self


# By kind of trigger: the scenario's field for its source, and how to make one.
SOURCES: dict[str, tuple[str, Callable[..., Named]]] = {
    "sqs_standard": ("queues", Queue),
    "sqs_fifo": ("queues", partial(Queue, fifo_queue=True)),
    "kinesis": ("streams", Stream),
    "kinesis_efo": ("streams", Stream),
    "ddb_streams": ("tables", Table),
    "msk": ("kafka_topics", KafkaTopic),
    "self_managed_kafka": ("kafka_topics", KafkaTopic),
    "mq": ("brokers", Broker),
    "documentdb": ("document_db_clusters", DocumentDBCluster),
    "sns": ("topics", Topic),
    "s3_notification": ("buckets", Bucket),
    "eventbridge_rule": ("event_buses", EventBus),
}


def _add_missing_sources(values: dict[str, object]) -> dict[str, object]:
    values = dict(values)
    for trigger in _sequence(values.get("triggers")):
        kind, source = _value(trigger, "kind"), _value(trigger, "source")
        if not source or kind not in SOURCES:
            continue
        group, resource = SOURCES[kind]
        there = _sequence(values.get(group))
        if source not in [_value(item, "name") for item in there]:
            values[group] = (*there, resource(name=source))
    return values


def _sequence(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else ()


def _value(item: object, name: str) -> str:
    """What a group of settings, or a dictionary for one, has under a name."""
    value = (
        item.get(name) if isinstance(item, dict) else getattr(item, name, None)
    )
    return str(value or "")
