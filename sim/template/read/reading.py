"""What became of a template: a scenario, a report of how that came to be, and advice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from sim.scenario.durations import Constant
from sim.scenario.scenario import Scenario
from sim.template.advice.advice import (
    Advice,
    advice_table,
    advise,
    rule_id,
    rule_named,
    worst_first,
)
from sim.template.advice.ignored import ignored_rules
from sim.template.cloudformation.template import Template
from sim.template.read.draft_entries import TemplateFinding


@dataclass(frozen=True)
class Reading:
    """What became of a template.

    `scenario` is ready for `sim.simulate`; `report` has one row for each resource and property,
    with the columns resource, property, line, status ("read", "assumed", "unknown", "not
    supported"), value, argument (what supplies an unknown), note and source.
    """

    scenario: Scenario
    report: pd.DataFrame
    template: Template = field(repr=False)
    outside: frozenset[str] = field(repr=False)
    described: frozenset[str] = field(repr=False)  # functions with a behaviour
    deploying: frozenset[str] = field(default=frozenset(), repr=False)
    findings: tuple[TemplateFinding, ...] = field(default=(), repr=False)

    def advise(self) -> list[Advice]:
        """What should be changed, the worst first, each with its line; `demonstrate()` shows why.

        Settings of queues that other templates have are not known, so nothing is said of them, nor
        of how long the handlers work whose behaviour was not given, nor of functions that run only
        while the stack is deployed.
        """
        found = [
            Advice(rule_named(finding.rule), finding.resource, finding.detail)
            for finding in self.findings
        ]
        found += advise(self._as_far_as_known())
        return [
            replace(advice, line=self._line(advice))
            for advice in worst_first(found)
            if self._is_wanted(advice)
        ]

    def _line(self, advice: Advice) -> int | None:
        return self.template.lines.line(advice.resource, advice.rule.property)

    def _is_wanted(self, advice: Advice) -> bool:
        """Whether it is about something that events meet, and not ignored in the template."""
        if advice.resource in self.outside | self.deploying:
            return False
        ignored = ignored_rules(self.template, advice.resource)
        return rule_id(advice.rule) not in ignored

    def _as_far_as_known(self) -> Scenario:
        """The scenario with handlers that take no time where no behaviour was given."""
        quick = Constant(seconds=0)
        functions = [
            function
            if function.name in self.described
            else function.with_setting("behaviour.handler", quick)
            for function in self.scenario.functions
        ]
        return self.scenario.replace(functions=functions)

    @property
    def advice(self) -> pd.DataFrame:
        """The advice as a table: rule, severity, resource, line, detail, reason, source."""
        return advice_table(self.advise())
