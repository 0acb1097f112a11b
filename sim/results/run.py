"""The face of a finished run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sim.results import cloudwatch, invocation_records, journeys, tables
from sim.results import summary as metrics
from sim.results.cost import bill
from sim.results.story import story
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import Trigger
from sim.trace import Trace
from sim.workload.workload import Workload


@dataclass(frozen=True)
class Run:
    """What a scenario did with one seed: tables, made when they are first asked for."""

    scenario: Scenario
    seed: int
    workload: Workload
    trace: Trace
    triggers: list[Trigger]

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """One row a delivery, with its one fate; see `sim.results.tables.deliveries` for the columns."""
        return tables.deliveries(self.scenario, self.workload, self.trace, self.triggers)

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row a span of a delivery's life; see `sim.results.tables.spans` for the columns."""
        return tables.spans(self.scenario, self.trace)

    @cached_property
    def journeys(self) -> pd.DataFrame:
        """One row an event from outside, with all the events it caused; see `sim.results.journeys.journeys`."""
        return journeys.journeys(self.workload, self.trace, self.deliveries)

    @property
    def overtaken(self) -> pd.DataFrame:
        """The deliveries whose handler first succeeded after it had for a later one with the same key.

        Without keys (-1) all events count as one key. Columns: those of `deliveries`.
        """
        return metrics.overtaken(self.deliveries, self.spans)

    @cached_property
    def caused(self) -> dict[int, list[int]]:
        """By delivery: the events that it caused, in order."""
        events: dict[int, list[int]] = {}
        for event, child in enumerate(self.trace.children, len(self.workload.time)):
            events.setdefault(child.delivery, []).append(event)
        return events

    @cached_property
    def attempts(self) -> pd.DataFrame:
        """One row for each time the function was tried; see `sim.results.tables.attempts` for the columns."""
        return tables.attempts(self.spans)

    @cached_property
    def environments(self) -> pd.DataFrame:
        """One row an execution environment that was started; see `sim.results.tables.environments` for the columns."""
        return tables.environments(self.scenario, self.trace)

    @cached_property
    def provisioned_concurrency(self) -> pd.DataFrame:
        """One row a change of it: function, version, at_s, requested, allocated."""
        return tables.provisioned_concurrency(self.scenario, self.trace)

    def summary(self, after: float = 0.0) -> pd.Series[Any]:
        """Counts, latencies in seconds and shares over what arrived at `after` seconds or later: see `sim.metrics`."""
        return metrics.summary(self.deliveries, self.spans, self.journeys, after)

    def metrics(self, period: str = "1min") -> pd.DataFrame:
        """CloudWatch's metrics, one row a period, metric and dimensions; see `sim.results.cloudwatch.metrics`."""
        return cloudwatch.metrics(self, period)

    def cost(self, per: bill.Per = "run", free_tier: bool = False, payload_kb: float | None = None) -> pd.DataFrame:
        """What it would have cost, one row a line of the bill, in US dollars; see `sim.results.cost.bill.cost`."""
        return bill.cost(self, per, free_tier, payload_kb)

    def story(self, event: int) -> str:
        """What happened to one event, in sentences; raises `ScenarioError` if there is no such event."""
        return story.story(self, event)

    def invocation_record(self, event: int, function: str | None = None) -> dict[str, Any]:
        """The record that Lambda sends to a destination about an asynchronous event, with AWS's fields."""
        return invocation_records.invocation_record(self, event, function)

    def dead_letter_message(self, event: int, function: str | None = None) -> dict[str, Any]:
        """The message that Lambda sends to a dead-letter queue about an asynchronous event."""
        return invocation_records.dead_letter_message(self, event, function)

    def batch_record(self, event: int, function: str | None = None) -> dict[str, Any]:
        """The record that a stream's mapping sends to its destination about a batch it gave up."""
        return invocation_records.batch_record(self, event, function)
