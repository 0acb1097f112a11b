"""The draws of every delivery: first attempts in columns, everything else when it is asked for."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from sim import draws
from sim.invocation import SynchronousTrigger, Trigger
from sim.scenario import Scenario
from sim.trace import column
from sim.workload import FunctionDraws, Workload


class Chance:
    """By delivery: `work` and `latency` in microseconds and `first_outcome`; by event: `identity`, `key`, `size`.

    A key is a number, -1 without one; a size is in bytes.
    """

    def __init__(self, scenario: Scenario, workload: Workload, triggers: list[Trigger], seed: int) -> None:
        self.seed, self.triggers = seed, triggers
        self.functions = {function.name: FunctionDraws(function, seed) for function in scenario.functions}
        self.identity = workload.identity.tolist()
        self.key: array[int] = column("q", workload.key)
        sizes = {traffic.name: round(traffic.payload_kb * 1024) for traffic in scenario.traffic}
        by_traffic = np.array([sizes[name] for name in workload.names], np.int64)
        self.size: array[int] = column("q", by_traffic[workload.traffic])
        count = len(workload.event)
        work, latency = np.zeros(count, np.int64), np.zeros(count, np.int64)
        outcome = np.zeros(count, np.int8)
        for number, trigger in enumerate(triggers):
            mine = workload.trigger == number
            identities = workload.identity[workload.event[mine]]
            function = self.functions[trigger.function]
            work[mine] = function.work(identities)
            outcome[mine] = function.outcomes(identities, run=1)
            latency[mine] = self.latencies(trigger, identities)
        self.work: array[int] = column("q", work)
        self.latency: array[int] = column("q", latency)
        self.first_outcome: array[int] = column("b", outcome)
        self.event: array[int] = column("i", workload.event)

    def latencies(self, trigger: Trigger, identities: draws.Identities) -> Any:
        """How long each event is on its way from the source to Lambda, in microseconds."""
        if isinstance(trigger, SynchronousTrigger) or trigger.latency is None:
            return 0
        purpose = draws.key(self.seed, trigger.name, "latency")
        return draws.microseconds(trigger.latency, draws.uniforms(purpose, identities))

    def follow(self, parent: int, identity: int) -> int:
        """A new event that another one causes: it has that one's key and size. Returns its number."""
        self.identity.append(identity)
        self.key.append(self.key[parent])
        self.size.append(self.size[parent])
        return len(self.identity) - 1

    def append(self, event: int, trigger: int) -> None:
        """Draw for a delivery that began while the simulation ran."""
        one = np.array([self.identity[event]], np.uint64)
        function = self.functions[self.triggers[trigger].function]
        self.work.append(int(function.work(one)[0]))
        self.first_outcome.append(int(function.outcomes(one, run=1)[0]))
        self.latency.append(int(np.atleast_1d(self.latencies(self.triggers[trigger], one))[0]))
        self.event.append(event)

    def matches(self, delivery: int, trigger: Trigger) -> bool:
        """Whether the trigger's filter lets the event through."""
        purpose = draws.key(self.seed, trigger.name, "filter")
        return draws.uniform(purpose, self.identity[self.event[delivery]]) < trigger.matching_share

    def outcome(self, delivery: int, run: int, function: FunctionDraws) -> int:
        """How the delivery's `run`-th run ends, unless something cuts it short."""
        return function.outcome(self.identity[self.event[delivery]], run)
