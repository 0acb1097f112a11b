"""What became of each delivery, in columns."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class Deliveries:
    """One entry a delivery; times in microseconds, -1 where there is none."""

    event: array[int]
    trigger: array[int]
    arrived: array[int]
    accepted: array[int]
    settled: array[int]
    told_at: array[int]
    fate: array[int]
    told: array[int]
    condition: array[int]
    runs: array[int]
    successes: array[int]
    receives: array[int]

    @classmethod
    def of(
        cls, event: NDArray[Any], trigger: NDArray[Any], arrived: NDArray[Any]
    ) -> Deliveries:
        """Deliveries that have not begun yet."""
        count = len(event)
        never = [array("q", [-1]) * count for _ in range(3)]
        zero = [array("b", [0]) * count for _ in range(3)]
        none = [array("I", [0]) * count for _ in range(3)]
        return cls(
            column("i", event),
            column("h", trigger),
            column("q", arrived),
            *never,
            *zero,
            *none,
        )

    def __len__(self) -> int:
        return len(self.event)

    def append(self, event: int, trigger: int, arrived: int) -> int:
        """Add a delivery that began while the simulation ran; returns its number."""
        number = len(self.event)
        if number == len(self.fate):
            self._reserve(1024)  # at once: nine values one by one take longer
        self.event.append(event)
        self.trigger.append(trigger)
        self.arrived.append(arrived)
        return number

    def _reserve(self, count: int) -> None:
        """Make room in the columns of what becomes of deliveries."""
        for times in (self.accepted, self.settled, self.told_at):
            times.extend([-1] * count)
        for codes in (self.fate, self.told, self.condition):
            codes.extend([0] * count)
        for counts in (self.runs, self.successes, self.receives):
            counts.extend([0] * count)

    def trim(self) -> None:
        """Give back the room that was not needed, at the end of the simulation."""
        for name in self.__slots__:
            del getattr(self, name)[len(self) :]


def column(code: str, values: NDArray[Any]) -> array[int]:
    """Copy numbers into a compact column of the array type `code`."""
    result = array(code)
    result.frombytes(
        np.ascontiguousarray(values, dtype=np.dtype(code)).tobytes()
    )
    return result
