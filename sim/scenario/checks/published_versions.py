"""What AWS refuses of published versions: provisioned concurrency and SnapStart without their conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sim import facts
from sim.scenario import schedule_expressions
from sim.scenario.errors import ScenarioError
from sim.scenario.function import Function
from sim.scenario.system import System

PROVISIONED = (
    "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
)
SNAP_START = "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"
RUNTIME = re.compile(r"(java|dotnet|python)(?:3\.)?(\d+)(?:\.al2)?")


def problems(scenario: System) -> Iterable[str]:
    """Sentences that say what AWS would refuse."""
    for function in scenario.functions:
        yield from _provisioned(function)
        yield from _snap_start(function)
    yield from _too_much(scenario)
    yield from _deployments(scenario)


def _provisioned(function: Function) -> Iterator[str]:
    config, reserved = (
        function.provisioned_concurrency_config,
        function.reserved_concurrent_executions,
    )
    if config is None:
        return
    who = f"Function {function.name!r}: provisioned concurrency"
    if function.auto_publish_alias is None:
        yield f"{who} belongs to an alias, never to $LATEST; set auto_publish_alias ({PROVISIONED})."
    if reserved is not None and config.maximum > reserved:
        yield f"{who} of {config.maximum} is more than its reserved concurrency of {reserved} ({PROVISIONED})."
    target = config.scalable_target
    for least, most in config.bounds:
        if least > most:
            yield f"{who} has min_capacity {least} above max_capacity {most}."
    for action in () if target is None else target.scheduled_actions:
        try:
            schedule_expressions.parsed(action.schedule)
        except ScenarioError as error:
            yield f"{who}: {error}"


def _snap_start(function: Function) -> Iterator[str]:
    if function.snap_start == "None":
        return
    largest = facts.fact("snap_start.ephemeral_storage").value
    found = RUNTIME.fullmatch(function.runtime)
    for refused, reason in (
        (
            function.auto_publish_alias is None,
            "works on published versions only; set auto_publish_alias",
        ),
        (
            function.provisioned_concurrency_config is not None,
            "cannot be combined with provisioned concurrency",
        ),
        (function.package_type == "Image", "does not take container images"),
        (
            function.ephemeral_storage > largest,
            f"does not take more than {largest} MB of /tmp",
        ),
        (
            found is None or int(found[2]) < facts.fact(f"snap_start.{found[1]}").value,
            f"takes Java, Python and .NET from certain versions on, not {function.runtime!r}",
        ),
    ):
        if refused:
            yield f"Function {function.name!r}: SnapStart {reason} ({SNAP_START})."


def _too_much(scenario: System) -> Iterator[str]:
    floor = facts.fact("account.unreserved_minimum").value
    wanted = sum(
        function.provisioned_concurrency_config.maximum
        for function in scenario.functions
        if function.provisioned_concurrency_config
        and function.reserved_concurrent_executions is None
    )
    allowed = max(0, scenario.unreserved_concurrency - floor)
    if wanted > allowed:
        yield (
            f"Scenario: provisioned concurrency takes up to {wanted} of {scenario.unreserved_concurrency} unreserved "
            f"concurrent executions, but {floor} must be left, so {allowed} at most ({PROVISIONED})."
        )


def _deployments(scenario: System) -> Iterator[str]:
    functions = {function.name: function for function in scenario.functions}
    for deployment in scenario.deployments:
        config = functions[deployment.function].provisioned_concurrency_config
        if deployment.until is not None and deployment.until <= deployment.at:
            yield f"A deployment of {deployment.function!r} ends at {deployment.until} s, before it begins."
        if config is not None and config.scalable_target is not None:
            yield f"Function {deployment.function!r}: scaling during a deployment is not simulated; leave one out."
