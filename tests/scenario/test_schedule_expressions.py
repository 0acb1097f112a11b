"""Schedules: AWS's examples worked out by hand, what AWS refuses, and laws of their instants."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.scenario import schedule_expressions
from tests.support.rows import holds_for_each

YEAR = 365 * 24 * 3600
FOUR_YEARS = 4 * YEAR + 24 * 3600


def moments(expression: str, seconds: int = YEAR) -> list[datetime]:
    """When it fires, as dates."""
    return [
        schedule_expressions.epoch() + timedelta(seconds=s)
        for s in schedule_expressions.instants(expression, seconds).tolist()
    ]


def written(
    expression: str, count: int, seconds: int = FOUR_YEARS
) -> list[str]:
    """The first so many moments, as `01-31 10:00`."""
    return [
        f"{moment:%m-%d %H:%M}"
        for moment in moments(expression, seconds)[:count]
    ]


def test_the_scenario_begins_at_midnight_of_a_thursday():
    assert schedule_expressions.epoch() == datetime(2026, 1, 1, tzinfo=UTC)
    assert schedule_expressions.epoch().strftime("%A") == "Thursday"


# Worked out with a calendar of 2026: January begins on a Thursday, February and March on a Sunday
BY_HAND = {
    "cron(0 10 * * ? *)": ["01-01 10:00", "01-02 10:00", "01-03 10:00"],
    "cron(15 12 * * ? *)": ["01-01 12:15", "01-02 12:15"],
    "cron(0 18 ? * MON-FRI *)": [
        "01-01 18:00",
        "01-02 18:00",
        "01-05 18:00",
        "01-06 18:00",
    ],
    "cron(0 8 1 * ? *)": ["01-01 08:00", "02-01 08:00", "03-01 08:00"],
    "cron(0/15 * * * ? *)": [
        "01-01 00:00",
        "01-01 00:15",
        "01-01 00:30",
        "01-01 00:45",
        "01-01 01:00",
    ],
    "cron(1/10 3 * * ? *)": [
        "01-01 03:01",
        "01-01 03:11",
        "01-01 03:21",
        "01-01 03:31",
        "01-01 03:41",
        "01-01 03:51",
    ],
    "cron(0/10 * ? * MON-FRI *)": ["01-01 00:00", "01-01 00:10"],
    "cron(0/30 20-2 ? * MON-FRI *)": [
        "01-01 00:00",
        "01-01 00:30",
        "01-01 01:00",
        "01-01 01:30",
        "01-01 02:00",
    ],
    "cron(0 22-1 * * ? *)": [
        "01-01 00:00",
        "01-01 01:00",
        "01-01 22:00",
        "01-01 23:00",
        "01-02 00:00",
    ],
    "cron(30 23 ? * SAT-THU *)": ["01-01 23:30", "01-03 23:30", "01-04 23:30"],
    "cron(15 10 ? * 6L 2026-2027)": [
        "01-30 10:15",
        "02-27 10:15",
        "03-27 10:15",
        "04-24 10:15",
    ],
    "cron(0 9 ? * 7L *)": [
        "01-31 09:00",
        "02-28 09:00",
        "03-28 09:00",
        "04-25 09:00",
    ],
    "cron(0 9 ? * 2#1 *)": [
        "01-05 09:00",
        "02-02 09:00",
        "03-02 09:00",
        "04-06 09:00",
    ],
    "cron(0 9 ? * 3#2 *)": ["01-13 09:00", "02-10 09:00", "03-10 09:00"],
    "cron(0 9 ? * sun#5 *)": [
        "03-29 09:00",
        "05-31 09:00",
        "08-30 09:00",
        "11-29 09:00",
    ],
    "cron(0 0 L * ? *)": [
        "01-31 00:00",
        "02-28 00:00",
        "03-31 00:00",
        "04-30 00:00",
    ],
    "cron(0 0 ? * L *)": ["01-03 00:00", "01-10 00:00"],
    "cron(0 8 15W * ? *)": [
        "01-15 08:00",
        "02-16 08:00",
        "03-16 08:00",
        "04-15 08:00",
        "05-15 08:00",
        "06-15 08:00",
    ],
    "cron(0 8 3W * ? *)": ["01-02 08:00", "02-03 08:00", "03-03 08:00"],
    "cron(0 8 1W 2,8 ? *)": ["02-02 08:00", "08-03 08:00"],
    "cron(0 8 31W * ? *)": [
        "01-30 08:00",
        "03-31 08:00",
        "05-29 08:00",
        "07-31 08:00",
    ],
    "cron(0 12 1,L JAN,FEB,MAR ? *)": [
        "01-01 12:00",
        "01-31 12:00",
        "02-01 12:00",
        "02-28 12:00",
        "03-01 12:00",
    ],
    "cron(0 0 1-15/7 11/1 ? *)": [
        "11-01 00:00",
        "11-08 00:00",
        "11-15 00:00",
        "12-01 00:00",
    ],
    "cron(5 4 2 * ? 2027/2)": ["01-02 04:05", "02-02 04:05"],
    "rate(5 minutes)": ["01-01 00:00", "01-01 00:05", "01-01 00:10"],
    "rate(1 hour)": ["01-01 00:00", "01-01 01:00"],
    "rate(7 days)": ["01-01 00:00", "01-08 00:00", "01-15 00:00"],
    "at(2026-02-28T23:59:00)": ["02-28 23:59"],
}


@pytest.mark.parametrize("expression", BY_HAND)
def test_a_schedule_fires_at_the_instants_worked_out_by_hand(expression):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"""
    assert written(expression, len(BY_HAND[expression])) == BY_HAND[expression]


