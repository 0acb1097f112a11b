"""The settings behind a picture, in words: what stands below it when it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.phrases import percent, plural, spoken
from sim.results.run import Run
from sim.scenario.function import Function
from sim.show.pictures.captions import join_words

MOST_FUNCTIONS = 3
"""That are described; a system of more is told by its number of functions."""


def settings_caption(runs: Mapping[str, Run]) -> str:
    """The functions, the events and the seed of these runs."""
    functions = _unique(
        _function(function)
        for run in runs.values()
        for function in run.scenario.functions
    )
    if len(functions) > MOST_FUNCTIONS:
        most = max(len(run.scenario.functions) for run in runs.values())
        functions = [plural(most, "function")]
    events = _unique(_events(run) for run in runs.values())
    seeds = _unique(str(run.seed) for run in runs.values())
    seed = "seed" if len(seeds) == 1 else "seeds"
    return "; ".join([*functions, *events, f"{seed} {join_words(seeds)}"])


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _events(run: Run) -> str:
    count = plural(len(run.workload.time), "event")
    return f"{count} in {spoken(run.scenario.seconds)}"


def _function(function: Function) -> str:
    behaviour = function.behaviour
    parts = [
        f"{function.memory_size} MB",
        f"timeout {spoken(function.timeout)}",
    ]
    if function.reserved_concurrent_executions is not None:
        parts.append(
            f"reserved concurrency {function.reserved_concurrent_executions}"
        )
    if behaviour.error_rate:
        parts.append(f"{percent(behaviour.error_rate)} of its runs fail")
    if behaviour.poison_share:
        parts.append(
            f"{percent(behaviour.poison_share)} of its events always fail"
        )
    if behaviour.filtered_share:
        share = percent(behaviour.filtered_share)
        parts.append(f"it leaves {share} of its events out of its answer")
    return f"{function.name}: {', '.join(parts)}"
