"""Power tuning: what a function's memory does to its duration and its bill."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.results.usage.runs import runs
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

MEMORY_SIZES = (128, 256, 512, 1024, 1769, 3008)
COLUMNS = ["memory_size", "duration_s", "p50_s", "p99_s", "cost_per_million_usd"]


def power_tuning(
    scenario: Scenario,
    function: str,
    memory_sizes: Sequence[int] = MEMORY_SIZES,
    seed: int = 1,
) -> pd.DataFrame:
    """The same events with each memory size: one row a size, smallest first.

    Columns: memory_size (MB), duration_s (the mean over the function's runs, without init), p50_s,
    p99_s, cost_per_million_usd: Lambda's part of the bill, of all functions, for a million events,
    in USD. Below 1,769 MB the part of the handler that needs the processor,
    `Behaviour.cpu_bound_share`, takes longer. Raises `ScenarioError` for a function that is not
    there, never runs or may not have such a size.
    https://docs.aws.amazon.com/lambda/latest/operatorguide/computing-power.html
    """
    if not list(scenario.found(f"functions.{function}.memory_size")):
        raise ScenarioError(f"There is no function {function!r} in this scenario.")
    rows = []
    for size in sorted(set(memory_sizes)):
        run = simulate(
            scenario.with_setting(f"functions.{function}.memory_size", size),
            seed,
            drain=False,
        )
        rows.append([size, *_durations(run, function), _cost(run)])
    return pd.DataFrame(rows, columns=COLUMNS)


def _durations(run: Run, function: str) -> list[float]:
    ran = runs(run)
    durations = ran.duration_s[(ran.function == function) & (ran.outcome != "")]
    if durations.empty:
        raise ScenarioError(
            f"Function {function!r} never runs to its end, so there is nothing to compare."
        )
    return [float(durations.mean()), *durations.quantile([0.5, 0.99]).tolist()]


def _cost(run: Run) -> float:
    bill = run.cost("million events")
    return float(bill.cost_usd[bill["item"].str.startswith("Lambda")].sum())
