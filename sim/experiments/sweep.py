"""Many scenarios and seeds: one row a run, made on any executor of `concurrent.futures`, the same row on each."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent import futures
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass
from itertools import product
from operator import index
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.simulate import simulate
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

Progress = Callable[[int, int], object]
Outcome = dict[str, Any]  # a run's numbers, or its error
ONE_PROCESS = (
    "emscripten",
    "wasi",
)  # a browser's Python has neither processes nor threads
MOST_WORKERS = 61  # the most that a process pool can wait for on Windows
NO_START = (
    "The worker processes died as they started. Each imports the script that calls sim.sweep: it must be a file, and "
    'call under `if __name__ == "__main__":`. Or give an executor that needs no process: ThreadPoolExecutor(1).'
)


@dataclass(frozen=True)
class Task:
    """One run to be made, wherever that is."""

    scenario: Scenario
    changes: Mapping[str, Any]
    seed: int
    after: float
    drain: bool
    cost: bool

    def outcome(self) -> Outcome:
        """The run's numbers; what goes wrong is the affair of this row alone, and stands in it."""
        try:
            run = simulate(
                self.scenario.with_settings(self.changes), self.seed, self.drain
            )
            bill = {"cost_usd": float(run.cost().cost_usd.sum())} if self.cost else {}
            return {**run.summary(self.after), **bill}
        except Exception as error:
            return _failed(error)


def sweep(
    scenarios: Scenario | Mapping[str, Scenario],
    grid: Mapping[str, Sequence[Any]] | None = None,
    seeds: Iterable[int] = range(5),
    executor: Executor | None = None,
    *,
    after: float = 0.0,
    drain: bool = True,
    cost: bool = False,
    progress: bool | Progress = False,
) -> pd.DataFrame:
    """Run a scenario, or several by name, with every combination of the grid's values and every seed.

    `grid`: values by dotted path, as in `Scenario.with_setting`: `{"functions.*.timeout": [3,
    10]}`; the values of one combination are checked together. `seeds`: the same seed means the same
    events with the same luck in every row. `executor`: any of `concurrent.futures`, Dask's
    `Client.get_executor()` among them; by default a pool with a new process for each core. The
    table is the same on all of them. `after`, `drain`: as in `Run.summary` and `simulate`. `cost`:
    also what the run would have cost. `progress`: a line that counts, or a function of (done, all).

    One row a run, the last parameter's values and then the seeds changing fastest. Columns:
    scenario (if they have names), each path of the grid, seed; the columns of `Run.summary`;
    cost_usd, if asked for; error: None, or why this run has no numbers. Raises `ScenarioError` if
    there is nothing to run or no setting at a path.
    https://docs.python.org/3/library/concurrent.futures.html
    """
    seeds = _seeds(seeds)
    combinations = [
        ({**name, **changes}, scenario, changes)
        for name, scenario in _named(scenarios)
        for changes in _combinations(scenario, grid or {})
    ]
    if not combinations:
        raise ScenarioError(
            "There is no scenario to run: give one, or several by name."
        )
    tasks = [
        Task(one, changes, seed, after, drain, cost)
        for _, one, changes in combinations
        for seed in seeds
    ]
    chosen = [{**names, "seed": seed} for names, _, _ in combinations for seed in seeds]
    table = _table(chosen, _outcomes(tasks, executor, _reporter(progress)))
    table.attrs["units"] = _units(tasks[0].scenario, grid or {})
    return table


def _seeds(seeds: Iterable[int]) -> list[int]:
    try:
        numbers = [index(seed) for seed in seeds]
    except TypeError:
        raise ScenarioError(
            f"seeds is {seeds!r}, but it must be whole numbers, such as range(5)."
        ) from None
    return _different("seeds", numbers)


def _named(
    scenarios: Scenario | Mapping[str, Scenario],
) -> list[tuple[dict[str, str], Scenario]]:
    if isinstance(scenarios, Scenario):
        return [({}, scenarios)]
    for name, scenario in scenarios.items():
        if not isinstance(scenario, Scenario):
            raise ScenarioError(
                f"{name!r} is {type(scenario).__name__}, but it must be a Scenario."
            )
    return [({"scenario": name}, scenario) for name, scenario in scenarios.items()]


def _combinations(
    scenario: Scenario, grid: Mapping[str, Sequence[Any]]
) -> list[dict[str, Any]]:
    for path in grid:
        if not list(scenario.found(path)):
            raise ScenarioError(
                f"The grid varies {path!r}, but the scenario has nothing there."
            )
    values = [
        _different(f"the grid's {path!r}", _listed(path, values))
        for path, values in grid.items()
    ]
    return [dict(zip(grid, chosen, strict=True)) for chosen in product(*values)]


