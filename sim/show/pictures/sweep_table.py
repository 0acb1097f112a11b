"""A sweep's table for pictures: means with their intervals, and what things are called in words."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan
from numbers import Real
from typing import Any

import pandas as pd

from sim.experiments import comparison
from sim.phrases import amount, capitalised, exact, percent, spoken, usd
from sim.scenario.errors import ScenarioError

NAMES = {
    "delivered": "delivered events",
    "told": "events whose caller saw an error",
    "parked": "events in a failure store",
    "lost": "lost events",
    "given_up": "events handled, then given up",
    "filtered": "filtered events",
    "in_flight": "events still under way at the end",
    "p50_s": "median latency",
    "p95_s": "p95 latency",
    "p99_s": "p99 latency",
    "runs_per_delivery": "function runs per delivery",
    "throttles": "throttled attempts",
    "duplicates": "repeated successes",
    "done_twice": "repeated side effects",
    "cold_share": "cold share of the runs",
    "cost_usd": "cost of a run",
}


LETTER = 0.085  # inches that a letter of a tick's label takes
BETWEEN_LABELS = 0.06  # inches


@dataclass(frozen=True)
class Point:
    """The mean over the seeds, and the interval that it lies in: NaN without one."""

    mean: float
    low: float
    high: float

    @property
    def has_interval(self) -> bool:
        """Whether there were enough seeds for an interval."""
        return not isnan(self.low)

    def surely_differs(self, other: Point) -> bool:
        """Whether the intervals do not meet; values without intervals differ if not equal."""
        if not (self.has_interval and other.has_interval):
            return self.mean != other.mean
        return self.low > other.high or other.low > self.high


@dataclass(frozen=True)
class Parameter:
    """A parameter of a sweep that a picture shows."""

    path: str
    name: str  # the end of its path, as short as it stays different from the others
    unit: str
    settings: list[Any]  # its values: numbers by size, others as they came

    @property
    def is_ordered(self) -> bool:
        """Whether the settings are numbers."""
        return all(is_number(value) for value in self.settings)

    @property
    def label(self) -> str:
        """The name with its unit."""
        if not self.unit or self.unit in self.name:
            return self.name
        return f"{self.name} ({self.unit})"

    def value_text(self, value: Any) -> str:
        """A value as one writes it: `10 s`."""
        unit = f" {self.unit}" if self.unit in ("s", "MB") else ""
        return setting_text(value) + unit

    def text(self, value: Any) -> str:
        """The name and a value: `timeout 10 s`; a scenario is its name."""
        text = self.value_text(value)
        return text if self.path == "scenario" else f"{self.name} {text}"


@dataclass(frozen=True)
class SweepTable:
    """One number of a sweep, with a point for each combination of the parameters' values."""

    # without those that no run has a number for
    points: dict[tuple[Any, ...], Point]
    parameters: list[Parameter]
    column: str
    level: float  # of the confidence intervals
    seeds: int
    failed: int

    @property
    def name(self) -> str:
        """What the number is called, as a title begins; `p99` stays small."""
        name = NAMES.get(self.column, self.column)
        return capitalised(name) if name[:2].isalpha() else name

    @property
    def heading(self) -> str:
        """What is shown over what."""
        names = [parameter.name for parameter in self.parameters]
        return f"{self.name} by {' and '.join(names)}"

    def number_text(self, value: float) -> str:
        """A value with its unit and at most three figures: 1.2 s, 3.4 %, 1,250."""
        if self.column.endswith("_s"):
            return spoken(value)
        if self.column.endswith("_share"):
            return percent(value)
        if self.column.endswith("_usd"):
            return usd(value)
        return amount(value)

    def mean_text(self, point: Point) -> str:
        """A point's mean in words."""
        return self.number_text(point.mean)

    @property
    def sample_line(self) -> list[str]:
        """What a point is the mean of."""
        parts = ["one run a point"]
        if self.seeds > 1:
            parts = [f"means of {self.seeds} seeds"]
        if self.failed:
            parts.append(f"{self.failed} failed and are left out")
        return parts

    def interval_line(self, mark: str) -> list[str]:
        """What the mark of an interval means, if there are any intervals."""
        if not any(point.has_interval for point in self.points.values()):
            return []
        level = f"{100 * self.level:g} %"
        return [f"{mark} {level} confidence interval of the mean (Student's t)"]

    @property
    def in_words(self) -> str:
        """Every point, for readers who do not see the picture."""
        sentences = []
        for values, point in self.points.items():
            settings = [
                parameter.text(value)
                for parameter, value in zip(
                    self.parameters, values, strict=True
                )
            ]
            where = ", ".join(settings)
            sentences.append(f"{where}: {self.mean_text(point)}")
        return "; ".join(sentences)


