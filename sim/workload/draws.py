"""Chance as a pure function of (seed, purpose, identity): the same everywhere, in any order.

A draw hashes 64-bit integers (the finaliser of SplitMix64,
https://doi.org/10.1145/2714064.2660195). Logarithm and exponential are written out in basic
operations: IEEE 754 makes these equal everywhere, while libraries differ in the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import facts
from sim.arrays import Floats
from sim.scenario.durations import (
    Constant,
    Duration,
    Empirical,
    Exponential,
    LogNormal,
    Quantiles,
    Uniform,
)
from sim.trace import MICROSECONDS

Identities = NDArray[np.uint64]

MASK = 2**64 - 1


def key(*words: object) -> int:
    """A 64-bit key of these words."""
    text = "\x1f".join(map(str, words)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


def mix(value: int) -> int:
    """Scatter a 64-bit number over all 64-bit numbers."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & MASK
    return value ^ (value >> 31)


def mixed(values: Identities) -> Identities:
    """The same as `mix`, for a column."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(
        0xBF58476D1CE4E5B9
    )
    values = (values ^ (values >> np.uint64(27))) * np.uint64(
        0x94D049BB133111EB
    )
    return values ^ (values >> np.uint64(31))


def identities(name: str, count: int, first: int = 0) -> Identities:
    """The identities of a traffic's events number `first` to `first + count - 1`."""
    numbers = np.arange(first + 1, first + count + 1, dtype=np.uint64)
    start = np.uint64(key("event", name))
    return mixed(numbers * np.uint64(0x9E3779B97F4A7C15) + start)


def identity(name: str, n: int) -> int:
    """The identity of a traffic's event number `n`."""
    start = key("event", name)
    return mix(((n + 1) * 0x9E3779B97F4A7C15 + start) & MASK)


def child(parent: int, edge: str, k: int = 0) -> int:
    """The identity of the `k`-th event that `parent` causes along `edge`."""
    return mix(parent ^ edge_key(edge, k))


def children(parents: Identities, edge: str, k: int = 0) -> Identities:
    """The same as `child`, for a column."""
    return mixed(parents ^ np.uint64(edge_key(edge, k)))


@cache
def edge_key(edge: str, k: int) -> int:
    """What the identity of a `k`-th child along `edge` is made with."""
    return key("child", edge, k)


def uniforms(purpose: int, of: Identities) -> Floats:
    """One number in (0, 1) for each identity; `purpose` is a key that holds the seed."""
    bits = mixed(of ^ np.uint64(purpose)) >> np.uint64(12)
    return (bits.astype(np.float64) + 0.5) * 2.0**-52


def uniform(purpose: int, of: int) -> float:
    """The same as `uniforms`, for one identity."""
    bits = mix(of ^ purpose) >> 12
    return (bits + 0.5) * 2.0**-52


def nth_uniform(purpose: int, n: int, of: int) -> float:
    """One more number in (0, 1) for an identity, where a purpose needs several: the `n`-th."""
    return uniform(mix(purpose + n), of)


def microseconds(duration: Duration, chances: Floats) -> NDArray[np.int64]:
    """The durations that these uniform numbers stand for, in whole microseconds."""
    seconds = _seconds(duration, chances)
    if may_pass(duration, longest_seconds()):
        seconds = np.minimum(seconds, longest_seconds())
    return np.rint(seconds * MICROSECONDS).astype(np.int64)


def microseconds_of(duration: Duration, chance: float) -> int:
    """The same as `microseconds`, for one uniform number."""
    return round(sampler(duration)(chance) * MICROSECONDS)


def drawing(duration: Duration, purpose: int) -> Callable[[int], int]:
    """The same as `microseconds`, as a function of one identity: child events come one by one."""
    seconds = sampler(duration)

    def draw(identity: int) -> int:
        # as in `uniform`, without one more call
        bits = mix(identity ^ purpose) >> 12
        return round(seconds((bits + 0.5) * 2.0**-52) * MICROSECONDS)

    return draw


def longest_seconds() -> float:
    """A hundred years: what is drawn longer is cut, or it could not be counted in microseconds."""
    return float(facts.fact("bound.seconds").value)


def may_pass(duration: Duration, seconds: float) -> bool:
    """Whether a time that is drawn may be longer than so many seconds."""
    if isinstance(duration, (Constant, Uniform, Empirical)):
        return False  # their settings are bounded
    drawn = _sampler(duration)
    try:
        return max(drawn(2.0**-53), drawn(1 - 2.0**-53)) > seconds
    except OverflowError:
        return True


def sampler(duration: Duration) -> Callable[[float], float]:
    """The seconds that a uniform number stands for, a hundred years at most."""
    seconds = _sampler(duration)
    if not may_pass(duration, longest_seconds()):
        return seconds
    longest = longest_seconds()
    return lambda chance: min(longest, seconds(chance))


