"""What is sent to CloudWatch, collected sample by sample and level by level."""

from collections import defaultdict
from collections.abc import Iterable
from math import isnan
from typing import Any

from tests.support.plain import levels
from tests.support.plain.found import Found

Key = tuple[str, str, str]
"""Namespace, metric and dimensions."""


class Series:
    """The samples and levels of a run, by what they are of."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.run = found.run
        self.deliveries = found.deliveries
        self.samples: dict[Key, list[levels.Sample]] = defaultdict(list)
        self.levels: dict[Key, levels.Rows] = {}

    def add(self, key: Key, at: float, value: float = 1) -> None:
        """A sample."""
        self.samples[key].append((at, value))

    def level(
        self,
        key: Key,
        intervals: Iterable[levels.Interval],
        zeros: bool = False,
    ) -> None:
        """How many of these intervals are open."""
        stretches = levels.count_open(list(intervals), self.run.ended_s)
        self.levels[key] = levels.of_levels(stretches, zeros)

    def rows(self) -> dict[tuple[Any, ...], float]:
        """By key, minute and statistic."""
        found: dict[tuple[Any, ...], float] = {}
        for key, samples in self.samples.items():
            known = [
                (at, value)
                for at, value in samples
                if not isnan(at) and not isnan(value)
            ]
            for place, value in levels.of_samples(known).items():
                found[*key, *place] = value
        for key, level in self.levels.items():
            for place, value in level.items():
                found[*key, *place] = value
        return found
