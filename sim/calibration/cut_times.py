"""A normal distribution out of numbers of which some are only known to lie beyond a limit.

Newton's method finds the one that makes the numbers likeliest. With 1 / spread and mean / spread as
unknowns the likelihood has one maximum, which is found from everywhere.
https://en.wikipedia.org/wiki/Tobit_model#Reparametrization
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, inf, log, pi, sqrt
from statistics import NormalDist

import numpy as np

from sim.arrays import Floats

STANDARD = NormalDist()
DIGITS = 2
"""Of a limit, so that those which only clocks make differ are one (a choice)."""
SPREAD_AT_FIRST = 0.5
"""Where all numbers are equal."""
STEPS = 100
SMALLEST_STEP = 1e-10
MOST_PRECISION = 1e6
"""Numbers that all equal their limit would have none of a spread at all (a choice)."""
FAR = 30.0
"""From there on what is beyond is nearly the density divided by z."""


@dataclass(frozen=True)
class Sample:
    """The numbers that are known, and so `often` one beyond each limit."""

    known: Floats
    limits: list[float]
    often: list[int]

    @classmethod
    def of(cls, known: Floats, cut_at: Floats) -> Sample:
        """The sample with these numbers, and these limits of others."""
        limits, often = np.unique(cut_at.round(DIGITS), return_counts=True)
        return cls(known, limits.tolist(), often.tolist())

    def moments(self) -> tuple[float, float]:
        """Mean and spread."""
        mean, spread = float(self.known.mean()), float(self.known.std())
        if not self.limits:
            return mean, spread
        place = np.array([mean, 1.0]) / (spread or SPREAD_AT_FIRST)
        for _ in range(STEPS):
            nearer = self._nearer(place)
            if np.abs(nearer - place).max() < SMALLEST_STEP:
                break
            place = nearer
        ratio, precision = place.tolist()
        return ratio / precision, 1 / precision

    def _nearer(self, place: Floats) -> Floats:
        """After a step of Newton's, or the part of it that makes the numbers likelier."""
        slope, bend = self._slopes(place)
        step, *_ = np.linalg.lstsq(bend, slope)  # a singular matrix, too
        least = self._likelihood(place)
        while np.abs(step).max() > SMALLEST_STEP:
            if self._likelihood(place - step) >= least:
                return np.asarray(place - step, np.float64)
            step /= 2
        return place

    def _likelihood(self, place: Floats) -> float:
        """The logarithm of it, but for a constant."""
        ratio, precision = place.tolist()
        if not 0 < precision < MOST_PRECISION:
            return -inf
        gaps = precision * self.known - ratio
        total = len(gaps) * log(precision) - float(gaps @ gaps) / 2
        for limit, count in zip(self.limits, self.often, strict=True):
            total += count * log_beyond(precision * limit - ratio)
        return total

    def _slopes(self, place: Floats) -> tuple[Floats, Floats]:
        """The first and the second derivatives of the likelihood's logarithm."""
        ratio, precision = place.tolist()
        known, count = self.known, len(self.known)
        gaps = precision * known - ratio
        slope = np.array([gaps.sum(), count / precision - gaps @ known])
        bend = np.array([[-count, known.sum()], [0.0, 0.0]])
        bend[1, 1] = -count / precision**2 - known @ known
        for limit, often in zip(self.limits, self.often, strict=True):
            z = precision * limit - ratio
            hazard = hazard_at(z)
            change = often * hazard * (hazard - z)
            slope += often * hazard * np.array([1.0, -limit])
            bend -= change * np.array([[1.0, -limit], [0.0, limit**2]])
        bend[1, 0] = bend[0, 1]
        return slope, bend

    def deviations(
        self, mean: float, spread: float, at: float
    ) -> tuple[float, float]:
        """The standard deviations of the mean, and of the mean and `at` spreads together.

        By Fisher's information. https://en.wikipedia.org/wiki/Fisher_information
        """
        count = len(self.known)
        of_mean, of_both = float(count), 0.0
        of_spread = 2.0 * max(count - 1, 1)
        for limit, often in zip(self.limits, self.often, strict=True):
            z = (limit - mean) / spread
            hazard = hazard_at(z)
            change = hazard * (hazard - z)
            of_mean += often * change
            of_both += often * (z * change - hazard)
            of_spread += often * (z * z * change - z * hazard)
        whole = max(of_mean * of_spread - of_both**2, SMALLEST_STEP)
        of_far = of_spread - 2 * at * of_both + at**2 * of_mean
        return (
            spread * sqrt(max(of_spread, 0.0) / whole),
            spread * sqrt(max(of_far, 0.0) / whole),
        )


def hazard_at(z: float) -> float:
    """The normal distribution's density at z by what it has beyond z."""
    if z >= FAR:
        return z
    return STANDARD.pdf(z) / beyond(z)


def log_beyond(z: float) -> float:
    """The logarithm of what the normal distribution has beyond z."""
    if z >= FAR:
        return -z * z / 2 - log(z * sqrt(2 * pi))
    return log(beyond(z))


def beyond(z: float) -> float:
    """What it has beyond z: exact where 1 minus the share below z is 0."""
    return erfc(z / sqrt(2)) / 2
