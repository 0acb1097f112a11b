"""What readouts are made from: each number is counted when it is first asked for."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from sim.arrays import Floats, Integers
from sim.results.ends import End
from sim.results.run import Run
from sim.trace import MICROSECONDS, Outcome, Stage


class ReadoutNumbers:
    """The numbers of a run; of its events, each counts with all that it caused.

    Numbers that nothing says are NaN: latencies where nothing was delivered, shares of no run.
    """

    def __init__(self, run: Run) -> None:
        self.run = run

    @cached_property
    def events(self) -> int:
        """Events from outside."""
        return len(self.run.workload.time)

    @cached_property
    def ends(self) -> list[int]:
        """By `End`: events from outside with this worst end."""
        end = self.run.journey_numbers.end
        counts: list[int] = np.bincount(end, minlength=len(End)).tolist()
        return counts

    @cached_property
    def delivered_s(self) -> Floats:
        """Seconds from arrival to the last consequence, of the delivered."""
        found = self.run.journey_numbers
        is_delivered = found.end == End.DELIVERED
        return np.asarray(found.end_to_end_s[is_delivered], float)

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the delivered events was done."""
        seconds = self.delivered_s
        return float(np.quantile(seconds, share)) if len(seconds) else math.nan

    @cached_property
    def oldest_s(self) -> float:
        """The greatest age of an event while anything of it was under way, until the end."""
        found = self.run.journey_numbers
        if not len(found.started):
            return math.nan
        end = np.where(found.is_over, found.ended, self.run.trace.ended)
        ages = end - found.started
        return max(0, int(ages.max())) / MICROSECONDS

    @cached_property
    def runs(self) -> int:
        """Runs of functions, each once for every event that it had."""
        return int(self._column("runs").sum())

    @cached_property
    def runs_per_event(self) -> float:
        """Runs for an event from outside, and for all that it caused."""
        return self.runs / self.events if self.events else math.nan

    @cached_property
    def duplicates(self) -> int:
        """Successes beyond the first with an event."""
        return int((self._column("successes") - 1).clip(0).sum())

    @cached_property
    def cold_share(self) -> float:
        """The part of `runs` that waited for an init."""
        cold = int(self.run.cold_runs.sum())
        return cold / self.runs if self.runs else math.nan

    @cached_property
    def throttles(self) -> int:
        """Refused requests, each once for every event in it."""
        spans = self.run.trace.spans
        return int((spans["stage"] == Stage.THROTTLE).sum())

    @cached_property
    def attempts(self) -> int:
        """Runs and throttles, also those under way: the rows of `run.attempts`."""
        spans = self.run.trace.spans
        is_run = spans["stage"] == Stage.HANDLER
        is_run &= spans["outcome"] != Outcome.NOT_REACHED
        is_run &= spans["start"] <= self.run.trace.ended
        return int(is_run.sum()) + self.throttles

    @cached_property
    def has_cost(self) -> bool:
        """Whether any event came, so that there is a cost of a million."""
        return bool((self.run.workload.time <= self.run.trace.ended).any())

    @cached_property
    def cost_usd(self) -> float:
        """What a million events cost, without what has no price; NaN if nothing has."""
        if not self.has_cost:
            return math.nan
        costs = self.run.bill_per_million.cost_usd
        return float(costs.sum(min_count=1))

    @cached_property
    def is_priced(self) -> bool:
        """Whether each line of the bill has a price."""
        return bool(self.run.bill_per_million.cost_usd.notna().all())

    def _column(self, name: str) -> Integers:
        return self.run.delivery_numbers.columns[name]