def test_a_year_has_as_many_instants_as_the_calendar_says():
    assert len(moments("cron(* * * * ? *)", 86_400)) == 24 * 60
    assert len(moments("cron(0 18 ? * MON-FRI *)")) == 261
    assert len(moments("cron(0/5 8-17 ? * MON-FRI *)")) == 261 * 120
    assert len(moments("cron(0 0 ? * L *)")) == 52
    assert len(moments("rate(1 day)")) == 365


def test_a_leap_day_comes_every_fourth_year():
    assert [f"{moment:%Y-%m-%d}" for moment in moments("cron(0 0 29 2 ? *)", 3 * FOUR_YEARS)] == [
        "2028-02-29", "2032-02-29", "2036-02-29",
    ]  # fmt: skip
    assert [
        f"{moment:%d}" for moment in moments("cron(0 0 L 2 ? *)", FOUR_YEARS)
    ] == [
        "28",
        "28",
        "29",
        "28",
    ]
    with pytest.raises(sim.ScenarioError, match="never fires"):
        moments("cron(0 0 30 2 ? *)", FOUR_YEARS)


def test_years_gone_by_bring_nothing_and_the_last_one_ends_it():
    assert moments("cron(0 0 * * ? 1970-2025)") == []
    assert len(moments("cron(0 0 1 1 ? *)", 10**12)) == 2199 - 2026 + 1


def test_an_instant_at_the_end_comes_no_more():
    assert len(moments("rate(1 minute)", 60)) == 1
    assert len(moments("rate(1 minute)", 61)) == 2
    assert (
        moments("at(2026-01-01T00:01:00)", 60)
        == moments("at(2025-12-31T23:59:59)")
        == []
    )
    assert len(moments("at(2026-01-01T00:01:00)", 61)) == 1


REFUSED = {
    "every 5 minutes": "write rate(...), cron(...) or at(...)",
    "rate(5 minutes) ": "write rate(...)",
    "Rate(5 minutes)": "write rate(...)",
    "rate(0 minutes)": "a whole number from 1 on",
    "rate(1.5 hours)": "a whole number from 1 on",
    "rate(30 seconds)": "minutes, hours or days",
    "rate( 5 minutes )": "with no other spaces",
    "rate(5 MINUTES)": "minutes, hours or days",
    "rate(05 minutes)": "a whole number from 1 on",
    "rate(5minutes)": "a whole number from 1 on, and minutes",
    "at(2026-01-01)": "at(yyyy-mm-ddThh:mm:ss)",
    "at(2026-02-29T00:00:00)": "is no moment",
    "at(2026-01-01T00:00:00Z)": "is no moment",
    "cron(0 10 * * *)": "has 5 fields, but needs six",
    "cron(0 0 10 * * ? *)": "has 7 fields",
    "cron(0 10 * * * *)": "needs ? as its day-of-month or as its day-of-week",
    "cron(0 10 ? * ? *)": "needs ?",
    "cron(0 10 1 * MON *)": "needs ?",
    "cron(60 10 * * ? *)": "minutes is '60', but 0 to 59 with , - * / is allowed",
    "cron(0 24 * * ? *)": "hours is '24', but 0 to 23",
    "cron(-1 0 * * ? *)": "minutes is '-1'",
    "cron(? 0 * * ? *)": "minutes is '?'",
    "cron(0,,5 0 * * ? *)": "minutes is ''",
    "cron(*/0 0 * * ? *)": "minutes is '*/0'",
    "cron(/5 0 * * ? *)": "minutes is '/5'",
    "cron(0 0 0 * ? *)": "day-of-month is '0', but 1 to 31 with , - * ? / L W",
    "cron(0 0 32W * ? *)": "day-of-month is '32'",
    "cron(0 0 W * ? *)": "day-of-month is ''",
    "cron(0 0 ?,1 * ? *)": "day-of-month is '?'",
    "cron(0 0 1 13 ? *)": "month is '13', but 1 to 12 or JAN-DEC",
    "cron(0 0 1 MAI ? *)": "month is 'MAI'",
    "cron(0 0 ? * 0 *)": "day-of-week is '0', but 1 to 7 or SUN-SAT with , - * ? L #",
    "cron(0 0 ? * 2/2 *)": "day-of-week is '2/2'",
    "cron(0 0 ? * 2#6 *)": "day-of-week is '2#6'",
    "cron(0 0 ? * 3#1,6#3 *)": "# must stand alone",
    "cron(0 0 1 * ? 1969)": "year is '1969', but 1970 to 2199",
    "cron(0 0 1 * ? 2200)": "year is '2200'",
    "cron(0 0 1 * ? 2027-2026)": "year is '2027-2026'",
}


