"""Scenario and events in, a finished run out: wires the models, which meet only in fleets and the router."""

from __future__ import annotations

from collections.abc import Mapping
from typing import overload

from sim import facts
from sim.engine.asynchronous import Asynchronous
from sim.engine.clock import ARRIVAL, Clock
from sim.engine.function.alias import Alias
from sim.engine.function.application_auto_scaling import ApplicationAutoScaling
from sim.engine.function.concurrency import ConcurrencyLimits, concurrency_pools
from sim.engine.function.dependency import DependencyServer
from sim.engine.function.dependency_calls import DependencyCalls
from sim.engine.function.fleet import Fleet
from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.function.invocation import Invocable
from sim.engine.function.outputs import Outputs
from sim.engine.function.provisioned_fleet import ProvisionedFleet
from sim.engine.outage_windows import OutageWindows
from sim.engine.queue.fair import FairQueue
from sim.engine.queue.fifo import FifoQueue
from sim.engine.queue.message_attributes import MessageAttributes
from sim.engine.queue.poller_scaling import poller_range
from sim.engine.queue.queue_mapping import QueueMapping
from sim.engine.queue.redrive import DeadLetterQueue
from sim.engine.queue.standard import StandardQueue
from sim.engine.recursive_loops import RecursiveLoops
from sim.engine.router import Consumer, Router
from sim.engine.source import AsynchronousSource
from sim.engine.stream.ordered_sources import OrderedSources
from sim.engine.stream.stream_mapping import StreamMapping
from sim.engine.synchronous import Synchronous
from sim.results.run import Run
from sim.scenario.caller import Caller
from sim.scenario.changes import LAMBDA
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import QUEUES, EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.resources import Dependency
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger, Trigger
from sim.trace import MICROSECONDS, Deliveries, Trace
from sim.workload import draws
from sim.workload.delivery_draws import DeliveryDraws
from sim.workload.workload import Workload, draw_workload


