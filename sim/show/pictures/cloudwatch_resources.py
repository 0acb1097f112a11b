"""What CloudWatch has metrics of in a run: functions, queues, streams and buses, by name."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim import facts
from sim.results.run import Run
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.subscriber import Subscriber
from sim.show.pictures.cloudwatch_graphs import STATISTICS

ALL_FUNCTIONS = "all functions of the Region"
OF_MAPPINGS = ("IteratorAge", "OffsetLag")  # though named after the function
OF_ALIASES = "Provisioned"  # how the metrics begin


@dataclass(frozen=True)
class Resource:
    """Something with metrics of its own; `kind` is a word for people."""

    kind: str
    name: str

    @property
    def words(self) -> str:
        """What the resource is called, with its kind."""
        return f"{self.kind} {self.name}" if self.kind else self.name


def resources(run: Run) -> list[Resource]:
    """The functions, the queues, what mappings read, the buses of subscribers, and the Region."""
    system = run.scenario
    queues = [queue.name for queue in system.queues]
    sources = [
        trigger.source
        for trigger in run.triggers
        if isinstance(trigger, EventSourceMapping)
    ]
    streams = dict.fromkeys([*(s.name for s in system.streams), *sources])
    buses = dict.fromkeys(
        trigger.source
        for trigger in run.triggers
        if isinstance(trigger, Subscriber)
    )
    return [
        *(Resource("function", each.name) for each in system.functions),
        *(Resource("queue", name) for name in queues),
        *(Resource("stream", name) for name in streams if name not in queues),
        *(Resource("event bus", name) for name in buses),
        Resource("", ALL_FUNCTIONS),
    ]


def resource_named(run: Run, name: str | None) -> Resource:
    """The resource of this name; by default the only function.

    Raises `ScenarioError` for a name that nothing has, and without a name for several functions.
    """
    known = resources(run)
    names = ", ".join(repr(each.name) for each in known)
    functions = [each for each in known if each.kind == "function"]
    if name is None:
        if len(functions) > 1:
            raise ScenarioError(
                f"The run has several functions; name one with resource=: {names}."
            )
        return functions[0]
    for each in known:
        if each.name == name:
            return each
    raise ScenarioError(
        f"CloudWatch has no metrics of {name!r} in this run, but of {names}."
    )


def metrics_of(
    run: Run, resource: Resource, metrics: pd.DataFrame
) -> pd.DataFrame:
    """The rows of a resource, and of what stands before a function or behind a stream."""
    dimensions = metrics.dimensions
    match resource.kind:
        case "function":
            own = f"FunctionName={resource.name}"
            is_alias = metrics.metric.str.startswith(OF_ALIASES)
            is_mine = dimensions.isin([own, *_before(run, resource.name)])
            is_mine |= is_alias & dimensions.str.startswith(f"{own},")
            is_mine &= metrics.metric.isin(list(STATISTICS))
        case "queue":
            own = f"QueueName={resource.name}"
            is_mine = dimensions.isin([own, *_mappings(run, resource.name)])
        case "stream":
            own = f"StreamName={resource.name}"
            is_mine = dimensions.isin([own, *_mappings(run, resource.name)])
            is_lag = metrics.metric.isin(OF_MAPPINGS)
            is_mine |= is_lag & dimensions.isin(_readers(run, resource.name))
        case "event bus":
            own = f"EventBus={resource.name}"
            is_mine = (dimensions == own) | dimensions.str.startswith(f"{own},")
        case _:
            is_mine = dimensions == ""
    return metrics[is_mine]


def _before(run: Run, function: str) -> list[str]:
    """The dimensions of the queues, front doors and subscribers that invoke a function."""
    dimensions = []
    for trigger in run.triggers:
        if trigger.function != function:
            continue
        if isinstance(trigger, EventSourceMapping):
            dimensions.append(f"QueueName={trigger.source}")
        if isinstance(trigger, Subscriber):
            dimensions.append(
                f"EventBus={trigger.source},Subscriber={trigger.name}"
            )
        door = facts.front_doors().get(trigger.kind)
        if door is not None:
            dimensions.append(f"{door.dimension}={trigger.name}")
    return dimensions


def _mappings_of(run: Run, source: str) -> list[EventSourceMapping]:
    return [
        trigger
        for trigger in run.triggers
        if isinstance(trigger, EventSourceMapping) and trigger.source == source
    ]


def _mappings(run: Run, source: str) -> list[str]:
    return [
        f"EventSourceMappingUUID={mapping.name}"
        for mapping in _mappings_of(run, source)
    ]


def _readers(run: Run, source: str) -> list[str]:
    return [
        f"FunctionName={mapping.function}"
        for mapping in _mappings_of(run, source)
    ]
