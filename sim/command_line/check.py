"""`check`: what a template says, what it leaves open, and what should be changed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

import sim
from sim.command_line.hints import on_command_line, with_options
from sim.command_line.printing import print_json
from sim.command_line.statuses import ADVISED, FINE
from sim.command_line.subject import parameters
from sim.template.read.leftovers import NO_PART
from sim.template.read.read import Reading


def check(options: argparse.Namespace) -> int:
    """Read a template and print its report and advice."""
    reading = sim.read_template(
        Path(options.template), parameters=parameters(options)
    )
    advice = reading.advise()
    if options.format == "json":
        report = with_options(reading.report)
        print_json(advice=reading.advice, report=report)
    else:
        _print_report(reading)
        for each in advice:
            print(on_command_line(str(each)))
    is_serious = any(each.rule.severity != "info" for each in advice)
    return ADVISED if is_serious else FINE


def _print_report(reading: Reading) -> None:
    report = reading.report
    counts = report.status.value_counts()
    print(
        ", ".join(f"{count} {status}" for status, count in counts.items()) + "."
    )
    is_idle = report.note == NO_PART
    if is_idle.any():
        idle = ", ".join(report.resource[is_idle])
        print(on_command_line(f"no part in what happens to events: {idle}"))
    is_open = report.status.isin(("unknown", "not supported"))
    columns = ["line", "status", "resource", "argument", "note"]
    groups: Any = report[is_open & ~is_idle].groupby(
        columns, sort=False, dropna=False
    )
    for key, rows in groups:
        _print_group(dict(zip(columns, key, strict=True)), list(rows.property))


def _print_group(row: dict[str, Any], properties: list[str]) -> None:
    """One line for all properties of a resource of which the same is to be said."""
    line = "" if pd.isna(row["line"]) else f"line {row['line']}: "
    where = f"{row['resource']} {', '.join(properties)}".strip()
    says = f"give {row['argument']}" if row["argument"] else row["note"]
    print(on_command_line(f"{line}{row['status']}: {where}: {says}"))
