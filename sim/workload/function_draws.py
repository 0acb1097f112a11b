"""The chance of one function: what is drawn for its events, and for its environments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim import facts
from sim.scenario.durations import Constant, Duration, LogNormal
from sim.scenario.function import Function
from sim.trace import MICROSECONDS, Outcome
from sim.workload import draws
from sim.workload.draws import Identities, Integers


@dataclass
class FunctionDraws:
    """The chance of one function: `work` and first outcomes in columns, everything later on demand."""

    function: Function
    seed: int
    keys: dict[str, int] = field(init=False)
    loading: int = field(init=False)  # microseconds
    stretch: float = field(init=False)
    draw_work: Callable[[int], int] = field(init=False)
    never_fails: bool = field(init=False)

    def __post_init__(self) -> None:
        purposes = ("work", "poison", "init", "duplicate", "latency")
        self.keys = {purpose: self._key(purpose) for purpose in purposes}
        self.loading = round(
            loading_seconds(self.function.behaviour.package_size_mb) * MICROSECONDS
        )
        behaviour = self.function.behaviour
        self.draw_work = draws.drawing(behaviour.handler, self.keys["work"])
        self.never_fails = behaviour.error_rate == behaviour.poison_share == 0
        self.stretch = 1 + behaviour.cpu_bound_share * (
            _slowdown(self.function.memory_size) - 1
        )

    def _key(self, *purpose: object) -> int:
        return draws.key(self.seed, self.function.name, *purpose)

    def work(self, identities: Identities) -> Integers:
        """How long the handler works on each event, in microseconds: a retry repeats it."""
        behaviour = self.function.behaviour
        time = draws.microseconds(
            behaviour.handler, draws.uniforms(self.keys["work"], identities)
        )
        return (
            time if self.stretch == 1 else np.rint(time * self.stretch).astype(np.int64)
        )

    def work_of(self, identity: int) -> int:
        """The same as `work`, for one event."""
        time = self.draw_work(identity)
        return time if self.stretch == 1 else round(time * self.stretch)

    def outcomes(self, identities: Identities, run: int) -> NDArray[np.int8]:
        """How the `run`-th run of each event ends, if nothing cuts it short."""
        behaviour = self.function.behaviour
        luck = draws.uniforms(self._luck(run), identities)
        poisoned = (
            draws.uniforms(self.keys["poison"], identities) < behaviour.poison_share
        )
        failed = poisoned | (luck < behaviour.error_rate)
        crashed = failed & (
            draws.uniforms(self._key("crash", run), identities) < behaviour.crash_share
        )
        return np.select(
            [crashed, failed], [Outcome.CRASHED, Outcome.FAILED], Outcome.SUCCEEDED
        ).astype(np.int8)

    def _luck(self, run: int) -> int:
        name = f"luck {run}"
        if name not in self.keys:
            self.keys[name] = self._key("luck", run)
        return self.keys[name]

    def outcome(self, identity: int, run: int) -> int:
        """The same as `outcomes`, for one event."""
        if self.never_fails:
            return Outcome.SUCCEEDED
        behaviour = self.function.behaviour
        if draws.uniform(self._luck(run), identity) >= behaviour.error_rate and (
            draws.uniform(self.keys["poison"], identity) >= behaviour.poison_share
        ):
            return Outcome.SUCCEEDED
        crashed = (
            draws.uniform(self._key("crash", run), identity) < behaviour.crash_share
        )
        return Outcome.CRASHED if crashed else Outcome.FAILED

    def init(self, number: int) -> int:
        """How long init of the function's environment of this number takes, in microseconds."""
        behaviour, identity = self.function.behaviour, draws.mix(number)
        if self.function.snap_start != "None":
            return self.one(behaviour.restore or usual_restore(), "init", identity)
        return (
            self.one(behaviour.init or usual_init(self.function), "init", identity)
            + self.loading
        )

    def chance(self, purpose: str, identity: int) -> float:
        """A number in (0, 1) for this purpose of the function."""
        return draws.uniform(self._key(purpose), identity)

    def one(self, duration: Duration, purpose: str, identity: int, n: int = 0) -> int:
        """One draw of a duration, in microseconds, for the `n`-th time this event needs it."""
        if isinstance(duration, Constant):
            return round(duration.seconds * MICROSECONDS)
        purpose_key = (
            self.keys[purpose]
            if purpose in self.keys and n == 0
            else self._key(purpose, n)
        )
        return draws.one(duration, draws.uniform(purpose_key, identity))


def usual_init(function: Function) -> LogNormal:
    """The measured init of the function's runtime, by its median and 99th percentile."""
    measured = facts.cold_start(function.runtime, function.package_type.lower())
    return LogNormal(median=measured.median / 1000, p99=measured.p99 / 1000)


def usual_restore() -> LogNormal:
    """The measured restore from a snapshot; only Java 21's is known, so it stands for every runtime (a choice)."""
    measured = facts.cold_start("java21 (SnapStart)")
    return LogNormal(median=measured.median / 1000, p99=measured.p99 / 1000)


def loading_seconds(package_size_mb: float) -> float:
    """How much a package of this size lengthens a cold start, between measured sizes in a straight line.

    What lies above the largest measured size takes as long as that (a choice).
    """
    known = facts.package_sizes()
    seconds = np.interp(
        package_size_mb,
        [row.size_mb for row in known],
        [row.cold_start for row in known],
    )
    return float(seconds) - known[0].cold_start


def _slowdown(memory_size: int) -> float:
    return max(1.0, float(facts.fact("function.one_vcpu_memory").value) / memory_size)
