"""What `sim.calibrate` found: behaviour, arrivals, a report, and a scenario to run."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import floor, isnan
from typing import Any

import numpy as np
import pandas as pd

from sim import facts
from sim.calibration.behaviours import Fit, FittedBehaviour
from sim.calibration.comparison import (
    HELD_OUT,
    by_period,
    compared,
    simulated_runs,
)
from sim.calibration.environments import idle_seconds
from sim.scenario.arguments import Seed, checked
from sim.scenario.arrivals import Recorded
from sim.scenario.behaviour import Behaviour
from sim.scenario.choices import Choices
from sim.scenario.errors import ScenarioError
from sim.scenario.function import Function
from sim.scenario.make_trigger import trigger
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic

CLOCK = 0.01
"""Seconds by which a run may seem to be cut before its timeout (a choice)."""
AFTER = 1.0
"""Seconds that a scenario goes on after the last arrival, which is within it so."""


@dataclass(frozen=True)
class Calibration:
    """A function as its logs show it.

    `behaviour` is for a `Function` or for `read_template(behaviour={...})`; `arrivals` for a
    `Traffic`. `report`: a row for each thing found, with its number, estimate, interval (99 %),
    Kolmogorov's distance, and for what a log cannot say. `runs`: a row a run, in seconds from the
    first one: start_s (when it came), end_s, duration_s, init_s, restore_s, memory_size, status,
    environment.
    """

    function: str
    behaviour: Behaviour
    report: pd.DataFrame = field(repr=False)
    runs: pd.DataFrame = field(repr=False)
    invocations: list[tuple[float, float]] = field(repr=False)
    own_inits: pd.DataFrame = field(repr=False)
    fit: Fit = "log-normal"

    @cached_property
    def arrivals(self) -> Recorded:
        """When events came: the first run of each request, or the metric's counts spread evenly.

        Raises `ScenarioError` if no line has a time.
        """
        known = self.runs[self.runs.start_s.notna()]
        if len(known):
            first = known.drop_duplicates("request")
            return Recorded(instants=tuple(first.start_s.round(6).tolist()))
        if not self.invocations:
            raise ScenarioError(
                "calibrate: no line of the log has a time, so when events came is unknown; "
                "give traffic of your own."
            )
        return Recorded(instants=tuple(_spread(self.invocations)))

    @property
    def timeout(self) -> int:
        """The function's timeout in seconds, as runs met it; 900 if none did."""
        longest = int(facts.fact("Function.timeout").maximum or 0)
        is_cut = self.runs.status == "timeout"
        told = self.runs.timeout_s[is_cut].dropna()  # such as 3.05 for 3 s
        known = told if len(told) else self.runs.duration_s[is_cut]
        if known.empty:
            return longest
        return min(max(floor(float(known.median()) + CLOCK), 1), longest)

    @property
    def memory_size(self) -> int:
        """The function's memory in MB: that of the latest run that tells it."""
        sizes = self.runs.memory_size.dropna()
        fact = facts.fact("Function.memory_size")
        if sizes.empty:
            return int(fact.value)
        return int(max(sizes.iloc[-1], fact.minimum or 0))

    @property
    def choices(self) -> Choices:
        """The simulator's choices, with the idle time that the log streams show."""
        idle = idle_seconds(self.runs).value
        if isnan(idle):
            return Choices()
        return Choices(execution_environment_idle_seconds=idle)

    @checked
    def scenario(self, kind: str = "invoke") -> Scenario:
        """The function behind a trigger of this kind, with the arrivals as recorded.

        Raises `ScenarioError` for an unknown kind, and if no line has a time.
        """
        arrivals = self.arrivals
        return self._scenario(kind, self.behaviour, arrivals)

    def _scenario(
        self, kind: str, behaviour: Behaviour, arrivals: Recorded
    ) -> Scenario:
        function = Function(
            name=self.function,
            memory_size=self.memory_size,
            timeout=self.timeout,
            behaviour=behaviour,
        )
        if self.runs.restore_s.notna().any():
            function = function.replace(
                snap_start="PublishedVersions", auto_publish_alias="live"
            )
        called = trigger(kind, self.function)
        traffic = Traffic(
            into=getattr(called, "source", called.name), arrivals=arrivals
        )
        return Scenario(
            functions=[function],
            triggers=[called],
            traffic=[traffic],
            choices=self.choices,
            seconds=max(arrivals.instants, default=0.0) + AFTER,
        )

    @checked
    def comparison(self, seed: Seed = 1) -> pd.DataFrame:
        """The last third of the time, observed beside simulated by what the rest says.

        One row a number: invocations, concurrency (its peak), cold_share, p50_s and p99_s of a run
        with its init. Columns: observed, simulated.
        """
        return compared(*self._halves(seed))

    @checked
    def minutes(self, seed: Seed = 1) -> pd.DataFrame:
        """The same numbers over time: a row a period, with columns for both.

        Columns: start_s, held_out, and for observed and simulated: invocations, concurrency,
        cold_share, p50_s, p99_s.
        """
        return by_period(*self._halves(seed))

    def _halves(self, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, float]:
        """What was observed, what is simulated, and when the part begins that is held out."""
        known = self.runs[self.runs.start_s.notna()].reset_index(drop=True)
        if len(known) < 2:
            raise ScenarioError(
                "calibrate: a comparison needs two runs or more whose time is known."
            )
        split = float(known.start_s.max()) * (1 - HELD_OUT)
        before = known[known.start_s < split]
        told, _ = FittedBehaviour(before, self.own_inits, self.fit).fitted()
        every = Recorded(instants=tuple(known.start_s.round(6).tolist()))
        scenario = self._scenario("invoke", told, every)
        return known, simulated_runs(scenario, seed), split


def _spread(counts: list[tuple[float, float]]) -> list[float]:
    """Instants of as many events as each period has, evenly spread over it."""
    times = np.array([time for time, _ in counts])
    period = float(np.diff(times).min()) if len(times) > 1 else 60.0
    often = np.array([count for _, count in counts]).round().astype(np.int64)
    most = facts.fact("bound.events").value
    if often.sum() > most:
        raise ScenarioError(
            f"calibrate: the metric counts {often.sum():,} invocations, but a scenario has at "
            f"most {most:,} events (a choice)."
        )
    start = np.repeat(times - times[0], often)
    of_all: Any = np.arange(often.sum()) - np.repeat(
        np.cumsum(often) - often, often
    )
    within = (of_all + 0.5) / np.repeat(often, often) * period
    spread: list[float] = (start + within).round(6).tolist()
    return spread
