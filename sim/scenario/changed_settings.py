"""The settings of a system over time: what each change sets, and from when on it counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sim import facts
from sim.scenario import setting_paths
from sim.scenario.changes import Change
from sim.scenario.choices import Choices
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.resources import Queue
from sim.scenario.setting_help import shown_fields
from sim.scenario.settings import Named
from sim.scenario.streams import DocumentDBCluster, KafkaTopic, Stream
from sim.scenario.subscriber import Subscriber
from sim.scenario.system import System
from sim.scenario.users_line import without_warnings
from sim.scenario.versions import VERSIONED

API = "https://docs.aws.amazon.com/lambda/latest/api"
SET_QUEUE = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"
    "API_SetQueueAttributes.html"
)

CHANGING: dict[type[Named], str] = {
    Function: "functions",
    Queue: "queues",
    Stream: "streams",
    KafkaTopic: "kafka_topics",
    DocumentDBCluster: "document_db_clusters",
    EventSourceMapping: "triggers",
    Subscriber: "triggers",
}
"""The kinds of resources whose settings change, and the field of a system that has them."""

FIXED: dict[type[Named], tuple[tuple[str, ...], str]] = {
    Function: (
        ("name", "package_type", "auto_publish_alias"),
        f"{API}/API_UpdateFunctionConfiguration.html",
    ),
    Queue: (("name", "fifo_queue"), SET_QUEUE),
    EventSourceMapping: (
        (
            "name",
            "kind",
            "source",
            "starting_position",
            "starting_position_timestamp",
            "active_after",
        ),
        f"{API}/API_UpdateEventSourceMapping.html",
    ),
    Subscriber: (
        (
            "name",
            "function",
            "source",
            "type",
            "starting_position",
            "point_in_time_configuration",
            "active_after",
        ),
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-update.html",
    ),
}
"""What AWS does not change once a resource is there, and the source of that."""

NOT_SIMULATED: dict[type[Named], tuple[str, ...]] = {
    Stream: ("name", "stream_mode", "reshardings"),
    KafkaTopic: ("name", "partitions"),
    DocumentDBCluster: ("name",),
    EventSourceMapping: (
        "function",
        "qualifier",
        "latency",
        "duplicate_share",
        "pipe",
    ),
    Subscriber: ("kind", "qualifier", "filters", "matching_share", "latency"),
}


class NewValue(NamedTuple):
    """One value of a change: the setting by its name there and by its path, and when it counts."""

    change: Change
    at: float
    resource: Named
    name: str
    path: str

    @property
    def value(self) -> Any:
        """The new value, as it was given."""
        return self.change.settings[self.name]


class Step(NamedTuple):
    """A system as it is from an instant on, in seconds."""

    at: float
    system: System


def steps(system: System) -> list[Step]:
    """The system after each instant at which settings change, in order of time.

    Raises `ScenarioError` for a change of nothing, of an unknown or ambiguous resource, of a
    setting that it does not have or that never changes, and to a value that it does not take.
    """
    known: list[Step] = []
    news = sorted(new_values(system), key=lambda new: new.at)
    for at, together in groupby(news, key=lambda new: new.at):
        system = _changed(system, list(together))
        known.append(Step(at, system))
    return known


def typed_changes(system: System, known: list[Step]) -> tuple[Change, ...]:
    """The changes with values as their resources have them: groups instead of dictionaries."""
    systems = {step.at: step.system for step in known}
    values: dict[int, dict[str, Any]] = {}
    for new in new_values(system):
        resource = _current(systems[new.at], new.resource)
        _, value = next(resource.found(new.path))
        values.setdefault(id(new.change), {})[new.name] = value
    with without_warnings():  # each has warned when it was made
        return tuple(
            change.replace(**values[id(change)]) for change in system.changes
        )


def resource_of(system: System, change: Change) -> Named:
    """The resource that a change is of; raises `ScenarioError` if there is none, or not just one.

    A queue and its trigger often have one name: then the settings tell which one is meant.
    """
    named = [one for one in _changing(system) if one.name == change.of]
    if not named:
        raise ScenarioError(_unknown(system, change.of))
    fitting = [
        one
        for one in named
        if all(path_of(one, name) for name in change.settings)
    ]
    if len(fitting) > 1:
        kinds = " and ".join(type(one).__name__ for one in fitting)
        raise ScenarioError(
            f"A change is of {change.of!r}, which is the name of several resources: {kinds}; "
            "give each a name of its own."
        )
    return (fitting or named)[0]


def fact_at(system: System, path: str) -> facts.Fact | None:
    """The fact behind a new value at a path such as `changes.q.visibility_timeout`."""
    words = path.split(".")
    if words[0] != "changes" or len(words) < 3:
        return None
    of, name = words[1:3]
    for change in system.changes:
        if of in ("*", change.of) and name in change.settings:
            resource = resource_of(system, change)
            whole = [path_of(resource, name) or name, *words[3:]]
            for fact, _ in resource.found(".".join(whole)):
                return fact
    return None


def path_of(resource: Named, name: str) -> str | None:
    """The path to a setting of a resource, by its path or, if that is clear, by its name alone."""
    first, *_ = name.split(".")
    if first in shown_fields(type(resource)):
        return name if any(True for _ in resource.found(name)) else None
    paths = setting_paths.ending_in(resource, name)
    return paths[0] if len(paths) == 1 else None


def _changing(system: System) -> list[Named]:
    """The resources whose settings change."""
    return [
        resource
        for kind, field in CHANGING.items()
        for resource in getattr(system, field)
        if isinstance(resource, kind)
    ]


def _unknown(system: System, name: str) -> str:
    there = sorted({resource.name for resource in _changing(system)})
    return (
        f"A change is of function, queue, stream, event source mapping or subscriber {name!r}, "
        f"which this scenario does not have; it has {', '.join(there)}."
    )


def new_values(system: System) -> Iterator[NewValue]:
    """Each value that a change sets, in the order of the changes."""
    for change in system.changes:
        resource = resource_of(system, change)
        if not change.settings:
            raise ScenarioError(
                f"A change of {change.of!r} at {change.at:g} s changes nothing; give a setting "
                f"and its new value: sim.Change(of={change.of!r}, at=..., {_first(resource)}=...)."
            )
        for name in change.settings:
            path = _checked_path(resource, name)
            at = change.at + _delay(resource, path, system.choices)
            yield NewValue(change, round(at, 6), resource, name, path)


def _first(resource: Named) -> str:
    """A setting of the resource that may change, for an example."""
    fields = shown_fields(type(resource))
    return next(name for name in fields if not _refusal(resource, name))


def _checked_path(resource: Named, name: str) -> str:
    path = path_of(resource, name)
    who = f"{type(resource).__name__} {resource.name!r}"
    if path is None:
        hint = setting_paths.instead(resource, name)
        raise ScenarioError(
            f"A change of {who}: it has no setting {name!r}; {hint}"
        )
    refusal = _refusal(resource, path.split(".")[0])
    if refusal:
        raise ScenarioError(f"A change of {who}: {refusal}")
    return path


def _refusal(resource: Named, field: str) -> str:
    """Why a field cannot change, in words; empty if it can."""
    kind = type(resource)
    fixed, source = FIXED.get(kind, ((), ""))
    if field in fixed:
        return f"{field} stays as it was created ({source})."
    if field in NOT_SIMULATED.get(kind, ()):
        return f"a change of {field} is not simulated."
    return ""


def _delay(resource: Named, path: str, choices: Choices) -> float:
    """How long a new value takes to count, in seconds."""
    field = path.split(".", maxsplit=1)[0]
    match resource:
        case Queue() if field == "message_retention_period":
            return choices.retention_update_seconds
        case Queue():
            return choices.queue_update_seconds
        case EventSourceMapping():
            return choices.mapping_update_seconds
        case Function() if field in VERSIONED:
            return choices.function_update_seconds
    return 0.0


def _changed(system: System, news: list[NewValue]) -> System:
    """The system with these new values, those of one resource set together."""
    values: dict[str, dict[str, dict[str, Any]]] = {}
    for new in news:
        field = CHANGING[type(new.resource)]
        of_field = values.setdefault(field, {})
        of_field.setdefault(new.resource.name, {})[new.path] = new.value
    fields = {name: getattr(system, name) for name in System.model_fields}
    for field, by_name in values.items():
        fields[field] = tuple(
            resource.with_settings(by_name[resource.name])
            if resource.name in by_name
            else resource
            for resource in fields[field]
        )
    return System.model_construct(**{**fields, "changes": ()})


def _current(system: System, resource: Named) -> Named:
    """The resource as it is in a system."""
    group = getattr(system, CHANGING[type(resource)])
    [current] = [one for one in group if one.name == resource.name]
    found: Named = current
    return found
