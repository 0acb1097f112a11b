"""One event of a run: where it came from, when it arrived, and what stands for its content."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sim.results.result import Result
from sim.scenario.errors import ScenarioError
from sim.trace import Child
from sim.workload import draws


def check_event(run: Result, event: int) -> None:
    """Raise `ScenarioError` unless the run has this event."""
    count = len(run.workload.time) + len(run.trace.children)
    if event not in range(count):
        has = f"events 0 to {count - 1}" if count else "no events"
        raise ScenarioError(f"There is no event {event!r}: this run has {has}.")


def cause(run: Result, event: int) -> Child | None:
    """What another event caused this one by; None for an event from outside."""
    from_outside = len(run.workload.time)
    if event < from_outside:
        return None
    return run.trace.children[event - from_outside]


def traffic_number(run: Result, event: int) -> tuple[str, int]:
    """The traffic that an event from outside belongs to, and its number there."""
    workload = run.workload
    traffic = workload.names[workload.traffic[event]]
    return traffic, int(workload.n[event])


def arrival(run: Result, event: int) -> int:
    """When the event was sent, in microseconds."""
    child = cause(run, event)
    if child is not None:
        return child.time
    return int(run.workload.time[event])


def identity(run: Result, event: int) -> int:
    """The 64-bit identity that the event's chances rest on."""
    child = cause(run, event)
    if child is not None:
        return child.identity
    return int(run.workload.identity[event])


def payload(run: Result, event: int) -> Any:
    """The event's body; or what stands for it: where it came from."""
    content = run.bodies.content(event)
    if content.has_body:
        return content.body
    child = cause(run, event)
    if child is not None:
        return {"event": int(event), "parent": child.parent, "edge": child.edge}
    traffic, number = traffic_number(run, event)
    return {"event": int(event), "traffic": traffic, "n": number}


def uuid(run: Result, event: int, purpose: str, name: str) -> UUID:
    """An id that depends on nothing but the event, a purpose, and the name of what it is for."""
    of = identity(run, event)
    high = draws.key(purpose, "high", of, name)
    low = draws.key(purpose, "low", of, name)
    return UUID(int=high << 64 | low, version=4)
