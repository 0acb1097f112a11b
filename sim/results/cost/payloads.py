"""How large events are, for what is billed by their size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Floats, Integers
from sim.results.result import Result
from sim.results.tables import roots


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
        return cls(known[roots(workload, run.trace)])

    def kb(self, events: Any) -> Floats:
        """How large these events are."""
        return self.by_event[np.asarray(events, np.int64)]


def started(kb: Floats, chunk: float) -> Integers:
    """By so many KB: the started chunks; nothing counts as one, too.

    What sums of KB are off by rounding, far less than a byte, starts no chunk.
    """
    chunks = np.ceil((kb / chunk).round(9))
    return np.maximum(1, chunks).astype(np.int64)
