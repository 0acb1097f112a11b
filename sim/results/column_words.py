"""The names of columns as people say them, and how what stands below them is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from sim.phrases import KILO, percent, size, spoken, usd

Write = Callable[[float], str]

Unit = Literal["ms", "s", "usd", "bytes", "kb", "mb", "share"]
UNIT_WRITERS: Mapping[str, Write] = {
    "ms": lambda value: spoken(value / 1000),
    "s": spoken,
    "usd": usd,
    "bytes": size,
    "kb": lambda value: size(value * KILO),
    "mb": lambda value: size(value * KILO**2),
    "share": percent,
}
"""How numbers of a unit are written."""

UNITS = tuple(
    (re.compile(f"(^|_)({words})(?=_|$)"), UNIT_WRITERS[unit])
    for words, unit in (
        ("ms", "ms"),
        ("s|seconds|in_seconds", "s"),
        ("usd", "usd"),
        ("bytes", "bytes"),
        ("kb", "kb"),
        ("mb", "mb"),
    )
)
"""What a part of a name says of the unit."""

SHARES = re.compile("(share|error_rate|utilization)$")
"""Names of what is a part of a whole."""

NUMBERED = {
    "attempt",
    "delivery",
    "environment",
    "event",
    "invocation",
    "key",
    "line",
    "n",
    "parent",
    "seed",
    "version",
}
"""What has a number for a name: it is not counted, so its digits are not grouped."""
MAY_BE_NONE = {"environment", "invocation", "key", "n", "parent"}
"""Of these, which are -1 where there is none."""

WORDS: Mapping[str, str] = {
    "at_s": "at",
    "done_twice": "done twice",
    "given_up": "given up",
    "in_flight": "in flight",
    "n": "number",
    "parked_done": "parked, but done",
    "runs_per_delivery": "runs per delivery",
    "side_effects": "side effects",
    "told_done": "told, but done",
    "told_s": "told after",
    "timestamp_s": "time",
    "work_done": "work done",
    "unit_price_usd": "price of a million",
}
"""Names that are said in other words than their own."""
SNAKE_CASE = re.compile("[a-z][a-z0-9]*(_[a-z0-9]+)+")


def heading(name: str) -> str:
    """A column's name in words: `p50_s` is p50, `cost_usd` is cost."""
    if name in WORDS:
        return WORDS[name]
    if not SNAKE_CASE.fullmatch(name):
        return name
    for unit, _ in UNITS:
        shorter = unit.sub("", name).strip("_")
        name = shorter or name
    return name.replace("_", " ")


def is_measure(label: object) -> bool:
    """Whether a row's label is the name of what is measured, as in a summary."""
    return isinstance(label, str) and (
        label in WORDS or writer(label) is not None
    )


def writer(name: object) -> Write | None:
    """How the numbers below a name are written, if it says so."""
    if not isinstance(name, str):
        return None
    if name == "unit_price_usd":
        return lambda value: usd(value * 1e6)
    if name in NUMBERED:
        return lambda value: _number_as_name(name, value)
    if SHARES.search(name):
        return percent
    if not SNAKE_CASE.fullmatch(name) or name == "gb_s":
        return None
    found = (write for unit, write in UNITS if unit.search(name))
    return next(found, None)


def _number_as_name(name: str, value: float) -> str:
    if value == -1 and name in MAY_BE_NONE:
        return "–"
    return f"{value:.0f}"
