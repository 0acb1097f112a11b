"""For each rule of advice two small systems: one breaks it, one keeps it, with the same events.

The systems are data: `data/template/demonstrations.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.results.usage.runs import runs
from sim.scenario.make_trigger import trigger
from sim.scenario.scenario import Scenario
from sim.scenario.users_line import without_warnings
from sim.template.advice import subscriber_findings, version_findings
from sim.template.csv_tables import FOLDER


@dataclass(frozen=True, repr=False)
class Demonstration:
    """What breaking a rule does: a run that breaks it, one that keeps it, and a count of each."""

    measures: str
    broken: Run
    kept: Run
    broken_count: int
    kept_count: int

    def __repr__(self) -> str:
        return (
            f"{self.measures}: {self.broken_count:,} where the rule is broken, "
            f"{self.kept_count:,} where it is kept"
        )


def demonstrate(rule: str, measures: str, seed: int = 0) -> Demonstration:
    """Run the two systems of a rule; `measures` says what is counted in their runs."""
    count = COUNTS[measures]
    broken = simulate(
        demonstration_scenario(rule, "broken"), seed=seed, drain=False
    )
    kept = simulate(
        demonstration_scenario(rule, "kept"), seed=seed, drain=False
    )
    return Demonstration(measures, broken, kept, count(broken), count(kept))


def demonstration_scenario(rule: str, state: str) -> Scenario:
    """The system in which a rule is "broken" or "kept"."""
    demonstration = _data()["demonstrations"][rule]
    system = dict(_data()["systems"][demonstration["system"]])
    system["triggers"] = [
        trigger(**settings) for settings in system["triggers"]
    ]
    settings = demonstration["settings"] | demonstration[state]
    with without_warnings():
        return Scenario(**system).with_settings(settings)


def demonstrated_rules() -> list[str]:
    """The names of the rules that have a demonstration."""
    return list(_data()["demonstrations"])


@cache
def _data() -> dict[str, Any]:
    text = (FOLDER / "demonstrations.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _with_fate(fate: str) -> Callable[[Run], int]:
    return lambda run: int((run.deliveries.fate == fate).sum())


def _seen_failing(run: Run) -> int:
    succeeded = run.deliveries.successes > 0
    told_success = run.deliveries.told.astype(str).str.startswith("200")
    return int((succeeded & ~told_success).sum())


def _timed_out(run: Run) -> int:
    return int((runs(run).answer == "timeout").sum())


def _mean_wait(run: Run) -> int:
    begun = run.spans[run.spans.stage == "handler"].groupby("delivery").start_s
    waits = begun.min() - run.deliveries.arrived_s
    return round(1000 * waits.mean())


def _without_patches(run: Run) -> int:
    retired = version_findings.deprecated_runtimes(run.scenario)
    return len(list(retired))


def _may_be_rejected(run: Run) -> int:
    too_large = subscriber_findings.too_large_batches(run.scenario)
    return len(list(too_large))


COUNTS: dict[str, Callable[[Run], int]] = {
    "messages dead-lettered": _with_fate("dead-lettered"),
    "events lost": _with_fate("dropped"),
    "throttles": lambda run: int(run.deliveries.throttles.sum()),
    "records waiting at the end": _with_fate("in flight"),
    "events done twice": lambda run: int(
        (run.deliveries.side_effects > 1).sum()
    ),
    "successes that the caller saw fail": _seen_failing,
    "events whose work is lost": lambda run: int(run.summary().lost),
    "runs stopped by the timeout": _timed_out,
    "milliseconds until the mean record is read": _mean_wait,
    "milliseconds until the mean run begins": _mean_wait,
    "functions without patches": _without_patches,
    "subscribers that may be rejected": _may_be_rejected,
    "runs": lambda run: int(run.deliveries.runs.sum()),
    "events that never run": lambda run: int((run.deliveries.runs == 0).sum()),
}
"""What the runs are compared by."""
