"""A short walk for each service of the first page: a question, a run, and what it shows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sim import facts
from sim.course.trial_systems import TROUBLES, trial
from sim.engine.simulate import simulate
from sim.phrases import counted, spoken
from sim.results.run import Run


@dataclass(frozen=True, kw_only=True)
class Walk:
    """One row of `data/walks.csv`: a service, its kind of trigger, a day, and words.

    `seen` has the names of numbers in braces; `numbers_of` reads them out of a run.
    """

    service: str
    kind: str
    day: str
    question: str
    seen: str
    rule: str
    source: str

    def run(self) -> Run:
        """Twelve orders through this kind of trigger, on this day."""
        system = trial(self.kind).with_settings(TROUBLES.get(self.day, {}))
        return simulate(system, seed=1)

    def what_is_seen(self) -> str:
        """What the run shows, with its numbers."""
        return self.seen.format_map(numbers_of(self.run()))


@cache
def walks() -> Sequence[Walk]:
    """The walks of all services, as they are written down."""
    path = facts.DATA / "walks.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return [Walk(**row) for row in csv.DictReader(file, strict=True)]


def numbers_of(run: Run) -> dict[str, str]:
    """The numbers of a run that a walk tells, by name, as people say them."""
    totals, deliveries = run.summary(), run.deliveries
    is_told = deliveries.fate.isin(["failed", "rejected"])
    numbers = {
        "events": totals.deliveries,
        "delivered": totals.delivered,
        "told": totals.told,
        "done": totals.told_done,
        "parked": totals.parked,
        "lost": totals.lost,
        "throttles": totals.throttles,
        "runs": deliveries.runs.sum(),
    }
    words = {name: counted(number) for name, number in numbers.items()}
    words["last"] = spoken(deliveries.latency_s.max())
    words["said"] = " or ".join(deliveries.told[is_told].unique())
    return words
