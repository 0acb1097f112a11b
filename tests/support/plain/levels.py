"""Samples and levels over time, and their statistics, counted one by one."""

from collections import defaultdict
from math import ceil, floor, inf, nan

MINUTE = 60.0
Interval = tuple[float, float]
Sample = tuple[float, float]
"""When, and which value."""
Rows = dict[tuple[float, str], float]


def of_samples(samples: list[Sample]) -> Rows:
    """By minute and statistic: of samples (when, value)."""
    minutes: dict[float, list[float]] = defaultdict(list)
    for at, value in samples:
        minutes[floor(at / MINUTE) * MINUTE].append(value)
    rows: Rows = {}
    for minute, values in minutes.items():
        rows[minute, "Sum"] = sum(values)
        rows[minute, "Average"] = sum(values) / len(values)
        rows[minute, "Minimum"] = min(values)
        rows[minute, "Maximum"] = max(values)
        rows[minute, "SampleCount"] = len(values)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
            rows[minute, name] = quantile(values, share)
    return rows


def quantile(values: list[float], share: float) -> float:
    """What such a share of the values lies below, between the two nearest."""
    in_order = sorted(values)
    if not in_order:
        return nan
    place = share * (len(in_order) - 1)
    low, high = in_order[floor(place)], in_order[ceil(place)]
    return low + (place - floor(place)) * (high - low)


Stretch = tuple[float, float, float, float]
"""From when to when, and the level at both ends."""


def count_open(intervals: list[Interval], until: float) -> list[Stretch]:
    """How many intervals are open at once; those without length are peaks of their instant."""
    changes: dict[float, int] = defaultdict(int)
    brief: dict[float, int] = defaultdict(int)
    for start, end in intervals:
        if end > start:
            changes[start] += 1
            changes[end] -= 1
        else:
            brief[start] += 1
    instants = sorted({0.0, until, *changes, *brief} - {inf})
    level = 0.0
    found: list[Stretch] = []
    for number, at in enumerate(instants):
        level += changes.get(at, 0)
        if brief.get(at, 0):
            peak = level + brief[at]
            found.append((at, at, peak, peak))
        if number + 1 < len(instants):
            found.append((at, instants[number + 1], level, level))
    return found


def of_levels(stretches: list[Stretch], zero_is_sent: bool = False) -> Rows:
    """By minute and statistic: of a level that goes evenly from one end of a stretch to another."""
    minutes: dict[float, list[Stretch]] = defaultdict(list)
    for start, end, low, high in stretches:
        first = floor(start / MINUTE)
        last = max(ceil(end / MINUTE) - 1, first)
        for number in range(first, last + 1):
            begin = max(start, number * MINUTE)
            stop = min(end, (number + 1) * MINUTE)
            slope = (high - low) / (end - start) if end > start else 0.0
            at_begin = low + (begin - start) * slope
            at_stop = low + (stop - start) * slope
            piece = (begin, stop, at_begin, at_stop)
            minutes[number * MINUTE].append(piece)
    rows: Rows = {}
    for minute, pieces in minutes.items():
        highest = max(piece[3] for piece in pieces)
        if highest <= 0 and not zero_is_sent:
            continue
        time = sum(stop - begin for begin, stop, _, _ in pieces)
        area = sum(
            (low + high) / 2 * (stop - begin)
            for begin, stop, low, high in pieces
        )
        rows[minute, "Average"] = area / time if time > 0 else highest
        rows[minute, "Minimum"] = min(piece[2] for piece in pieces)
        rows[minute, "Maximum"] = highest
    return rows
