"""What was to come while events are under way, and comes when none is any more."""

from __future__ import annotations

from collections.abc import Iterator

import sim
from sim.phrases import exact


def quiet_after(run: sim.Run) -> float:
    """The second from which on nothing is under way; the run's end, if something still is."""
    ended = run.journeys.ended_s
    if ended.isna().any():
        return run.ended_s
    return float(ended.max()) if len(ended) else 0.0


def too_late(scenario: sim.Scenario, quiet_s: float) -> list[str]:
    """A sentence for each outage, change and deployment that no event meets."""
    return [
        f"{what} at {exact(at)} s meets no event: "
        f"after {exact(round(quiet_s, 3))} s none is under way."
        for what, at in _planned(scenario)
        if at >= quiet_s
    ]


def _planned(scenario: sim.Scenario) -> Iterator[tuple[str, float]]:
    """What comes while a scenario runs, and when."""
    for outage in scenario.outages:
        yield f"The outage of {outage.of}", outage.at
    for change in scenario.changes:
        names = ", ".join(change.settings)
        yield f"The change of {change.of}.{names}", change.at
    for deployment in scenario.deployments:
        yield f"The deployment of {deployment.function}", deployment.at
