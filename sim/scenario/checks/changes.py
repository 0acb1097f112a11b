"""What cannot change in a system beside something else that happens to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.changed_settings import Step
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.system import System
from sim.scenario.versions import version_settings


def problems(system: System, steps: Sequence[Step]) -> Iterator[str]:
    """Sentences that say what is not simulated together."""
    deployed = {deployment.function for deployment in system.deployments}
    before = system
    for _, after in steps:
        for old, new in zip(before.functions, after.functions, strict=True):
            if old.name in deployed:
                yield from _beside_deployment(old, new)
            yield from _beside_scaling(old, new)
        for earlier, later in zip(before.mappings, after.mappings, strict=True):
            yield from _of_tumbling_windows(earlier, later)
        before = after


def _is_new_version(old: Function, new: Function) -> bool:
    return version_settings(old) != version_settings(new)


def _provisions_anew(old: Function, new: Function) -> bool:
    before = old.provisioned_concurrency_config
    return before != new.provisioned_concurrency_config


def _beside_deployment(old: Function, new: Function) -> Iterator[str]:
    """What is provisioned is shared out by a deployment's weight, from the beginning on."""
    if not any(one.provisioned_concurrency_config for one in (old, new)):
        return
    if _is_new_version(old, new) or _provisions_anew(old, new):
        refusal = "with provisioned concurrency, changes beside a deployment are not simulated"
        yield f"Function {old.name!r}: {refusal}; write the deployment as a change of behaviour."


def _beside_scaling(old: Function, new: Function) -> Iterator[str]:
    configs = [
        function.provisioned_concurrency_config for function in (old, new)
    ]
    scales = any(config and config.scalable_target for config in configs)
    if scales and (_is_new_version(old, new) or _provisions_anew(old, new)):
        refusal = "changes beside scaling of provisioned concurrency are not simulated"
        yield f"Function {old.name!r}: {refusal}; leave one out."


def _of_tumbling_windows(
    old: EventSourceMapping, new: EventSourceMapping
) -> Iterator[str]:
    """A window that is open holds a state, which other windows or batches would have to take."""
    names = ["tumbling_window_in_seconds"]
    if old.tumbling_window_in_seconds:
        names.append("parallelization_factor")
    for name in names:
        if getattr(old, name) != getattr(new, name):
            refusal = (
                f"a change of {name} is not simulated beside tumbling windows"
            )
            yield f"EventSourceMapping {old.name!r}: {refusal}; leave one out."
