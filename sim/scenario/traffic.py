"""Who sends events, when, and how often a caller tries."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim import facts
from sim.scenario import schedule_expressions
from sim.scenario.caller import Caller
from sim.scenario.errors import ScenarioError
from sim.scenario.settings import Named, Settings, described, setting


class ConstantRate(Settings):
    """One event after another at equal distances."""

    unnamed = ("per_second",)

    kind: Literal["constant"] = described("Which arrivals.", "constant", repr=False)
    per_second: float = setting("Arrivals.per_second")
    events: int | None = setting("Arrivals.events")


class Poisson(Settings):
    """Independent events at this mean rate: the gaps are exponential."""

    unnamed = ("per_second",)

    kind: Literal["poisson"] = described("Which arrivals.", "poisson", repr=False)
    per_second: float = setting("Arrivals.per_second")
    events: int | None = setting("Arrivals.events")


class Ramp(Settings):
    """Independent events at a rate that grows, or falls, in a straight line over `over` seconds and then stays."""

    kind: Literal["ramp"] = described("Which arrivals.", "ramp", repr=False)
    per_second: float = setting("Ramp.per_second")
    to_per_second: float = setting("Ramp.to_per_second")
    over: float = setting("Ramp.over")
    events: int | None = setting("Arrivals.events")

    @model_validator(mode="after")
    def _comes_to_something(self) -> Ramp:
        if self.per_second == self.to_per_second == 0:
            raise ScenarioError("Ramp: from 0 to 0 events/s no event would ever come.")
        return self


class Daily(Settings):
    """Independent events at a rate that swings around its mean once a day; the scenario's second 0 is midnight, UTC."""

    kind: Literal["daily"] = described("Which arrivals.", "daily", repr=False)
    per_second: float = setting("Arrivals.per_second")
    peak_factor: float = setting("Daily.peak_factor")
    peak_hour: float = setting("Daily.peak_hour")
    events: int | None = setting("Arrivals.events")


class Burst(Settings):
    """Many events at once, or evenly spread over `within` seconds from `at` on; `times` bursts, one each `every`."""

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
    """An event whenever a schedule says so: `rate(5 minutes)`, `cron(0 10 * * ? *)` or `at(2026-01-01T09:30:00)`.

    A scenario's second 0 is 2026-01-01T00:00:00 in UTC, a Thursday. A rule fires at the minute,
    Scheduler at a drawn moment of the 60 seconds, or of the flexible time window, that begin then.
    A duplicate has the number `n` of its event.
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """

    unnamed = ("expression",)

    kind: Literal["scheduled"] = described("Which arrivals.", "scheduled", repr=False)
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
        return (
            int(facts.fact("scheduler.precision").value)
            if self.service == "scheduler"
            else 0
        )

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> Scheduled:
        once = isinstance(
            schedule_expressions.parsed(self.expression), schedule_expressions.At
        )
        if self.service == "rule":
            schedule_expressions.check_unit(self.expression)
        zone = self.schedule_expression_timezone
        if zone not in _timezones():
            raise ScenarioError(
                f"Scheduled: {zone!r} is no time zone of the IANA database ({schedule_expressions.SCHEDULER})."
            )
        for refused, what in (
            (once, self.expression),
            (self.flexible_time_window_minutes is not None, "flexible time window"),
            (zone != "UTC", "time zone"),
        ):
            if self.service == "rule" and refused:
                raise ScenarioError(
                    f"Scheduled: a rule takes no {what}, Scheduler does ({schedule_expressions.SCHEDULER})."
                )
        return self


class Recorded(Settings):
    """Events at written-down instants, in seconds from the start, in order."""

    unnamed = ("instants",)

    kind: Literal["recorded"] = described("Which arrivals.", "recorded", repr=False)
    instants: tuple[Annotated[float, setting("Duration.seconds", default=...)], ...] = (
        described("The instants, in seconds.")
    )
    keys: tuple[int, ...] | None = described(
        "The number of each event's key, from 0 on.", None
    )

    @model_validator(mode="after")
    def _one_key_each(self) -> Recorded:
        if self.keys is not None and (
            len(self.keys) != len(self.instants) or min(self.keys, default=0) < 0
        ):
            raise ScenarioError(
                f"Recorded: keys must be a number from 0 on for each of the {len(self.instants)} instants."
            )
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Recorded:
        for before, after in zip(self.instants, self.instants[1:], strict=False):
            if after < before:
                raise ScenarioError(
                    f"Recorded: instants must be in order, but {after} s follows {before} s."
                )
        return self


Arrivals = Annotated[
    ConstantRate | Poisson | Ramp | Daily | Burst | Scheduled | Recorded,
    Field(discriminator="kind"),
]


class Keys(Settings):
    """Keys of events, such as the customer or the device: `count` of them, all alike or, by Zipf, few of them hot.

    With "zipf" key number k, from 0 on, is chosen in proportion to 1 / (k + 1) ** exponent.
    """

    unnamed = ("count",)

    count: int = setting("Keys.count")
    distribution: Literal["uniform", "zipf"] = described(
        "How often each key is chosen.", "uniform"
    )
    exponent: float = setting("Keys.exponent")


class Traffic(Named):
    """Events that enter the scenario at `into`: a topic, queue or bucket, or a trigger that is called directly."""

    unnamed = ("into", "arrivals")

    name: str = described(
        "The traffic's name, part of each event's identity; by default that of `into`.",
        "",
    )
    into: str = described("The entry point: the name of a source or of a trigger.")
    arrivals: Arrivals = described("When the events come.")
    caller: Caller = described(
        "Who waits, where somebody waits.", default_factory=Caller
    )
    keys: Keys | None = described(
        "The keys of its events; recorded events may bring their own.", None
    )
    payload_kb: float = setting("Traffic.payload_kb")
    message_group_id: Literal["key"] | None = described(
        "The message group of its messages in a standard queue, which makes it fair; in a FIFO queue it is the key.",
        None,
    )
    delay_seconds: int | None = setting("Traffic.delay_seconds")
    body: Literal["JSON", "plain text"] = described(
        "What the body of its messages is.", "JSON"
    )

    @model_validator(mode="before")
    @classmethod
    def _named_after_its_entry(cls, values: Any) -> Any:
        return (
            {"name": values["into"], **values}
            if isinstance(values, dict) and "into" in values
            else values
        )

    @model_validator(mode="after")
    def _one_kind_of_keys(self) -> Traffic:
        if (
            self.keys is not None
            and isinstance(self.arrivals, Recorded)
            and self.arrivals.keys is not None
        ):
            raise ScenarioError(
                f"Traffic {self.name!r}: its recorded events bring their own keys; leave out keys."
            )
        return self
