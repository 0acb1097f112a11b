"""What differs between two scenarios, as paths of settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.scenario.scenario import Scenario


def changed_paths(before: Scenario, after: Scenario) -> list[str]:
    """The paths at which two scenarios differ: `functions.worker.timeout`.

    A resource that only one of them has is a path of its own: `queues.Orders`.
    """
    return list(_changed(before, after, ""))


def _changed(before: Any, after: Any, path: str) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, BaseModel) and type(before) is type(after):
        for name in type(before).model_fields:
            inner = f"{path}.{name}".lstrip(".")
            yield from _changed(
                getattr(before, name), getattr(after, name), inner
            )
    elif _is_listed(before) and _is_listed(after):
        yield from _changed_items(before, after, path)
    else:
        yield path


def _is_listed(value: Any) -> bool:
    """Whether it holds resources, outages or the like."""
    return isinstance(value, tuple) and all(
        isinstance(item, BaseModel) for item in value
    )


def _changed_items(
    before: tuple[Any, ...], after: tuple[Any, ...], path: str
) -> Iterator[str]:
    old, new = _by_name(before), _by_name(after)
    for name in {**old, **new}:
        yield from _changed(old.get(name), new.get(name), f"{path}.{name}")


def _by_name(items: tuple[Any, ...]) -> dict[str, Any]:
    """Items by their names, or by what they are of; by their places, where two share one."""
    names = [
        getattr(item, "name", None) or getattr(item, "of", None) or ""
        for item in items
    ]
    return {
        name if name and names.count(name) == 1 else str(place): item
        for place, (name, item) in enumerate(zip(names, items, strict=True))
    }
