"""How long something takes: a constant, a distribution by its usual numbers, or measured values."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.errors import ScenarioError
from sim.scenario.settings import Settings, described, setting


class Constant(Settings):
    """Always the same number of seconds."""

    unnamed = ("seconds",)

    kind: Literal["constant"] = described(
        "Which distribution.", "constant", repr=False
    )
    seconds: float = setting("Duration.seconds", default=...)


class Uniform(Settings):
    """Any time between two bounds, in seconds, all equally likely."""

    unnamed = ("low", "high")

    kind: Literal["uniform"] = described(
        "Which distribution.", "uniform", repr=False
    )
    low: float = setting("Duration.seconds", default=...)
    high: float = setting("Duration.seconds", default=...)

    @model_validator(mode="after")
    def _in_order(self) -> Uniform:
        if self.high < self.low:
            raise ScenarioError(
                f"Uniform: high is {self.high} s, but must be at least low, {self.low} s."
            )
        return self


class Exponential(Settings):
    """Exponentially distributed times with this mean, in seconds."""

    unnamed = ("mean",)

    kind: Literal["exponential"] = described(
        "Which distribution.", "exponential", repr=False
    )
    mean: float = setting("Duration.seconds", default=...)


class LogNormal(Settings):
    """Log-normal times by their median and 99th percentile, as dashboards show them, in seconds."""

    kind: Literal["lognormal"] = described(
        "Which distribution.", "lognormal", repr=False
    )
    median: float = setting("Duration.positive_seconds", default=...)
    p99: float = setting("Duration.positive_seconds", default=...)

    @model_validator(mode="after")
    def _in_order(self) -> LogNormal:
        if self.p99 < self.median:
            least = f"a 99th percentile is at least the median, {self.median} s"
            raise ScenarioError(f"LogNormal: p99 is {self.p99} s, but {least}.")
        return self


class Quantiles(Settings):
    """Times by four measured quantiles, in seconds: a tenth take at most `p10`, half at most `p50`.

    Between two of them, and beyond the first and the last, the logarithm of the time grows in a
    straight line (a choice), so that no time is much longer than `p99`.
    """

    kind: Literal["quantiles"] = described(
        "Which distribution.", "quantiles", repr=False
    )
    p10: float = setting("Duration.positive_seconds", default=...)
    p50: float = setting("Duration.positive_seconds", default=...)
    p90: float = setting("Duration.positive_seconds", default=...)
    p99: float = setting("Duration.positive_seconds", default=...)

    @model_validator(mode="after")
    def _in_order(self) -> Quantiles:
        names = ("p10", "p50", "p90", "p99")
        for lower, higher in pairwise(names):
            least, time = getattr(self, lower), getattr(self, higher)
            if time < least:
                raise ScenarioError(
                    f"Quantiles: {higher} is {time} s, but must be at least {lower}, {least} s."
                )
        return self


class Empirical(Settings):
    """Measured times in seconds; each is drawn with the same probability."""

    unnamed = ("seconds",)

    kind: Literal["empirical"] = described(
        "Which distribution.", "empirical", repr=False
    )
    seconds: tuple[
        Annotated[float, setting("Duration.seconds", default=...)], ...
    ] = described("The measured times, in seconds.", min_length=1)


def _constant(value: Any) -> Any:
    """A number means that it always takes so many seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    try:
        return Constant(seconds=value)
    except ScenarioError as error:
        raise ValueError(str(error).removeprefix("Constant: ")) from None


Duration = Annotated[
    Constant | Uniform | Exponential | LogNormal | Quantiles | Empirical,
    Field(discriminator="kind"),
    BeforeValidator(_constant),
]
