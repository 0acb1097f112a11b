"""Where the spans of one delivery, or of one invocation, stand in the table of all spans."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.results.table_rows import TableRows


@dataclass(frozen=True)
class Groups:
    """Places in a table by the number of their group; made once, asked often."""

    order: Integers
    sorted_groups: Integers

    @classmethod
    def of(cls, groups: Integers) -> Groups:
        """`groups`: by row, the number of its group."""
        order = np.argsort(groups, kind="stable")
        return cls(order, groups[order])

    def rows(self, group: int) -> Integers:
        """The places of a group's rows, in order."""
        start, end = np.searchsorted(self.sorted_groups, [group, group + 1])
        return self.order[start:end]


@dataclass(frozen=True)
class SpanIndex:
    """The spans of a run by delivery and by invocation."""

    spans: pd.DataFrame
    by_delivery: Groups
    by_invocation: Groups

    @classmethod
    def of(cls, spans: pd.DataFrame) -> SpanIndex:
        """Sort the table's rows twice."""
        by_delivery = Groups.of(spans.delivery.to_numpy())
        by_invocation = Groups.of(spans.invocation.to_numpy())
        return cls(spans, by_delivery, by_invocation)

    def of_delivery(self, delivery: int) -> pd.DataFrame:
        """The spans of one delivery, in order of start."""
        return self.spans.iloc[self.by_delivery.rows(delivery)]

    def rows_of_delivery(self, delivery: int) -> list[Any]:
        """The same as tuples with names."""
        return self._rows.at(self.by_delivery.rows(delivery))

    @cached_property
    def _rows(self) -> TableRows:
        return TableRows(self.spans)

    def of_invocation(self, invocation: int, function: str) -> pd.DataFrame:
        """The spans of all deliveries that one invocation of the function is about."""
        rows = self.spans.iloc[self.by_invocation.rows(invocation)]
        mine: pd.DataFrame = rows[rows.resource.to_numpy() == function]
        return mine

    def batch_size(self, invocation: int, function: str) -> int:
        """How many deliveries one invocation of the function is about."""
        rows = self.by_invocation.rows(invocation)
        mine = rows[self._resources[rows] == function]
        return len(np.unique(self._deliveries[mine]))

    @cached_property
    def _resources(self) -> NDArray[np.object_]:
        return self.spans.resource.to_numpy(dtype=object)

    @cached_property
    def _deliveries(self) -> Integers:
        return self.spans.delivery.to_numpy()

    def between(self, start: float, end: float) -> pd.DataFrame:
        """The spans that start at `start` or later and not after `end`, in order."""
        starts = self.spans.start_s.to_numpy()
        first = np.searchsorted(starts, start, side="left")
        last = np.searchsorted(starts, end, side="right")
        return self.spans.iloc[first:last]
