"""`run`: what becomes of the events, with one seed or several, and whether that may be."""

from __future__ import annotations

import argparse
from typing import Any

import pandas as pd

import sim
from sim.command_line.conditions import Condition, condition
from sim.command_line.files import check_places, write_files
from sim.command_line.hints import on_command_line
from sim.command_line.printing import print_json
from sim.command_line.statuses import ADVISED, FINE
from sim.command_line.subject import Subject, subject
from sim.results.spoken_table import spoken_table
from sim.results.verdict import WORRIES, verdict

MOST_SEEDS = 1000


def run(options: argparse.Namespace) -> int:
    """Simulate, print the summary and write the files."""
    conditions = [condition(text) for text in options.fail_on]
    if not 1 <= options.seeds <= MOST_SEEDS:
        raise sim.ScenarioError(
            f"--seeds is {options.seeds}, but 1 to {MOST_SEEDS:,} are allowed."
        )
    check_places(options)
    about = subject(options)
    summaries, problems = _results(about, conditions, options)
    if options.format == "json":
        print_json(
            verdict=[verdict(summaries)],
            failed=problems,
            assumptions=about.assumptions,
            summary=summaries,
        )
    else:
        _print_text(about, summaries, problems)
    return ADVISED if problems else FINE


def _results(
    about: Subject, conditions: list[Condition], options: argparse.Namespace
) -> tuple[pd.DataFrame, list[str]]:
    """A row a seed, and what fails them; the files are of the first seed."""
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    for seed in range(options.seed, options.seed + options.seeds):
        summary, failed = _of_seed(seed, about, conditions, options)
        rows.append({"seed": seed, **summary})
        problems += failed
    return pd.DataFrame(rows, dtype=object), problems


def _of_seed(
    seed: int,
    about: Subject,
    conditions: list[Condition],
    options: argparse.Namespace,
) -> tuple[dict[str, Any], list[str]]:
    """The numbers of one seed; its run is given up before that of the next seed begins."""
    done = sim.simulate(about.scenario, seed=seed)
    summary = _worries_first(done)
    problems = _problems(conditions, seed, summary)
    if seed == options.seed:
        write_files(done, about, options)
    return summary, problems


def _worries_first(done: sim.Run) -> dict[str, Any]:
    """The numbers of a run's summary, by name."""
    numbers = done.summary()
    worries = {name: numbers[name] for name in WORRIES}
    rest = numbers.drop(list(WORRIES))
    return {**worries, **dict(zip(map(str, rest.index), rest, strict=True))}


def _problems(
    conditions: list[Condition], seed: int, summary: dict[str, Any]
) -> list[str]:
    """What `--fail-on` names and came to be with this seed."""
    problems = [each.problem(summary) for each in conditions]
    return [f"seed {seed}: {problem}" for problem in problems if problem]


def _print_text(
    about: Subject, summaries: pd.DataFrame, problems: list[str]
) -> None:
    print(verdict(summaries))
    for problem in problems:
        print(on_command_line(f"failed: {problem}"))
    for assumption in about.assumptions:
        print(on_command_line(f"assumed: {assumption}"))
    numbers = summaries.drop(columns="seed")
    if len(summaries) == 1:
        shown = spoken_table(numbers.iloc[0]).to_string(header=False)
    else:
        of_seeds = numbers.astype(float).agg(["min", "median", "max"])
        shown = spoken_table(of_seeds.T).to_string()
    print(on_command_line(shown))
