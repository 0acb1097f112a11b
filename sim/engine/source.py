"""What a source does with an event before Lambda has accepted it: pass it on, try again, give up.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.engine.clock import TIMER
from sim.engine.codes import SOURCE
from sim.engine.consumers import EventQueue
from sim.engine.context import SimulationContext
from sim.engine.router import Router
from sim.engine.source_waits import source_waits
from sim.scenario.changes import LAMBDA
from sim.scenario.triggers import AsynchronousTrigger
from sim.trace import MICROSECONDS, Fate


class AsynchronousSource:
    """One source of asynchronous events: it hands each to Lambda until Lambda can accept it."""

    def __init__(
        self,
        trigger: AsynchronousTrigger,
        queue: EventQueue,
        router: Router,
        context: SimulationContext,
    ) -> None:
        self.kind = trigger.kind
        self.policy = trigger.retry_policy
        self.waits_for_report = trigger.service_timeout is not None
        self.queue = queue
        self.router = router
        self.clock = context.clock
        self.add_span = context.trace.add_span
        self.latency = context.delivery_draws.latency
        self.outages = context.outages_of(LAMBDA) or None
        self.resource = context.resource_number(trigger.function)
        letters = trigger.dead_letter_config
        # A rule of IoT has an error action instead.
        self.store = letters.target_arn if letters else trigger.error_action
        # Of the events that Lambda could not accept
        self.waits: dict[int, Iterator[float]] = {}

    def arrive(self, delivery: int) -> None:
        """The source takes the event and hands it to Lambda some time later."""
        if self.waits_for_report:
            self.queue.await_report(delivery)
        wait = self.latency[delivery]
        if wait:
            self.wait(delivery, wait)
        else:
            self.hand_over(delivery)

    def stop_loop(self, delivery: int) -> None:
        """Lambda does not run the function once more for this chain of events."""
        self.queue.stop_loop(delivery)

    def wait(self, delivery: int, wait: int) -> None:
        """Hand the event over after a wait."""
        now = self.clock._now
        self.add_span(delivery, 0, SOURCE, now, now + wait, self.resource)
        self.clock.after(wait, self.hand_over, delivery, TIMER + delivery)

    def hand_over(self, delivery: int) -> None:
        """Lambda accepts the event, if it can; it does so for a throttled function, too."""
        if self.outages is not None and self.outages.is_on(self.clock._now):
            self.try_later(delivery)
        else:
            self.waits.pop(delivery, None)
            self.queue.accept(delivery)

    def try_later(self, delivery: int) -> None:
        """Wait as this kind of source does, or give the event up."""
        if delivery not in self.waits:
            self.waits[delivery] = source_waits(self.kind, self.policy)
        wait = next(self.waits[delivery], None)
        if wait is None:
            del self.waits[delivery]
            self.router.give_up(
                delivery, [("undelivered", self.store)], Fate.DROPPED
            )
        else:
            self.wait(delivery, round(wait * MICROSECONDS) or 1)
