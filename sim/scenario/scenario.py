"""The scenario: resources by name, the triggers that join them, and the traffic that comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any

from pydantic import model_validator

from sim import facts
from sim.scenario import changed_settings
from sim.scenario.arguments import Seconds, checked
from sim.scenario.checks import changes
from sim.scenario.checks.consistency import problems
from sim.scenario.errors import ScenarioError
from sim.scenario.function import Function
from sim.scenario.resources import Bucket, EventBus, Queue, Topic
from sim.scenario.settings import Named
from sim.scenario.streams import (
    Broker,
    DocumentDBCluster,
    KafkaTopic,
    Stream,
    Table,
)
from sim.scenario.subscriber import EVENT, REQUEST_RESPONSE, CustomEventBus
from sim.scenario.system import System
from sim.scenario.users_line import without_warnings
from sim.scenario.versions import Version, versions


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
        self._check_changes()
        return self

    def _check_changes(self) -> None:
        """What AWS would refuse at first it refuses later, too; and new values get their types."""
        for at, system in self.steps:
            for problem in problems(system):
                raise ScenarioError(f"From {at:g} s on: {problem}")
        for problem in changes.problems(self, self.steps):
            raise ScenarioError(problem)
        vars(self)["changes"] = changed_settings.typed_changes(self, self.steps)

    @cached_property
    def steps(self) -> list[changed_settings.Step]:
        """The system after each change of settings, in order of time."""
        with without_warnings():  # a change has warned of its own
            return changed_settings.steps(self)

    @property
    def later_systems(self) -> list[System]:
        """The system after each change of settings."""
        return [step.system for step in self.steps]

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The later versions of functions; version n of a run is number n - 1 here."""
        return versions(self, self.steps)

    @checked
    def at(self, seconds: Seconds) -> System:
        """The system with the settings that it has at this time, in seconds."""
        current: System = self
        for at, system in self.steps:
            if at <= seconds:
                current = system
        return current

    @checked
    def found(self, path: str) -> Iterator[tuple[facts.Fact | None, Any]]:
        """The facts and values at a dotted path; those of a change are its resource's."""
        for fact, value in super().found(path):
            yield fact or changed_settings.fact_at(self, path), value

    def version(self, name: str, number: int) -> Function:
        """A version of the function of this name: 0 is the first one; raises `ScenarioError`.

        Below 0 it is `$LATEST` beside an alias: -1 with the code of version 0, -2 of version 1.
        """
        last = len(self.versions)
        if number not in range(-1 - last, 1 + last):
            raise ScenarioError(
                f"There is no version {number!r}: this scenario has 0 to {last}."
            )
        code = number if number >= 0 else -1 - number
        return self.versions[code - 1].function if code else self.function(name)

    def is_ever_provisioned(self, name: str) -> bool:
        """Whether the function of this name has provisioned concurrency at any time."""
        return any(
            system.function(name).provisioned_concurrency_config is not None
            for system in (self, *self.later_systems)
        )

    @cached_property
    def targets(self) -> set[str]:
        """Everything that a function may send events to, now or after a change, by name."""
        later = [version.function for version in self.versions]
        for _, system in self.steps:
            later += system.functions
        return super().targets.union(*(one.targets for one in later))


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
    EVENT: ("custom_event_buses", CustomEventBus),
    REQUEST_RESPONSE: ("custom_event_buses", CustomEventBus),
}


def _add_missing_sources(values: dict[str, object]) -> dict[str, object]:
    values = dict(values)
    known: dict[str, set[str]] = {}
    for trigger in _sequence(values.get("triggers")):
        kind, source = _value(trigger, "kind"), _value(trigger, "source")
        if not source or kind not in SOURCES:
            continue
        group, resource = SOURCES[kind]
        there = _sequence(values.get(group))
        if group not in known:
            known[group] = {_value(item, "name") for item in there}
        if source not in known[group]:
            known[group].add(source)
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
