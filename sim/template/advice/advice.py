"""Advice on what AWS accepts and what is still wrong.

Each rule has its reason, its page, and a run that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import pandas as pd

from sim.scenario.arguments import checked
from sim.scenario.scenario import Scenario
from sim.template.advice.demonstrations import Demonstration, demonstrate
from sim.template.advice.findings import FINDERS
from sim.template.csv_tables import rows_of

SEVERITIES = ("error", "warning", "info")


class AdviceRule(NamedTuple):
    """A row of `data/template/advice.csv`.

    How bad it is, in which property it stands, why, what a run shows, and AWS's page.
    """

    name: str
    severity: str
    property: str
    reason: str
    measures: str
    source: str


@dataclass(frozen=True, repr=False)
class Advice:
    """One thing to look at: the rule, the resource, and in numbers what is meant.

    `line` is that of the template, None where the scenario was read from none.
    """

    rule: AdviceRule
    resource: str
    detail: str
    line: int | None = None

    def __repr__(self) -> str:
        rule = self.rule
        where = f"line {self.line}: " if self.line is not None else ""
        what = f"{rule.severity}: {self.resource} ({rule.name}: {self.detail})."
        return f"{where}{what} {rule.reason} {rule.source}"

    def demonstrate(self, seed: int = 0) -> Demonstration:
        """Run a small system that breaks the rule and one that keeps it, with the same events."""
        return demonstrate(self.rule.name, self.rule.measures, seed)


@checked
def advise(scenario: Scenario) -> list[Advice]:
    """What a scenario should change, the worst first; `demonstrate()` of each shows why.

    It takes any scenario, built in Python or read from a template. What it looks for, with AWS's
    pages, is in `data/template/advice.csv`.
    """
    return [
        Advice(rule, finding.resource, finding.detail)
        for rule in advice_rules()
        if rule.name in FINDERS
        for finding in dict.fromkeys(FINDERS[rule.name](scenario))
    ]


def worst_first(advice: Iterable[Advice]) -> list[Advice]:
    """The same advice, by severity and then by rule."""
    rules = advice_rules()
    return sorted(advice, key=lambda each: rules.index(each.rule))


def rule_named(name: str) -> AdviceRule:
    """The rule of this name."""
    (rule,) = (each for each in advice_rules() if each.name == name)
    return rule


def rule_id(rule: AdviceRule) -> str:
    """A rule's name in one word, by which its advice is ignored."""
    return rule.name.replace(" ", "-")


def advice_table(advice: Iterable[Advice]) -> pd.DataFrame:
    """Advice as a table: rule, severity, resource, line, detail, reason, source."""
    rows = [
        {
            "rule": each.rule.name,
            "severity": each.rule.severity,
            "resource": each.resource,
            "line": each.line,
            "detail": each.detail,
            "reason": each.rule.reason,
            "source": each.rule.source,
        }
        for each in advice
    ]
    columns = [
        "rule",
        "severity",
        "resource",
        "line",
        "detail",
        "reason",
        "source",
    ]
    return pd.DataFrame(rows, columns=columns).astype({"line": "Int64"})


@cache
def advice_rules() -> tuple[AdviceRule, ...]:
    """Every rule, the worst first."""
    rules = [AdviceRule(**row) for row in rows_of("advice")]
    return tuple(
        sorted(rules, key=lambda rule: SEVERITIES.index(rule.severity))
    )
