"""Power tuning: what a function's memory does to its duration and its bill."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.results.usage.runs import runs
from sim.scenario.arguments import PositiveAmount, Seed, checked
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

MEMORY_SIZES = (128, 256, 512, 1024, 1769, 3008)
COLUMNS = [
    "memory_size",
    "duration_s",
    "p50_s",
    "p99_s",
    "cost_per_million_usd",
]


@checked
def power_tuning(
    scenario: Scenario,
    function: str,
    memory_sizes: Sequence[PositiveAmount] = MEMORY_SIZES,
    seed: Seed = 1,
) -> pd.DataFrame:
    """The same events with each memory size: one row a size, smallest first.

    Each run goes on until nothing is under way, so that a size is not praised for slow runs that
    the end of the scenario has cut off.
    Columns: memory_size (MB), duration_s (the mean over the function's runs, without init), p50_s,
    p99_s, cost_per_million_usd: Lambda's part of the bill, of all functions, for a million events,
    in USD. Below 1,769 MB the part of the handler that needs the processor,
    `Behaviour.cpu_bound_share`, takes longer. Raises `ScenarioError` for a function that is not
    there, never runs or may not have such a size.
    https://docs.aws.amazon.com/lambda/latest/operatorguide/computing-power.html
    """
    path = f"functions.{function}.memory_size"
    if not list(scenario.found(path)):
        raise ScenarioError(
            f"There is no function {function!r} in this scenario."
        )
    if not len(memory_sizes):
        raise ScenarioError("power_tuning: memory_sizes holds no size to try.")
    rows = []
    for size in sorted(set(memory_sizes)):
        run = simulate(scenario.with_setting(path, size), seed)
        durations = _durations(run, function)
        p50, p99 = durations.quantile([0.5, 0.99])
        rows.append([size, durations.mean(), p50, p99, _cost(run)])
    return pd.DataFrame(rows, columns=COLUMNS)


def _durations(run: Run, function: str) -> pd.Series[float]:
    """How long each run of the function took that came to its end."""
    ran = runs(run)
    has_ended = ran.outcome != ""
    durations = ran.duration_s[(ran.function == function) & has_ended]
    if durations.empty:
        raise ScenarioError(
            f"Function {function!r} never runs to its end, so there is nothing to compare."
        )
    return durations


def _cost(run: Run) -> float:
    bill = run.cost("million events")
    is_lambdas = bill["item"].str.startswith("Lambda")
    return float(bill.cost_usd[is_lambdas].sum())
