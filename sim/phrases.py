"""Lengths of time, counts and ordinals as people say them, in stories and on pictures alike."""

from __future__ import annotations

import math

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def spoken(seconds: float) -> str:
    """A length of time in the one or two units that people use for it, `–` if it is unknown (NaN).

    420 ms, 1.42 s, 83.1 s, 3 min 12.5 s, 12 min 5 s, 3 h 20 min, 4 days.
    """
    if math.isnan(seconds):
        return "–"
    seconds = round(seconds, 6)  # sums of floats may differ in the last bit
    if seconds < 2 * MINUTE - 0.05:
        return _below_two_minutes(seconds)
    if seconds < HOUR - 0.5:
        decimals = 1 if seconds < 10 * MINUTE else 0
        return _two_units(round(seconds, decimals), 60, "min", "s")
    if seconds < 2 * DAY - MINUTE / 2:
        return _two_units(round(seconds / MINUTE), 60, "h", "min")
    return _two_units(round(seconds / HOUR), 24, "days", "h")


def _below_two_minutes(seconds: float) -> str:
    if 0 < seconds < 0.9995:
        return f"{seconds * 1000:.3g} ms"
    decimals = 2 if seconds < 10 else 1
    return f"{round(seconds, decimals):g} s"


def _two_units(length: float, size: int, large: str, small: str) -> str:
    """A length in small units, of which `size` make a large one."""
    whole, rest = divmod(length, size)
    if not rest:
        return f"{whole:g} {large}"
    return f"{whole:g} {large} {rest:g} {small}"


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 run, 2 runs, 1,200 runs."""
    noun = one if count == 1 else many or f"{one}s"
    return f"{count:,} {noun}"


def ordinal(number: int) -> str:
    """First, second, third, ..., 11th, 12th, ..."""
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ENDINGS.get(number % 10, 'th')}"


ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def capitalised(sentence: str) -> str:
    """The sentence with a capital letter at its beginning, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]
