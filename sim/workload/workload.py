"""The events of a scenario and the draws that belong to them, in columns, before anything runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Keys, Recorded, Traffic
from sim.workload import draws
from sim.workload.draws import Floats, Identities, Integers


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
    columns = [traffic_events(traffic, scenario.seconds, seed) for traffic in traffics]
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
