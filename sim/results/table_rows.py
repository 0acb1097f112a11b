"""Single rows of a large table: few of them are quicker made without pandas."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pandas as pd

from sim.arrays import Integers


class TableRows:
    """The rows of a table as tuples with names, as `itertuples` gives all of them."""

    def __init__(self, table: pd.DataFrame) -> None:
        names: Any = list(table)
        self._row = namedtuple("Row", names)  # type: ignore[misc]
        self._columns = [table[name].to_numpy() for name in table]

    def at(self, places: Integers) -> list[Any]:
        """The rows at these places, in this order."""
        values = [column[places].tolist() for column in self._columns]
        return [self._row(*each) for each in zip(*values, strict=True)]