def sweep_table(
    table: pd.DataFrame, column: str, level: float, *names: str
) -> SweepTable:
    """One number of a sweep's table by the named parameters.

    These may be named by the end of their path. Raises `ScenarioError` for a name that fits none or
    several, and if the table varies anything else.
    """
    known = comparison.parameters(table)
    paths = [_path(name, known) for name in names]
    numbers = (
        table.drop(columns=[*known, "seed"]).select_dtypes("number").columns
    )
    if column not in numbers:
        raise ScenarioError(
            f"There is no number {column!r} in this table; it has {', '.join(numbers)}."
        )
    _refuse_others(table, paths, known)
    means = comparison.confidence(table, level)[column].reset_index()
    rows: Any = means.to_dict("records")
    points = {}
    for row in rows:
        if not isnan(row["mean"]):
            values = tuple(_without_nan(row[path]) for path in paths)
            points[values] = Point(row["mean"], row["low"], row["high"])
    units = table.attrs.get("units", {})
    return SweepTable(
        points,
        [
            Parameter(
                path,
                name=_short_name(path, known),
                unit=units.get(path, ""),
                settings=_in_order([_without_nan(row[path]) for row in rows]),
            )
            for path in paths
        ],
        column,
        level,
        seeds=len(table.seed.unique()),
        failed=int(table.error.notna().sum()) if "error" in table else 0,
    )


def setting_text(value: Any) -> str:
    """A setting's value: numbers as one writes them."""
    return exact(round(value, 6)) if is_number(value) else str(value).lower()


def is_number(value: Any) -> bool:
    """Whether a setting's value is a number; true and false are not."""
    return isinstance(value, Real) and not isinstance(value, bool)


def labels_with_room(
    places: list[float], labels: list[str], inches: float
) -> list[int]:
    """Which ticks of an axis have room for their labels; `places` are parts of its length."""
    needed = LETTER * max(map(len, labels)) + BETWEEN_LABELS
    shown: list[int] = []
    free_from = -inf
    for number, place in enumerate(places):
        at = place * inches
        if at > free_from:
            shown.append(number)
            free_from = at + needed
    return shown


def _without_nan(value: Any) -> Any:
    """None for what pandas made NaN of."""
    return None if isinstance(value, float) and isnan(value) else value


def _in_order(values: list[Any]) -> list[Any]:
    found = list(dict.fromkeys(values))
    are_numbers = all(isinstance(value, Real) for value in found)
    return sorted(found) if are_numbers else found


def _path(name: str, known: list[str]) -> str:
    """The path of the parameter of this name, or that ends with it."""
    if name in known:
        return name
    fitting = [path for path in known if path.endswith(f".{name}")]
    if len(fitting) != 1:
        what = "more than one parameter" if fitting else "no parameter"
        varied = ", ".join(known) or "nothing"
        raise ScenarioError(
            f"There is {what} {name!r} in this table; it varies {varied}."
        )
    return fitting[0]


def _refuse_others(
    table: pd.DataFrame, chosen: list[str], known: list[str]
) -> None:
    for other in known:
        if other not in chosen and len(table[other].unique()) > 1:
            raise ScenarioError(
                f"The table also varies {other!r}; keep one value: table[table[{other!r}] == ...]."
            )


def _short_name(path: str, known: list[str]) -> str:
    """The last parts of a path, as few as tell it from the others."""
    parts = path.split(".")
    for count in range(1, len(parts)):
        end = ".".join(parts[-count:])
        alike = [other for other in known if f".{other}".endswith(f".{end}")]
        if len(alike) == 1:
            return end
    return path
