"""Many scenarios and seeds: one row a run, the same wherever it is made."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import Annotated, Any

import pandas as pd

from sim.experiments import parallel
from sim.experiments.grid import combinations, seed_numbers, units
from sim.experiments.sweep_tasks import Progress, SweepTasks
from sim.experiments.task import Outcome, Task
from sim.progress import ProgressLine
from sim.scenario.arguments import CHECKED_INSIDE, Seconds, checked
from sim.scenario.scenario import Scenario


@checked
def sweep(
    scenarios: Annotated[Scenario | Mapping[str, Scenario], CHECKED_INSIDE],
    grid: Annotated[Mapping[str, Sequence[Any]] | None, CHECKED_INSIDE] = None,
    seeds: Annotated[Iterable[int], CHECKED_INSIDE] = range(5),
    executor: Executor | None = None,
    *,
    after: Seconds = 0.0,
    drain: bool = True,
    cost: bool = False,
    progress: bool | Progress = False,
) -> pd.DataFrame:
    """Run a scenario, or several by name, with every combination of values and every seed.

    `grid`: values by dotted path, as in `Scenario.with_setting`: `{"functions.*.timeout": [3,
    10]}`; the values of one combination are checked together. `seeds`: the same seed means the same
    events with the same luck in every row. `after`, `drain`: as in `Run.summary` and `simulate`.
    `cost`: also what the run would have cost. `progress`: a line that counts, or a function of
    (done, all); in a notebook there is a line anyway after two seconds.

    All cores work where that is faster; their processes stay five minutes for the next sweep.
    `executor` takes any of `concurrent.futures` instead, Dask's `Client.get_executor()` among them.
    The table is the same on all of them. Ctrl-C, or the notebook's stop button, ends a sweep at
    once: its table has the rows that are done, and a warning says how many.

    One row a run, the last parameter's values and then the seeds changing fastest. Columns:
    scenario (if they have names), each path of the grid, seed; the columns of `Run.summary`;
    cost_usd, if asked for; error: None, or why this run has no numbers. Raises `ScenarioError` if
    there is nothing to run or no setting at a path.
    https://docs.python.org/3/library/concurrent.futures.html
    """
    numbers = seed_numbers(seeds)
    columns: list[dict[str, Any]] = []
    tasks: list[Task] = []
    for one in combinations(scenarios, grid or {}):
        for seed in numbers:
            columns.append({**one.columns, "seed": seed})
            tasks.append(
                Task(one.scenario, one.settings, seed, after, drain, cost)
            )
    line = ProgressLine()
    shared = SweepTasks(tasks, _reporter(progress, line))
    try:
        if executor is None:
            parallel.make(shared)
        else:
            parallel.make_on(executor, shared)
    except KeyboardInterrupt:
        if not shared.outcomes:
            raise
    finally:
        line.end()
    outcomes = dict(shared.outcomes)  # a worker's last answer may still come in
    for sentence in _told(len(outcomes), len(tasks), shared.problem):
        warnings.warn(sentence, stacklevel=3)  # checked, then called
    table = _table(columns, outcomes)
    table.attrs["units"] = units(tasks[0].scenario, grid or {})
    return table


def _told(done: int, total: int, problem: str) -> Iterator[str]:
    if done < total:
        yield f"The sweep was stopped: the table has {done:,} of {total:,} runs."
    if problem:
        yield (
            f"No worker process could be started ({problem}), "
            "so the runs followed one another."
        )


def _table(
    columns: Sequence[dict[str, Any]], outcomes: Mapping[int, Outcome]
) -> pd.DataFrame:
    rows = [
        {**columns[number], **outcomes[number]} for number in sorted(outcomes)
    ]
    errors = [row.pop("error", None) for row in rows]
    return pd.DataFrame(rows).assign(error=pd.Series(errors, dtype=object))


def _reporter(progress: bool | Progress, line: ProgressLine) -> Progress:
    if callable(progress):
        return progress
    return _print if progress else _quiet(line)


def _quiet(line: ProgressLine) -> Progress:
    """Nothing in a script; in a notebook a line, once the sweep takes long."""

    def report(done: int, total: int) -> None:
        if line.is_due():
            line.show(f"{done:,} of {total:,} runs")

    return report


def _print(done: int, total: int) -> None:
    """One line that is written over, in a terminal as in a notebook."""
    sys.stdout.write(f"\r{done:,} of {total:,} runs" + "\n" * (done == total))
    sys.stdout.flush()
