"""The filters of a Custom Event Bus's subscribers: one pattern for each part of an event.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-filtering.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from sim import facts
from sim.scenario.event_patterns import matches, problems_of_pattern
from sim.scenario.filtered_records import bus_event
from sim.scenario.pattern_operators import CUSTOM_BUS, JSON

Scope = Literal["DATA", "METADATA", "SYSTEM_METADATA"]
CONTENT_TYPE = "application/eventbridge+json"
"""What EventBridge says of every event that comes by `PutEvents`."""


def problems_of_scopes(filters: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with these filters, each a scope and a pattern in JSON."""
    scopes = [scope for scope, _ in filters]
    for scope, pattern in filters:
        if scopes.count(scope) > 1:
            twice = f"two filters have the scope {scope}"
            yield f"{twice}, but one each is allowed ({CUSTOM_BUS.source})."
        yield from problems_of_pattern(pattern, CUSTOM_BUS)
    most = facts.fact("custom_bus.filter_bytes")
    size = sum(len(pattern.encode()) for _, pattern in filters)
    if size > most.value:
        allowed = f"{most.value} are allowed ({most.source})"
        yield f"its filters have {size} bytes together, but {allowed}."


def passes_scope(
    scope: str, pattern: dict[str, JSON], body: JSON, key: int
) -> bool:
    """Whether an event with this body and key, published by `PutEvents`, matches a filter.

    It carries no metadata of its publisher's, so no filter of that scope matches.
    """
    if scope == "METADATA":
        return False
    event = bus_event(body)
    if scope == "SYSTEM_METADATA":
        return matches(pattern, _system_metadata(event, key), CUSTOM_BUS)
    return matches(pattern, event, CUSTOM_BUS)


def _system_metadata(event: dict[str, JSON], key: int) -> dict[str, JSON]:
    metadata: dict[str, JSON] = {
        "ContentType": CONTENT_TYPE,
        "aws:Source": event["source"],
        "aws:DetailType": event["detail-type"],
    }
    return metadata if key < 0 else {**metadata, "EventGroupId": str(key)}
