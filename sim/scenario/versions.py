"""The versions of functions: what a deployment, or a change of code or configuration, makes.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from __future__ import annotations

from collections.abc import Sequence
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
    system: System, later: Sequence[tuple[float, System]]
) -> tuple[Version, ...]:
    """The later versions of all functions: of deployments, then of changes by their time.

    `later`: the system after each change. A change of configuration is for the version that a
    deployment brings as well as for the one that it replaces.
    """
    deployed = []
    for one in system.deployments:
        function = _current(system, later, one.at).deployed(one)
        deployed.append(Version(function, one.at, one.until, one.weight))
    changed: list[Version] = []
    new_code: dict[str, float] = {}  # when a function's behaviour last changed
    before = system
    for at, after in later:
        for old, new in zip(before.functions, after.functions, strict=True):
            if version_settings(old) != version_settings(new):
                if old.behaviour != new.behaviour:
                    new_code[new.name] = at
                since = new_code.get(new.name, -1.0)
                changed += _deployed_anew(after, new, at, since)
                changed.append(Version(new, at))
        before = after
    return (*deployed, *changed)


def _current(
    system: System, later: Sequence[tuple[float, System]], seconds: float
) -> System:
    """The system with the settings of this time."""
    for at, after in later:
        if at <= seconds:
            system = after
    return system


def _deployed_anew(
    system: System, function: Function, at: float, since: float
) -> list[Version]:
    """The versions that deployments have brought since then, with a new configuration."""
    anew = []
    for one in sorted(system.deployments, key=lambda one: -one.at):
        is_on = since < one.at <= at and (one.until is None or at < one.until)
        if one.function == function.name and is_on:
            new = system.deployed(one)
            anew.append(Version(new, at, one.until, one.weight))
    return anew


def version_settings(function: Function) -> list[Any]:
    """The settings that belong to a version of the function."""
    return [getattr(function, name) for name in VERSIONED]
