"""The versions of functions: what a deployment, or a change of code or configuration, makes.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sim.scenario.function import Function
from sim.scenario.system import System

VERSIONED = (
    "runtime",
    "architectures",
    "memory_size",
    "timeout",
    "snap_start",
    "ephemeral_storage",
    "behaviour",
)
"""The settings of a function that belong to a version: new ones are for new environments."""


class Version(NamedTuple):
    """A later version of a function, which gets a share of the events for a while, in seconds."""

    function: Function
    at: float
    until: float | None = None
    weight: float = 1.0


def versions(
    system: System, later: Iterable[tuple[float, System]]
) -> tuple[Version, ...]:
    """The later versions of all functions: of deployments, then of changes by their time."""
    deployed = [
        Version(system.deployed(one), one.at, one.until, one.weight)
        for one in system.deployments
    ]
    changed = []
    before = system
    for at, after in later:
        for old, new in zip(before.functions, after.functions, strict=True):
            if version_settings(old) != version_settings(new):
                changed.append(Version(new, at))
        before = after
    return (*deployed, *changed)


def version_settings(function: Function) -> list[Any]:
    """The settings that belong to a version of the function."""
    return [getattr(function, name) for name in VERSIONED]
