"""Wires the models of a scenario together: they meet only in fleets and the router."""

from __future__ import annotations

from typing import Protocol

from sim.engine.asynchronous import Asynchronous
from sim.engine.asynchronous_batches import AsynchronousBatches
from sim.engine.bus.bus_subscriber import BusSubscriber
from sim.engine.bus.subscriptions import Subscriptions
from sim.engine.bus.targets import BatchQueue
from sim.engine.callers import Callers
from sim.engine.consumers import Consumer
from sim.engine.context import SimulationContext
from sim.engine.duplicates import (
    BatchDuplicates,
    CalledTwice,
    DuplicateDraw,
    Duplicates,
    duplicate_delay,
    source_duplicates,
)
from sim.engine.event_bridge_rules import (
    EventBridge,
    RuleTarget,
    rules_before,
)
from sim.engine.function.fleets import Fleets
from sim.engine.function.invocation import BatchSource, Invocable
from sim.engine.pipe.pipes import Pipes
from sim.engine.queue.kind_of_queue import kind_of_queue
from sim.engine.queue.message_attributes import MessageAttributes
from sim.engine.queue.message_copies import MessageCopies
from sim.engine.queue.queue_mapping import QueueMapping
from sim.engine.queue.redrive import DeadLetterQueue
from sim.engine.queue.shared_queue import CompetingMapping, SharedQueue
from sim.engine.queue.standard import StandardQueue
from sim.engine.router import Router
from sim.engine.source import AsynchronousSource
from sim.engine.state_machine.state_machines import StateMachines
from sim.engine.stream.ordered_sources import OrderedSources
from sim.engine.stream.stream_mapping import StreamMapping
from sim.engine.synchronous.authorized_calls import AuthorizedCalls
from sim.engine.synchronous.authorized_connections import (
    AuthorizedConnections,
    Connections,
)
from sim.engine.synchronous.batch_job import BatchJob
from sim.engine.synchronous.calls import Synchronous
from sim.engine.synchronous.delivery_stream import DeliveryStream
from sim.engine.synchronous.flow_block import FlowBlock
from sim.engine.synchronous.preceding_calls import PrecededCalls
from sim.engine.synchronous.secret_rotation import SecretRotation
from sim.engine.synchronous.task_calls import TaskCalls
from sim.scenario.event_flow import senders
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.pollers import poller_range
from sim.scenario.resources import Redrive
from sim.scenario.source_kinds import QUEUES
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)
from sim.workload.workload import Workload

WAYS: dict[str, type[Synchronous]] = {
    "connect": FlowBlock,
    "firehose": DeliveryStream,
    "s3_batch": BatchJob,
    "secrets_rotation": SecretRotation,
}
"""How services call that have ways of their own, by kind of trigger."""


class RecordStore(Protocol):
    """A queue, or a stream with its mapping: it keeps what nobody has handled yet."""

    def note_unfinished(self) -> None:
        """At the end of the simulation: delete what is too old, and write down what still waits."""


