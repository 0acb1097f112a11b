"""`run`: what becomes of the events, with one seed or several, and whether that may be."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

import sim
from sim.command_line.conditions import Condition, condition
from sim.command_line.files import files_of, write_files
from sim.command_line.hints import on_command_line
from sim.command_line.junit import Case, junit
from sim.command_line.late import quiet_after, too_late
from sim.command_line.places import check_places
from sim.command_line.printing import print_json, print_problem
from sim.command_line.statuses import ADVISED, FINE
from sim.command_line.subject import Subject, subject
from sim.results.spoken_table import spoken_table
from sim.results.verdict import WORRIES, verdict

MOST_SEEDS = 1000
Failed = dict[Condition, list[str]]
"""By condition, the sentences that say with which seed it came to be."""


@dataclass
class Results:
    """What the seeds come to: a row each, and after which second all are quiet.

    `files`: those of the first seed, by their places.
    """

    failed: Failed
    files: dict[Path, str] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    quiet_s: float = 0.0


def run(options: argparse.Namespace) -> int:
    """Simulate, print the summary and write the files."""
    conditions = [condition(text) for text in options.fail_on]
    if not 1 <= options.seeds <= MOST_SEEDS:
        raise sim.ScenarioError(
            f"--seeds is {options.seeds}, but 1 to {MOST_SEEDS:,} are allowed."
        )
    check_places(options)
    about = subject(options)
    results = _results(about, conditions, options)
    write_files(results.files, options)
    summaries = pd.DataFrame(results.rows, dtype=object)
    problems = list(chain(*results.failed.values()))
    for sentence in too_late(about.scenario, results.quiet_s):
        print_problem(sentence, "warning")
    match options.format:
        case "json":
            print_json(
                verdict=[verdict(summaries)],
                failed=problems,
                assumptions=about.assumptions,
                summary=summaries,
            )
        case "junit":
            print(junit("sim run", _cases(about.name, results.failed)))
        case _:
            _print_text(about, summaries, problems)
    return ADVISED if problems else FINE


def _cases(within: str, failed: Failed) -> list[Case]:
    """A test case for each condition; without one, that the run was possible."""
    return [
        Case(within, f"not {each}", problems)
        for each, problems in failed.items()
    ] or [Case(within, "it runs")]


def _results(
    about: Subject, conditions: list[Condition], options: argparse.Namespace
) -> Results:
    """What the seeds come to, one after the other."""
    results = Results({each: [] for each in conditions})
    for seed in range(options.seed, options.seed + options.seeds):
        _add(results, seed, about, options)
    return results


def _add(
    results: Results, seed: int, about: Subject, options: argparse.Namespace
) -> None:
    """Add one seed; its run is given up before that of the next one begins."""
    done = sim.simulate(about.scenario, seed=seed)
    summary = _worries_first(done)
    for each, problems in results.failed.items():
        problem = each.problem(summary)
        if problem:
            problems.append(f"seed {seed}: {problem}")
    if seed == options.seed:
        results.files = files_of(done, about, options)
    results.rows.append({"seed": seed, **summary})
    results.quiet_s = max(results.quiet_s, quiet_after(done))


def _worries_first(done: sim.Run) -> dict[str, Any]:
    """The numbers of a run's summary, by name."""
    numbers = done.summary()
    worries = {name: numbers[name] for name in WORRIES}
    rest = numbers.drop(list(WORRIES))
    return {**worries, **dict(zip(map(str, rest.index), rest, strict=True))}


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
