"""`--fail-on "lost > 0"`: what a run may not come to."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sim

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
FORM = re.compile(
    rf"\s*(?P<measure>\w+)\s*(?P<comparison>{'|'.join(COMPARISONS)})\s*(?P<limit>\S+)\s*"
)


@dataclass(frozen=True)
class Condition:
    """A number of a run's summary that is compared with a limit."""

    measure: str
    comparison: str
    limit: float

    def __str__(self) -> str:
        return f"{self.measure} {self.comparison} {self.limit:g}"

    def problem(self, summary: Mapping[str, Any]) -> str | None:
        """What fails the run, as a sentence; a number that is unknown fails it, too.

        Raises `ScenarioError` if the summary has no such number.
        """
        if self.measure not in summary:
            known = ", ".join(summary)
            raise sim.ScenarioError(
                f"--fail-on: a run has no {self.measure!r}; it has {known}."
            )
        value = float(summary[self.measure])
        if math.isnan(value):
            return f"{self}: {self.measure} is unknown, as no event has it."
        if COMPARISONS[self.comparison](value, self.limit):
            return f"{self}: {self.measure} is {value:g}."
        return None


def condition(text: str) -> Condition:
    """The condition that a text says; raises `ScenarioError` for what is none."""
    form = (
        f"--fail-on {text!r} is not NAME > NUMBER, "
        'such as "lost > 0" or "p99_s > 2".'
    )
    found = FORM.fullmatch(text)
    if found is None:
        raise sim.ScenarioError(form)
    try:
        limit = float(found["limit"])
    except ValueError:
        raise sim.ScenarioError(form) from None
    if not math.isfinite(limit):
        raise sim.ScenarioError(form)
    return Condition(found["measure"], found["comparison"], limit)