def _listed(path: str, values: Any) -> list[Any]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ScenarioError(
            f"The grid's {path!r} is {values!r}, but it must be a list of values."
        )
    # numpy's numbers become Python's, which settings take and every machine prints alike
    return [
        value.item() if isinstance(value, np.generic) else value for value in values
    ]


def _different(what: str, values: list[Any]) -> list[Any]:
    """Values that are all there, once: a run that is counted twice would feign certainty."""
    if not values:
        raise ScenarioError(f"There is nothing to run: {what} has no value.")
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ScenarioError(
                f"{value!r} is there twice in {what}; the same run again tells nothing new."
            )
    return values


def _outcomes(
    tasks: list[Task], executor: Executor | None, report: Progress
) -> list[Outcome]:
    outcomes: list[Outcome] = [{}] * len(tasks)
    for done, (number, outcome) in enumerate(_finished(tasks, executor), 1):
        outcomes[number] = outcome
        report(done, len(tasks))
    return outcomes


def _finished(
    tasks: list[Task], executor: Executor | None
) -> Iterator[tuple[int, Outcome]]:
    """Outcomes as they come, each with its number."""
    if executor is not None:
        yield from (
            (number, _received(future))
            for number, future in _submitted(tasks, executor)
        )
    elif pool := _processes(len(tasks)):
        with pool:
            for number, future in _submitted(tasks, pool):
                yield (
                    number,
                    _alone(tasks[number]) if _broke(future) else _received(future),
                )
    else:
        yield from ((number, task.outcome()) for number, task in enumerate(tasks))


def _submitted(
    tasks: list[Task], executor: Executor
) -> Iterator[tuple[int, Future[Outcome]]]:
    """Whoever stops listening, by Ctrl-C for one, stops what has not begun."""
    numbers = {
        executor.submit(Task.outcome, task): number for number, task in enumerate(tasks)
    }
    try:
        yield from ((numbers[future], future) for future in as_completed(numbers))
    finally:
        for future in numbers:
            future.cancel()


def _received(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except Exception as error:  # not the run's own, which is in its outcome: the worker died, or was cancelled
        return _failed(error)


def _broke(future: Future[Outcome]) -> bool:
    return isinstance(future.exception(), BrokenExecutor)


def _alone(task: Task) -> Outcome:
    """A process of its own for a run that died with its pool, perhaps by the fault of another run."""
    with _spawning(1) as pool:
        return _received(pool.submit(Task.outcome, task))


def _failed(error: Exception) -> Outcome:
    return {
        "error": str(error)
        if isinstance(error, ScenarioError)
        else f"{type(error).__name__}: {error}"
    }


def _processes(runs: int) -> Executor | None:
    """A pool whose processes start anew, as on macOS and Windows; None where one process is all there is to use."""
    workers = min(runs, os.cpu_count() or 1, MOST_WORKERS)
    if workers == 1:
        return None
    try:
        if sys.platform in ONE_PROCESS:
            raise NotImplementedError(f"Python on {sys.platform} has no processes")
        return _pool(workers)
    except (ImportError, NotImplementedError, OSError) as error:
        warnings.warn(
            f"No other process can be started ({error}), so the runs follow one another.",
            stacklevel=5,
        )
        return None


def _spawning(workers: int) -> Executor:
    return futures.ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))


def _pool(workers: int) -> Executor:
    pool = _spawning(workers)
    try:
        pool.submit(int).result()
    except BrokenExecutor as error:
        raise RuntimeError(NO_START) from error
    return pool


def _reporter(progress: bool | Progress) -> Progress:
    if callable(progress):
        return progress
    return _print if progress else lambda done, total: None


def _print(done: int, total: int) -> None:
    """One line that is written over, in a terminal as in a notebook."""
    sys.stdout.write(f"\r{done:,} of {total:,} runs" + "\n" * (done == total))
    sys.stdout.flush()


def _table(chosen: list[dict[str, Any]], outcomes: list[Outcome]) -> pd.DataFrame:
    errors = [outcome.pop("error", None) for outcome in outcomes]
    table = pd.DataFrame(
        [{**row, **outcome} for row, outcome in zip(chosen, outcomes, strict=True)]
    )
    return table.assign(error=pd.Series(errors, dtype=object))


def _units(scenario: Scenario, paths: Iterable[str]) -> dict[str, str]:
    """The units of what a grid varies, for the axes of pictures: `table.attrs["units"]`."""
    units = {
        path: {fact.unit for fact, _ in scenario.found(path) if fact} for path in paths
    }
    return {path: found.pop() for path, found in units.items() if len(found) == 1}