def _sampler(duration: Duration) -> Callable[[float], float]:
    match duration:
        case Constant(seconds=constant):
            return lambda chance: constant
        case Uniform(low=low, high=high):
            return lambda chance: low + (high - low) * chance
        case Exponential(mean=mean):
            return lambda chance: -mean * log_of(chance)
        case LogNormal(median=median, p99=p99):
            spread = log_of(p99 / median) / _Z99
            return lambda chance: (
                median * exp_of(spread * _STANDARD.inv_cdf(chance))
            )
        case Quantiles():
            return _quantile_sampler(duration)
        case Empirical(seconds=measured):
            return lambda chance: measured[int(chance * len(measured))]


def _seconds(duration: Duration, chances: Floats) -> Floats:
    match duration:
        case Constant():
            return np.full(len(chances), duration.seconds)
        case Uniform():
            return duration.low + (duration.high - duration.low) * chances
        case Exponential():
            return -duration.mean * log(chances)
        case LogNormal():
            spread = log(np.array([duration.p99 / duration.median]))[0] / _Z99
            return duration.median * exp(spread * _normal(chances))
        case Quantiles():
            return _quantile_seconds(duration, chances)
        case Empirical():
            measured = np.array(duration.seconds)
            return measured[(chances * len(measured)).astype(np.int64)]


class LogLine(NamedTuple):
    """A straight line of the logarithm of a time: the chance at which it starts, and its slope."""

    start: float
    log: float
    slope: float


def _quantile_sampler(quantiles: Quantiles) -> Callable[[float], float]:
    lines = _log_lines(quantiles)

    def seconds(chance: float) -> float:
        line = lines[int(chance >= MEDIAN) + int(chance >= P90)]
        return exp_of(line.log + line.slope * (chance - line.start))

    return seconds


def _quantile_seconds(quantiles: Quantiles, chances: Floats) -> Floats:
    above_median = (chances >= MEDIAN).astype(np.int64)
    lines = np.array(_log_lines(quantiles))[above_median + (chances >= P90)]
    return exp(lines[:, 1] + lines[:, 2] * (chances - lines[:, 0]))


def _log_lines(quantiles: Quantiles) -> list[LogLine]:
    """The lines from each quantile to the next; the outer ones go on beyond what was measured."""
    points = [
        (P10, log_of(quantiles.p10)),
        (MEDIAN, log_of(quantiles.p50)),
        (P90, log_of(quantiles.p90)),
        (P99, log_of(quantiles.p99)),
    ]
    return [
        LogLine(*here, slope=(there[1] - here[1]) / (there[0] - here[0]))
        for here, there in pairwise(points)
    ]


P10 = 0.1
MEDIAN = 0.5
P90 = 0.9
P99 = 0.99

_STANDARD = NormalDist()
_Z99 = _STANDARD.inv_cdf(0.99)


def _normal(chances: Floats) -> Floats:
    values = map(_STANDARD.inv_cdf, chances.tolist())
    return np.fromiter(values, np.float64, len(chances))


_LOG_TERMS = tuple(1 / odd for odd in range(19, 0, -2))
"""Of the series of the logarithm, the smallest first."""


def log(values: Floats) -> Floats:
    """The natural logarithm, from basic operations only."""
    mantissa, exponent = np.frexp(values)
    low = mantissa < 0.7071067811865476
    mantissa = np.where(low, mantissa * 2, mantissa)
    ratio = (mantissa - 1) / (mantissa + 1)
    square = ratio * ratio
    total = np.zeros_like(ratio)
    for term in _LOG_TERMS:
        total = total * square + term
    result: Floats = 2 * ratio * total + (exponent - low) * 0.6931471805599453
    return result


def exp(values: Floats) -> Floats:
    """The exponential, from basic operations only."""
    whole = np.rint(values * 1.4426950408889634)
    rest = values - whole * 0.6931471805599453
    total = np.ones_like(values)
    for term in range(14, 0, -1):
        total = 1 + total * rest / term
    result: Floats = np.ldexp(total, whole.astype(np.int32))
    return result


def log_of(value: float) -> float:
    """The same as `log`, for one number."""
    mantissa, exponent = math.frexp(value)
    if mantissa < 0.7071067811865476:
        mantissa *= 2
        exponent -= 1
    ratio = (mantissa - 1) / (mantissa + 1)
    square = ratio * ratio
    total = 0.0
    for term in _LOG_TERMS:
        total = total * square + term
    return 2 * ratio * total + exponent * 0.6931471805599453


def exp_of(value: float) -> float:
    """The same as `exp`, for one number."""
    whole = round(value * 1.4426950408889634)
    rest = value - whole * 0.6931471805599453
    total = 1.0
    for term in range(14, 0, -1):
        total = 1 + total * rest / term
    return math.ldexp(total, whole)
