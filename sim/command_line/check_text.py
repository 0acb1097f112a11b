"""What `check` tells people: a line for each thing, with the file's name before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from sim.command_line.checked import Checked
from sim.command_line.hints import on_command_line
from sim.command_line.printing import print_problem
from sim.scenario.errors import under_name
from sim.template.advice.advice import Advice
from sim.template.read.leftovers import NO_PART

WITHOUT_FUNCTIONS = "no function that events invoke."


def print_text(results: Sequence[Checked]) -> None:
    """Print the lines of each file, and what is wrong with it as errors."""
    for result in results:
        for line in _lines(result):
            print(on_command_line(f"{result.name}: {line}"))
        for problem in result.problems:
            print_problem(under_name(result.name, problem))


def _lines(result: Checked) -> Iterator[str]:
    if result.reading is not None:
        yield from _report_lines(result.reading.report)
        yield from _advice_lines(result)
    elif not result.problems:
        yield WITHOUT_FUNCTIONS


def _advice_lines(result: Checked) -> Iterator[str]:
    """Each advice; the reason of a rule is said where it is broken first."""
    said = set()
    for advice in result.advice:
        place = result.place(advice.resource)
        address = f"{place}: " if place != advice.resource else ""
        yield f"{address}{_briefly(advice) if advice.rule in said else advice}"
        said.add(advice.rule)


def _briefly(advice: Advice) -> str:
    whole = str(advice)
    return whole.removesuffix(f" {advice.rule.reason} {advice.rule.source}")


def _report_lines(report: pd.DataFrame) -> Iterator[str]:
    counts = report.status.value_counts()
    counted = ", ".join(f"{count} {status}" for status, count in counts.items())
    yield f"{counted}."
    is_idle = report.note == NO_PART
    if is_idle.any():
        idle = ", ".join(report.resource[is_idle])
        yield f"no part in what happens to events: {idle}"
    is_open = report.status.isin(("unknown", "not supported"))
    columns = ["line", "status", "resource", "argument", "note"]
    groups: Any = report[is_open & ~is_idle].groupby(
        columns, sort=False, dropna=False
    )
    for key, rows in groups:
        row = dict(zip(columns, key, strict=True))
        yield _line_of_group(row, list(rows.property))


def _line_of_group(row: dict[str, Any], properties: list[str]) -> str:
    """One line for all properties of a resource of which the same is to be said."""
    line = "" if pd.isna(row["line"]) else f"line {row['line']}: "
    where = f"{row['resource']} {', '.join(properties)}".strip()
    says = f"give {row['argument']}" if row["argument"] else row["note"]
    return f"{line}{row['status']}: {where}: {says}"
