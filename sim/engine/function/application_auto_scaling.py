"""Application Auto Scaling of provisioned concurrency: by the clock, and by a target for its use.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html#managing-provisioned-concurency
"""

from __future__ import annotations

from collections import deque
from math import ceil

from sim import facts
from sim.engine.function.provisioned_fleet import ProvisionedFleet
from sim.scenario import schedule_expressions
from sim.scenario.provisioned_concurrency import ScalableTarget, ScheduledAction
from sim.trace import MICROSECONDS


class ApplicationAutoScaling:
    """Changes how much provisioned concurrency is requested, between two capacities."""

    def __init__(
        self, target: ScalableTarget, fleet: ProvisionedFleet, seconds: float
    ) -> None:
        self.fleet = fleet
        self.clock = fleet.clock
        self.target_value = target.target_value
        self.minimum = target.min_capacity
        self.maximum = target.max_capacity
        self.period: int = (
            facts.fact("cloudwatch.resolution").value * MICROSECONDS
        )
        self.low = facts.fact("scaling.low_alarm").value
        self.datapoints_needed: int = facts.fact("scaling.datapoints").value
        self.datapoints: deque[float | None] = deque(
            maxlen=self.datapoints_needed
        )
        self.busy_time = 0
        for action in target.scheduled_actions:
            self._schedule(action, seconds)
        if self.target_value is not None:
            self.clock.after(self.period, self.measure)

    def _schedule(self, action: ScheduledAction, seconds: float) -> None:
        instants = schedule_expressions.instants(action.schedule, ceil(seconds))
        for second in instants.tolist():
            self.clock.after(second * MICROSECONDS, self.act, action)

    def act(self, action: ScheduledAction) -> None:
        """A scheduled action sets the smallest and the largest capacity."""
        self.minimum = action.min_capacity
        self.maximum = action.max_capacity
        self.scale(self.fleet.requested)

    def measure(self, _: None) -> None:
        """A minute is over: its datapoint may be the one too many for an alarm."""
        self.clock.after(self.period, self.measure)
        self.datapoints.append(self.utilization())
        known = [
            datapoint for datapoint in self.datapoints if datapoint is not None
        ]
        target = self.target_value
        if target is None or self.fleet.allocating:
            return
        if len(known) < self.datapoints_needed:
            return
        if min(known) > target or max(known) < self.low * target:
            self.datapoints.clear()
            self.scale(ceil(self.fleet.allocated * known[-1] / target))

    def utilization(self) -> float | None:
        """The mean share of provisioned environments that worked; None is sent if none did."""
        fleet = self.fleet
        fleet.count_busy(0)
        busy = fleet.busy_time - self.busy_time
        self.busy_time = fleet.busy_time
        if not (busy and fleet.allocated):
            return None
        return busy / (fleet.allocated * self.period)

    def scale(self, capacity: int) -> None:
        """Ask for another capacity, within the bounds."""
        capacity = max(self.minimum, min(self.maximum, capacity))
        if capacity != self.fleet.requested:
            self.fleet.request(capacity)
