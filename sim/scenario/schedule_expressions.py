"""When AWS's schedule expressions fire: rate(...), cron(...) with its six fields, and at(...)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sim import facts
from sim.scenario.errors import ScenarioError

Seconds = NDArray[np.int64]
DayRule = Callable[[date], bool]

RULES = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"
SCHEDULER = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Rate:
    """Again and again after so many seconds; the first time at once, as AWS does without a start date."""

    every: int

    def between(self, first: int, last: int) -> Seconds:
        """When it fires from `first` on and before `last`, in whole seconds from the start of the scenario."""
        return np.arange(max(0, first), last, self.every, dtype=np.int64)


@dataclass(frozen=True)
class At:
    """Once."""

    moment: datetime

    def between(self, first: int, last: int) -> Seconds:
        """When it fires from `first` on and before `last`, in whole seconds from the start of the scenario."""
        second = round((self.moment - epoch()).total_seconds())
        return np.array([second] if first <= second < last else [], np.int64)


@dataclass(frozen=True)
class Cron:
    """At some minutes of those days that fit; times of the day in seconds."""

    times: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    days: tuple[DayRule, ...]

    def between(self, first: int, last: int) -> Seconds:
        """When it fires from `first` on and before `last`, in whole seconds from the start of the scenario."""
        midnight = epoch().replace(hour=0, minute=0, second=0)
        begun = round((epoch() - midnight).total_seconds())
        after = (date(max(self.years) + 1, 1, 1) - midnight.date()).days
        days = range((begun + first) // DAY, min((begun + last) // DAY + 1, after))
        fitting = [
            day for day in days if self.fires_on(midnight.date() + timedelta(day))
        ]
        found = (
            np.array(fitting, np.int64)[:, None] * DAY + np.array(self.times, np.int64)
        ).ravel() - begun
        return found[(found >= first) & (found < last)]

    def fires_on(self, day: date) -> bool:
        """Whether it fires on this day at all."""
        return (
            day.year in self.years
            and day.month in self.months
            and any(rule(day) for rule in self.days)
        )


Schedule = Rate | At | Cron


def epoch() -> datetime:
    """The moment at which every scenario starts."""
    return datetime.fromtimestamp(facts.fact("record.epoch").value, UTC)


def instants(expression: str, seconds: int, timezone: str = "UTC") -> Seconds:
    """When a schedule fires, in whole seconds from the start of the scenario; rates know no time zone.

    What falls into the hour that a clock skips in spring is left out; the hour that comes twice in
    autumn counts once. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    schedule = parsed(expression)
    if timezone == "UTC" or isinstance(schedule, Rate):
        return schedule.between(0, seconds)
    found = _in_utc(schedule.between(-DAY, seconds + DAY), ZoneInfo(timezone))
    return found[(found >= 0) & (found < seconds)]


def _in_utc(wall: Seconds, zone: ZoneInfo) -> Seconds:
    """What a zone's clock shows, in UTC; without what the clock never shows."""
    shown = [
        (epoch() + timedelta(seconds=second)).replace(tzinfo=zone)
        for second in wall.tolist()
    ]
    moments = [(local, local.astimezone(UTC)) for local in shown]
    real = [
        moment
        for local, moment in moments
        if moment.astimezone(zone).replace(fold=0) == local
    ]
    return np.array(
        [round((moment - epoch()).total_seconds()) for moment in real], np.int64
    )


def parsed(expression: str) -> Schedule:
    """The schedule that an expression means; raises `ScenarioError` where AWS would refuse it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    form = re.fullmatch(r"(rate|cron|at)\((.*)\)", expression)
    if form is None:
        raise ScenarioError(
            f"{expression!r} is no schedule: write rate(...), cron(...) or at(...) ({SCHEDULER})."
        )
    kind, content = form.groups()
    return {"rate": _rate, "cron": _cron, "at": _at}[kind](content)


_UNITS = {"minute": 60, "hour": 60 * 60, "day": DAY}


def _rate(content: str) -> Schedule:
    form = re.fullmatch(r"([1-9][0-9]*)\s+(minute|hour|day)(s?)", content.strip())
    if form is None:
        raise ScenarioError(
            f"rate({content}) needs a whole number from 1 on, and minutes, hours or days: rate(5 minutes) ({RULES})."
        )
    return Rate(int(form[1]) * _UNITS[form[2]])


def check_unit(expression: str) -> None:
    """Raise `ScenarioError` where a rule would refuse a rate's unit, `rate(5 minute)`; Scheduler takes either.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    """
    form = re.fullmatch(r"rate\(\s*([0-9]+)\s+([a-z]+?)(s?)\s*\)", expression)
    if form is not None and (form[1] == "1") == bool(form[3]):
        right = f"rate({form[1]} {form[2]}{'' if form[3] else 's'})"
        raise ScenarioError(
            f"{expression} must be {right}: a rule wants the singular for 1 only ({RULES})."
        )


def _at(content: str) -> Schedule:
    try:
        if not re.fullmatch(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", content
        ):
            raise ValueError
        return At(datetime.fromisoformat(content).replace(tzinfo=UTC))
    except ValueError:
        raise ScenarioError(
            f"at({content}) is no moment: write at(yyyy-mm-ddThh:mm:ss), as in at(2026-01-01T09:30:00) ({SCHEDULER})."
        ) from None


