"""What AWS refuses of concurrency: more than the account has."""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.checks.published_versions import PROVISIONED
from sim.scenario.system import System


def problems(system: System) -> Iterator[str]:
    """Sentences that say what AWS would refuse."""
    yield from _reserved_too_much(system)
    yield from _provisioned_too_much(system)


def _reserved_too_much(system: System) -> Iterator[str]:
    floor = facts.fact("account.unreserved_minimum")
    total = system.account.concurrent_executions
    reserved = total - system.unreserved_concurrency
    allowed = max(0, total - floor.value)
    if reserved > allowed:
        yield (
            f"Scenario: functions reserve {reserved} of {total} concurrent executions, but "
            f"{floor.value} must stay unreserved, so {allowed} at most ({floor.source})."
        )


def _provisioned_too_much(system: System) -> Iterator[str]:
    floor = facts.fact("account.unreserved_minimum").value
    unreserved = system.unreserved_concurrency
    wanted = sum(
        function.provisioned_concurrency_config.maximum
        for function in system.functions
        if function.provisioned_concurrency_config is not None
        and function.reserved_concurrent_executions is None
    )
    allowed = max(0, unreserved - floor)
    if wanted > allowed:
        yield (
            f"Scenario: provisioned concurrency takes up to {wanted} of {unreserved} "
            f"unreserved concurrent executions, but {floor} must be left, so {allowed} at "
            f"most ({PROVISIONED})."
        )
