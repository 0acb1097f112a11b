"""What a source does with an event before Lambda has accepted it: pass it on, try again, give up.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, repeat
from typing import Protocol

from sim.engine.clock import TIMER
from sim.engine.codes import DELAYED, SOURCE
from sim.engine.context import SimulationContext
from sim.engine.event_bridge_quotas import (
    EventSenders,
    PutEvents,
    RuleInvocations,
)
from sim.engine.retry import doubling, value
from sim.engine.router import Router
from sim.scenario.changes import LAMBDA
from sim.scenario.resources import RetryPolicy
from sim.scenario.triggers import AsynchronousTrigger
from sim.trace import MICROSECONDS, Fate


class EventQueue(Protocol):
    """Lambda's event queue."""

    def accept(self, delivery: int) -> None:
        """Take an event over."""

    def await_report(self, delivery: int) -> None:
        """Begin to wait for the function's own report."""

    def stop_loop(self, delivery: int) -> None:
        """Give an event up that belongs to a loop."""


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


class RuleSource(AsynchronousSource):
    """A rule of EventBridge, or a scheduled one: the Region's quotas hold for all of them.

    `put_events` and `senders`: what comes by PutEvents; None where the events come by themselves.
    """

    def __init__(
        self,
        trigger: AsynchronousTrigger,
        queue: EventQueue,
        router: Router,
        context: SimulationContext,
        invocations: RuleInvocations,
    ) -> None:
        super().__init__(trigger, queue, router, context)
        self.invocations = invocations
        self.put_events: PutEvents | None = None
        self.senders: EventSenders | None = None

    def take_requests(
        self, put_events: PutEvents, senders: EventSenders
    ) -> None:
        """The bus of this rule gets its events by PutEvents."""
        self.put_events = put_events
        self.senders = senders

    def arrive(self, delivery: int) -> None:
        """EventBridge throttles who sends too much, and delays what its rules match."""
        now = self.clock._now
        if self.put_events is not None and self.senders is not None:
            event = self.router.event[delivery]
            if not self.put_events.allows(event, now):
                self.senders.refuse(delivery)
                return
            self.senders.accept(delivery)
        delay = self.invocations.delay(now)
        if not delay:
            super().arrive(delivery)
            return
        end = now + delay
        self.add_span(delivery, 0, SOURCE, now, end, self.resource, DELAYED)
        self.clock.after(delay, super().arrive, delivery, TIMER + delivery)


def source_waits(kind: str, policy: RetryPolicy) -> Iterator[float]:
    """The seconds between a source's attempts to hand an event over; empty where AWS names none."""
    if kind == "sns":
        return sns_waits()
    if kind.startswith("eventbridge"):
        return eventbridge_waits(policy)
    if kind == "cw_logs":
        wait = value("logs.retry_wait")
        return repeat(wait, int(value("logs.retry_window") / wait))
    return iter(())


def sns_waits() -> Iterator[float]:
    """Four phases: at once, one second apart, ever longer, twenty seconds apart; 100,015 attempts.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    """
    short = value("sns.shortest_wait")
    long = value("sns.longest_wait")
    steps = int(value("sns.backoff_attempts"))
    longer = long / short
    return chain(
        repeat(0.0, int(value("sns.immediate_attempts")) - 1),
        repeat(short, int(value("sns.pre_backoff_attempts"))),
        [short * longer ** (step / (steps - 1)) for step in range(steps)],
        repeat(long, int(value("sns.post_backoff_attempts"))),
    )


def eventbridge_waits(policy: RetryPolicy) -> Iterator[float]:
    """Exponential waits, until the attempts are used up or the event would be too old.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
    """
    start = value("eventbridge.backoff_start")
    cap = value("eventbridge.backoff_cap")
    growing = doubling(start, cap, policy.maximum_event_age_in_seconds)
    return islice(growing, policy.maximum_retry_attempts)
