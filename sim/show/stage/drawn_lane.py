"""A lane with the spans that are drawn in it, and whether it is too much to draw one by one."""

from __future__ import annotations

from typing import NamedTuple

from sim.show.stage.lanes import Lane
from sim.show.stage.spans import Spans

MOST_DELIVERIES = 600
"""Of a lane that is drawn one by one; more are a crowd."""
MOST_SPANS = 20_000
"""The same, for few events that are tried very often."""


class DrawnLane(NamedTuple):
    """A lane with its spans, in the order of `spans_of`."""

    lane: Lane
    spans: Spans

    @property
    def is_crowd(self) -> bool:
        """Whether it is too much to be drawn one by one."""
        return (
            len(self.lane.deliveries) > MOST_DELIVERIES
            or len(self.spans.place) > MOST_SPANS
        )
