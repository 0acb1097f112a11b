"""Settings of a call that act only where a handler calls and waits."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.behaviour import Output
from sim.scenario.function import Function
from sim.scenario.system import System
from sim.scenario.triggers import (
    AUTHORIZER,
    AUTHORIZERS,
    ENRICHMENT,
    SynchronousTrigger,
)

ENRICHING = "pipes_enrichment"
SYNCHRONOUS = (
    "https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"
)


def problems(system: System) -> Iterator[str]:
    """Sentences on outputs with settings that do nothing."""
    yield from _problems_of_first(system)
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


def _problems_of_first(system: System) -> Iterator[str]:
    """Sentences on authorizers and enrichments that are not there, or of another kind."""
    kinds = {trigger.name: trigger.kind for trigger in system.triggers}
    for trigger in system.triggers:
        if not isinstance(trigger, SynchronousTrigger):
            continue
        asked = (
            (AUTHORIZER, trigger.authorizer, AUTHORIZERS.get(trigger.kind)),
            (ENRICHMENT, trigger.enrichment, ENRICHING),
        )
        for what, name, kind in asked:
            if name is not None and kinds.get(name) != kind:
                yield _not_there(trigger.name, what, name, kind, kinds)
    for pipe, settings in system.pipes.items():
        first = settings.enrichment
        if first is not None and kinds.get(first) != ENRICHING:
            yield _not_there(pipe, ENRICHMENT, first, ENRICHING, kinds)
    for function in system.handed_over_to & kinds.keys():
        if kinds[function] != "invoke_event":
            yield (
                f"Trigger {function!r}: a pipe hands events over to the function of this name, "
                "so give the trigger another one."
            )


def _not_there(
    trigger: str,
    what: str,
    name: str,
    kind: str | None,
    kinds: dict[str, str],
) -> str:
    there = sorted(n for n, found in kinds.items() if found == kind)
    return (
        f"Trigger {trigger!r}: its {what} is {name!r}, which is no trigger of "
        f"kind {kind!r}; this scenario has {', '.join(there) or 'none'}."
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