class Simulation:
    """A scenario in motion: `advance` moves it on, `run` is what it has left behind so far."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        self.scenario, self.seed, self.clock = scenario, seed, Clock()
        self.workload: Workload = draw_workload(scenario, seed)
        self.triggers = scenario.routes
        arrived = self.workload.arrived
        self.trace = Trace(
            Deliveries.of(self.workload.event, self.workload.trigger, arrived)
        )
        self.delivery_draws = DeliveryDraws(
            scenario, self.workload, self.triggers, seed
        )
        loops = RecursiveLoops(scenario, self.trace.deliveries, self.trace.children)
        self.router = Router(
            self.clock, self.trace, self.delivery_draws, self._entries(), loops
        )
        self.services = {of.name: self._service(of) for of in scenario.dependencies}
        memories = {
            function.name: function.behaviour.idempotency
            for function in scenario.functions
        }
        self.stores = {
            name: IdempotencyStore(memory)
            for name, memory in memories.items()
            if memory is not None
        }
        self.fleets = self._fleets()
        self.queues: list[StandardQueue | StreamMapping] = []
        self.callers = self._callers()
        self.streams = OrderedSources(
            scenario,
            self.router,
            lambda delivery: self.callers[self._caller_of(delivery)],
        )
        self.router.consumers = [self._consumer(trigger) for trigger in self.triggers]
        self.failure_stores = self._failure_stores()
        self.router.failure_stores.update(self.failure_stores)
        self.arrived, self.arrivals = self.trace.deliveries.arrived, len(arrived)
        self._schedule(0)

    def advance(self, until: int) -> None:
        """Move on to the time `until`, in microseconds; what happens at that very instant comes later."""
        if until > self.clock.now:
            self.clock.run(until)

    def drain(self, until: int) -> None:
        """Move on, without new traffic, until every delivery has its fate and no handler works, at most to `until`."""
        while not self.is_quiet() and self.clock.peek() < until:
            self.clock.step()
        if not self.is_quiet():
            self.advance(until)

    def is_quiet(self) -> bool:
        """Whether every delivery has its fate, no handler works on, unheard, and no message is on its way back."""
        working = any(fleet.is_busy() for fleet in self.fleets.values())
        return (
            not self.router.unsettled
            and not working
            and not any(s.is_active for s in self.failure_stores.values())
        )

    def finish(self) -> Run:
        """End here: write down what is under way, and hand over the run."""
        for queue in self.queues:
            queue.note_unfinished()
        for fleet in self.fleets.values():
            fleet.note_unfinished()
        self.trace.ended = self.clock._now
        return Run(self.scenario, self.seed, self.workload, self.trace, self.triggers)

    def _arrive(self, delivery: int) -> None:
        if delivery + 1 < self.arrivals:
            self._schedule(delivery + 1)
        self.router.arrive(delivery)

    def _schedule(self, delivery: int) -> None:
        if delivery < self.arrivals:
            self.clock.after(
                self.arrived[delivery] - self.clock._now,
                self._arrive,
                delivery,
                ARRIVAL + delivery,
            )

    def _entries(self) -> dict[str, list[int]]:
        numbers = {trigger.name: number for number, trigger in enumerate(self.triggers)}
        entries = {trigger.entry for trigger in self.triggers}
        entries |= {
            source.name
            for source in (*self.scenario.topics, *self.scenario.event_buses)
        }
        return {
            entry: [numbers[t.name] for t in self.scenario.consumers(entry)]
            for entry in entries
        }

    def _service(self, dependency: Dependency) -> DependencyServer:
        resource, outages = (
            self.scenario.resource_names.index(dependency.name),
            self._outages(dependency.name),
        )
        return DependencyServer(dependency, resource, self.clock, self.trace, outages)

    def _failure_stores(self) -> dict[str, DeadLetterQueue]:
        redrives = self.scenario.redrives
        return {
            name: DeadLetterQueue(
                self.scenario.queue(name),
                [r for r in redrives if r.queue == name],
                self.router,
            )
            for name in dict.fromkeys(redrive.queue for redrive in redrives)
        }

    def _fleets(self) -> dict[str, Invocable]:
        shares = concurrency_pools(self.scenario)
        return {
            f.name: self._invocable(f, ConcurrencyLimits(shares[f.name]))
            for f in self.scenario.functions
        }

    def _invocable(self, function: Function, limits: ConcurrencyLimits) -> Invocable:
        """A function's fleet, or the alias before its versions."""
        stable = self._fleet(function, 0, limits)
        config = function.provisioned_concurrency_config
        if config is not None and isinstance(stable, ProvisionedFleet):
            at_start = self.scenario.choices.provisioned_concurrency_ready_at_start
            stable.request(config.provisioned_concurrent_executions, at_once=at_start)
            if config.scalable_target is not None:
                ApplicationAutoScaling(
                    config.scalable_target, stable, self.scenario.seconds
                )
        deployed = [
            (
                deployment,
                self._fleet(self.scenario.deployed(deployment), version, limits),
            )
            for version, deployment in enumerate(self.scenario.deployments, 1)
            if deployment.function == function.name
        ]
        return Alias(stable, deployed, self.seed) if deployed else stable

    def _fleet(
        self, function: Function, version: int, limits: ConcurrencyLimits
    ) -> Fleet:
        kind = (
            Fleet
            if function.provisioned_concurrency_config is None
            else ProvisionedFleet
        )
        fleet = kind(
            function,
            self.scenario.resource_names.index(function.name),
            version,
            self.clock,
            self.trace,
            self.delivery_draws,
            limits,
            self.scenario.choices,
            self._outages(LAMBDA),
            self._outages(
                *(
                    name
                    for name in function.behaviour.depends_on
                    if name not in self.services
                )
            ),
        )
        called = [
            name for name in function.behaviour.depends_on if name in self.services
        ]
        if called:
            keys = [
                draws.key(self.seed, function.name, name, "latency") for name in called
            ]
            services = [self.services[name] for name in called]
            fleet.calling = DependencyCalls(
                fleet, list(zip(services, keys, strict=True))
            )
        fleet.store = self.stores.get(function.name)
        if function.behaviour.sends:
            fleet.outputs = Outputs(function, self.router, fleet.store, self.seed)
        return fleet

    def _consumer(self, trigger: Trigger) -> Consumer:
        function, fleet = (
            self.scenario.function(trigger.function),
            self.fleets[trigger.function],
        )
        match trigger:
            case SynchronousTrigger():
                return Synchronous(
                    trigger,
                    fleet,
                    self.router,
                    self.callers,
                    self._caller_of,
                    self.seed,
                )
            case AsynchronousTrigger():
                events = Asynchronous(
                    trigger,
                    function,
                    fleet,
                    self.router,
                    self.scenario.choices,
                    self.seed,
                )
                return AsynchronousSource(
                    trigger, events, self.router, self._outages(LAMBDA), fleet.resource
                )
            case EventSourceMapping() if trigger.kind not in QUEUES:
                mapping = self.streams.mapping(
                    trigger, fleet, self._outages(trigger.name)
                )
                self.queues.append(mapping)
                return mapping
            case EventSourceMapping():
                queue = self._queue(trigger.source)
                response, choices = (
                    function.behaviour.batch_response,
                    self.scenario.choices,
                )
                pollers = poller_range(trigger, self._concurrency(function))
                return QueueMapping(
                    trigger,
                    response,
                    queue,
                    fleet,
                    pollers,
                    choices,
                    self._outages(trigger.name),
                )

    def _outages(self, *names: str) -> OutageWindows:
        return OutageWindows(
            (outage for outage in self.scenario.outages if outage.of in names),
            self.seed,
        )

    def _concurrency(self, function: Function) -> int:
        """The most runs of a function at once."""
        reserved = function.reserved_concurrent_executions
        return self.scenario.unreserved_concurrency if reserved is None else reserved

    def _queue(self, name: str) -> StandardQueue:
        number = self.scenario.resource_names.index(name)
        settings = self.scenario.queue(name)
        attributes = MessageAttributes(self.scenario, self.workload, self.router)
        is_fair = any(traffic.message_group_id for traffic in self.scenario.traffic)
        kind = (
            FifoQueue
            if settings.fifo_queue
            else FairQueue
            if is_fair
            else StandardQueue
        )
        queue = kind(settings, number, self.router, attributes)
        self.queues.append(queue)
        return queue

    def _callers(self) -> list[Caller]:
        """The callers of each traffic, and last the functions that call with an event they send on."""
        by_traffic = {traffic.name: traffic.caller for traffic in self.scenario.traffic}
        return [*(by_traffic[name] for name in self.workload.names), Caller()]

    def _caller_of(self, delivery: int) -> int:
        event, traffic = self.delivery_draws.event[delivery], self.workload.traffic
        return int(traffic[event]) if event < len(traffic) else -1


