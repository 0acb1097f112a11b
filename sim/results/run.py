"""The face of a finished run: what a person asks of it."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

import pandas as pd

from sim.results import batch_records, invocation_records
from sim.results import summary as summaries
from sim.results.cloudwatch.alarms import alarm_history
from sim.results.cloudwatch.metrics import metrics
from sim.results.cost import bill
from sim.results.result import Result
from sim.results.story import story
from sim.scenario.arguments import (
    CHECKED_INSIDE,
    Number,
    Seconds,
    checked,
)
from sim.scenario.errors import ScenarioError


class Run(Result):
    """What a scenario did with one seed: tables, made when they are first asked for."""

    @property
    def overtaken(self) -> pd.DataFrame:
        """The deliveries whose handler first succeeded after that of a later one with the same key.

        Without keys (-1) all events count as one key. Columns: those of `deliveries`.
        """
        return summaries.overtaken(self.deliveries, self.spans)

    @checked
    def summary(
        self, after: Seconds = 0.0, function: str | None = None
    ) -> pd.Series[Any]:
        """Counts, latencies in seconds and shares of the journeys that began at `after` or later.

        The numbers: `sim.results.summary.summary`. With `function`, of the deliveries to that
        function alone, which came at `after` seconds or later:
        `sim.results.summary.function_summary`. Raises `ScenarioError` if there is no such function.
        """
        if function is not None:
            return self._function_summary(after, function)
        if after <= 0:
            return self._summary.copy()
        began = self.journeys.started_s.to_numpy() >= after
        deliveries = self.deliveries[began[self.journey_of]]
        return self._summary_of(self.journeys[began], deliveries)

    @cached_property
    def _summary(self) -> pd.Series[Any]:
        """The one of all journeys: titles, words and readouts ask for it again and again."""
        return self._summary_of(self.journeys, self.deliveries)

    def _summary_of(
        self, journeys: pd.DataFrame, deliveries: pd.DataFrame
    ) -> pd.Series[Any]:
        numbers = summaries.summary(journeys, deliveries, self.cold_runs)
        if self.scenario.state_machines:
            is_caught = deliveries.delivery.isin(list(self.trace.caught))
            numbers["caught"] = int(is_caught.sum())
        return numbers

    def _function_summary(self, after: float, function: str) -> pd.Series[Any]:
        names = [one.name for one in self.scenario.functions]
        if function not in names:
            raise ScenarioError(
                f"There is no function {function!r}: this run has {', '.join(names)}."
            )
        table = self.deliveries
        is_asked = (table.function == function) & (table.arrived_s >= after)
        return summaries.function_summary(table[is_asked], self.cold_runs)

    @checked
    def metrics(self, period: str = "1min") -> pd.DataFrame:
        """CloudWatch's metrics: one row a period, metric and dimensions, with its statistics.

        `period`: whole minutes, such as "5min"; else `ScenarioError` is raised. Columns:
        `sim.results.cloudwatch.metrics`.
        """
        return metrics(self, period)

    @checked
    def alarm_history(self) -> pd.DataFrame:
        """When the scenario's alarms ring: one row a change of an alarm's state.

        Columns: `sim.results.cloudwatch.alarms.alarm_history`.
        """
        return alarm_history(self)

    @checked
    def cost(
        self,
        per: Annotated[bill.Per, CHECKED_INSIDE] = "run",
        free_tier: bool = False,
        payload_kb: Annotated[float | None, CHECKED_INSIDE] = None,
    ) -> pd.DataFrame:
        """What it would have cost: one row a line of the bill, in US dollars.

        `payload_kb`: the size of every event, by default that of its traffic; `ScenarioError` is
        raised for a negative one. The rest, and the columns: `sim.results.cost.bill.cost`.
        """
        is_usual = payload_kb is None
        charges = self._charges if is_usual else bill.charges(self, payload_kb)
        return bill.cost(self, charges, per, free_tier)

    @cached_property
    def _charges(self) -> bill.Charges:
        """Of events in the sizes of their traffic: each bill is made of them."""
        return bill.charges(self)

    @cached_property
    def bill_per_million(self) -> pd.DataFrame:
        """`cost` for a million events, made when it is first asked for."""
        return self.cost(per="million events")

    @checked
    def story(self, event: Number) -> str:
        """What happened to one event, in sentences.

        Raises `ScenarioError` if there is no such event.
        """
        return story.story(self, event)

    @checked
    def invocation_record(
        self, event: Number, function: str | None = None
    ) -> dict[str, Any]:
        """The record of an asynchronous event for its destination, with AWS's fields.

        Parameters and errors: `sim.results.invocation_records`.
        """
        return invocation_records.invocation_record(self, event, function)

    @checked
    def dead_letter_message(
        self, event: Number, function: str | None = None
    ) -> dict[str, Any]:
        """The message that Lambda sends to a dead-letter queue about an asynchronous event.

        Parameters and errors: `sim.results.invocation_records`.
        """
        return invocation_records.dead_letter_message(self, event, function)

    @checked
    def batch_record(
        self, event: Number, function: str | None = None
    ) -> dict[str, Any]:
        """The record that a stream's mapping, or a subscriber, keeps of a batch it gave up.

        Parameters and errors: `sim.results.batch_records`.
        """
        return batch_records.batch_record(self, event, function)
