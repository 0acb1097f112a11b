"""The same work in plain SimPy, as fast as that can be written: closures, no objects, no records.

SimPy's public names only; its private `_now` and `_value` would make the callbacks 6-9 % faster.

All three draw from one generator in the same order, so their outcomes are equal to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from math import inf
from random import Random
from typing import Any

from simpy import Environment, Event, Timeout

from .work import Contender, Outcome, Work


def callbacks(work: Work) -> Callable[[], Outcome]:
    """Two events a request; a stale instance is noticed when an arrival looks for an idle one."""
    clock, draw = Environment(), Random(work.seed).expovariate
    rate, warm, cold = work.per_second, 1 / work.warm, 1 / work.cold
    events, cap, expiry = work.events, work.cap, work.expiry
    # a heap of negated numbers: the youngest instance comes first
    idle: list[int] = []
    born: list[float] = []
    left: list[float] = []  # when each instance was last left
    dropped: list[int] = []
    arrived = rejected = busy = 0
    response = 0.0
    over = clock.event()

    def arrive(_: Event) -> None:
        nonlocal arrived, rejected, busy, response
        arrived += 1
        if arrived < events:
            Timeout(clock, draw(rate)).callbacks.append(arrive)
        else:
            over.succeed()
        if busy >= cap:
            rejected += 1
            return
        busy += 1
        now = clock.now
        while idle:
            instance = -heappop(idle)
            if now - left[instance] <= expiry:
                service = draw(warm)
                break
            dropped.append(instance)
        else:
            instance = len(born)
            born.append(now)
            left.append(now)
            service = draw(cold)
        response += service
        Timeout(clock, service, instance).callbacks.append(depart)

    def depart(event: Event) -> None:
        nonlocal busy
        busy -= 1
        instance = event.value
        left[instance] = clock.now
        heappush(idle, -instance)

    def run() -> Outcome:
        clock.run(until=over)
        instances = _mean_instances(
            born, left, dropped + [-k for k in idle], clock.now, expiry
        )
        return Outcome(
            arrived,
            len(born),
            rejected,
            response / (arrived - rejected),
            instances,
        )

    Timeout(clock, draw(rate)).callbacks.append(arrive)
    return run


def callbacks_with_timer(work: Work) -> Callable[[], Outcome]:  # noqa: C901 - fast
    """As `callbacks`, but an instance goes on time: one timer, re-armed if it fires early."""
    clock, draw = Environment(), Random(work.seed).expovariate
    rate, warm, cold = work.per_second, 1 / work.warm, 1 / work.cold
    events, cap, expiry = work.events, work.cap, work.expiry
    idle: list[int] = []
    born: list[float] = []
    left: list[float] = []
    expires: list[float] = []  # infinite while busy, -1 when gone
    armed: list[bool] = []
    dropped: list[int] = []
    arrived = rejected = busy = 0
    response = 0.0
    over = clock.event()

    def arrive(_: Event) -> None:
        nonlocal arrived, rejected, busy, response
        arrived += 1
        if arrived < events:
            Timeout(clock, draw(rate)).callbacks.append(arrive)
        else:
            over.succeed()
        if busy >= cap:
            rejected += 1
            return
        busy += 1
        while idle:
            instance = -heappop(idle)
            if expires[instance] > 0:
                expires[instance] = inf
                service = draw(warm)
                break
        else:
            instance = len(born)
            born.append(clock.now)
            left.append(clock.now)
            expires.append(inf)
            armed.append(False)
            service = draw(cold)
        response += service
        Timeout(clock, service, instance).callbacks.append(depart)

    def depart(event: Event) -> None:
        nonlocal busy
        busy -= 1
        instance = event.value
        left[instance] = now = clock.now
        expires[instance] = now + expiry
        heappush(idle, -instance)
        if not armed[instance]:
            armed[instance] = True
            Timeout(clock, expiry, instance).callbacks.append(expire)

    def expire(event: Event) -> None:
        instance = event.value
        rest = expires[instance] - clock.now
        armed[instance] = 0 < rest < inf
        if armed[instance]:
            Timeout(clock, rest, instance).callbacks.append(expire)
        elif rest <= 0:
            expires[instance] = -1.0
            dropped.append(instance)

    def run() -> Outcome:
        clock.run(until=over)
        instances = _mean_instances(
            born, left, dropped + [-k for k in idle], clock.now, expiry
        )
        return Outcome(
            arrived,
            len(born),
            rejected,
            response / (arrived - rejected),
            instances,
        )

    Timeout(clock, draw(rate)).callbacks.append(arrive)
    return run


def generators(work: Work) -> Callable[[], Outcome]:
    """Ordinary SimPy: a process for the source and one for each request; lazy expiry."""
    clock, draw = Environment(), Random(work.seed).expovariate
    rate, warm, cold = work.per_second, 1 / work.warm, 1 / work.cold
    cap, expiry = work.cap, work.expiry
    idle: list[int] = []
    born: list[float] = []
    left: list[float] = []
    dropped: list[int] = []
    rejected = busy = 0
    response = 0.0

    def source() -> Generator[Event, Any, None]:
        gap = clock.timeout(draw(rate))
        for _ in range(work.events - 1):
            yield gap
            gap = clock.timeout(draw(rate))
            clock.process(request())
        yield gap
        clock.process(request())

    def request() -> Generator[Event, Any, None]:
        nonlocal rejected, busy, response
        if busy >= cap:
            rejected += 1
            return
        busy += 1
        while idle:
            instance = -heappop(idle)
            if clock.now - left[instance] <= expiry:
                service = draw(warm)
                break
            dropped.append(instance)
        else:
            instance = len(born)
            born.append(clock.now)
            left.append(clock.now)
            service = draw(cold)
        response += service
        yield clock.timeout(service)
        busy -= 1
        left[instance] = clock.now
        heappush(idle, -instance)

    def run() -> Outcome:
        clock.run(until=clock.process(source()))
        instances = _mean_instances(
            born, left, dropped + [-k for k in idle], clock.now, expiry
        )
        return Outcome(
            work.events,
            len(born),
            rejected,
            response / (work.events - rejected),
            instances,
        )

    return run


def _mean_instances(
    born: list[float],
    left: list[float],
    unused: list[int],
    end: float,
    expiry: float,
) -> float:
    """The mean number of instances alive: one pass at the end, no sums at each event."""
    ends = [end] * len(born)
    for instance in unused:
        ends[instance] = min(end, left[instance] + expiry)
    return (sum(ends) - sum(born)) / end


FLOOR = Contender("SimPy callbacks", callbacks)
FLOORS = [
    FLOOR,
    Contender("SimPy callbacks, exact timer", callbacks_with_timer),
    Contender("SimPy generators", generators),
]
