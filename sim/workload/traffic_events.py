"""The events of one traffic: when they come, who they are, and the keys they carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf

import numpy as np

from sim.arrays import Floats, Integers
from sim.scenario import schedule_expressions
from sim.scenario.arrivals import Burst, ConstantRate, Recorded, Scheduled
from sim.scenario.traffic import Keys, Traffic
from sim.trace import MICROSECONDS
from sim.workload import draws, rates
from sim.workload.draws import Identities


@dataclass(frozen=True)
class TrafficEvents:
    """The events of one traffic, in columns: `time` in microseconds, number `n`, and `identity`."""

    time: Integers
    n: Integers
    identity: Identities

    @classmethod
    def numbered(cls, name: str, time: Integers) -> TrafficEvents:
        """The first events of the traffic of this name, at these times."""
        count = len(time)
        return cls(time, np.arange(count), draws.identities(name, count))

    def before(self, end: int) -> TrafficEvents:
        """Those that come before a time in microseconds."""
        keep = self.time < end
        if keep.all():
            return self
        return TrafficEvents(self.time[keep], self.n[keep], self.identity[keep])

    def followed_by(self, others: TrafficEvents) -> TrafficEvents:
        """These events and, after them, those."""
        return TrafficEvents(
            np.concatenate([self.time, others.time]),
            np.concatenate([self.n, others.n]),
            np.concatenate([self.identity, others.identity]),
        )


def traffic_events(
    traffic: Traffic, seconds: float, seed: int
) -> TrafficEvents:
    """The events of a traffic in the first so many seconds."""
    name = traffic.name
    match traffic.arrivals:
        case Scheduled() as schedule:
            events = _scheduled(schedule, name, seconds, seed)
        case Burst() as burst:
            events = TrafficEvents.numbered(name, _bursts(burst, seconds))
        case Recorded(instants=instants):
            times = _rounded(np.array(instants, np.float64) * MICROSECONDS)
            events = TrafficEvents.numbered(name, times)
        case ConstantRate() as rate:
            events = TrafficEvents.numbered(
                name, _paced(rate, seconds, _equal_gaps)
            )
        case paced:
            gaps = _exponential_gaps(name, seed)
            events = TrafficEvents.numbered(name, _paced(paced, seconds, gaps))
    return events.before(round(seconds * MICROSECONDS))


def _rounded(times: Floats) -> Integers:
    return np.rint(times).astype(np.int64)


def _bursts(burst: Burst, seconds: float) -> Integers:
    times = burst.times
    if burst.every:
        times_until_the_end = ceil(max(seconds - burst.at, 0) / burst.every)
        times = min(times, times_until_the_end)
    begins = np.arange(times)[:, None] * burst.every
    within = np.arange(burst.events) * (burst.within / burst.events) + burst.at
    return _rounded((begins + within).ravel() * MICROSECONDS)


def _scheduled(
    arrivals: Scheduled, name: str, seconds: float, seed: int
) -> TrafficEvents:
    """An event at a drawn moment of each window, and some of them once more.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
    """
    timezone = arrivals.schedule_expression_timezone
    fired = schedule_expressions.instants(
        arrivals.expression, ceil(seconds), timezone
    )
    windows = TrafficEvents.numbered(name, fired * MICROSECONDS)

    def drawn(purpose: str) -> Floats:
        return draws.uniforms(draws.key(seed, purpose, name), windows.identity)

    def moments(purpose: str) -> Integers:
        late = drawn(purpose) * (arrivals.window * MICROSECONDS)
        return (windows.time + late).astype(np.int64)

    events = TrafficEvents(moments("scheduled"), windows.n, windows.identity)
    twice = drawn("scheduled twice") < arrivals.duplicate_share
    duplicates = TrafficEvents(
        moments("again")[twice],
        windows.n[twice],
        draws.children(windows.identity[twice], "scheduled twice"),
    )
    return events.followed_by(duplicates)


UnitGaps = Callable[[range], Integers]
"""The gap before each event of these numbers, in billionths of the mean gap."""


def _equal_gaps(numbers: range) -> Integers:
    return np.full(len(numbers), rates.UNIT)


def _exponential_gaps(name: str, seed: int) -> UnitGaps:
    purpose = draws.key(seed, "gap", name)

    def gaps(numbers: range) -> Integers:
        identities = draws.identities(name, len(numbers), numbers.start)
        chances = draws.uniforms(purpose, identities)
        return _rounded(draws.log(chances) * -rates.UNIT)

    return gaps


def _paced(arrivals: rates.Paced, seconds: float, gaps: UnitGaps) -> Integers:
    """Times until the end, and perhaps some after it."""
    expected = rates.expected(arrivals, seconds)
    most = arrivals.events or inf
    # Four standard deviations of a Poisson number more than its mean: nearly always enough.
    block = int(min(most, expected + 4 * expected**0.5 + 16))
    units = np.cumsum(gaps(range(block)))
    while len(units) < most and units[-1] < expected * rates.UNIT:
        count = len(units)
        more = range(count, int(min(most, count + block)))
        units = np.append(units, units[-1] + np.cumsum(gaps(more)))
    times = rates.arrival_times(arrivals, units)
    # Those after the end may be `inf`, which is no integer.
    ended = np.searchsorted(times, seconds * MICROSECONDS)
    return times[:ended].astype(np.int64)


def event_keys(traffic: Traffic, n: Integers, seed: int) -> Integers:
    """The key of each event by its number, -1 for none.

    It belongs to the traffic and the number, so a duplicate has that of its event.
    """
    arrivals = traffic.arrivals
    if isinstance(arrivals, Recorded) and arrivals.keys is not None:
        return np.array(arrivals.keys, np.int64)[n]
    if traffic.keys is None:
        return np.full(len(n), -1)
    numbers = int(n.max(initial=-1)) + 1
    identities = draws.identities(traffic.name, numbers)[n]
    purpose = draws.key(seed, "key", traffic.name)
    return _chosen(traffic.keys, draws.uniforms(purpose, identities))


def _chosen(keys: Keys, chances: Floats) -> Integers:
    if keys.distribution == "uniform":
        return (chances * keys.count).astype(np.int64)
    ranks = np.arange(1, keys.count + 1, dtype=np.float64)
    shares = np.cumsum(draws.exp(-keys.exponent * draws.log(ranks)))
    chosen: Integers = np.searchsorted(
        shares, chances * shares[-1], side="right"
    )
    return np.minimum(chosen, keys.count - 1)
