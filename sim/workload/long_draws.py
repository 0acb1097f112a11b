"""Durations of which some draws are cut, as they could not be counted in microseconds."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.durations import Exponential, LogNormal, Quantiles
from sim.scenario.scenario import Scenario
from sim.workload.draws import longest_seconds, may_pass


def cut_draws(scenario: Scenario) -> Iterator[str]:
    """Sentences about durations that may be drawn longer than can be simulated."""
    behaviours = [function.behaviour for function in scenario.functions]
    longest = longest_seconds()
    for group in (*behaviours, *scenario.triggers, *scenario.dependencies):
        for name, value in vars(group).items():
            is_open = isinstance(value, (Exponential, LogNormal, Quantiles))
            if is_open and may_pass(value, longest):
                yield (
                    f"{name} is {value!r}: some of these times would be longer than a hundred "
                    "years; they are cut there."
                )
