"""When events come: at a rate, at once, by a schedule, or as they were recorded."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, model_validator

from sim import facts
from sim.scenario.bodies import Body
from sim.scenario.errors import ScenarioError
from sim.scenario.recorded_instants import seconds_of
from sim.scenario.schedule_expressions import (
    SCHEDULER,
    At,
    parsed,
    problem_of_unit,
)
from sim.scenario.settings import Settings, described, setting


class ConstantRate(Settings):
    """One event after another at equal distances."""

    unnamed = ("per_second",)

    kind: Literal["constant"] = described(
        "Which arrivals.", "constant", repr=False
    )
    per_second: float = setting("Arrivals.per_second")
    events: int | None = setting("Arrivals.events")


class Poisson(Settings):
    """Independent events at this mean rate: the gaps are exponential."""

    unnamed = ("per_second",)

    kind: Literal["poisson"] = described(
        "Which arrivals.", "poisson", repr=False
    )
    per_second: float = setting("Arrivals.per_second")
    events: int | None = setting("Arrivals.events")


class Ramp(Settings):
    """Independent events at a rate that changes in a straight line.

    After `over` seconds it stays what it is then.
    """

    kind: Literal["ramp"] = described("Which arrivals.", "ramp", repr=False)
    per_second: float = setting("Ramp.per_second")
    to_per_second: float = setting("Ramp.to_per_second")
    over: float = setting("Ramp.over")
    events: int | None = setting("Arrivals.events")

    @model_validator(mode="after")
    def _comes_to_something(self) -> Ramp:
        if self.per_second == self.to_per_second == 0:
            raise ScenarioError(
                "Ramp: from 0 to 0 events/s no event would ever come."
            )
        return self


class Daily(Settings):
    """Independent events at a rate that swings around its mean once a day.

    The scenario's second 0 is midnight, UTC.
    """

    kind: Literal["daily"] = described("Which arrivals.", "daily", repr=False)
    per_second: float = setting("Arrivals.per_second")
    peak_factor: float = setting("Daily.peak_factor")
    peak_hour: float = setting("Daily.peak_hour")
    events: int | None = setting("Arrivals.events")


class Burst(Settings):
    """Many events at once, or evenly spread over `within` seconds, from `at` on.

    There are `times` bursts, one each `every` seconds.
    """

    unnamed = ("events",)

    kind: Literal["burst"] = described("Which arrivals.", "burst", repr=False)
    events: int = setting("Burst.events")
    at: float = setting("Burst.at")
    within: float = setting("Burst.within")
    times: int = setting("Burst.times")
    every: float = setting("Burst.every")


@cache
def _timezones() -> set[str]:
    """The time zones' names, read from many files: once."""
    return zoneinfo.available_timezones()


class Scheduled(Settings):
    """An event whenever a schedule says so.

    Such as `rate(5 minutes)`, `cron(0 10 * * ? *)` or `at(2026-01-01T09:30:00)`. A scenario's
    second 0 is 2026-01-01T00:00:00 in UTC, a Thursday. A rule fires at the minute, Scheduler at a
    drawn moment of the 60 seconds, or of the flexible time window, that begin then. A duplicate has
    the number `n` of its event.
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """

    unnamed = ("expression",)

    kind: Literal["scheduled"] = described(
        "Which arrivals.", "scheduled", repr=False
    )
    expression: str = described(
        "The schedule expression: rate(...), cron(...) or at(...)."
    )
    service: Literal["scheduler", "rule"] = described(
        "What keeps the time: EventBridge Scheduler, or a scheduled rule of EventBridge.",
        "scheduler",
    )
    schedule_expression_timezone: str = described(
        "The time zone of Scheduler's clock, such as Europe/Paris.", "UTC"
    )
    flexible_time_window_minutes: int | None = setting(
        "Scheduled.flexible_time_window_minutes"
    )
    duplicate_share: float = setting("Scheduled.duplicate_share")

    @property
    def window(self) -> int:
        """How many seconds after the scheduled moment it may fire."""
        if self.flexible_time_window_minutes is not None:
            return self.flexible_time_window_minutes * 60
        if self.service == "rule":
            return 0
        return int(facts.fact("scheduler.precision").value)

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> Scheduled:
        for problem in self._problems():
            raise ScenarioError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        zone = self.schedule_expression_timezone
        parsed(self.expression)
        if zone not in _timezones():
            yield f"Scheduled: {zone!r} is no time zone of the IANA database ({SCHEDULER})."
        if self.service == "rule":
            yield from self.problems_of_rule()

    def problems_of_rule(self) -> Iterator[str]:
        """What a scheduled rule of EventBridge refuses, though Scheduler takes it."""
        problem = problem_of_unit(self.expression)
        if problem is not None:
            yield problem
        only_scheduler = {
            self.expression: isinstance(parsed(self.expression), At),
            "flexible time window": self.flexible_time_window_minutes
            is not None,
            "time zone": self.schedule_expression_timezone != "UTC",
        }
        for what, given in only_scheduler.items():
            if given:
                yield f"Scheduled: a rule takes no {what}, Scheduler does ({SCHEDULER})."


