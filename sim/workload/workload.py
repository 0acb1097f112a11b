"""The events of a scenario and the draws that belong to them, in columns, before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from numpy.typing import NDArray

from sim import facts
from sim.scenario import schedule_expressions
from sim.scenario.durations import Constant, Duration, LogNormal
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Burst, ConstantRate, Keys, Recorded, Scheduled, Traffic
from sim.trace import MICROSECONDS, Outcome
from sim.workload import draws, rates
from sim.workload.draws import Floats, Identities

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Workload:
    """Events in order of time, then of traffic and number; and the deliveries they lead to.

    Columns of events: `time` (microseconds), `traffic` (index into `names`), `n`, `identity`, `key`
    (-1: none). Columns of deliveries: `event`, `trigger` (index into the triggers in order of their
    names).
    """

    names: tuple[str, ...]
    time: Integers
    traffic: Integers
    n: Integers
    identity: Identities
    key: Integers
    event: Integers
    trigger: Integers

    @property
    def arrived(self) -> Integers:
        """The time at which each delivery begins."""
        return self.time[self.event]


def workload(scenario: Scenario, seed: int) -> Workload:
    """Draw the events of a scenario: the same for every scenario with the same traffic and seed."""
    traffics = sorted(scenario.traffic, key=lambda traffic: traffic.name)
    columns = [_events(traffic, scenario.seconds, seed) for traffic in traffics]
    time = np.concatenate([*(column.time for column in columns), np.empty(0, np.int64)])
    traffic = np.repeat(
        np.arange(len(columns)), [len(column.time) for column in columns]
    )
    keys = [
        _keys(traffic, column.n, seed)
        for traffic, column in zip(traffics, columns, strict=True)
    ]
    order = np.argsort(time, kind="stable")
    event, trigger = _deliveries(scenario, traffics, traffic[order])
    return Workload(
        names=tuple(t.name for t in traffics),
        time=time[order],
        traffic=traffic[order],
        n=np.concatenate([*(column.n for column in columns), np.empty(0, np.int64)])[
            order
        ],
        identity=np.concatenate(
            [*(column.identity for column in columns), np.empty(0, np.uint64)]
        )[order],
        key=np.concatenate([*keys, np.empty(0, np.int64)])[order],
        event=event,
        trigger=trigger,
    )


def _deliveries(
    scenario: Scenario, traffics: list[Traffic], of: Integers
) -> tuple[Integers, Integers]:
    numbers = {trigger.name: number for number, trigger in enumerate(scenario.routes)}
    consumers = [
        [numbers[t.name] for t in scenario.consumers(traffic.into)]
        for traffic in traffics
    ]
    width = max(map(len, consumers), default=1)
    padded = np.array(
        [row + [-1] * (width - len(row)) for row in consumers], np.int64
    ).reshape(-1, width)
    triggers = padded[of]
    event = np.repeat(np.arange(len(of)), width)
    keep = triggers.ravel() >= 0
    return event[keep], triggers.ravel()[keep]


@dataclass(frozen=True)
class _Events:
    """The events of one traffic, in columns."""

    time: Integers
    n: Integers
    identity: Identities

    @classmethod
    def numbered(cls, name: str, time: Integers) -> _Events:
        return cls(time, np.arange(len(time)), draws.identities(name, len(time)))

    def before(self, end: int) -> _Events:
        keep = self.time < end
        return (
            self
            if keep.all()
            else _Events(self.time[keep], self.n[keep], self.identity[keep])
        )


def _events(traffic: Traffic, seconds: float, seed: int) -> _Events:
    arrivals, name = traffic.arrivals, traffic.name
    match arrivals:
        case Scheduled():
            events = _scheduled(arrivals, name, seconds, seed)
        case Burst():
            events = _Events.numbered(name, _bursts(arrivals, seconds))
        case Recorded():
            instants = np.array(arrivals.instants, np.float64)
            events = _Events.numbered(
                name, np.rint(instants * MICROSECONDS).astype(np.int64)
            )
        case ConstantRate():
            time = _paced(
                arrivals, seconds, lambda first, count: np.full(count, rates.UNIT)
            )
            events = _Events.numbered(name, time)
        case _:
            gaps = draws.key(seed, "gap", name)
            time = _paced(
                arrivals,
                seconds,
                lambda first, count: _unit_gaps(gaps, name, first, count),
            )
            events = _Events.numbered(name, time)
    return events.before(round(seconds * MICROSECONDS))


def _bursts(burst: Burst, seconds: float) -> Integers:
    spread = np.arange(burst.events) * (burst.within / burst.events) + burst.at
    in_time = (
        ceil(max(seconds - burst.at, 0) / burst.every) if burst.every else burst.times
    )
    begun = np.arange(min(burst.times, in_time))[:, None] * burst.every
    times: Floats = (begun + spread).ravel() * MICROSECONDS
    return np.rint(times).astype(np.int64)


def _scheduled(arrivals: Scheduled, name: str, seconds: float, seed: int) -> _Events:
    fired = schedule_expressions.instants(
        arrivals.expression, ceil(seconds), arrivals.schedule_expression_timezone
    )
    moments = fired * MICROSECONDS
    window = arrivals.window * MICROSECONDS

    def drawn(purpose: str) -> Floats:
        return draws.uniforms(draws.key(seed, purpose, name), events.identity)

    events = _Events.numbered(name, moments)
    twice = drawn("scheduled twice") < arrivals.duplicate_share
    first, second = (
        (moments + drawn(purpose) * window).astype(np.int64)
        for purpose in ("scheduled", "again")
    )
    again = draws.mixed(
        events.identity[twice] ^ np.uint64(draws.key("child", "scheduled twice", 0))
    )
    return _Events(
        np.concatenate([first, second[twice]]),
        np.concatenate([events.n, events.n[twice]]),
        np.concatenate([events.identity, again]),
    )


def _unit_gaps(purpose: int, name: str, first: int, count: int) -> Integers:
    chances = draws.uniforms(purpose, draws.identities(name, count, first))
    return np.rint(draws.log(chances) * -rates.UNIT).astype(np.int64)


def _paced(
    arrivals: rates.Paced, seconds: float, gaps: Callable[[int, int], Integers]
) -> Integers:
    expected, most = rates.expected(arrivals, seconds), arrivals.events or np.inf
    block = int(min(most, expected + 4 * expected**0.5 + 16))
    units = np.cumsum(gaps(0, block))
    while len(units) < most and units[-1] < expected * rates.UNIT:
        more = min(most, len(units) + block) - len(units)
        units = np.append(units, units[-1] + np.cumsum(gaps(len(units), int(more))))
    time = rates.microseconds(arrivals, units)
    return time[: np.searchsorted(time, seconds * MICROSECONDS)].astype(
        np.int64
    )  # before `inf`, which is no integer


def _keys(traffic: Traffic, n: Integers, seed: int) -> Integers:
    """The key of each event, or -1: it belongs to the traffic and the number, as a duplicate has that of its event."""
    own = traffic.arrivals.keys if isinstance(traffic.arrivals, Recorded) else None
    if own is not None:
        return np.array(own, np.int64)[n]
    if traffic.keys is None:
        return np.full(len(n), -1)
    identities = draws.identities(traffic.name, int(n.max(initial=-1)) + 1)[n]
    return _chosen(
        traffic.keys, draws.uniforms(draws.key(seed, "key", traffic.name), identities)
    )


def _chosen(keys: Keys, chances: Floats) -> Integers:
    if keys.distribution == "uniform":
        return (chances * keys.count).astype(np.int64)
    ranks = np.arange(1, keys.count + 1, dtype=np.float64)
    shares = np.cumsum(draws.exp(-keys.exponent * draws.log(ranks)))
    chosen: Integers = np.searchsorted(shares, chances * shares[-1], side="right")
    return np.minimum(chosen, keys.count - 1)


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