@pytest.mark.parametrize("expression", REFUSED)
def test_what_aws_would_refuse_is_refused_in_a_sentence_with_its_address(
    expression,
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"""
    with pytest.raises(sim.ScenarioError) as refusal:
        sim.Scheduled(expression=expression)
    sentence = str(refusal.value)
    assert REFUSED[expression] in sentence
    assert sentence.endswith(".html).")
    assert "\n" not in sentence


RULE_AND_SCHEDULER_REFUSE = (
    "cron(0 1 * * * *)",
    "cron(7 20 * * NOT *)",
    "cron(INVALID)",
    "cron(0 dummy ? * MON-FRI *)",
    "cron(71 8 1 * ? *)",
    "rate(10 seconds)",
    "rate(10 years)",
    "rate()",
    "rate(10)",
    "rate(10 minutess)",
    "rate(foo minutes)",
    "rate(-10 minutes)",
    "rate( 10 minutes )",
    " rate(10 minutes)",
)
"""What AWS answered with a ValidationException in 2025, as LocalStack's tests recorded it."""


@holds_for_each({one: one for one in RULE_AND_SCHEDULER_REFUSE})
def test_what_both_services_refused_in_a_recording_is_refused(expression):
    """https://github.com/localstack/localstack/tree/master/tests/aws/services/scheduler"""
    for service in ("rule", "scheduler"):
        with pytest.raises(sim.ScenarioError):
            sim.Scheduled(expression, service=service)


RIGHT_UNITS = {
    "rate(1 minutes)": "rate(1 minute)",
    "rate(1 hours)": "rate(1 hour)",
    "rate(1 days)": "rate(1 day)",
    "rate(5 minute)": "rate(5 minutes)",
    "rate(10 hour)": "rate(10 hours)",
    "rate(10 day)": "rate(10 days)",
}


@holds_for_each({one: one for one in RIGHT_UNITS})
def test_a_rule_wants_the_singular_for_one_only(expression):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html"""
    wanted = f"{expression} must be {RIGHT_UNITS[expression]}: a rule wants the singular"
    with pytest.raises(sim.ScenarioError, match=re.escape(wanted)):
        sim.Scheduled(expression=expression, service="rule")


@holds_for_each({one: one for one in RIGHT_UNITS})
def test_scheduler_takes_the_singular_and_the_plural(expression):
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""
    right = RIGHT_UNITS[expression]
    assert sim.Scheduled(expression).expression == expression
    assert moments(expression, 3 * 24 * 3600) == moments(right, 3 * 24 * 3600)


def scheduled_into(kind, expression):
    return sim.Scenario(
        functions=[sim.Function("job")],
        triggers=[sim.trigger(kind, "job")],
        traffic=[sim.Traffic(into=kind, arrivals=sim.Scheduled(expression))],
        seconds=60,
    )


@holds_for_each(
    {
        "unit": "rate(5 minute)",
        "moment": "at(2026-01-01T00:00:00)",
    }
)
def test_a_rule_refuses_what_only_scheduler_takes_whoever_says_so(expression):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html"""
    assert scheduled_into("eventbridge_scheduler", expression)
    with pytest.raises(sim.ScenarioError, match=r"a rule (wants|takes)"):
        scheduled_into("eventbridge_schedule_rule", expression)


# Laws


def field(
    first: int, last: int, steps: bool = True
) -> st.SearchStrategy[tuple[str, frozenset[int]]]:
    """A field's text and, worked out apart, its values."""
    number = st.integers(first, last)
    pair = st.tuples(number, number).map(sorted)
    single = number.map(lambda n: (str(n), frozenset([n])))
    between = pair.map(
        lambda p: (f"{p[0]}-{p[1]}", frozenset(range(p[0], p[1] + 1)))
    )
    stepped = st.tuples(number, st.integers(1, 40)).map(
        lambda p: (f"{p[0]}/{p[1]}", frozenset(range(p[0], last + 1, p[1])))
    )
    every = st.just(("*", frozenset(range(first, last + 1))))
    parts = st.lists(
        st.one_of(single, between, *[stepped] * steps), min_size=1, max_size=3
    )
    joined = parts.map(
        lambda some: (
            ",".join(text for text, _ in some),
            frozenset().union(*(v for _, v in some)),
        )
    )
    return every | joined


@pytest.mark.slow
@settings(max_examples=20)
@given(
    field(0, 59),
    field(0, 23),
    field(1, 31),
    field(1, 12),
    st.booleans(),
    field(1, 7, steps=False),
)
def test_a_cron_fires_at_every_minute_that_matches_all_fields_and_at_no_other(
    minute, hour, day, month, by_week, week
):
    days = ("?", week[0]) if by_week else (day[0], "?")
    found = moments(
        f"cron({minute[0]} {hour[0]} {days[0]} {month[0]} {days[1]} *)",
        35 * 86_400,
    )
    assert all(before < after for before, after in pairwise(found))
    all_minutes = (
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
        for n in range(35 * 1440)
    )
    assert found == [
        at
        for at in all_minutes
        if at.minute in minute[1]
        and at.hour in hour[1]
        and at.month in month[1]
        and (
            (at.isoweekday() % 7 + 1) in week[1]
            if by_week
            else at.day in day[1]
        )
    ]


@settings(max_examples=30)
@given(st.integers(1, 31), st.integers(1, 12), st.integers(2026, 2100))
def test_the_nearest_weekday_is_a_weekday_of_the_month_at_most_two_days_away(
    number, month, year
):
    seconds = (date(year + 1, 1, 1) - date(2026, 1, 1)).days * 86_400
    found = moments(f"cron(0 0 {number}W {month} ? {year})", seconds)
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day
    assert len(found) == (number <= last)
    for moment in found:
        assert (moment.year, moment.month) == (year, month)
        assert moment.isoweekday() < 6
        weekday = date(year, month, number).isoweekday()
        assert abs(moment.day - number) <= max(0, weekday - 5) or number in (
            1,
            last,
        )
        assert abs(moment.day - number) <= 2


@pytest.mark.parametrize(
    "expression",
    ["rate(3 hours)", "cron(7 0/5 * * ? *)", "at(2026-01-03T05:00:00)"],
)
def test_a_longer_scenario_begins_with_the_same_instants(expression):
    short, long = (
        schedule_expressions.instants(expression, seconds)
        for seconds in (3 * 86_400, 30 * 86_400)
    )
    assert np.array_equal(long[: len(short)], short)


# In 2026 its clock skips 2 to 3 o'clock on 8 March and repeats 1 to 2 on 1 November.
NEW_YORK = "America/New_York"


def days_in_new_york(expression: str) -> list[str]:
    found = [
        schedule_expressions.epoch() + timedelta(seconds=s)
        for s in schedule_expressions.instants(
            expression, YEAR, NEW_YORK
        ).tolist()
    ]
    return [f"{moment:%m-%d %H:%M}" for moment in found]


def test_a_schedule_follows_the_clock_of_its_time_zone():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    fired = days_in_new_york("cron(0 12 * * ? *)")
    assert [fired[0], fired[65], fired[66], fired[-1]] == [
        "01-01 17:00",
        "03-07 17:00",
        "03-08 16:00",
        "12-31 17:00",
    ]
    assert len(fired) == 365


def test_what_the_clock_skips_in_spring_is_not_run():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    fired = days_in_new_york("cron(30 2 * * ? *)")
    assert len(fired) == 364
    assert not [moment for moment in fired if moment.startswith("03-08")]


def test_what_comes_twice_in_autumn_runs_once():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    fired = days_in_new_york("cron(30 1 * * ? *)")
    assert [moment for moment in fired if moment.startswith("11-01")] == [
        "11-01 05:30"
    ]


def test_a_moment_is_one_of_the_time_zone_and_a_rate_knows_none():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    assert days_in_new_york("at(2026-07-04T09:30:00)") == ["07-04 13:30"]
    assert days_in_new_york("rate(100 days)")[:2] == [
        "01-01 00:00",
        "04-11 00:00",
    ]


@pytest.mark.parametrize(
    "zone", ["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"]
)
def test_a_scenario_begins_within_a_day_of_any_time_zone(zone):
    fired = schedule_expressions.instants("cron(0 0 * * ? *)", 3 * 86_400, zone)
    assert len(fired) == 3
    assert 0 <= fired[0] < 86_400
