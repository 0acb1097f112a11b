"""Rows of numpy columns that belong together, found by whole numbers that they share."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Integers

MOST = 2**62  # what numbers of 64 bits hold, with room to spare


class Groups(NamedTuple):
    """Rows by group: `order` has them group by group, `first` says where there each begins."""

    order: Integers
    first: Integers

    @property
    def sizes(self) -> Integers:
        """By group: how many rows it has."""
        sizes: Integers = np.diff(np.r_[self.first, len(self.order)])
        return sizes

    @property
    def first_row(self) -> Integers:
        """By group: the row that comes first."""
        rows: Integers = self.order[self.first]
        return rows

    def least(self, values: NDArray[Any]) -> NDArray[Any]:
        """By group: the least of its rows' values."""
        return self._reduced(np.minimum, values)

    def most(self, values: NDArray[Any]) -> NDArray[Any]:
        """By group: the largest of its rows' values that are known; NaN if none is."""
        return self._reduced(np.fmax, values)

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """By group: the sum of its rows' values."""
        return self._reduced(np.add, values)

    def so_far(self, values: NDArray[Any]) -> NDArray[Any]:
        """By row: the sum of the values of its group's rows up to and with it."""
        in_order = values[self.order]
        running = np.cumsum(in_order)
        before = (running - in_order)[self.first]
        result = np.empty_like(running)
        result[self.order] = running - np.repeat(before, self.sizes)
        return result

    def _reduced(
        self, function: np.ufunc, values: NDArray[Any]
    ) -> NDArray[Any]:
        if not len(self.first):
            return values[:0]
        reduced: NDArray[Any] = function.reduceat(
            values[self.order], self.first
        )
        return reduced


def groups(*keys: NDArray[Any]) -> Groups:
    """The groups of rows that agree in all keys, whole numbers; fastest if the first one rises."""
    number = _one_key(keys)
    order = np.argsort(number, kind="stable")
    in_order = number[order]
    is_first = np.ones(len(number), bool)
    is_first[1:] = in_order[1:] != in_order[:-1]
    return Groups(order, np.flatnonzero(is_first))


def ties(in_order: NDArray[Any]) -> Integers:
    """The places of sorted values that are there more than once."""
    is_same = in_order[1:] == in_order[:-1]
    return np.flatnonzero(np.r_[False, is_same] | np.r_[is_same, False])


def _one_key(keys: tuple[NDArray[Any], ...]) -> Integers:
    """One number a row instead of several: the same only where all of them are."""
    result = np.zeros(len(keys[0]), np.int64)
    if not len(result):
        return result
    for key in keys:
        least = int(key.min())
        size = int(key.max()) - least + 1
        if (int(result.max()) + 1) * size >= MOST:
            _, result = np.unique(result, return_inverse=True)
        result = result * size + (key.astype(np.int64) - least)
    return result
