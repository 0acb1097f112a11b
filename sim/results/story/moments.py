"""The moments in the history of one delivery, each with its sentence: what a story is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sim.phrases import spoken
from sim.results.result import Result
from sim.results.story.tries import Tries, is_of_copy, tries_of
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.scenario.triggers import SynchronousTrigger, Trigger


@dataclass(frozen=True)
class Moment:
    """Something happens `at` this second; `rules` names the rows of `data/rules.csv` behind it."""

    at: float
    sentence: str
    rules: tuple[str, ...] = ()


def _place_in_history(span: Any) -> tuple[float, bool, bool]:
    """Spans are in order of start; of those that start together, waits and copies come last."""
    return span.start_s, span.stage == "retry", is_of_copy(span)


@dataclass(frozen=True)
class History:
    """One delivery: its row of `run.deliveries`, its spans in order, and its trigger."""

    run: Result
    row: Any
    trigger: Trigger

    @cached_property
    def spans(self) -> list[Any]:
        """The rows of `run.spans` of this delivery; waits and copies come after the others."""
        mine = self.run.span_index.rows_of_delivery(self.row.delivery)
        mine.sort(key=_place_in_history)
        return mine

    @cached_property
    def tries(self) -> Tries:
        """The spans by tries, and which of them are folded."""
        is_called = isinstance(self.trigger, SynchronousTrigger)
        return tries_of(self.spans, by_attempt=is_called)

    @property
    def told_spans(self) -> list[Any]:
        """The spans that are told one by one."""
        return self.tries.told

    @cached_property
    def run_numbers(self) -> dict[Any, int]:
        """Which run of the delivery each handler span is."""
        reached = [
            span
            for span in self.spans
            if span.stage == "handler" and span.outcome != "not reached"
        ]
        return {span: number for number, span in enumerate(reached, start=1)}

    @cached_property
    def copies(self) -> list[Any]:
        """The spans of second copies, in order: the first is where one comes."""
        return [span for span in self.spans if is_of_copy(span)]

    def batch(
        self, invocation: int, function: str | None = None
    ) -> pd.DataFrame:
        """The spans of all deliveries that one invocation is about, by default of its function.

        A message of a queue with several mappings may have been another function's before.
        """
        return self.run.span_index.of_invocation(
            invocation, function or self.row.function
        )

    def batch_size(self, invocation: int, function: str | None = None) -> int:
        """How many deliveries one invocation is about, by default of its function."""
        return self.run.span_index.batch_size(
            invocation, function or self.row.function
        )

    @property
    def is_remembered(self) -> bool:
        """Whether the handler is idempotent and has met the event more than once."""
        function = self.run.scenario.function(self.trigger.function)
        return (
            function.behaviour.idempotency is not None
            and len(self.run_numbers) > 1
        )

    @property
    def kind(self) -> TriggerKind:
        """The row of the trigger catalogue."""
        return trigger_kind(self.trigger.kind)

    @property
    def loss(self) -> str:
        """What it means that nothing keeps the delivery: it is lost, unless its work was done."""
        times = int(self.row.side_effects)
        if not times:
            return "it is lost"
        return f"its work was done {how_often(times)}, and nothing else knows of it"

    @property
    def last_s(self) -> float:
        """When it has its fate; of a delivery in flight, when the simulation ended."""
        return float(
            self.row.settled_s if self.is_settled else self.run.ended_s
        )

    @property
    def is_settled(self) -> bool:
        """Whether the delivery has its fate."""
        return bool(self.row.fate != "in flight")


Describe = Callable[[History, Any], Iterator[Moment]]
"""What happens in a span, a row of `run.spans`."""


def length(span: Any) -> str:
    """How long a span lasts, in words."""
    return spoken(span.end_s - span.start_s)


def how_often(times: int) -> str:
    """Once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(times, f"{times:,} times")
