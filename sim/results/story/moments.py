"""The moments in the history of one delivery, each with its sentence: what a story is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sim.results.phrases import spoken
from sim.results.result import Result
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.scenario.triggers import Trigger
from sim.trace import SECOND_COPY

IN_HAND = ("init", "suppressed init", "handler", "throttle", "system error")
"""The stages of an event that Lambda hands over to the function."""


@dataclass(frozen=True)
class Moment:
    """Something happens `at` this second; `rules` names the rows of `data/rules.csv` behind it."""

    at: float
    sentence: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """One delivery: its row of `run.deliveries`, its spans in order, and its trigger."""

    run: Result
    row: Any
    trigger: Trigger

    @cached_property
    def spans(self) -> list[Any]:
        """The rows of `run.spans` of this delivery; waits and copies come after the others."""
        spans = self.run.spans
        mine = spans[spans.delivery == self.row.delivery]
        rows = mine.itertuples(index=False)
        return sorted(
            rows,
            key=lambda span: (
                span.start_s,
                span.stage == "retry",
                is_of_copy(span),
            ),
        )

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
        spans = self.run.spans
        is_mine = spans.resource == (function or self.row.function)
        batch: pd.DataFrame = spans[is_mine & (spans.invocation == invocation)]
        return batch

    def batch_size(self, invocation: int) -> int:
        """How many deliveries one invocation of the function is about."""
        return int(self.batch(invocation).delivery.nunique())

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
    def is_settled(self) -> bool:
        """Whether the delivery has its fate."""
        return bool(self.row.fate != "in flight")


Describe = Callable[[History, Any], Iterator[Moment]]
"""What happens in a span, a row of `run.spans`."""


def is_of_copy(span: Any) -> bool:
    """Whether a span is of the attempt at a second copy."""
    return span.attempt == SECOND_COPY and span.stage in IN_HAND


def length(span: Any) -> str:
    """How long a span lasts, in words."""
    return spoken(span.end_s - span.start_s)


def how_often(times: int) -> str:
    """Once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(times, f"{times:,} times")
