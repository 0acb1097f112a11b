"""The events of a scenario and the draws that belong to them, in columns, before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws, facts
from sim.distribution import Constant, Duration, LogNormal
from sim.draws import MICROSECONDS, Floats, Identities
from sim.function import Function
from sim.scenario import Scenario
from sim.trace import Outcome
from sim.traffic import Burst, ConstantRate, Poisson, Recorded, Traffic

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Workload:
    """Events in order of time, then of traffic and number; and the deliveries they lead to.

    Columns of events: `time` (microseconds), `traffic` (index into `names`), `n`, `identity`.
    Columns of deliveries: `event`, `trigger` (index into the triggers in order of their names).
    """

    names: tuple[str, ...]
    time: Integers
    traffic: Integers
    n: Integers
    identity: Identities
    event: Integers
    trigger: Integers

    @property
    def arrived(self) -> Integers:
        """The time at which each delivery begins."""
        return self.time[self.event]


def workload(scenario: Scenario, seed: int) -> Workload:
    """Draw the events of a scenario: the same for every scenario with the same traffic and seed."""
    traffics = sorted(scenario.traffic, key=lambda traffic: traffic.name)
    times = [_times(traffic, scenario.seconds, seed) for traffic in traffics]
    time = np.concatenate([*times, np.empty(0, np.int64)])
    traffic = np.repeat(np.arange(len(times)), [len(column) for column in times])
    n = np.concatenate([*(np.arange(len(column)) for column in times), np.empty(0, np.int64)])
    identity = [draws.identities(t.name, len(column)) for t, column in zip(traffics, times, strict=True)]
    order = np.argsort(time, kind="stable")
    event, trigger = _deliveries(scenario, traffics, traffic[order])
    return Workload(
        names=tuple(t.name for t in traffics),
        time=time[order],
        traffic=traffic[order],
        n=n[order],
        identity=np.concatenate([*identity, np.empty(0, np.uint64)])[order],
        event=event,
        trigger=trigger,
    )


def _deliveries(scenario: Scenario, traffics: list[Traffic], of: Integers) -> tuple[Integers, Integers]:
    numbers = {trigger.name: number for number, trigger in enumerate(scenario.routes)}
    consumers = [[numbers[t.name] for t in scenario.consumers(traffic.into)] for traffic in traffics]
    width = max(map(len, consumers), default=1)
    padded = np.array([row + [-1] * (width - len(row)) for row in consumers], np.int64).reshape(-1, width)
    triggers = padded[of]
    event = np.repeat(np.arange(len(of)), width)
    keep = triggers.ravel() >= 0
    return event[keep], triggers.ravel()[keep]


def _times(traffic: Traffic, seconds: float, seed: int) -> Integers:
    arrivals, end = traffic.arrivals, round(seconds * MICROSECONDS)
    match arrivals:
        case ConstantRate():
            times = _at_rate(arrivals, seconds, lambda first, count: np.full(count, _UNIT))
        case Poisson():
            gaps = draws.key(seed, "gap", traffic.name)
            times = _at_rate(arrivals, seconds, lambda first, count: _unit_gaps(gaps, traffic.name, first, count))
        case Burst():
            spread = np.arange(arrivals.events) * (arrivals.within / arrivals.events) + arrivals.at
            times = np.rint(spread * MICROSECONDS).astype(np.int64)
        case Recorded():
            times = np.rint(np.array(arrivals.instants, np.float64) * MICROSECONDS).astype(np.int64)
    return times[times < end]


_UNIT = 1_000_000_000  # gaps are whole billionths of the mean gap, so that their sums are exact


def _unit_gaps(purpose: int, name: str, first: int, count: int) -> Integers:
    chances = draws.uniforms(purpose, draws.identities(name, count, first))
    return np.rint(draws.log(chances) * -_UNIT).astype(np.int64)


def _at_rate(arrivals: ConstantRate | Poisson, seconds: float, gaps: Any) -> Integers:
    expected = arrivals.per_second * seconds
    block = int(min(arrivals.events or np.inf, expected + 4 * expected**0.5 + 16))
    per_microsecond = _UNIT / MICROSECONDS * arrivals.per_second
    total = np.cumsum(gaps(0, block))
    while len(total) != arrivals.events and total[-1] / per_microsecond < seconds * MICROSECONDS:
        more = min(arrivals.events or np.inf, len(total) + block) - len(total)
        total = np.append(total, total[-1] + np.cumsum(gaps(len(total), int(more))))
    return np.rint(total / per_microsecond).astype(np.int64)


@dataclass
class FunctionDraws:
    """The chance of one function: `work` and first outcomes in columns, everything later on demand."""

    function: Function
    seed: int
    keys: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        purposes = ("work", "poison", "init", "duplicate", "latency")
        self.keys = {purpose: self._key(purpose) for purpose in purposes}

    def _key(self, *purpose: object) -> int:
        return draws.key(self.seed, self.function.name, *purpose)

    def work(self, identities: Identities) -> Integers:
        """How long the handler works on each event, in microseconds: a retry repeats it."""
        behaviour = self.function.behaviour
        time = draws.microseconds(behaviour.handler, draws.uniforms(self.keys["work"], identities))
        stretch = 1 + behaviour.cpu_bound_share * (_slowdown(self.function.memory_size) - 1)
        return time if stretch == 1 else np.rint(time * stretch).astype(np.int64)

    def outcomes(self, identities: Identities, run: int) -> NDArray[np.int8]:
        """How the `run`-th run of each event ends, if nothing cuts it short."""
        behaviour = self.function.behaviour
        luck = draws.uniforms(self._luck(run), identities)
        poisoned = draws.uniforms(self.keys["poison"], identities) < behaviour.poison_share
        failed = poisoned | (luck < behaviour.error_rate)
        crashed = failed & (draws.uniforms(self._key("crash", run), identities) < behaviour.crash_share)
        return np.select([crashed, failed], [Outcome.CRASHED, Outcome.FAILED], Outcome.SUCCEEDED).astype(np.int8)

    def _luck(self, run: int) -> int:
        name = f"luck {run}"
        if name not in self.keys:
            self.keys[name] = self._key("luck", run)
        return self.keys[name]

    def outcome(self, identity: int, run: int) -> int:
        """The same as `outcomes`, for one event."""
        behaviour = self.function.behaviour
        if draws.uniform(self._luck(run), identity) >= behaviour.error_rate and (
            draws.uniform(self.keys["poison"], identity) >= behaviour.poison_share
        ):
            return Outcome.SUCCEEDED
        crashed = draws.uniform(self._key("crash", run), identity) < behaviour.crash_share
        return Outcome.CRASHED if crashed else Outcome.FAILED

    def init(self, number: int) -> int:
        """How long init of the function's environment of this number takes, in microseconds."""
        return self.one(self.function.behaviour.init or usual_init(self.function), "init", draws.mix(number))

    def one(self, duration: Duration, purpose: str, identity: int, n: int = 0) -> int:
        """One draw of a duration, in microseconds, for the `n`-th time this event needs it."""
        if isinstance(duration, Constant):
            return round(duration.seconds * MICROSECONDS)
        purpose_key = self.keys[purpose] if purpose in self.keys and n == 0 else self._key(purpose, n)
        chance: Floats = np.array([draws.uniform(purpose_key, identity)])
        return int(draws.microseconds(duration, chance)[0])


def usual_init(function: Function) -> LogNormal:
    """The measured init of the function's runtime, by its median and 99th percentile."""
    measured = facts.cold_start(function.runtime, function.package_type.lower())
    return LogNormal(median=measured.median / 1000, p99=measured.p99 / 1000)


def _slowdown(memory_size: int) -> float:
    return max(1.0, float(facts.fact("function.one_vcpu_memory").value) / memory_size)
