"""What became of each delivery, as numbers, which cost much less to make than the table of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Booleans, Integers
from sim.results import delivery_counts
from sim.results.ends import ends_of_deliveries, told_by_no_report
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import Trigger
from sim.trace import Trace


@dataclass(frozen=True)
class DeliveryNumbers:
    """By delivery: the trace's columns, times in microseconds, and what follows from them."""

    columns: Mapping[str, Integers]
    side_effects: Integers  # how often its work was done
    work_done: Booleans  # whether it was, or a pipe handed it over
    end: NDArray[np.int8]  # `sim.results.ends.End`


def delivery_numbers(
    scenario: Scenario, trace: Trace, triggers: list[Trigger]
) -> DeliveryNumbers:
    """Read the numbers of all deliveries of a trace."""
    columns = {
        name: np.array(getattr(trace.deliveries, name), np.int64)
        for name in trace.deliveries.__slots__
    }
    effects = delivery_counts.side_effects(scenario, trace, triggers, columns)
    is_told = told_by_no_report(
        trace, triggers, columns["trigger"], columns["told"]
    )
    is_done = (effects > 0) | delivery_counts.handed_over(trace)
    is_left_out = np.zeros(len(is_done), bool)
    is_left_out[list(trace.left_out)] = True
    end = ends_of_deliveries(columns["fate"], is_done, is_told, is_left_out)
    return DeliveryNumbers(columns, effects, is_done, end)
