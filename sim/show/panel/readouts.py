"""The numbers beside a picture: what each means, how it is written, what a pin changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sim.phrases import amount, counted, percent, spoken, usd
from sim.results.ends import End
from sim.results.run import Run
from sim.scenario.errors import ScenarioError
from sim.show.panel.readout_numbers import ReadoutNumbers

Better = Literal["less", "more", "neither"]


@dataclass(frozen=True)
class Readout:
    """A number of a run: what it means and why less or more of it is better, in sentences.

    `grows_with_events`: twice as many events give about twice as much, and better or worse needs
    the share of the events to say the same.
    """

    explanation: str
    better: Better
    value: Callable[[ReadoutNumbers], float]
    write: Callable[[float], str]
    grows_with_events: bool = False

    def text(self, numbers: ReadoutNumbers) -> str:
        """How it is written."""
        return self.write(self.value(numbers))


class Cost(Readout):
    """A number of dollars that may leave out what has no price."""

    def text(self, numbers: ReadoutNumbers) -> str:
        """How it is written, and that something has no price."""
        cost = super().text(numbers)
        if not numbers.has_cost or numbers.is_priced:
            return cost
        is_known = not math.isnan(numbers.cost_usd)
        return f"{cost} and more" if is_known else "not priced"


def _events_that(meaning: str, better: Better, why: str, end: End) -> Readout:
    """How many events from outside ended so, each with all that it caused."""
    return Readout(
        f"Events from outside {meaning} {why}",
        better,
        lambda numbers: numbers.ends[end],
        counted,
        grows_with_events=True,
    )


def _seconds(meaning: str, value: Callable[[ReadoutNumbers], float]) -> Readout:
    return Readout(meaning, "less", value, spoken)


READOUTS: Mapping[str, Readout] = {
    "delivered": _events_that(
        "whose work was done, with all that they caused.",
        "more",
        "More is better: this is what the system is for.",
        End.DELIVERED,
    ),
    "told": _events_that(
        "of which some caller was told of a failure or a throttle.",
        "less",
        "Less is better: somebody saw an error, and has to try again.",
        End.TOLD,
    ),
    "parked": _events_that(
        "of which something is kept in a dead-letter queue or at a destination.",
        "less",
        "Less is better: somebody has to look at it and send it again.",
        End.PARKED,
    ),
    "lost": _events_that(
        "of which some work was not done, nobody was told, and nothing was kept.",
        "less",
        "Less is better: nobody can repair what nobody knows of.",
        End.LOST,
    ),
    "given up": _events_that(
        "whose work was done before AWS gave them up, often with their batch.",
        "less",
        "Less is better: what is kept of them, or missed, may be handled again.",
        End.GIVEN_UP,
    ),
    "in flight": _events_that(
        "of which something is still under way when the simulation ends, and nothing worse "
        "has become of the rest.",
        "less",
        "Less is better: somebody still waits for them.",
        End.IN_FLIGHT,
    ),
    "throttles": Readout(
        "How often Lambda refused to start a function, as no concurrency was left for it; a "
        "refused batch counts for each of its events. Less is better: each one is an error for a "
        "caller, or a wait.",
        "less",
        lambda numbers: numbers.throttles,
        counted,
        grows_with_events=True,
    ),
    "attempts": Readout(
        "How often it was tried to run a function for an event: runs and throttles, those of "
        "retries too; a batch counts for each of its events. Neither more nor less is better: "
        "retries cost runs and save events.",
        "neither",
        lambda numbers: numbers.attempts,
        counted,
        grows_with_events=True,
    ),
    "runs per event": Readout(
        "How often functions ran for an event from outside and for all that it caused, on average; "
        "a batch's run counts for each of its events. Neither more nor less is better: retries "
        "cost runs and save events, and an event that was refused has no run.",
        "neither",
        lambda numbers: numbers.runs_per_event,
        amount,
    ),
    "duplicates": Readout(
        "How often a function succeeded once more with an event that it had handled before. Less "
        "is better: work that is not idempotent is done twice.",
        "less",
        lambda numbers: numbers.duplicates,
        counted,
        grows_with_events=True,
    ),
    "cold share": Readout(
        "Of the runs of functions, the share that had to wait for the init of a new execution "
        "environment; a batch's run counts for each of its events. Less is better: an init takes "
        "time.",
        "less",
        lambda numbers: numbers.cold_share,
        percent,
    ),
    "p50": _seconds(
        "Half of the delivered events were done, with all they caused, this long after their "
        "arrival, or sooner. Less is better.",
        lambda numbers: numbers.quantile(0.5),
    ),
    "p99": _seconds(
        "99 of 100 delivered events were done, with all they caused, this long after their "
        "arrival, or sooner. Less is better.",
        lambda numbers: numbers.quantile(0.99),
    ),
    "worst": _seconds(
        "The slowest of the delivered events was done, with all it caused, this long after its "
        "arrival. Less is better.",
        lambda numbers: numbers.quantile(1.0),
    ),
    "oldest": _seconds(
        "The greatest age that an event reached while it, or something that it caused, was "
        "under way, whatever became of it: until then, or until the simulation ended. Less is "
        "better.",
        lambda numbers: numbers.oldest_s,
    ),
    "cost": Cost(
        "What a million events would cost in us-east-1, with all they cause, without free tiers "
        "and without what has no price here. Less is better.",
        "less",
        lambda numbers: numbers.cost_usd,
        usd,
    ),
}

USUAL = (
    "delivered",
    "told",
    "parked",
    "lost",
    "in flight",
    "p50",
    "p99",
    "runs per event",
)
"""What a panel shows whose lesson does not choose."""


def rows(
    runs: Mapping[str, Run], pinned: Mapping[str, Run], names: Iterable[str]
) -> dict[str, Any]:
    """The readouts of these names: one row a run, with the difference from its pinned run.

    `{"names": [...], "rows": [{"run": name, "cells": [cell, ...]}, ...]}`; a cell has its `text`,
    the `difference` as text (empty where there is none that can be read, or nothing to compare
    with), and whether that is `better` (None: neither). Raises `ScenarioError` for an unknown name.
    """
    chosen = list(names)
    for name in chosen:
        check_name(name)
    before = compared(runs, pinned)
    found = [
        {"run": name, "cells": _cells(run, before.get(name), chosen)}
        for name, run in runs.items()
    ]
    return {"names": chosen, "rows": found}


def check_name(name: str) -> None:
    """Refuse the name of a readout that is not there."""
    if name not in READOUTS:
        there = ", ".join(READOUTS)
        raise ScenarioError(
            f"There is no readout {name!r}; these are there: {there}."
        )


def chosen_readouts(names: Sequence[str]) -> list[str]:
    """The names of readouts, by default the usual ones."""
    for name in names:
        check_name(name)
    return list(names or USUAL)


def compared(
    runs: Mapping[str, Run], pinned: Mapping[str, Run]
) -> dict[str, Run]:
    """By the name of a run: the pinned run that it is compared with.

    That is the one of the same name, of whatever preset. A run that is alone is compared with a
    pinned one that was alone, as a preset of one scenario names it after itself. Nothing else is
    compared: not two runs by their places.
    """
    if len(runs) == 1 and len(pinned) == 1:
        return dict(zip(runs, pinned.values(), strict=True))
    return {name: pinned[name] for name in runs if name in pinned}


def _cells(
    run: Run, before: Run | None, names: list[str]
) -> list[dict[str, Any]]:
    now = ReadoutNumbers(run)
    then = None if before is None else ReadoutNumbers(before)
    return [_cell(READOUTS[name], now, then) for name in names]


def _cell(
    readout: Readout, now: ReadoutNumbers, then: ReadoutNumbers | None
) -> dict[str, Any]:
    value = readout.value(now)
    text = readout.text(now)
    cell: dict[str, Any] = {"text": text, "difference": "", "better": None}
    if then is None:
        return cell
    before = readout.value(then)
    is_known = not math.isnan(value) and not math.isnan(before)
    if not is_known or text == readout.text(then):
        return cell
    sign = "+" if value > before else "−"
    cell["difference"] = sign + readout.write(abs(value - before))
    cell["better"] = _is_better(readout, now, then)
    return cell


def _is_better(
    readout: Readout, now: ReadoutNumbers, then: ReadoutNumbers
) -> bool | None:
    """Whether the change is for the better; None where the number and the share disagree."""
    if readout.better == "neither":
        return None
    value = readout.value(now)
    before = readout.value(then)
    signs = {_sign(value - before)}
    if readout.grows_with_events and now.events and then.events:
        signs.add(_sign(value / now.events - before / then.events))
    if len(signs) > 1:
        return None
    return signs == {1 if readout.better == "more" else -1}


def _sign(change: float) -> int:
    return (change > 0) - (change < 0)
