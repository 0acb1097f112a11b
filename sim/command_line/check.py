"""`check`: what templates say, what they leave open, and what should be changed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence

import pandas as pd

from sim.command_line.check_text import print_text
from sim.command_line.checked import (
    Checked,
    check_resources,
    check_rules,
    each_checked,
)
from sim.command_line.hints import on_command_line, with_options
from sim.command_line.junit import Case, junit
from sim.command_line.printing import print_json
from sim.command_line.sarif import sarif
from sim.command_line.sources import sources
from sim.command_line.statuses import ADVISED, FINE, REFUSED
from sim.command_line.subject import parameters
from sim.scenario.errors import under_name
from sim.template.advice.advice import advice_rules, advice_table, rule_id

FORMATS_OF_CHECK = ("text", "json", "sarif", "junit")


def check(options: argparse.Namespace) -> int:
    """Read templates and print their reports and advice."""
    check_rules(options.ignore)
    results = each_checked(
        sources(options.template), parameters(options), options.ignore
    )
    check_resources(options.ignore, results)
    if options.format == "json":
        _print_json(results)
    elif options.format == "sarif":
        print(json.dumps(sarif(results), indent=1))
    elif options.format == "junit":
        print(junit("check", list(_cases(results))))
    else:
        print_text(results)
    if any(each.problems for each in results):
        return REFUSED
    return ADVISED if any(each.is_serious for each in results) else FINE


def _print_json(results: Sequence[Checked]) -> None:
    """Tables of all files, with the file in each row."""
    advice = [
        advice_table(each.advice).assign(file=each.name) for each in results
    ]
    reports = [
        with_options(each.reading.report).assign(file=each.name)
        for each in results
        if each.reading is not None
    ]
    problems = [
        under_name(each.name, problem)
        for each in results
        for problem in each.problems
    ]
    report = pd.concat(reports) if reports else pd.DataFrame()
    print_json(advice=pd.concat(advice), report=report, problems=problems)


def _cases(results: Sequence[Checked]) -> Iterator[Case]:
    """Whether each file could be read, and whether it keeps each rule."""
    for each in results:
        problems = [on_command_line(problem) for problem in each.problems]
        yield Case(each.name, "can be read", problems)
        for rule in advice_rules() if each.reading is not None else ():
            failures = [
                on_command_line(str(advice))
                for advice in each.advice
                if advice.rule == rule and rule.severity != "info"
            ]
            yield Case(each.name, rule_id(rule), failures)
