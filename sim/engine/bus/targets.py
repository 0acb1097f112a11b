"""The two ways in which a subscriber invokes its function: EVENT and REQUEST_RESPONSE.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html
"""

from __future__ import annotations

from typing import Any, Protocol

from sim.engine.bus.event_batch import Deliverer, EventBatch
from sim.engine.clock import Deadlines
from sim.engine.codes import (
    EXECUTION_TIMEOUT,
    SERVICE_EXCEPTION,
    SUCCEEDED,
    SYSTEM_ERROR,
)
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import (
    Batch,
    Invocable,
    invoke_together,
)
from sim.engine.router import Router
from sim.scenario.changes import LAMBDA
from sim.scenario.delivery_errors import delivery_code
from sim.scenario.subscriber import Subscriber
from sim.trace import MICROSECONDS

Call = tuple[int, int]
"""The first event of a batch, and which try it is."""


class BatchQueue(Protocol):
    """Lambda's event queue."""

    def accept_batch(self, records: list[int]) -> None:
        """Take these events over as one."""


class Event:
    """EVENT: delivered as soon as Lambda accepts, also for a throttled function."""

    def __init__(
        self, queue: BatchQueue, fleet: Invocable, context: SimulationContext
    ) -> None:
        self.queue = queue
        self.resource = fleet.resource
        self.clock = context.clock
        self.add_span = context.trace.add_span
        self.outages = context.outages_of(LAMBDA) or None

    def configure(self, subscriber: Subscriber) -> None:
        """Nothing of it concerns a call that is answered at once."""

    def invoke(self, batch: EventBatch, deliverer: Deliverer) -> None:
        """Hand the batch to Lambda's own queue, if Lambda can accept it."""
        now = self.clock._now
        if self.outages is None or not self.outages.is_on(now):
            deliverer.hand_over(batch)
            self.queue.accept_batch(batch.records)
            return
        for delivery in batch.records:
            place = (now, now, self.resource, SERVICE_EXCEPTION)
            self.add_span(delivery, batch.tries, SYSTEM_ERROR, *place)
        deliverer.fail(batch, SERVICE_EXCEPTION)


class RequestResponse:
    """REQUEST_RESPONSE: waits for the function; a throttle and an error are failed deliveries.

    When it has waited long enough the delivery has failed, and the function works on unheard.
    """

    rate_limited = True

    def __init__(
        self, fleet: Invocable, router: Router, context: SimulationContext
    ) -> None:
        self.fleet = fleet
        self.router = router
        self.clock = context.clock
        self.waiting: dict[Call, tuple[EventBatch, Deliverer]] = {}
        self.timeout = 0

    def configure(self, subscriber: Subscriber) -> None:
        """Calls wait so long from now on; those under way as long as before."""
        timeout = subscriber.invocation_timeout_seconds * MICROSECONDS
        if timeout != self.timeout:
            self.timeout = timeout
            self.deadlines = Deadlines(
                self.clock, timeout, self.is_over, self.stop_waiting
            )

    def invoke(self, batch: EventBatch, deliverer: Deliverer) -> None:
        """Call the function and wait for its answer."""
        call = (batch.records[0], batch.tries)
        refusal = invoke_together(self.fleet, batch.records, batch.tries, self)
        if refusal:
            self.fail(batch, deliverer, refusal)
            return
        self.waiting[call] = (batch, deliverer)
        self.deadlines.watch(call)

    def is_over(self, call: Call) -> bool:
        """Whether nobody waits for a call any more."""
        return call not in self.waiting

    def stop_waiting(self, call: Call) -> None:
        """No answer within the invocation timeout: the delivery has failed."""
        self.fail(*self.waiting.pop(call), EXECUTION_TIMEOUT)

    def settle(self, work: Any, attempt: int, outcome: int) -> None:
        """The run has ended; nobody may wait for it any more."""
        call = (work, attempt)
        if isinstance(work, Batch):
            call = (work.records[0], work.attempts[0])
        if call not in self.waiting:
            return
        batch, deliverer = self.waiting.pop(call)
        if outcome == SUCCEEDED:
            self.tell(batch, delivery_code(outcome))
            deliverer.succeed(batch)
        else:
            self.fail(batch, deliverer, outcome)

    def fail(
        self, batch: EventBatch, deliverer: Deliverer, outcome: int
    ) -> None:
        """The delivery has failed, with an error code."""
        self.tell(batch, delivery_code(outcome))
        deliverer.fail(batch, outcome)

    def tell(self, batch: EventBatch, told: str) -> None:
        """What EventBridge makes of the answer, for each event."""
        answer = self.router.answer_number(told)
        for delivery in batch.records:
            self.router.tell(delivery, answer)