class Wiring:
    """The models of a scenario: `fleets` by function, `queues` (and streams), `failure_stores`."""

    def __init__(self, workload: Workload, context: SimulationContext) -> None:
        self.workload = workload
        self.context = context
        self.scenario = context.scenario
        self.router = Router(context)
        self.callers = Callers.of(workload, self.router, context)
        self.functions = Fleets(self.router, self.callers, context)
        self.fleets = self.functions.by_function
        self.queues: list[RecordStore] = []
        self.event_bridge = EventBridge.of(
            self.router, self.callers.caller, context
        )
        self.event_queues: dict[str, list[Asynchronous]] = {}
        self.shared_queues: dict[str, SharedQueue] = {}
        self.queue_models: dict[str, StandardQueue] = {}
        self.queue_mappings: dict[str, QueueMapping] = {}
        self.senders = senders(self.scenario)
        self.streams = OrderedSources(
            self.scenario, self.senders, self.router, self.callers.caller
        )
        self.subscriptions = Subscriptions(
            self.router, self.callers.caller, context
        )
        self.connections: dict[str, Connections] = {}
        self.pipes = Pipes(self.fleets, self.router, context)
        self.state_machines = StateMachines(self.router, context)
        self.router.consumers = [
            self._behind_rules(one) for one in self.scenario.routes
        ]
        self.failure_stores = self._failure_stores()
        self.router.failure_stores.update(self.failure_stores)

    def _behind_rules(self, trigger: Trigger) -> Consumer:
        """What consumes the events of a trigger, behind the rules by which they come."""
        consumer = self.state_machines.task(self._consumer(trigger), trigger)
        rules = rules_before(self.scenario, trigger)
        if not rules:
            return consumer
        self.router.filtered.discard(self.scenario.routes.index(trigger))
        shared = (self.event_bridge, self.router, self.context)
        return RuleTarget(consumer, rules, *shared)

    def _consumer(self, trigger: Trigger) -> Consumer:
        match trigger:
            case SynchronousTrigger():
                return self._synchronous(trigger)
            case AsynchronousTrigger():
                return self._asynchronous_source(trigger)
            case Subscriber():
                return self._subscriber(trigger)
            case EventSourceMapping() if trigger.kind in QUEUES:
                return self._queue_mapping(trigger)
            case EventSourceMapping():
                return self._stream_mapping(trigger)

    def _synchronous(self, trigger: SynchronousTrigger) -> Consumer:
        fleet = self.fleets[self.scenario.invoked(trigger)]
        calls = self._calls(trigger, fleet)
        draw = self._duplicates_of(trigger)
        if draw is None:
            return calls
        duplicates = Duplicates(fleet, self.router, rate_limited=True)
        delay = duplicate_delay(self.context)
        return CalledTwice(calls, draw, duplicates, delay)

    def _calls(
        self, trigger: SynchronousTrigger, fleet: Invocable
    ) -> Synchronous:
        """The calls of a trigger, and of what is called before its function."""
        shared = (trigger, fleet, self.router, self.callers, self.context)
        if trigger.authorizer is not None:
            first = self.scenario.called[trigger.authorizer]
            if trigger.kind == "apigw_ws":
                of_api = self.connections.setdefault(first.name, Connections())
                return AuthorizedConnections(of_api, first, *shared)
            return AuthorizedCalls(first, *shared)
        if trigger.enrichment is not None:
            return PrecededCalls(trigger.enrichment, *shared)
        executions = self.state_machines.executions_of(trigger)
        if executions is not None:
            return TaskCalls(executions, *shared)
        calls = WAYS.get(trigger.kind, Synchronous)(*shared)
        if isinstance(calls, DeliveryStream):
            self.queues.append(calls)
        return calls

    def _asynchronous_source(
        self, trigger: AsynchronousTrigger
    ) -> AsynchronousSource:
        function = self.scenario.function(trigger.function)
        fleet = self.fleets[self.scenario.invoked(trigger)]
        shared = (trigger, function, fleet, self.router, self.context)
        events = Asynchronous(*shared)
        if self.pipes.fill_queue_of(trigger):
            events = batches = AsynchronousBatches(*shared)
            self.pipes.accepting[function.name] = batches.accept_batch
        self.event_queues.setdefault(function.name, []).append(events)
        queue = self.state_machines.queue(events, trigger)
        return AsynchronousSource(trigger, queue, self.router, self.context)

    def _subscriber(self, trigger: Subscriber) -> BusSubscriber:
        fleet = self.fleets[self.scenario.invoked(trigger)]
        subscriber = self.subscriptions.subscriber(
            trigger, fleet, self._batch_queue
        )
        self.queues.append(subscriber)
        return subscriber

    def _batch_queue(self, trigger: Subscriber) -> BatchQueue:
        """Lambda's own queue behind a subscriber of type EVENT."""
        function = self.scenario.function(trigger.function)
        fleet = self.fleets[self.scenario.invoked(trigger)]
        events = AsynchronousBatches(
            trigger, function, fleet, self.router, self.context
        )
        self.event_queues.setdefault(function.name, []).append(events)
        return events

    def _stream_mapping(self, trigger: EventSourceMapping) -> StreamMapping:
        fleet = self.fleets[self.scenario.invoked(trigger)]
        pauses = self.context.pauses_of(trigger)
        duplicates = None
        draw = self._duplicates_of(trigger)
        if draw is not None:
            duplicates = BatchDuplicates(
                draw,
                fleet,
                self.router,
                duplicate_delay(self.context),
                BatchSource(trigger.reports_batch_item_failures),
            )
        polled_for = self.pipes.invoked_by(trigger, fleet)
        mapping = self.streams.mapping(trigger, polled_for, pauses, duplicates)
        self.queues.append(mapping)
        return mapping

    def _queue_mapping(self, trigger: EventSourceMapping) -> QueueMapping:
        mapping = self._new_queue_mapping(trigger)
        self.queue_mappings[trigger.name] = mapping
        return mapping

    def _new_queue_mapping(self, trigger: EventSourceMapping) -> QueueMapping:
        shared = self._shared_queue(trigger.source)
        fleet = self.fleets[self.scenario.invoked(trigger)]
        settings = (
            trigger,
            self.scenario.function(trigger.function).behaviour,
            self._queue(trigger.source) if shared is None else shared.queue,
            self.pipes.invoked_by(trigger, fleet),
            poller_range(trigger),
            self.scenario.choices,
            self.context.pauses_of(trigger),
        )
        number = self.scenario.routes.index(trigger)
        if shared is None:
            mapping = QueueMapping(*settings)
        else:
            mapping = CompetingMapping(shared, number, *settings)
        draw = self._duplicates_of(trigger)
        if draw is not None:
            self._copies(mapping.queue).draws[number] = draw
        return mapping

    def _duplicates_of(self, trigger: Trigger) -> DuplicateDraw | None:
        """What a trigger hands over twice; None: nothing."""
        name, share = trigger.name, trigger.duplicate_share
        return source_duplicates(name, share, self.context)

    def _copies(self, queue: StandardQueue) -> MessageCopies:
        """The copies of a queue's deleted messages, which can be received again."""
        if queue.copies is None:
            delay = duplicate_delay(self.context)
            queue.copies = MessageCopies(
                self.router, queue.log, delay, queue.show_copy
            )
        return queue.copies

    def _shared_queue(self, name: str) -> SharedQueue | None:
        """The queue of this name if several mappings poll it; the first one makes it."""
        sources = [mapping.source for mapping in self.scenario.mappings]
        if sources.count(name) > 1 and name not in self.shared_queues:
            queue = self._queue(name)
            self.shared_queues[name] = SharedQueue(queue, self.context)
        return self.shared_queues.get(name)

    def _queue(self, name: str) -> StandardQueue:
        settings = self.scenario.queue(name)
        own = self.senders.get(name, [])
        attributes = MessageAttributes(
            self.scenario, own, self.workload, self.router
        )
        kind = kind_of_queue(settings, attributes)
        number = self.context.resource_number(name)
        queue = kind(settings, number, self.router, attributes)
        self.queues.append(queue)
        self.queue_models[name] = queue
        return queue

    def _failure_stores(self) -> dict[str, DeadLetterQueue]:
        """The dead-letter queues whose messages somebody moves back."""
        redrives: dict[str, list[Redrive]] = {}
        for redrive in self.scenario.redrives:
            redrives.setdefault(redrive.queue, []).append(redrive)
        return {
            name: DeadLetterQueue(self.scenario.queue(name), moves, self.router)
            for name, moves in redrives.items()
        }
