"""The draws of every delivery: first attempts in columns by version, everything else when it is asked for."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import SynchronousTrigger, Trigger
from sim.trace import column
from sim.workload import draws
from sim.workload.function_draws import FunctionDraws
from sim.workload.workload import Workload


class HandlerDraws:
    """By delivery: `work` in microseconds and `first_outcome`, as some functions handle them; 0 for all others."""

    def __init__(self, functions: Iterable[Function], seed: int, count: int) -> None:
        self.functions = {
            function.name: FunctionDraws(function, seed) for function in functions
        }
        self.work: array[int] = array("q", [0]) * count
        self.first_outcome: array[int] = array("b", [0]) * count

    def fill(self, function: str, mine: Any, identities: draws.Identities) -> None:
        """Draw for the deliveries to one function."""
        if function in self.functions:
            of = self.functions[function]
            np.asarray(self.work)[mine] = of.work(identities)
            np.asarray(self.first_outcome)[mine] = of.outcomes(identities, run=1)

    def append(self, function: str, identity: int) -> None:
        """Draw for one more delivery."""
        of = self.functions.get(function)
        self.work.append(of.work_of(identity) if of else 0)
        self.first_outcome.append(of.outcome(identity, run=1) if of else 0)


class DeliveryDraws:
    """By delivery: `latency` in microseconds; by event: `identity`, `key` (-1: none) and `size` in bytes.

    `versions[0]`, the first of all functions, and `versions[n]`, the function of the n-th
    deployment: `HandlerDraws`.
    """

    def __init__(
        self, scenario: Scenario, workload: Workload, triggers: list[Trigger], seed: int
    ) -> None:
        self.seed, self.triggers = seed, triggers
        self.purposes: dict[tuple[str, ...], int] = {}
        self.ways = [self._way(trigger) for trigger in triggers]
        self.identity = workload.identity.tolist()
        sizes = {
            traffic.name: round(traffic.payload_kb * 1024)
            for traffic in scenario.traffic
        }
        by_traffic = np.array([sizes[name] for name in workload.names], np.int64)
        self.size: array[int] = column("q", by_traffic[workload.traffic])
        count = len(workload.event)
        deployed = [
            [scenario.deployed(deployment)] for deployment in scenario.deployments
        ]
        self.versions = [
            HandlerDraws(functions, seed, count)
            for functions in (scenario.functions, *deployed)
        ]
        self.functions = self.versions[0].functions
        latency = np.zeros(count, np.int64)
        for number, trigger in enumerate(triggers):
            mine = workload.trigger == number
            identities = workload.identity[workload.event[mine]]
            for version in self.versions:
                version.fill(trigger.function, mine, identities)
            latency[mine] = self.latencies(trigger, identities)
        self.latency: array[int] = column("q", latency)
        self.event: array[int] = column("i", workload.event)
        self.key: array[int] = column("q", workload.key)  # by event

    def latencies(self, trigger: Trigger, identities: draws.Identities) -> Any:
        """How long each event is on its way from the source to Lambda, in microseconds."""
        if isinstance(trigger, SynchronousTrigger) or trigger.latency is None:
            return 0
        return draws.microseconds(
            trigger.latency,
            draws.uniforms(self._purpose(trigger.name, "latency"), identities),
        )

    def _way(self, trigger: Trigger) -> Callable[[int], int]:
        """The same as `latencies`, for one event."""
        if isinstance(trigger, SynchronousTrigger) or trigger.latency is None:
            return lambda identity: 0
        return draws.drawing(trigger.latency, self._purpose(trigger.name, "latency"))

    def _purpose(self, *purpose: str) -> int:
        if purpose not in self.purposes:
            self.purposes[purpose] = draws.key(self.seed, *purpose)
        return self.purposes[purpose]

    def child(self, parent: int, edge: str, k: int) -> int:
        """The number of a new event: the `k`-th that `parent` causes along `edge`, with its parent's key."""
        self.identity.append(draws.child(self.identity[parent], edge, k))
        self.key.append(self.key[parent])
        self.size.append(self.size[parent])
        return len(self.identity) - 1

    def append(self, event: int, trigger: int) -> None:
        """Draw for a delivery that began while the simulation ran."""
        identity, function = self.identity[event], self.triggers[trigger].function
        for version in self.versions:
            version.append(function, identity)
        self.latency.append(self.ways[trigger](identity))
        self.event.append(event)

    def passes_filter(self, delivery: int, trigger: Trigger) -> bool:
        """Whether the trigger's filter lets the event through."""
        purpose = self._purpose(trigger.name, "filter")
        return (
            draws.uniform(purpose, self.identity[self.event[delivery]])
            < trigger.matching_share
        )

    def outcome(self, delivery: int, run: int, function: FunctionDraws) -> int:
        """How the delivery's `run`-th run ends, unless something cuts it short."""
        return function.outcome(self.identity[self.event[delivery]], run)
