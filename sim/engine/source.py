"""What a source does with an event before Lambda has accepted it: pass it on, try again, give up.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, repeat
from typing import Protocol

from sim import facts
from sim.engine.clock import TIMER
from sim.engine.outage_windows import OutageWindows
from sim.engine.retry import doubling
from sim.engine.router import Router
from sim.scenario.resources import RetryPolicy
from sim.scenario.triggers import AsynchronousTrigger
from sim.trace import MICROSECONDS, Fate, Stage

SOURCE = int(Stage.SOURCE)


class EventQueue(Protocol):
    """Lambda's event queue."""

    def accept(self, delivery: int) -> None:
        """Take an event over."""

    def stop_loop(self, delivery: int) -> None:
        """Give an event up that belongs to a loop."""


class AsynchronousSource:
    """One source of asynchronous events: each is handed to Lambda, again and again while Lambda cannot accept it."""

    def __init__(
        self,
        trigger: AsynchronousTrigger,
        queue: EventQueue,
        router: Router,
        down: OutageWindows,
        number: int,
    ) -> None:
        self.kind, self.policy, self.queue, self.down = (
            trigger.kind,
            trigger.retry_policy,
            queue,
            down,
        )
        self.router, self.clock, self.number = router, router.clock, number
        self.latency = router.delivery_draws.latency
        letters = trigger.dead_letter_config
        self.store = letters.target_arn if letters else None
        self.waits: dict[
            int, Iterator[float]
        ] = {}  # of the events that Lambda could not accept

    def arrive(self, delivery: int) -> None:
        """The source takes the event and hands it to Lambda some time later."""
        self.wait(delivery, self.latency[delivery])

    def stop_loop(self, delivery: int) -> None:
        """Lambda does not run the function once more for this chain of events."""
        self.queue.stop_loop(delivery)

    def wait(self, delivery: int, wait: int) -> None:
        """Hand the event over after a wait."""
        if wait == 0:
            self.hand_over(delivery)
            return
        now = self.clock._now
        self.router.trace.add_span(delivery, 0, SOURCE, now, now + wait, self.number)
        self.clock.after(wait, self.hand_over, delivery, TIMER + delivery)

    def hand_over(self, delivery: int) -> None:
        """Lambda accepts the event, or cannot; a function that is throttled is no reason not to accept."""
        if self.down and self.down.is_on(self.clock._now):
            self.try_later(delivery)
        else:
            self.waits.pop(delivery, None)
            self.queue.accept(delivery)

    def try_later(self, delivery: int) -> None:
        """Wait as this kind of source does, or give the event up."""
        if delivery not in self.waits:
            self.waits[delivery] = waits(self.kind, self.policy)
        wait = next(self.waits[delivery], None)
        if wait is None:
            del self.waits[delivery]
            self.router.give_up(delivery, [("undelivered", self.store)], Fate.DROPPED)
        else:
            self.wait(delivery, round(wait * MICROSECONDS) or 1)


def waits(kind: str, policy: RetryPolicy) -> Iterator[float]:
    """The waits, in seconds, between a source's attempts to hand an event to Lambda; empty where AWS names none."""
    if kind == "sns":
        return sns_waits()
    if kind.startswith("eventbridge"):
        return eventbridge_waits(policy)
    if kind == "cw_logs":
        wait = number("logs.retry_wait")
        return repeat(wait, int(number("logs.retry_window") / wait))
    return iter(())


def sns_waits() -> Iterator[float]:
    """Four phases: at once, one second apart, ever longer, twenty seconds apart; together 100,015 attempts.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    """
    short, long, steps = (
        number("sns.shortest_wait"),
        number("sns.longest_wait"),
        int(number("sns.backoff_attempts")),
    )
    growing = (short * (long / short) ** (step / (steps - 1)) for step in range(steps))
    return chain(
        repeat(0.0, int(number("sns.immediate_attempts")) - 1),
        repeat(short, int(number("sns.pre_backoff_attempts"))),
        growing,
        repeat(long, int(number("sns.post_backoff_attempts"))),
    )


def eventbridge_waits(policy: RetryPolicy) -> Iterator[float]:
    """Exponential waits, until the attempts are used up or the event would be too old.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
    """
    start, cap = number("eventbridge.backoff_start"), number("eventbridge.backoff_cap")
    return islice(
        doubling(start, cap, policy.maximum_event_age_in_seconds),
        policy.maximum_retry_attempts,
    )


def number(name: str) -> float:
    """The number of a fact."""
    return float(facts.fact(name).value)
