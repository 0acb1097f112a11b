"""What probability says of independent trials, and of what is counted in them."""

from __future__ import annotations

from math import comb, cos, exp, lgamma, log, log1p, pi, sin, sqrt, tan
from statistics import NormalDist

from sim.scenario.arguments import Number, PositiveNumber, Share, checked
from sim.scenario.errors import ScenarioError

EXACT = 1000
"""Up to so many trials or degrees of freedom a sum is made term by term."""


@checked
def binomial(successes: Number, trials: PositiveNumber, share: Share) -> float:
    """The probability of so many successes in independent trials, each with probability `share`.

    https://en.wikipedia.org/wiki/Binomial_distribution
    """
    failures = trials - successes
    if failures < 0:
        return 0.0
    if trials > EXACT:
        return _binomial_of_many(successes, trials, share)
    return comb(trials, successes) * share**successes * (1 - share) ** failures


def _binomial_of_many(successes: int, trials: int, share: float) -> float:
    """The same by logarithms: the number of ways is too large for a float."""
    failures = trials - successes
    if share in (0, 1):
        return float(share * trials == successes)
    ways = lgamma(trials + 1) - lgamma(successes + 1) - lgamma(failures + 1)
    return exp(ways + successes * log(share) + failures * log1p(-share))


@checked
def standard_error(share: Share, trials: PositiveNumber) -> float:
    """How far a share that is counted lies from the true `share`: one standard deviation.

    Counted in so many independent trials.

    https://en.wikipedia.org/wiki/Binomial_distribution
    """
    return sqrt(share * (1 - share) / trials)


@checked
def student_t(level: Share, degrees: PositiveNumber) -> float:
    """How many standard errors a mean's interval of this level reaches to each side.

    For normally distributed numbers. `degrees` of freedom: how many numbers there are, less one.
    https://en.wikipedia.org/wiki/Student%27s_t-distribution
    """
    if level == 1:
        raise ScenarioError(
            "student_t: level is 1, but no interval holds all: it must be below 1."
        )
    if degrees > EXACT:
        return _student_t_of_many(level, degrees)
    low, high = 0.0, pi / 2
    for _ in range(60):  # halves the angle whose tangent is t / sqrt(degrees)
        middle = (low + high) / 2
        if _within(middle, degrees) < level:
            low = middle
        else:
            high = middle
    return sqrt(degrees) * tan(low)


def _student_t_of_many(level: float, degrees: int) -> float:
    """Close to the normal distribution: the first terms of the Cornish-Fisher expansion.

    https://en.wikipedia.org/wiki/Cornish%E2%80%93Fisher_expansion
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / degrees + second / degrees**2


def _within(angle: float, degrees: PositiveNumber) -> float:
    """The probability that |t| / sqrt(degrees) stays below the tangent of this angle.

    A finite sum of cosines. https://en.wikipedia.org/wiki/Student%27s_t-distribution
    """
    odd = degrees % 2
    total = 0.0
    term = cos(angle) ** odd
    for k in range(1 + odd, degrees, 2):
        total += term
        term *= k / (k + 1) * cos(angle) ** 2
    if odd:
        return 2 / pi * (angle + sin(angle) * total)
    return sin(angle) * total


@checked
def all_fail(error_rate: Share, tries: Number) -> float:
    """The share of events on which every one of `tries` independent runs fails: p^n.

    https://en.wikipedia.org/wiki/Independence_(probability_theory)
    """
    return error_rate**tries


@checked
def mean_runs(error_rate: Share, tries: Number) -> float:
    """The mean runs of an event that is tried until it succeeds, `tries` times at most.

    1 + p + p^2 + ...

    https://en.wikipedia.org/wiki/Geometric_series
    """
    if error_rate == 1:
        return float(tries)
    return (1 - error_rate**tries) / (1 - error_rate)
