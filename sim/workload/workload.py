"""All events of a scenario, and the deliveries they lead to, before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic
from sim.workload.draws import Identities
from sim.workload.traffic_events import event_keys, traffic_events


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


def draw_workload(scenario: Scenario, seed: int) -> Workload:
    """Draw the events of a scenario: the same for every scenario with the same traffic and seed."""
    traffics = sorted(scenario.traffic, key=lambda traffic: traffic.name)
    drawn = [
        traffic_events(traffic, scenario.seconds, seed) for traffic in traffics
    ]
    keys = [
        event_keys(traffic, events.n, seed)
        for traffic, events in zip(traffics, drawn, strict=True)
    ]
    counts = [len(events.time) for events in drawn]
    traffic = np.repeat(np.arange(len(drawn)), counts)
    time = _joined([events.time for events in drawn])
    order = np.argsort(time, kind="stable")
    event, trigger = _deliveries(scenario, traffics, traffic[order])
    return Workload(
        names=tuple(traffic.name for traffic in traffics),
        time=time[order],
        traffic=traffic[order],
        n=_joined([events.n for events in drawn])[order],
        identity=_joined([events.identity for events in drawn], np.uint64)[
            order
        ],
        key=_joined(keys)[order],
        event=event,
        trigger=trigger,
    )


def _joined(columns: list[NDArray[Any]], kind: type = np.int64) -> NDArray[Any]:
    without_traffic: NDArray[Any] = np.empty(0, kind)
    return np.concatenate([*columns, without_traffic])


def _deliveries(
    scenario: Scenario, traffics: list[Traffic], traffic_of: Integers
) -> tuple[Integers, Integers]:
    """Event and trigger of each delivery: every event goes to every consumer of its entry point."""
    numbers = {
        trigger.name: number for number, trigger in enumerate(scenario.routes)
    }
    consumers = [
        [numbers[trigger.name] for trigger in scenario.recipients(traffic.into)]
        for traffic in traffics
    ]
    width = max(map(len, consumers), default=1)
    table = np.full((len(traffics), width), -1)
    for row, triggers in enumerate(consumers):
        table[row, : len(triggers)] = triggers
    trigger = table[traffic_of].ravel()
    event = np.repeat(np.arange(len(traffic_of)), width)
    exists = trigger >= 0
    return event[exists], trigger[exists]