Ending = Literal["succeeds", "fails on its first try", "always fails"]
ENDINGS = get_args(Ending)


def _is_ending(outcome: object) -> bool:
    if outcome is None or outcome in ENDINGS:
        return True
    return type(outcome) is int and outcome >= 0


class Recorded(Settings):
    """Events at written-down instants, in seconds from the start, in order.

    Instants may be Unix epoch seconds or milliseconds, ISO 8601 times (UTC unless they say) or
    `datetime`s: they count from the first of them. Each event may bring what was seen of it: its
    key, its body, how long the handler worked, and how its tries ended. What is None is drawn.
    """

    unnamed = ("instants",)

    kind: Literal["recorded"] = described(
        "Which arrivals.", "recorded", repr=False
    )
    instants: tuple[
        Annotated[float, setting("Duration.seconds", default=...)], ...
    ] = described("The instants, in seconds.")
    keys: tuple[int, ...] | None = described(
        "The number of each event's key, from 0 on.", None
    )
    bodies: tuple[Body | None, ...] | None = described(
        "The body of each event, in JSON.", None
    )
    work_seconds: (
        tuple[
            Annotated[float, setting("Duration.seconds", default=...)] | None,
            ...,
        ]
        | None
    ) = described("How long the handler works on each event.", None)
    outcomes: tuple[Ending | int | None, ...] | None = described(
        "How the handler's tries of each event end: the number of those that fail, "
        "or 'succeeds', 'fails on its first try', 'always fails'.",
        None,
    )

    @model_validator(mode="before")
    @classmethod
    def _in_seconds_from_the_first(cls, values: Any) -> Any:
        if not isinstance(values, dict) or "instants" not in values:
            return values
        return {**values, "instants": seconds_of(values["instants"])}

    @model_validator(mode="before")
    @classmethod
    def _known_endings(cls, values: Any) -> Any:
        given = values.get("outcomes") if isinstance(values, dict) else None
        for outcome in given if isinstance(given, (list, tuple)) else ():
            if not _is_ending(outcome):
                words = ", ".join(map(repr, ENDINGS))
                raise ScenarioError(
                    f"Recorded: an outcome is {outcome!r}, but {words}, the number of tries that "
                    "fail, or None is allowed."
                )
        return values

    @model_validator(mode="after")
    def _one_each(self) -> Recorded:
        count = len(self.instants)
        if self.keys is not None and min(self.keys, default=0) < 0:
            needed = f"a number from 0 on for each of the {count} instants"
            raise ScenarioError(f"Recorded: keys must be {needed}.")
        columns = {
            "keys": self.keys,
            "bodies": self.bodies,
            "work_seconds": self.work_seconds,
            "outcomes": self.outcomes,
        }
        for name, column in columns.items():
            if column is not None and len(column) != count:
                what = "a number from 0 on" if name == "keys" else "one"
                needed = f"{what} for each of the {count} instants"
                raise ScenarioError(f"Recorded: {name} must be {needed}.")
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Recorded:
        for before, after in pairwise(self.instants):
            if after < before:
                what = f"{after} s follows {before} s"
                raise ScenarioError(
                    f"Recorded: instants must be in order, but {what}."
                )
        return self


Arrivals = Annotated[
    ConstantRate | Poisson | Ramp | Daily | Burst | Scheduled | Recorded,
    Field(discriminator="kind"),
]
