"""Who sends events, when, and how often a caller tries."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.caller import Caller
from sim.setting import Named, ScenarioError, Settings, described, setting


class ConstantRate(Settings):
    """One event after another at equal distances."""

    kind: Literal["constant"] = described("Which arrivals.", "constant", repr=False)
    per_second: float = setting("Arrivals.per_second")
    events: int | None = setting("Arrivals.events")


class Poisson(Settings):
    """Independent events at this mean rate: the gaps are exponential."""

    kind: Literal["poisson"] = described("Which arrivals.", "poisson", repr=False)
    per_second: float = setting("Arrivals.per_second")
    events: int | None = setting("Arrivals.events")


class Burst(Settings):
    """Many events at once, or evenly spread over `within` seconds from `at` on."""

    kind: Literal["burst"] = described("Which arrivals.", "burst", repr=False)
    events: int = setting("Burst.events")
    at: float = setting("Burst.at")
    within: float = setting("Burst.within")


class Recorded(Settings):
    """Events at written-down instants, in seconds from the start, in order."""

    kind: Literal["recorded"] = described("Which arrivals.", "recorded", repr=False)
    instants: tuple[Annotated[float, setting("Duration.seconds", default=...)], ...] = described(
        "The instants, in seconds."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Recorded:
        for before, after in zip(self.instants, self.instants[1:], strict=False):
            if after < before:
                raise ScenarioError(f"Recorded: instants must be in order, but {after} s follows {before} s.")
        return self


Arrivals = Annotated[ConstantRate | Poisson | Burst | Recorded, Field(discriminator="kind")]


class Traffic(Named):
    """Events that enter the scenario at `into`: a topic, queue or bucket, or a trigger that is called directly."""

    name: str = described("The traffic's name, part of each event's identity; by default that of `into`.", "")
    into: str = described("The entry point: the name of a source or of a trigger.")
    arrivals: Arrivals = described("When the events come.")
    caller: Caller = described("Who waits, where somebody waits.", default_factory=Caller)

    @model_validator(mode="before")
    @classmethod
    def _named_after_its_entry(cls, values: Any) -> Any:
        return {"name": values["into"], **values} if isinstance(values, dict) and "into" in values else values
