"""SARIF 2.1.0, in which code hosts show what a check has found.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import sim
from sim.command_line.checked import Checked
from sim.command_line.hints import on_command_line
from sim.template.advice.advice import Advice, AdviceRule, advice_rules, rule_id

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(results: Iterable[Checked]) -> dict[str, Any]:
    """The log of one run: every advice at its line, and what could not be read."""
    results = list(results)
    unread = [
        _notification(checked, problem)
        for checked in results
        for problem in checked.problems
    ]
    driver = {
        "name": "lambda-sim",
        "version": sim.__version__,
        "rules": [_rule(rule) for rule in advice_rules()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": not unread,
                "toolExecutionNotifications": unread,
            }
        ],
        "results": [
            _result(checked, advice)
            for checked in results
            for advice in checked.advice
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: AdviceRule) -> dict[str, Any]:
    return {
        "id": rule_id(rule),
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.reason},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(checked: Checked, advice: Advice) -> dict[str, Any]:
    rule = advice.rule
    place: dict[str, Any] = _location(checked)
    if advice.line is not None:
        place["physicalLocation"]["region"] = {"startLine": advice.line}
    place["logicalLocations"] = [{"name": checked.place(advice.resource)}]
    text = f"{advice.resource}: {advice.detail}. {rule.reason}"
    return {
        "ruleId": rule_id(rule),
        "level": LEVELS[rule.severity],
        "message": {"text": on_command_line(text)},
        "locations": [place],
    }


def _notification(checked: Checked, problem: str) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": on_command_line(problem)},
        "locations": [_location(checked)],
    }


def _location(checked: Checked) -> dict[str, Any]:
    address = quote(PurePath(checked.name).as_posix())
    return {"physicalLocation": {"artifactLocation": {"uri": address}}}
