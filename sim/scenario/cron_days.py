"""The days on which a cron expression fires, by its day-of-month or by its day-of-week."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date

from sim.scenario.cron_fields import DAY_OF_MONTH, DAY_OF_WEEK, RULES
from sim.scenario.errors import ScenarioError

DayRule = Callable[[date], bool]
"""Whether a day fits."""

SUNDAY, SATURDAY = 1, 7


def day_rules(of_month: str, of_week: str) -> list[DayRule]:
    """The rules of two fields, of which one is `?`; a day must fit one of them."""
    if of_month != "?":
        return [_month_rule(part) for part in of_month.split(",")]
    if "#" in of_week and "," in of_week:  # AWS takes this for two expressions
        raise ScenarioError(
            f"cron: day-of-week is {of_week!r}, but # must stand alone, without a comma "
            f"({RULES})."
        )
    return [_week_rule(part) for part in of_week.split(",")]


def _month_rule(part: str) -> DayRule:
    if part == "L":  # the last day of the month
        return lambda day: day.day == _length(day)
    if part.endswith("W"):  # the weekday nearest to a day
        number = DAY_OF_MONTH.value(part[:-1])
        return lambda day: day.day == _nearest_weekday(day, number)
    values = DAY_OF_MONTH.values(part)
    return lambda day: day.day in values


def _week_rule(part: str) -> DayRule:
    if part == "L":  # the last day of the week
        return lambda day: _weekday(day) == DAY_OF_WEEK.last
    if nth := re.fullmatch(r"(\w+)#([1-5])", part):
        return _nth_in_month(DAY_OF_WEEK.value(nth[1]), int(nth[2]))
    if last := re.fullmatch(r"(\w+)L", part):
        return _last_in_month(DAY_OF_WEEK.value(last[1]))
    values = DAY_OF_WEEK.values(part)
    return lambda day: _weekday(day) in values


def _nth_in_month(weekday: int, number: int) -> DayRule:
    return lambda day: _weekday(day) == weekday and (day.day + 6) // 7 == number


def _last_in_month(weekday: int) -> DayRule:
    return lambda day: _weekday(day) == weekday and day.day > _length(day) - 7


def _length(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _nearest_weekday(month: date, number: int) -> int | None:
    """From a Saturday back to Friday, from a Sunday on to Monday: never into another month."""
    if number > _length(month):
        return None
    weekday = _weekday(month.replace(day=number))
    if weekday == SATURDAY:
        return number - 1 if number > 1 else number + 2
    if weekday == SUNDAY:
        return number + 1 if number < _length(month) else number - 2
    return number
