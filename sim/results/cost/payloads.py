"""How large events are, for what is billed by their size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.results.result import Result


@dataclass(frozen=True)
class Payloads:
    """The size of each event, in KB: as its traffic sends it, or all alike.

    An event that another one caused is as large as that one.
    """

    by_event: Floats

    @classmethod
    def of(cls, run: Result, payload_kb: float | None) -> Payloads:
        """The sizes of a run's events; with `payload_kb` all are so large."""
        children = run.trace.children
        workload = run.workload
        count = len(workload.time) + len(children)
        if payload_kb is not None:
            return cls(np.full(count, float(payload_kb)))
        sizes = {one.name: one.payload_kb for one in run.scenario.traffic}
        by_traffic = np.array([sizes[name] for name in workload.names])
        known = np.zeros(count)
        if len(workload.time):
            known[: len(workload.time)] = by_traffic[workload.traffic]
        for event, child in enumerate(children, len(workload.time)):
            known[event] = known[child.parent]
        return cls(known)

    def kb(self, events: pd.Series[int]) -> pd.Series[float]:
        """How large these events are."""
        sizes = self.by_event[events.to_numpy(np.int64)]
        return pd.Series(sizes, index=events.index)

    def total(
        self, events: pd.Series[int], units: Callable[[float], int]
    ) -> int:
        """The units that events of these sizes count for, all together."""
        sizes = self.kb(events).value_counts()
        counted = zip(sizes.index, sizes, strict=True)
        return sum(int(count) * units(kb) for kb, count in counted)


def started(kb: float, chunk: float) -> int:
    """The started chunks of so many KB; nothing counts as one, too."""
    return max(1, ceil(kb / chunk))
