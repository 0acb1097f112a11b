"""What was observed beside what is simulated: concurrency, cold starts and times, over time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.engine.simulate import simulate
from sim.results.usage.runs import runs as runs_of
from sim.scenario.scenario import Scenario

HELD_OUT = 1 / 3
"""Of the time, the part at the end that the behaviour is not fitted to (a choice)."""
PERIODS = (1, 10, 60, 300, 900, 3600, 21_600, 86_400)  # seconds
MOST_PERIODS = 75
MEASURES = ("invocations", "concurrency", "cold_share", "p50_s", "p99_s")


def simulated_runs(scenario: Scenario, seed: int) -> pd.DataFrame:
    """The runs of a simulation, with the columns that a calibration's runs have."""
    table = runs_of(simulate(scenario, seed))
    init = table.init_s.where(table.init_s > 0)
    before = table.end_s - table.start_s - table.duration_s
    return pd.DataFrame(
        {
            "start_s": table.start_s,
            "end_s": table.end_s,
            "duration_s": table.duration_s,
            "init_s": init.where(init.notna(), before.where(before > 1e-6)),
        }
    )


def compared(
    observed: pd.DataFrame, simulated: pd.DataFrame, split: float
) -> pd.DataFrame:
    """The numbers of all that came at `split` seconds or later."""
    columns = {
        name: _numbers(table[table.start_s >= split])
        for name, table in (("observed", observed), ("simulated", simulated))
    }
    return pd.DataFrame(columns, index=list(MEASURES))


def by_period(
    observed: pd.DataFrame, simulated: pd.DataFrame, split: float
) -> pd.DataFrame:
    """The numbers of each period, side by side."""
    end = float(max(observed.end_s.max(), simulated.end_s.max()))
    period = next(
        (each for each in PERIODS if end / each <= MOST_PERIODS), PERIODS[-1]
    )
    edges = np.arange(0.0, end + period, period)
    columns = {"start_s": edges[:-1], "held_out": edges[:-1] >= split}
    table = pd.DataFrame(columns)
    for name, runs in (("observed", observed), ("simulated", simulated)):
        for measure, values in _series(runs, edges).items():
            table[f"{name}_{measure}"] = values
    return table


def _numbers(runs: pd.DataFrame) -> dict[str, float]:
    waits = _waits(runs)
    _, level = _levels(runs)
    is_cold = _is_cold(runs)
    p50, p99 = np.quantile(waits, [0.5, 0.99]) if len(runs) else (np.nan,) * 2
    return {
        "invocations": len(runs),
        "concurrency": int(level.max(initial=0)),
        "cold_share": float(is_cold.mean()) if len(runs) else np.nan,
        "p50_s": float(p50),
        "p99_s": float(p99),
    }


def _waits(runs: pd.DataFrame) -> Floats:
    """How long each run took with what came before its handler."""
    return (runs.end_s - runs.start_s).to_numpy()


def _is_cold(runs: pd.DataFrame) -> pd.Series[bool]:
    is_cold = runs.init_s.notna()
    return is_cold | runs.restore_s.notna() if "restore_s" in runs else is_cold


def _levels(runs: pd.DataFrame) -> tuple[Floats, Floats]:
    """When the number of runs at work changes, and what it is from then on."""
    start, end = runs.start_s.to_numpy(), runs.end_s.to_numpy()
    instants = np.concatenate([end, start])  # who leaves makes room first
    change = np.repeat([-1, 1], [len(end), len(start)])
    order = np.argsort(instants, kind="stable")
    return instants[order], np.cumsum(change[order]).astype(np.float64)


def _series(runs: pd.DataFrame, edges: Floats) -> dict[str, Floats]:
    place = np.searchsorted(edges, runs.start_s.to_numpy(), "right") - 1
    number = len(edges) - 1
    by_place = pd.DataFrame(
        {"wait": _waits(runs), "cold": _is_cold(runs).to_numpy()}
    ).groupby(place)
    every = pd.RangeIndex(number)
    return {
        "invocations": by_place.size().reindex(every, fill_value=0).to_numpy(),
        "concurrency": _peaks(runs, edges),
        "cold_share": by_place.cold.mean().reindex(every).to_numpy(),
        "p50_s": by_place.wait.quantile(0.5).reindex(every).to_numpy(),
        "p99_s": by_place.wait.quantile(0.99).reindex(every).to_numpy(),
    }


def _peaks(runs: pd.DataFrame, edges: Floats) -> Floats:
    """The highest concurrency of each period, with what goes on from the one before."""
    instants, level = _levels(runs)
    place = np.searchsorted(edges, instants, "right") - 1
    highest = pd.Series(level).groupby(place).max()
    last = pd.Series(level).groupby(place).last()
    every = pd.RangeIndex(len(edges) - 1)
    carried = last.reindex(every).ffill().shift(fill_value=0.0).fillna(0.0)
    found = highest.reindex(every).fillna(0.0)
    return np.asarray(np.maximum(found, carried), np.float64)
