"""The data of a run: what the scenario, the seed and the trace say, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.phrases import spoken
from sim.results import delivery_counts, journeys, tables
from sim.results.delivery_numbers import DeliveryNumbers, delivery_numbers
from sim.results.journeys import JourneyNumbers
from sim.results.span_index import Groups, SpanIndex
from sim.results.table_rows import TableRows
from sim.scenario.arguments import Seed, checked_class
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import Trigger
from sim.trace import MICROSECONDS, EarlierAnswer, PipeCall, TargetCall, Trace
from sim.workload.event_bodies import EventBodies
from sim.workload.workload import Workload


@checked_class
@dataclass(frozen=True, repr=False, eq=False)
class Result:
    """What a scenario did with one seed: tables, made when they are first asked for."""

    scenario: Scenario
    seed: Seed
    workload: Workload
    trace: Trace
    triggers: list[Trigger]

    def __repr__(self) -> str:
        deliveries = len(self.trace.deliveries.trigger)
        return (
            f"<{type(self).__name__}: {deliveries:,} deliveries, "
            f"seed {self.seed}, ended after {spoken(self.ended_s)}>"
        )

    @property
    def ended_s(self) -> float:
        """The second at which the simulation ended."""
        return self.trace.ended / MICROSECONDS

    @cached_property
    def bodies(self) -> EventBodies:
        """The contents of events, by number."""
        return EventBodies(self.scenario, self.seed, self.workload, self.trace)

    @cached_property
    def trigger_numbers(self) -> NDArray[np.int64]:
        """By delivery: the place of its trigger in `triggers`."""
        return np.array(self.trace.deliveries.trigger, np.int64)

    def trigger_of(self, delivery: int) -> Trigger:
        """The trigger that a delivery came through."""
        return self.triggers[self.trace.deliveries.trigger[delivery]]

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """One row a delivery, with its one fate; columns: `sim.results.tables.deliveries`."""
        return tables.deliveries(
            self.workload, self.trace, self.triggers, self.delivery_numbers
        )

    @cached_property
    def delivery_numbers(self) -> DeliveryNumbers:
        """What `deliveries` shows, as numbers; times in microseconds."""
        return delivery_numbers(self.scenario, self.trace, self.triggers)

    @cached_property
    def span_rows(self) -> NDArray[np.void]:
        """What `spans` shows, as numbers; times in microseconds."""
        return tables.span_rows(self.trace)

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row a span of a delivery's life; columns: `sim.results.tables.spans`."""
        return tables.spans(self.scenario, self.trace, self.span_rows)

    @cached_property
    def metric_tables(self) -> dict[float, pd.DataFrame]:
        """CloudWatch's metrics by their period in seconds, as far as they were counted."""
        return {}

    @cached_property
    def span_index(self) -> SpanIndex:
        """Where the spans of a delivery or of an invocation stand, without a scan."""
        return SpanIndex.of(self.spans)

    @cached_property
    def deliveries_of_event(self) -> Groups:
        """By event: the places of its deliveries in `deliveries`."""
        return Groups.of(np.array(self.trace.deliveries.event, np.int64))

    @cached_property
    def delivery_rows(self) -> TableRows:
        """The rows of `deliveries`, a few at a time."""
        return TableRows(self.deliveries)

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """By event: the events that it caused, in order."""
        events: dict[int, list[int]] = {}
        for event, child in enumerate(
            self.trace.children, len(self.workload.time)
        ):
            events.setdefault(child.parent, []).append(event)
        return events

    @cached_property
    def earlier_answers(self) -> dict[int, list[EarlierAnswer]]:
        """By delivery: what its caller was told before they called again."""
        answers: dict[int, list[EarlierAnswer]] = {}
        for answer in self.trace.earlier_answers:
            answers.setdefault(answer.delivery, []).append(answer)
        return answers

    @cached_property
    def target_calls(self) -> dict[int, list[TargetCall]]:
        """By delivery: the calls of a subscriber's target that were made with it, in order."""
        calls: dict[int, list[TargetCall]] = {}
        for call in self.trace.target_calls:
            for delivery in call.deliveries:
                calls.setdefault(delivery, []).append(call)
        return calls

    @cached_property
    def pipe_calls(self) -> dict[int, list[PipeCall]]:
        """By delivery: the executions of a pipe that were made with it, in order."""
        calls: dict[int, list[PipeCall]] = {}
        for call in self.trace.pipe_calls:
            for delivery in call.deliveries:
                calls.setdefault(delivery, []).append(call)
        return calls

    @cached_property
    def journeys(self) -> pd.DataFrame:
        """One row an event from outside, with all it caused; columns: `sim.results.journeys`."""
        return journeys.journeys(
            self.workload, self.trace, self.deliveries, self.journey_numbers
        )

    @cached_property
    def journey_numbers(self) -> JourneyNumbers:
        """What `journeys` shows, as numbers; times in microseconds."""
        return journeys.journey_numbers(
            self.workload,
            self.trace,
            self.delivery_numbers,
            self.scenario.called,
        )

    @cached_property
    def journey_of(self) -> Integers:
        """By delivery: the event from outside with which its journey began."""
        return self.journey_numbers.root

    @cached_property
    def throttles(self) -> NDArray[np.int64]:
        """By delivery: how often it was throttled."""
        return delivery_counts.count_throttles(self.trace)

    @cached_property
    def cold_runs(self) -> NDArray[np.int64]:
        """By delivery: how many of its runs waited for an init."""
        return delivery_counts.cold_runs(self.trace)

    @cached_property
    def caused(self) -> dict[int, list[int]]:
        """By delivery: the events that it caused, in order."""
        events: dict[int, list[int]] = {}
        for event, child in enumerate(
            self.trace.children, len(self.workload.time)
        ):
            events.setdefault(child.delivery, []).append(event)
        return events

    @cached_property
    def attempts(self) -> pd.DataFrame:
        """One row for each time the function was tried; columns: `sim.results.tables.attempts`."""
        return tables.attempts(self.spans)

    @cached_property
    def environments(self) -> pd.DataFrame:
        """One row an execution environment; columns: `sim.results.tables.environments`."""
        return tables.environments(self.scenario, self.trace)

    @cached_property
    def provisioned_concurrency(self) -> pd.DataFrame:
        """One row a change of it: function, version, at_s, requested, allocated."""
        return tables.provisioned_concurrency(self.scenario, self.trace)
