"""The draws of deliveries: first attempts in columns by version, all else when it is asked for."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import SynchronousTrigger, Trigger
from sim.trace import Deliveries, column
from sim.workload import draws
from sim.workload.draws import Identities
from sim.workload.function_draws import FunctionDraws
from sim.workload.recorded_runs import RecordedRuns
from sim.workload.workload import Workload


class HandlerDraws:
    """By delivery: `work` in microseconds, `first_outcome`; 0 where others handle it."""

    def __init__(
        self,
        functions: Iterable[Function],
        triggers: list[Trigger],
        seed: int,
        count: int,
        recorded: RecordedRuns,
    ) -> None:
        self.functions = {
            function.name: FunctionDraws(function, seed, recorded)
            for function in functions
        }
        self.by_trigger = [self.functions.get(one.function) for one in triggers]
        self.work: array[int] = array("q", [0]) * count
        self.first_outcome: array[int] = array("b", [0]) * count

    def fill(
        self, trigger: int, mine: NDArray[np.bool_], identities: Identities
    ) -> None:
        """Draw for the deliveries by one trigger, marked in `mine`."""
        function = self.by_trigger[trigger]
        if function is not None:
            np.asarray(self.work)[mine] = function.work(identities)
            outcomes = function.outcomes(identities, run=1)
            np.asarray(self.first_outcome)[mine] = outcomes

    def append(self, trigger: int, identity: int) -> None:
        """Draw for one more delivery."""
        function = self.by_trigger[trigger]
        if function is None:
            self.work.append(0)
            self.first_outcome.append(0)
        else:
            self.work.append(function.work_of(identity))
            outcome = function.outcome(identity, run=1)
            self.first_outcome.append(outcome)

    def draw_again(self, delivery: int, trigger: int, identity: int) -> None:
        """Draw for a delivery that goes to the function of another trigger."""
        self.append(trigger, identity)
        self.work[delivery] = self.work.pop()
        self.first_outcome[delivery] = self.first_outcome.pop()


class DeliveryDraws:
    """By delivery: `latency` in microseconds. By event: `identity`, `key` (-1: none), `size`.

    Sizes are in bytes. `versions[0]`, the first of all functions, and `versions[n]`, the n-th of
    `Scenario.versions`: `HandlerDraws`. `functions` are those of version 0, by name.
    """

    def __init__(
        self,
        scenario: Scenario,
        workload: Workload,
        deliveries: Deliveries,
        seed: int,
    ) -> None:
        self.seed = seed
        self.triggers = scenario.routes
        self.keys: dict[tuple[str, ...], int] = {}
        self.edge_keys: dict[tuple[int, str, int], int] = {}
        self.event = deliveries.event
        self.identity: array[int] = column("Q", workload.identity)
        self.key: array[int] = column("q", workload.key)
        self.size: array[int] = column("q", _sizes(scenario, workload))
        self.latency: array[int] = array("q", [0]) * len(workload.event)
        self.latency_of = [
            self._latency_of(trigger) for trigger in self.triggers
        ]
        self.versions = self._versions(scenario, len(workload.event))
        self.functions = self.versions[0].functions
        self._fill(workload)

    def release(self) -> None:
        """Give back the memory of the columns, at the end of the simulation."""
        columns = [self.identity, self.key, self.size, self.latency]
        for version in self.versions:
            columns += [version.work, version.first_outcome]
        for values in columns:
            del values[:]

    def _versions(self, scenario: Scenario, count: int) -> list[HandlerDraws]:
        later = [[version.function] for version in scenario.versions]
        recorded = RecordedRuns.of(scenario.traffic)
        return [
            HandlerDraws(functions, self.triggers, self.seed, count, recorded)
            for functions in (scenario.functions, *later)
        ]

    def _fill(self, workload: Workload) -> None:
        """Draw for the deliveries of the workload."""
        latency = np.asarray(self.latency)
        for number, trigger in enumerate(self.triggers):
            mine = workload.trigger == number
            identities = workload.identity[workload.event[mine]]
            for version in self.versions:
                version.fill(number, mine, identities)
            latency[mine] = self.latencies(trigger, identities)

    def latencies(
        self, trigger: Trigger, identities: Identities
    ) -> Integers | int:
        """How long each event is on its way from the source to Lambda, in microseconds."""
        if isinstance(trigger, SynchronousTrigger) or trigger.latency is None:
            return 0
        chances = draws.uniforms(
            self._purpose(trigger.name, "latency"), identities
        )
        return draws.microseconds(trigger.latency, chances)

    def _latency_of(self, trigger: Trigger) -> Callable[[int], int]:
        """The same as `latencies`, for one identity."""
        if isinstance(trigger, SynchronousTrigger) or trigger.latency is None:
            return lambda identity: 0
        return draws.drawing(
            trigger.latency, self._purpose(trigger.name, "latency")
        )

    def _purpose(self, *purpose: str) -> int:
        """The key of a purpose; kept, as a draw is quicker than its making."""
        if purpose not in self.keys:
            self.keys[purpose] = draws.key(self.seed, *purpose)
        return self.keys[purpose]

    def add_child(self, parent: int, trigger: int, edge: str, k: int) -> int:
        """The number of a new event, with its parent's key and size.

        It is the `k`-th that the parent causes along `edge`, by its delivery through this trigger.
        """
        try:
            key = self.edge_keys[trigger, edge, k]
        except KeyError:
            key = draws.edge_key(f"{self.triggers[trigger].name}: {edge}", k)
            self.edge_keys[trigger, edge, k] = key
        number = len(self.identity)
        self.identity.append(draws.mix(self.identity[parent] ^ key))
        self.key.append(self.key[parent])
        self.size.append(self.size[parent])
        return number

    def add_delivery(self, event: int, trigger: int) -> None:
        """Draw for a delivery that begins while the simulation runs."""
        identity = self.identity[event]
        for version in self.versions:
            version.append(trigger, identity)
        self.latency.append(self.latency_of[trigger](identity))

    def draw_again(self, delivery: int, trigger: int) -> None:
        """Draw for a message that another mapping of its queue has received."""
        for version in self.versions:
            version.draw_again(delivery, trigger, self.identity_of(delivery))

    def identity_of(self, delivery: int) -> int:
        """The identity of the delivery's event."""
        return self.identity[self.event[delivery]]

    def passes_filter(self, delivery: int, trigger: Trigger) -> bool:
        """Whether the trigger's filter lets the event through."""
        purpose = self._purpose(trigger.name, "filter")
        chance = draws.uniform(purpose, self.identity_of(delivery))
        return chance < trigger.matching_share


def _sizes(scenario: Scenario, workload: Workload) -> Integers:
    """The size of each event, in bytes."""
    kilobytes = {
        traffic.name: traffic.payload_kb for traffic in scenario.traffic
    }
    sizes = [round(kilobytes[name] * 1024) for name in workload.names]
    by_traffic = np.array(sizes, np.int64)
    return by_traffic[workload.traffic]
