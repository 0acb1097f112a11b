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
    """By delivery: `work` and `latency` in microseconds and `first_outcome`; by event: `identity`."""

    def __init__(self, scenario: Scenario, workload: Workload, triggers: list[Trigger], seed: int) -> None:
        self.seed, self.triggers = seed, triggers
        self.purposes: dict[tuple[str, ...], int] = {}
        self.functions = {function.name: FunctionDraws(function, seed) for function in scenario.functions}
        self.identity = workload.identity.tolist()
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
        self.key: array[int] = column("q", workload.key)  # by event

    def latencies(self, trigger: Trigger, identities: draws.Identities) -> Any:
        """How long each event is on its way from the source to Lambda, in microseconds."""
        if isinstance(trigger, SynchronousTrigger) or trigger.latency is None:
            return 0
        return draws.microseconds(
            trigger.latency, draws.uniforms(self._purpose(trigger.name, "latency"), identities)
        )

    def latency_of(self, trigger: Trigger, identity: int) -> int:
        """The same as `latencies`, for one event."""
        if isinstance(trigger, SynchronousTrigger) or trigger.latency is None:
            return 0
        return draws.one(trigger.latency, draws.uniform(self._purpose(trigger.name, "latency"), identity))

    def _purpose(self, *purpose: str) -> int:
        if purpose not in self.purposes:
            self.purposes[purpose] = draws.key(self.seed, *purpose)
        return self.purposes[purpose]

    def child(self, parent: int, edge: str, k: int) -> int:
        """The number of a new event: the `k`-th that `parent` causes along `edge`, with its parent's key."""
        self.identity.append(draws.child(self.identity[parent], edge, k))
        self.key.append(self.key[parent])
        return len(self.identity) - 1

    def append(self, event: int, trigger: int) -> None:
        """Draw for a delivery that began while the simulation ran."""
        identity, consumer = self.identity[event], self.triggers[trigger]
        function = self.functions[consumer.function]
        self.work.append(function.work_of(identity))
        self.first_outcome.append(function.outcome(identity, run=1))
        self.latency.append(self.latency_of(consumer, identity))
        self.event.append(event)

    def matches(self, delivery: int, trigger: Trigger) -> bool:
        """Whether the trigger's filter lets the event through."""
        purpose = self._purpose(trigger.name, "filter")
        return draws.uniform(purpose, self.identity[self.event[delivery]]) < trigger.matching_share

    def outcome(self, delivery: int, run: int, function: FunctionDraws) -> int:
        """How the delivery's `run`-th run ends, unless something cuts it short."""
        return function.outcome(self.identity[self.event[delivery]], run)
