"""When AWS's schedule expressions fire: rate(...), cron(...) with its six fields, and at(...)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sim import facts
from sim.scenario import cron_fields
from sim.scenario.cron_days import DayRule, day_rules
from sim.scenario.cron_fields import RULES
from sim.scenario.errors import ScenarioError

Seconds = NDArray[np.int64]
"""Whole seconds from the start of the scenario."""

SCHEDULER = (
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
)
RATES = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html"
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True)
class Rate:
    """Every so many seconds; the first time at once, as AWS does without a start date."""

    every: int

    def between(self, first: int, last: int) -> Seconds:
        """When it fires from `first` on and before `last`."""
        return np.arange(max(0, first), last, self.every, dtype=np.int64)


@dataclass(frozen=True)
class At:
    """Once."""

    moment: datetime

    def between(self, first: int, last: int) -> Seconds:
        """When it fires from `first` on and before `last`."""
        second = _second_of(self.moment)
        return np.array([second] if first <= second < last else [], np.int64)


@dataclass(frozen=True)
class Cron:
    """At some times, in seconds of a day, of those days that fit."""

    times: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    days: tuple[DayRule, ...]

    def between(self, first: int, last: int) -> Seconds:
        """When it fires from `first` on and before `last`."""
        midnight = epoch().replace(hour=0, minute=0, second=0)
        # how late in its first day the scenario begins
        start = -_second_of(midnight)
        first_day = (start + first) // DAY
        last_day = min((start + last) // DAY, self._last_day(midnight.date()))
        days = range(first_day, last_day + 1)
        dates = {day: midnight.date() + timedelta(day) for day in days}
        fitting = [day for day, of in dates.items() if self.fires_on(of)]
        midnights = np.array(fitting, np.int64)[:, None] * DAY - start
        found = (midnights + np.array(self.times, np.int64)).ravel()
        return found[(found >= first) & (found < last)]

    def _last_day(self, first: date) -> int:
        """The number of the last day on which it can fire, counted from a first one."""
        last = date(max(self.years), 12, 31)
        return (last - first).days

    def ever_fires(self) -> bool:
        """Whether there is any day on which it fires."""
        days = (
            date(year, month, day)
            for year in sorted(self.years)
            for month in sorted(self.months)
            for day in range(1, monthrange(year, month)[1] + 1)
        )
        return any(rule(day) for day in days for rule in self.days)

    def fires_on(self, day: date) -> bool:
        """Whether it fires on this day at all."""
        if day.year not in self.years or day.month not in self.months:
            return False
        return any(rule(day) for rule in self.days)


Schedule = Rate | At | Cron


def epoch() -> datetime:
    """The moment at which every scenario starts."""
    return datetime.fromtimestamp(facts.fact("record.epoch").value, UTC)


def _second_of(moment: datetime) -> int:
    return round((moment - epoch()).total_seconds())


def instants(expression: str, seconds: int, timezone: str = "UTC") -> Seconds:
    """When a schedule fires in the first so many seconds; rates know no time zone.

    What falls into the hour that a clock skips in spring is left out; the hour that comes twice in
    autumn counts once. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    schedule = parsed(expression)
    if timezone == "UTC" or isinstance(schedule, Rate):
        return schedule.between(0, seconds)
    shown = schedule.between(-DAY, seconds + DAY)
    found = _in_utc(shown, ZoneInfo(timezone))
    return found[(found >= 0) & (found < seconds)]


def _in_utc(shown: Seconds, zone: ZoneInfo) -> Seconds:
    """What a zone's clock shows, in UTC; without what the clock never shows."""
    found = []
    for second in shown.tolist():
        local = (epoch() + timedelta(seconds=second)).replace(tzinfo=zone)
        moment = local.astimezone(UTC)
        if moment.astimezone(zone).replace(fold=0) == local:
            found.append(_second_of(moment))
    return np.array(found, np.int64)


@cache
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


_UNITS = {"minute": MINUTE, "hour": HOUR, "day": DAY}


def _rate(content: str) -> Schedule:
    form = re.fullmatch(r"([1-9][0-9]*)\s+(minute|hour|day)(s?)", content)
    if form is None:
        raise ScenarioError(
            f"rate({content}) needs a whole number from 1 on, and minutes, hours or days: "
            f"rate(5 minutes), with no other spaces ({RATES})."
        )
    longest = facts.fact("bound.seconds").value
    # a number of very many digits is not even read
    digits = len(str(longest))
    every = int(form[1][: digits + 1]) * _UNITS[form[2]]
    if every > longest:
        raise ScenarioError(
            f"rate({content}) is longer than a hundred years ({RATES})."
        )
    return Rate(every)


_RATE_WITH_UNIT = re.compile(
    r"rate\((?P<number>[0-9]+)\s+(?P<unit>[a-z]+?)(?P<plural>s?)\)"
)


def problem_of_unit(expression: str) -> str | None:
    """What a rule refuses in a rate's unit, such as `rate(5 minute)`; Scheduler takes either.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html
    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    """
    form = _RATE_WITH_UNIT.fullmatch(expression)
    if form is None:
        return None
    number, unit = form["number"], form["unit"]
    is_plural = form["plural"] == "s"
    if (number == "1") != is_plural:
        return None
    right_unit = unit if is_plural else f"{unit}s"
    right = f"rate({number} {right_unit})"
    return f"{expression} must be {right}: a rule wants the singular for 1 only ({RATES})."


def _at(content: str) -> Schedule:
    try:
        moment = datetime.strptime(content, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        moment = None
    if moment is None or moment.isoformat() != content:
        raise ScenarioError(
            f"at({content}) is no moment: write at(yyyy-mm-ddThh:mm:ss), as in "
            f"at(2026-01-01T09:30:00) ({SCHEDULER})."
        )
    return At(moment.replace(tzinfo=UTC))


class _CronFields(NamedTuple):
    """The fields as they are written."""

    minutes: str
    hours: str
    day_of_month: str
    month: str
    day_of_week: str
    year: str


def _cron(content: str) -> Schedule:
    words = content.split()
    if len(words) != len(_CronFields._fields):
        raise ScenarioError(
            f"cron({content}) has {len(words)} fields, but needs six: minutes hours "
            f"day-of-month month day-of-week year ({RULES})."
        )
    fields = _CronFields(*words)
    if (fields.day_of_month == "?") == (fields.day_of_week == "?"):
        raise ScenarioError(
            f"cron({content}) needs ? as its day-of-month or as its day-of-week, and a value "
            f"as the other ({RULES})."
        )
    times = [
        hour * HOUR + minute * MINUTE
        for hour in cron_fields.HOURS.all_values(fields.hours)
        for minute in cron_fields.MINUTES.all_values(fields.minutes)
    ]
    schedule = Cron(
        times=tuple(sorted(times)),
        months=cron_fields.MONTH.all_values(fields.month),
        years=cron_fields.YEAR.all_values(fields.year),
        days=tuple(day_rules(fields.day_of_month, fields.day_of_week)),
    )
    if not schedule.ever_fires():
        raise ScenarioError(
            f"cron({content}) never fires: no day of those months and years fits ({RULES})."
        )
    return schedule
