"""The runs of a simulation as Lambda would have logged them, with the inits before them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

from sim.results.run import Run
from sim.results.usage.runs import runs as runs_of

PHASES = {"init": "init", "suppressed init": "invoke"}
INIT_STATUSES = {
    "failed": ("error", "Runtime.ExitError"),
    "timeout": ("timeout", ""),
}


class CutInit(NamedTuple):
    """An init that did not succeed, which has a line of its own; times in milliseconds."""

    end: float
    duration: float
    phase: str
    outcome: str


class Logged(NamedTuple):
    """One run as its lines tell it; times in milliseconds."""

    request: str
    stream: str
    start: float
    end: float
    duration: float
    init: float
    restore: float
    memory: int
    outcome: str
    cut_inits: tuple[CutInit, ...] = ()


def logged_runs(run: Run, function: str) -> Iterator[Logged]:
    """The function's runs that have ended, in order of their ends."""
    table = runs_of(run)
    is_meant = (table.function == function) & (table.outcome != "")
    ordered = table[is_meant].sort_values("end_s", kind="stable")
    memory = run.scenario.function(function).memory_size
    cut_inits = _cut_inits(run)
    for row in ordered.to_dict("records"):
        own = tuple(cut_inits.get(row["delivery"], ()))
        yield _of_run(row, memory, own)


def _cut_inits(run: Run) -> dict[Hashable, list[CutInit]]:
    """The inits that did not succeed, by the delivery whose run they were for."""
    spans = run.spans
    is_cut = spans.outcome.isin(list(INIT_STATUSES))
    found: dict[Hashable, list[CutInit]] = {}
    meant = spans[is_cut & spans.stage.isin(list(PHASES))]
    for span in meant.to_dict("records"):
        end, length = span["end_s"], span["end_s"] - span["start_s"]
        phase, outcome = PHASES[span["stage"]], str(span["outcome"])
        cut = CutInit(end * 1000, length * 1000, phase, outcome)
        found.setdefault(span["delivery"], []).append(cut)
    return found


def _of_run(
    row: dict[Hashable, Any], memory: int, cut_inits: tuple[CutInit, ...]
) -> Logged:
    """One run of the simulation, in milliseconds."""
    handler = row["end_s"] - row["duration_s"]
    before = round(1000 * (handler - row["start_s"]), 3)
    is_restore = row["initialization_type"] == "snap-start"
    environment = _hex("stream", row["function"], row["environment"])
    return Logged(
        request=_identifier("request", row["delivery"]),
        stream=f"2026/01/01/[$LATEST]{environment}",
        start=handler * 1000,
        end=row["end_s"] * 1000,
        duration=row["duration_s"] * 1000,
        init=0.0 if is_restore or cut_inits else before,
        restore=before if is_restore else 0.0,
        memory=memory,
        outcome=str(row["outcome"]),
        cut_inits=cut_inits,
    )


def _hex(*words: object) -> str:
    text = " ".join(map(str, words)).encode()
    return blake2b(text, digest_size=16).hexdigest()


def _identifier(*words: object) -> str:
    """A request's id, in the form that Lambda's have."""
    digits = _hex(*words)
    parts = (
        digits[:8],
        digits[8:12],
        digits[12:16],
        digits[16:20],
        digits[20:],
    )
    return "-".join(parts)