@overload
def simulate(
    scenario: Scenario,
    seed: int = 1,
    drain: bool = True,
    drain_seconds: float | None = None,
) -> Run: ...


@overload
def simulate(
    scenario: Mapping[str, Scenario],
    seed: int = 1,
    drain: bool = True,
    drain_seconds: float | None = None,
) -> dict[str, Run]: ...


def simulate(
    scenario: Scenario | Mapping[str, Scenario],
    seed: int = 1,
    drain: bool = True,
    drain_seconds: float | None = None,
) -> Run | dict[str, Run]:
    """Run a scenario, or several by name; the same scenario and seed give the same tables on every machine.

    After `scenario.seconds` the clock runs on, without new traffic, until every delivery has its
    fate, at most `drain_seconds` (default one day); what is unsettled then is in flight. With
    `drain=False` all ends after `scenario.seconds`. Several scenarios give a dictionary of runs.
    Raises `ScenarioError` for a negative duration.
    """
    limit = (
        facts.fact("Scenario.drain_seconds").value
        if drain_seconds is None
        else drain_seconds
    )
    if not limit >= 0:
        raise ScenarioError(f"drain_seconds is {limit}, but it must be 0 s or more.")
    longest = limit if drain else None
    if isinstance(scenario, Mapping):
        return {name: _run(one, seed, longest) for name, one in scenario.items()}
    return _run(scenario, seed, longest)


def _run(scenario: Scenario, seed: int, drain_seconds: float | None) -> Run:
    simulation = Simulation(scenario, seed)
    end = round(scenario.seconds * MICROSECONDS)
    simulation.advance(end)
    if drain_seconds is not None:
        simulation.drain(end + round(drain_seconds * MICROSECONDS))
    return simulation.finish()
