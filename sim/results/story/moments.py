"""The moments in the life of one delivery, each with its sentence: what a story is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.results.phrases import ordinal, spoken
from sim.results.result import Result
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.scenario.triggers import Trigger
from sim.trace import MICROSECONDS


@dataclass(frozen=True)
class Moment:
    """Something happens `at` this second of the run; `rules` names the rows of `data/rules.csv` behind it."""

    at: float
    sentence: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Life:
    """One delivery: its row of `run.deliveries`, its spans in order, and the trigger it came through."""

    run: Result
    row: Any
    trigger: Trigger

    @cached_property
    def spans(self) -> list[Any]:
        """The rows of `run.spans` that belong to this delivery; a wait comes after what it follows on."""
        mine = self.run.spans[self.run.spans.delivery == self.row.delivery].itertuples(
            index=False
        )
        return sorted(mine, key=lambda span: (span.start_s, span.stage == "retry"))

    @cached_property
    def run_numbers(self) -> dict[Any, int]:
        """Which run of the delivery each handler span is."""
        handled = [
            span
            for span in self.spans
            if span.stage == "handler" and span.outcome != "not reached"
        ]
        return {span: number for number, span in enumerate(handled, 1)}

    @property
    def is_remembered(self) -> bool:
        """Whether the handler is idempotent and has met the event more than once."""
        function = self.run.scenario.function(self.trigger.function)
        return function.behaviour.idempotency is not None and len(self.run_numbers) > 1

    @property
    def kind(self) -> TriggerKind:
        """The row of the trigger catalogue."""
        return trigger_kind(self.trigger.kind)

    @property
    def ended(self) -> float:
        """The second at which the simulation ended."""
        return self.run.trace.ended / MICROSECONDS

    @property
    def settled(self) -> bool:
        """Whether the delivery has its fate."""
        return bool(self.row.fate != "in flight")


def initialisation(life: Life, span: Any) -> Iterator[Moment]:
    """A new environment starts, or one starts again inside a run."""
    length = (
        ""
        if span.outcome == "in flight"
        else f" in {spoken(span.end_s - span.start_s)}"
    )
    if span.stage == "suppressed init":
        cut = any(
            other.stage == "init" and other.end_s == span.start_s
            for other in life.spans
        )
        rule = "init limit" if cut else "reset"
        yield Moment(
            span.start_s,
            f"Environment {span.environment} initialises again{length}, inside the run.",
            (rule,),
        )
    elif span.outcome == "timeout":
        yield Moment(
            span.start_s,
            f"Cold start: environment {span.environment} does not initialise{length}.",
            ("init limit",),
        )
    else:
        yield Moment(
            span.start_s,
            f"Cold start: environment {span.environment} initialises{length}.",
            ("cold start",),
        )


def restore(life: Life, span: Any) -> Iterator[Moment]:
    """A new environment is restored from a snapshot."""
    length = (
        ""
        if span.outcome == "in flight"
        else f" in {spoken(span.end_s - span.start_s)}"
    )
    does = (
        "is not restored"
        if span.outcome == "timeout"
        else "is restored from its snapshot"
    )
    yield Moment(
        span.start_s,
        f"Cold start: environment {span.environment} {does}{length}.",
        ("snap start",),
    )


def extension(life: Life, span: Any) -> Iterator[Moment]:
    """Extensions work on after the handler."""
    length = (
        "" if span.outcome == "in flight" else f" {spoken(span.end_s - span.start_s)}"
    )
    yield Moment(
        span.start_s,
        f"Extensions keep environment {span.environment} busy{length}; nobody waits.",
        ("extension",),
    )


ENDINGS = {
    "succeeded": "succeeds, after {}",
    "failed": "fails, after {}",
    "crashed": "crashes, after {}, and its environment with it",
    "timeout": "is stopped after {}: it has reached the function's timeout",
}
KNOWN = {
    "succeeded": "finds the event done, and answers with the result that is kept",
    "failed": "finds the event in progress, and fails at once",
}


def handler(life: Life, span: Any, what: str = "") -> Iterator[Moment]:
    """A run begins and, if the simulation lasts long enough, ends."""
    number = ordinal(life.run_numbers[span])
    yield Moment(
        span.start_s,
        f"{number.capitalize()} run begins, in environment {span.environment}{what}.",
    )
    if span.start_s == span.end_s and life.is_remembered and span.outcome in KNOWN:
        yield Moment(
            span.end_s, f"The {number} run {KNOWN[span.outcome]}.", ("idempotency",)
        )
    elif span.outcome in ENDINGS:
        ending = ENDINGS[span.outcome].format(spoken(span.end_s - span.start_s))
        rules = ("function timeout",) if span.outcome == "timeout" else ()
        yield Moment(span.end_s, f"The {number} run {ending}.", rules)


Teller = Callable[[Life, Any], Iterator[Moment]]


def tell(life: Life, spans: list[Any], **stages: Teller) -> Iterator[Moment]:
    """What the spans say, by their stage; `stages` are the sentences of one invocation model."""
    tellers: dict[str, Teller] = {
        "init": initialisation,
        "suppressed init": initialisation,
        "restore": restore,
        "extension": extension,
        "handler": handler,
        **stages,
    }
    for span in spans:
        if span.stage in tellers:
            yield from tellers[span.stage](life, span)
