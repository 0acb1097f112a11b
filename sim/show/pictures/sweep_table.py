"""A sweep's table for pictures: means with their intervals, and what parameters and numbers are called."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from numbers import Real
from typing import Any

import pandas as pd

from sim.experiments.comparison import confidence, parameters
from sim.results.phrases import spoken

NAMES = {
    "delivered": "delivered events",
    "told": "events whose caller saw an error",
    "parked": "events in a failure store",
    "lost": "lost events",
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


@dataclass(frozen=True)
class Point:
    """The mean over the seeds, and between what it lies: NaN without an interval."""

    mean: float
    low: float
    high: float

    def surely_differs(self, other: Point) -> bool:
        """Whether the intervals do not meet; values without intervals differ if they are not equal."""
        if isnan(self.low) or isnan(other.low):
            return self.mean != other.mean
        return max(self.low, other.low) > min(self.high, other.high)


@dataclass(frozen=True)
class Swept:
    """What a picture shows of a sweep: one number, a point for each combination of the chosen parameters' values."""

    points: dict[tuple[Any, ...], Point]  # without those that no run has a number for
    settings: list[
        list[Any]
    ]  # of each chosen parameter, its values: numbers by size, others as they came
    chosen: list[str]
    short: list[
        str
    ]  # what they are called: the end of the path, as short as they stay different
    units: list[str]
    column: str
    level: float
    seeds: int
    failed: int

    @property
    def name(self) -> str:
        """What the number is called, as a title begins; `p99` stays small."""
        name = NAMES.get(self.column, self.column)
        return name[:1].upper() + name[1:] if name[:2].isalpha() else name

    @property
    def heading(self) -> str:
        """What is shown over what."""
        return f"{self.name} by {' and '.join(self.short)}"

    def said(self, value: float) -> str:
        """A value of the number with its unit and two or three figures: 1.2 s, 3.4 %, 1,250."""
        if self.column.endswith("_s"):
            return spoken(value)
        if self.column.endswith("_share"):
            return f"{figures(100 * value)} %"
        return f"{'$' * self.column.endswith('_usd')}{figures(value)}"

    def is_ordered(self, number: int) -> bool:
        """Whether the values of a chosen parameter are numbers."""
        return all(
            isinstance(value, Real) and not isinstance(value, bool)
            for value in self.settings[number]
        )

    def axis(self, number: int) -> str:
        """A chosen parameter with its unit."""
        name, unit = self.short[number], self.units[number]
        return name if not unit or unit in name else f"{name} ({unit})"

    def at(self, number: int, value: Any, briefly: bool = False) -> str:
        """A chosen parameter and its value, `timeout 10 s`, or briefly the value; a scenario is its name."""
        unit = {"s": " s", "MB": " MB"}.get(self.units[number], "")
        name = (
            ""
            if briefly or self.chosen[number] == "scenario"
            else f"{self.short[number]} "
        )
        return f"{name}{called(value)}{unit}"

    @property
    def line(self) -> list[str]:
        """What a point is the mean of."""
        one = "one run a point" if self.seeds == 1 else f"means of {self.seeds} seeds"
        return [
            one,
            *([f"{self.failed} failed and are left out"] if self.failed else []),
        ]

    def interval(self, mark: str) -> list[str]:
        """What the mark of an interval means, if there are any."""
        text = f"{mark} {100 * self.level:g} % confidence interval of the mean (Student's t)"
        return (
            [text]
            if any(not isnan(point.low) for point in self.points.values())
            else []
        )

    @property
    def in_words(self) -> str:
        """Every point, for readers who do not see the picture."""
        return "; ".join(
            f"{', '.join(self.at(number, value) for number, value in enumerate(key))}: {self.said(point.mean)}"
            for key, point in self.points.items()
        )


def swept(table: pd.DataFrame, value: str, level: float, *chosen: str) -> Swept:
    """One number of a sweep's table by the chosen parameters, which may be named by the end of their path.

    Raises `ValueError` for a name that fits none or several, and if the table varies anything else.
    """
    known = parameters(table)
    columns = [_parameter(name, known) for name in chosen]
    numbers = list(table.drop(columns=[*known, "seed"]).select_dtypes("number").columns)
    if value not in numbers:
        raise ValueError(
            f"There is no number {value!r} in this table; it has {', '.join(numbers)}."
        )
    _refuse_others(table, columns, known)
    found: Any = confidence(table, level)[value].reset_index().to_dict("records")
    units = table.attrs.get("units", {})
    return Swept(
        points={
            tuple(_plain(row[column]) for column in columns): Point(
                row["mean"], row["low"], row["high"]
            )
            for row in found
            if not isnan(row["mean"])
        },
        settings=[
            _in_order([_plain(row[column]) for row in found]) for column in columns
        ],
        chosen=columns,
        short=[_short(column, known) for column in columns],
        units=[units.get(column, "") for column in columns],
        column=value,
        level=level,
        seeds=len(table.seed.unique()),
        failed=int(table.error.notna().sum()) if "error" in table else 0,
    )


def figures(value: float) -> str:
    """A number with at least two figures and its thousands: 0.032, 6.7, 25, 1,250."""
    if value == round(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2g}" if abs(value) < 10 else f"{value:.3g}"


def called(value: Any) -> str:
    """A setting's value: numbers as one writes them."""
    return (
        f"{value:,.6g}"
        if isinstance(value, Real) and not isinstance(value, bool)
        else str(value).lower()
    )


def legible(places: list[float], labels: list[str], inches: float) -> list[int]:
    """Which ticks of an axis, at these parts of its length, have room for their labels."""
    shown: list[int] = []
    for number, place in enumerate(places):
        if (
            not shown
            or (place - places[shown[-1]]) * inches
            > LETTER * max(map(len, labels)) + 0.06
        ):
            shown.append(number)
    return shown


def _plain(value: Any) -> Any:
    """None for what pandas made NaN of."""
    return None if isinstance(value, float) and isnan(value) else value


def _in_order(values: list[Any]) -> list[Any]:
    found = list(dict.fromkeys(values))
    return sorted(found) if all(isinstance(value, Real) for value in found) else found


def _parameter(name: str, known: list[str]) -> str:
    fitting = [path for path in known if path == name] or [
        path for path in known if path.endswith(f".{name}")
    ]
    if len(fitting) != 1:
        what = "no parameter" if not fitting else "more than one parameter"
        raise ValueError(
            f"There is {what} {name!r} in this table; it varies {', '.join(known) or 'nothing'}."
        )
    return fitting[0]


def _refuse_others(table: pd.DataFrame, chosen: list[str], known: list[str]) -> None:
    for other in known:
        if other not in chosen and len(table[other].unique()) > 1:
            raise ValueError(
                f"The table also varies {other!r}; keep one value: table[table[{other!r}] == ...]."
            )


def _short(path: str, known: list[str]) -> str:
    """The last parts of a path, as few as tell it from the others."""
    parts = path.split(".")
    ends = (".".join(parts[-count:]) for count in range(1, len(parts)))
    return next(
        (
            end
            for end in ends
            if sum(f".{other}".endswith(f".{end}") for other in known) == 1
        ),
        path,
    )
