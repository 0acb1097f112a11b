"""The tries of one delivery: where there are many of them, most are folded into a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from sim.phrases import plural, spoken
from sim.trace import SECOND_COPY

IN_HAND = ("init", "suppressed init", "handler", "throttle", "system error")
"""The stages of an event that Lambda hands over to the function."""
TRIES = ("handler", "throttle", "system error")
FOLLOWING = ("retry", "visibility", "extension", "call", "connection")
"""The stages that belong to the try before them; others prepare the next one."""
MOST_TRIES = 9
"""That are told one by one."""
TOLD_FIRST = 2
TOLD_LAST = 2
MOST_PHASES = 3
"""Changes of how tries end that are told in their order; more are only counted."""
ENDINGS = {
    "timeout": "stopped by its timeout",
    "not reached": "not reached in its batch",
    "in flight": "unfinished",
    "": "refused",
}
"""How a run has ended, where the table's word does not say it by itself."""


@dataclass(frozen=True)
class Fold:
    """Tries that follow each other and end alike: how many, how they end, when, how far apart."""

    at: float
    count: int
    ending: str
    shortest: float
    longest: float

    @property
    def sentence(self) -> str:
        """Tried 1,449 times, every 50 ms to 200 ms: throttled."""
        pace = spoken(self.shortest)
        longest = spoken(self.longest)
        if longest != pace:
            pace = f"{pace} to {longest}"
        times = plural(self.count, "time")
        every = "" if self.count == 1 else f", every {pace}"
        return f"Tried {times}{every}: {self.ending}."


@dataclass(frozen=True)
class Tries:
    """The spans that are told one by one, and what stands for the others."""

    told: list[Any]
    folds: list[Fold]
    folded_from: float
    folded_until: float

    def is_folded(self, at: float) -> bool:
        """Whether this time lies strictly among the folded tries."""
        return bool(self.folds) and self.folded_from < at < self.folded_until


def is_of_copy(span: Any) -> bool:
    """Whether a span is of the attempt at a second copy."""
    return bool(span.attempt == SECOND_COPY and span.stage in IN_HAND)


def tries_of(spans: list[Any], by_attempt: bool) -> Tries:
    """Fold the middle of many tries; `by_attempt`: each attempt is one, as of a caller."""
    copies = [span for span in spans if is_of_copy(span)]
    others = [span for span in spans if not is_of_copy(span)]
    tries = list(_attempts(others) if by_attempt else _in_turn(others))
    if len(tries) <= MOST_TRIES + TOLD_LAST:
        return Tries(spans, [], 0.0, 0.0)
    first = tries[:TOLD_FIRST]
    folded = tries[TOLD_FIRST:-TOLD_LAST]
    last = tries[-TOLD_LAST:]
    told = {id(span) for one in (*first, *last) for span in one}
    told |= {id(span) for span in copies}
    start = max(span.end_s for span in first[-1])
    end = min(span.start_s for span in last[0])
    kept = [span for span in spans if id(span) in told]
    return Tries(kept, _folds(folded, last), start, end)


def _attempts(spans: list[Any]) -> Iterator[list[Any]]:
    in_order = sorted(spans, key=attrgetter("attempt"))
    for _, attempt in groupby(in_order, attrgetter("attempt")):
        yield list(attempt)


def _in_turn(spans: list[Any]) -> Iterator[list[Any]]:
    """Each try with what prepares it and what follows from it."""
    current: list[Any] = []
    is_tried = False
    for span in spans:
        if is_tried and span.stage not in FOLLOWING:
            yield current
            current = []
            is_tried = False
        current.append(span)
        is_tried |= _is_try(span)
    if current:
        yield current


def _is_try(span: Any) -> bool:
    """Sources that hand an event over again have a span each time, too."""
    return span.stage in TRIES or span.stage == "source"


def _folds(folded: list[list[Any]], last: list[list[Any]]) -> list[Fold]:
    """One for each way to end, in their order; if they change often, one for all of them."""
    starts = [_start(spans) for spans in (*folded, last[0])]
    gaps = [after - before for before, after in pairwise(starts)]
    endings = [_ending(spans) for spans in folded]
    phases: list[list[int]] = []
    for number, ending in enumerate(endings):
        if phases and endings[phases[-1][0]] == ending:
            phases[-1].append(number)
        else:
            phases.append([number])
    if len(phases) > MOST_PHASES:
        phases = [list(range(len(folded)))]
    return [_fold(phase, starts, gaps, endings) for phase in phases]


def _fold(
    phase: list[int],
    starts: list[float],
    gaps: list[float],
    endings: list[str],
) -> Fold:
    inner = [gaps[number] for number in phase]
    counts = Counter(endings[number] for number in phase)
    words = ", ".join(
        f"{plural(count, 'time')} {ending}" for ending, count in counts.items()
    )
    if len(counts) == 1:
        words = f"each time {endings[phase[0]]}"
    at = starts[phase[0]]
    return Fold(at, len(phase), words, min(inner), max(inner))


def _start(spans: list[Any]) -> float:
    """When the try itself begins; of a wait without any, when that does."""
    for span in spans:
        if _is_try(span):
            return float(span.start_s)
    return float(spans[0].start_s)


def _ending(spans: list[Any]) -> str:
    """How a try has ended, in a word."""
    for span in reversed(spans):
        if span.stage == "throttle":
            return "throttled"
        if span.stage in ("system error", "source"):
            return "not accepted"
        if span.stage == "handler":
            outcome = str(span.outcome)
            return ENDINGS.get(outcome, outcome)
    return "refused"
