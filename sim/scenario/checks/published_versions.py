"""What AWS refuses of published versions: provisioned concurrency, SnapStart, deployments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim import facts
from sim.scenario.function import Function
from sim.scenario.settings import LATEST
from sim.scenario.system import System

PROVISIONED = (
    "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
)
QUALIFIERS = (
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"
)
SNAP_START = "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"
RUNTIME = re.compile(r"(java|dotnet|python)(?:3\.)?(\d+)(?:\.al\d+)?")


def problems(system: System) -> Iterator[str]:
    """Sentences that say what AWS would refuse."""
    for function in system.functions:
        yield from _provisioned(function)
        yield from _snap_start(function)
    for deployment in system.deployments:
        yield from _snap_start(system.deployed(deployment))
    yield from _qualifiers(system)
    yield from _deployments(system)


def _qualifiers(system: System) -> Iterator[str]:
    for trigger in system.triggers:
        name = trigger.function
        alias = system.function(name).auto_publish_alias
        if trigger.qualifier not in (None, LATEST, alias):
            there = LATEST if alias is None else f"{LATEST} and {alias!r}"
            who = (
                f"Trigger {trigger.name!r} has qualifier {trigger.qualifier!r}"
            )
            yield f"{who}, but function {name!r} has {there} ({QUALIFIERS})."


def _provisioned(function: Function) -> Iterator[str]:
    config = function.provisioned_concurrency_config
    if config is None:
        return
    who = f"Function {function.name!r}: provisioned concurrency"
    if function.auto_publish_alias is None:
        needed = "belongs to an alias, never to $LATEST; set auto_publish_alias"
        yield f"{who} {needed} ({PROVISIONED})."
    reserved = function.reserved_concurrent_executions
    if reserved is not None and config.maximum > reserved:
        yield (
            f"{who} of {config.maximum} is more than its reserved concurrency of {reserved} "
            f"({PROVISIONED})."
        )


def _snap_start(function: Function) -> Iterator[str]:
    if function.snap_start == "None":
        return
    who = f"Function {function.name!r}: SnapStart"
    for reason in _without_snap_start(function):
        yield f"{who} {reason} ({SNAP_START})."


def _without_snap_start(function: Function) -> Iterator[str]:
    """Why a function cannot have SnapStart."""
    if function.provisioned_concurrency_config is not None:
        yield "cannot be combined with provisioned concurrency"
    if function.behaviour.init_error_rate > 0:
        yield "initialises when a version is published, so no init_error_rate is simulated"
    largest = facts.fact("snap_start.ephemeral_storage").value
    if function.ephemeral_storage > largest:
        yield f"does not take more than {largest} MB of /tmp"
    is_image = function.package_type == "Image"
    if not (is_image or _snap_start_takes(function.runtime)):
        takes = "takes Java, Python and .NET from certain versions on"
        yield f"{takes}, not {function.runtime!r}"


def _snap_start_takes(runtime: str) -> bool:
    """Whether SnapStart takes zip packages of this runtime; it takes every image.

    AWS's base images from the same versions on, others with hooks of their own for the restore.
    https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html
    """
    found = RUNTIME.fullmatch(runtime)
    if found is None:
        return False
    language, version = found.groups()
    oldest: int = facts.fact(f"snap_start.{language}").value
    return int(version) >= oldest


def _deployments(system: System) -> Iterator[str]:
    for deployment in system.deployments:
        name = deployment.function
        if deployment.until is not None and deployment.until <= deployment.at:
            yield f"A deployment of {name!r} ends at {deployment.until} s, before it begins."
        config = system.function(name).provisioned_concurrency_config
        if config is not None and config.scalable_target is not None:
            refusal = (
                "scaling during a deployment is not simulated; leave one out"
            )
            yield f"Function {name!r}: {refusal}."
