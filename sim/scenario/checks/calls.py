"""Settings of a call that act only where a handler calls and waits."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.behaviour import Output
from sim.scenario.function import Function
from sim.scenario.system import System

SYNCHRONOUS = (
    "https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"
)


def problems(system: System) -> Iterator[str]:
    """Sentences on outputs with settings that do nothing."""
    for function in _versions(system):
        for output in function.behaviour.sends:
            who = f"Function {function.name!r}: its output to {output.to!r}"
            if output.to not in system.called:
                yield from _without_a_call(who, output)
            elif output.caller is not None and output.caller.clients != 1:
                yield (
                    f"{who} has {output.caller.clients} clients, "
                    "but each execution environment has one of its own."
                )


def _versions(system: System) -> Iterator[Function]:
    """Every function as it is first, and as each deployment leaves it."""
    yield from system.functions
    for deployment in system.deployments:
        yield system.deployed(deployment)


def _without_a_call(who: str, output: Output) -> Iterator[str]:
    for name in ("on_error", "caller"):
        value = getattr(output, name)
        if value != Output.model_fields[name].default:
            yield (
                f"{who} has {name}, but nobody waits for an answer there: "
                f"that is for the name of a synchronous trigger ({SYNCHRONOUS})."
            )