@dataclass(frozen=True)
class _Field:
    """One of the six fields: its range, the names of its values, and its wildcards beside `,`, `-` and `*`."""

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
        return ScenarioError(
            f"cron: {self.name} is {text!r}, but {self.first} to {self.last}{names} with {signs} is allowed ({RULES})."
        )

    def value(self, text: str) -> int:
        """The number that a digit or a name stands for."""
        number = (
            self.first + self.names.index(text.upper())
            if text.upper() in self.names
            else -1
        )
        number = int(text) if re.fullmatch(r"[0-9]{1,4}", text) else number
        if not self.first <= number <= self.last:
            raise self.refusal(text)
        return number

    def values(self, part: str) -> frozenset[int]:
        """The numbers that a part between commas stands for."""
        form = re.fullmatch(r"(\*|(\w+)(?:-(\w+))?)(?:/([1-9][0-9]*))?", part)
        if form is None or (form[4] and "/" not in self.wildcards):
            raise self.refusal(part)
        first = self.first if form[1] == "*" else self.value(form[2])
        open_ended = form[1] == "*" or (form[4] and not form[3])
        last = self.last if open_ended else self.value(form[3] or form[2])
        if last < first and not self.goes_round:
            raise self.refusal(part)
        size = self.last - self.first + 1
        if (
            last < first
        ):  # AWS does not say what SAT-THU means; rules in public use go on past the end
            last += size
        steps = range(first, last + 1, int(form[4] or 1))
        return frozenset((number - self.first) % size + self.first for number in steps)

    def all_values(self, text: str) -> frozenset[int]:
        """The numbers that the whole field stands for."""
        return frozenset().union(*map(self.values, text.split(",")))


_MONTHS = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_YEARS = facts.fact("schedule.year")
_MINUTES, _HOURS = _Field("minutes", 0, 59), _Field("hours", 0, 23)
_DAY_OF_MONTH = _Field("day-of-month", 1, 31, wildcards="?/LW")
_MONTH, _DAY_OF_WEEK = (
    _Field("month", 1, 12, _MONTHS),
    _Field("day-of-week", 1, 7, _DAYS, "?L#"),
)
_YEAR = _Field(
    "year", int(_YEARS.minimum or 0), int(_YEARS.maximum or 0), goes_round=False
)


def _cron(content: str) -> Schedule:
    fields = content.split()
    if len(fields) != 6:
        raise ScenarioError(
            f"cron({content}) has {len(fields)} fields, but needs six: minutes hours day-of-month month day-of-week "
            f"year ({RULES})."
        )
    minutes, hours, of_month, month, of_week, year = fields
    if (of_month == "?") == (of_week == "?"):
        raise ScenarioError(
            f"cron({content}) needs ? as its day-of-month or as its day-of-week, and a value as the other ({RULES})."
        )
    times = [
        h * 3600 + m * 60
        for h in _HOURS.all_values(hours)
        for m in _MINUTES.all_values(minutes)
    ]
    days = (
        _week_rules(of_week)
        if of_month == "?"
        else [_month_rule(part) for part in of_month.split(",")]
    )
    return Cron(
        tuple(sorted(times)),
        _MONTH.all_values(month),
        _YEAR.all_values(year),
        tuple(days),
    )


def _month_rule(part: str) -> DayRule:
    if part == "L":
        return lambda day: day.day == _length(day)
    if part.endswith("W"):
        number = _DAY_OF_MONTH.value(part[:-1])
        return lambda day: day.day == _nearest_weekday(day, number)
    values = _DAY_OF_MONTH.values(part)
    return lambda day: day.day in values


def _week_rules(text: str) -> list[DayRule]:
    if "#" in text and "," in text:  # AWS takes this for two expressions
        raise ScenarioError(
            f"cron: day-of-week is {text!r}, but # must stand alone, without a comma ({RULES})."
        )
    return [_week_rule(part) for part in text.split(",")]


def _week_rule(part: str) -> DayRule:
    if part == "L":  # the last day of the week
        return lambda day: _weekday(day) == _DAY_OF_WEEK.last
    if nth := re.fullmatch(r"(\w+)#([1-5])", part):
        weekday, number = _DAY_OF_WEEK.value(nth[1]), int(nth[2])
        return lambda day: _weekday(day) == weekday and (day.day + 6) // 7 == number
    if last := re.fullmatch(r"(\w+)L", part):
        weekday = _DAY_OF_WEEK.value(last[1])
        return lambda day: _weekday(day) == weekday and day.day > _length(day) - 7
    values = _DAY_OF_WEEK.values(part)
    return lambda day: _weekday(day) in values


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1  # SUN is 1


def _nearest_weekday(month: date, number: int) -> int | None:
    if number > _length(month):
        return None
    weekday = _weekday(month.replace(day=number))
    if weekday == 7:  # back to Friday, or on to Monday: never into another month
        return number - 1 if number > 1 else number + 2
    if weekday == 1:
        return number + 1 if number < _length(month) else number - 2
    return number
