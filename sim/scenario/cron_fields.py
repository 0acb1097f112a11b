"""The six fields of a cron expression: minutes, hours, two kinds of days, months and years.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim import facts
from sim.scenario.errors import ScenarioError

RULES = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"

_PART = re.compile(
    r"(\*|(?P<start>\w+)(-(?P<end>\w+))?)(/(?P<step>[1-9][0-9]*))?"
)
"""A star, a value or a range, each perhaps with a step: `*/5`, `MON`, `1-5`, `0/15`."""


@dataclass(frozen=True)
class Field:
    """A field: its range, the names of its values, and its wildcards beside `,`, `-` and `*`."""

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    wildcards: str = "/"
    goes_round: bool = True

    def refusal(self, text: str) -> ScenarioError:
        """What to tell who wrote this."""
        names = f" or {self.names[0]}-{self.names[-1]}" if self.names else ""
        signs = " ".join((",", "-", "*", *self.wildcards))
        allowed = f"{self.first} to {self.last}{names} with {signs}"
        return ScenarioError(
            f"cron: {self.name} is {text!r}, but {allowed} is allowed ({RULES})."
        )

    def value(self, text: str) -> int:
        """The number that a digit or a name stands for."""
        if text.upper() in self.names:
            return self.first + self.names.index(text.upper())
        if not re.fullmatch("[0-9]{1,4}", text):
            raise self.refusal(text)
        number = int(text)
        if not self.first <= number <= self.last:
            raise self.refusal(text)
        return number

    def values(self, part: str) -> frozenset[int]:
        """The numbers that a part between commas stands for."""
        form = _PART.fullmatch(part)
        if form is None:
            raise self.refusal(part)
        start, end = form["start"], form["end"]
        step = form["step"]
        if step is not None and "/" not in self.wildcards:
            raise self.refusal(part)
        if start is None:  # a star
            first, last = self.first, self.last
        elif step is not None and end is None:
            first, last = self.value(start), self.last
        else:
            first, last = self.value(start), self.value(end or start)
        if last < first:
            if not self.goes_round:
                raise self.refusal(part)
            # AWS does not say what SAT-THU or 22-1 o'clock means; rules in public use go on.
            last += self._size
        numbers = range(first, last + 1, int(step or 1))
        return frozenset(self._wrapped(number) for number in numbers)

    @property
    def _size(self) -> int:
        return self.last - self.first + 1

    def _wrapped(self, number: int) -> int:
        return (number - self.first) % self._size + self.first

    def all_values(self, text: str) -> frozenset[int]:
        """The numbers that the whole field stands for."""
        parts = map(self.values, text.split(","))
        return frozenset().union(*parts)


_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_DAYS = "SUN MON TUE WED THU FRI SAT"
_YEARS = facts.fact("schedule.year")

MINUTES = Field("minutes", 0, 59, goes_round=False)
HOURS = Field("hours", 0, 23)
DAY_OF_MONTH = Field("day-of-month", 1, 31, wildcards="?/LW", goes_round=False)
MONTH = Field("month", 1, 12, tuple(_MONTHS.split()), goes_round=False)
DAY_OF_WEEK = Field("day-of-week", 1, 7, tuple(_DAYS.split()), wildcards="?L#")
YEAR = Field(
    "year", int(_YEARS.minimum or 0), int(_YEARS.maximum or 0), goes_round=False
)
