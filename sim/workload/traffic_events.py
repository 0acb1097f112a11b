"""When the events of a traffic come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np

from sim.scenario import schedule_expressions
from sim.scenario.traffic import Burst, ConstantRate, Recorded, Scheduled, Traffic
from sim.trace import MICROSECONDS
from sim.workload import draws, rates
from sim.workload.draws import Floats, Identities, Integers


@dataclass(frozen=True)
class TrafficEvents:
    """The events of one traffic, in columns."""

    time: Integers
    n: Integers
    identity: Identities

    @classmethod
    def numbered(cls, name: str, time: Integers) -> TrafficEvents:
        return cls(time, np.arange(len(time)), draws.identities(name, len(time)))

    def before(self, end: int) -> TrafficEvents:
        keep = self.time < end
        return (
            self
            if keep.all()
            else TrafficEvents(self.time[keep], self.n[keep], self.identity[keep])
        )


def traffic_events(traffic: Traffic, seconds: float, seed: int) -> TrafficEvents:
    arrivals, name = traffic.arrivals, traffic.name
    match arrivals:
        case Scheduled():
            events = _scheduled(arrivals, name, seconds, seed)
        case Burst():
            events = TrafficEvents.numbered(name, _bursts(arrivals, seconds))
        case Recorded():
            instants = np.array(arrivals.instants, np.float64)
            events = TrafficEvents.numbered(
                name, np.rint(instants * MICROSECONDS).astype(np.int64)
            )
        case ConstantRate():
            time = _paced(
                arrivals, seconds, lambda first, count: np.full(count, rates.UNIT)
            )
            events = TrafficEvents.numbered(name, time)
        case _:
            gaps = draws.key(seed, "gap", name)
            time = _paced(
                arrivals,
                seconds,
                lambda first, count: _unit_gaps(gaps, name, first, count),
            )
            events = TrafficEvents.numbered(name, time)
    return events.before(round(seconds * MICROSECONDS))


def _bursts(burst: Burst, seconds: float) -> Integers:
    spread = np.arange(burst.events) * (burst.within / burst.events) + burst.at
    in_time = (
        ceil(max(seconds - burst.at, 0) / burst.every) if burst.every else burst.times
    )
    begun = np.arange(min(burst.times, in_time))[:, None] * burst.every
    times: Floats = (begun + spread).ravel() * MICROSECONDS
    return np.rint(times).astype(np.int64)


def _scheduled(
    arrivals: Scheduled, name: str, seconds: float, seed: int
) -> TrafficEvents:
    fired = schedule_expressions.instants(
        arrivals.expression, ceil(seconds), arrivals.schedule_expression_timezone
    )
    moments = fired * MICROSECONDS
    window = arrivals.window * MICROSECONDS

    def drawn(purpose: str) -> Floats:
        return draws.uniforms(draws.key(seed, purpose, name), events.identity)

    events = TrafficEvents.numbered(name, moments)
    twice = drawn("scheduled twice") < arrivals.duplicate_share
    first, second = (
        (moments + drawn(purpose) * window).astype(np.int64)
        for purpose in ("scheduled", "again")
    )
    again = draws.mixed(
        events.identity[twice] ^ np.uint64(draws.key("child", "scheduled twice", 0))
    )
    return TrafficEvents(
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
