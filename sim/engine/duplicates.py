"""Second copies: what a source that delivers at least once hands over twice, without any error.

https://docs.aws.amazon.com/lambda/latest/dg/concepts-event-driven-architectures.html
"""

from __future__ import annotations

from sim.engine.clock import TIMER
from sim.engine.codes import DELIVERED
from sim.engine.consumers import Consumer
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import Batch, BatchSource, Invocable
from sim.engine.router import Router
from sim.trace import MICROSECONDS, SECOND_COPY
from sim.workload import draws


class DuplicateDraw:
    """Which deliveries are handed over twice: a share of them, drawn from the event's identity."""

    def __init__(
        self, share: float, context: SimulationContext, *purpose: str
    ) -> None:
        self.share = share
        self.key = draws.key(context.seed, *purpose)
        self.delivery_draws = context.delivery_draws

    def includes(self, delivery: int) -> bool:
        """Whether this delivery is handed over twice."""
        identity = self.delivery_draws.identity_of(delivery)
        return draws.uniform(self.key, identity) < self.share


def source_duplicates(
    name: str, share: float, context: SimulationContext
) -> DuplicateDraw | None:
    """What the trigger of this name hands over twice; None: nothing."""
    if not share:
        return None
    return DuplicateDraw(share, context, name, "handed over twice")


def duplicate_delay(context: SimulationContext) -> int:
    """How long after the event, or after what became of it, its copy comes: microseconds."""
    seconds: float = context.scenario.choices.duplicate_delay_seconds
    return round(seconds * MICROSECONDS)


class Duplicates:
    """Second copies of deliveries: each runs once, and nobody retries it (a choice)."""

    def __init__(
        self, fleet: Invocable, router: Router, rate_limited: bool = False
    ) -> None:
        self.fleet = fleet
        self.router = router
        self.clock = router.clock
        self.rate_limited = rate_limited

    def hand_over_later(self, delivery: int, wait: int) -> None:
        """A copy comes in so many microseconds; a simulation that drains waits for it."""
        self.router.outstanding += 1
        self.clock.after(wait, self.attempt, delivery, TIMER + delivery)

    def attempt(self, delivery: int) -> None:
        """Invoke the function with an event that has been handed over before."""
        if self.fleet.attempt(delivery, SECOND_COPY, self):
            self.router.outstanding -= 1

    def settle(self, delivery: int, attempt: int, outcome: int) -> None:
        """Nothing follows."""
        self.router.outstanding -= 1


class CalledTwice:
    """A caller that waits, and makes some of its calls a second time by mistake."""

    def __init__(
        self,
        consumer: Consumer,
        draw: DuplicateDraw,
        duplicates: Duplicates,
        delay: int,
    ) -> None:
        self.consumer = consumer
        self.draw = draw
        self.duplicates = duplicates
        self.delay = delay
        self.stop_loop = consumer.stop_loop

    def arrive(self, delivery: int) -> None:
        """The call, and maybe its copy."""
        self.consumer.arrive(delivery)
        if self.draw.includes(delivery):
            self.duplicates.hand_over_later(delivery, self.delay)


class BatchDuplicates:
    """Records of a stream that come once more, in a batch of their own beside what follows them."""

    rate_limited = True

    def __init__(
        self,
        draw: DuplicateDraw,
        fleet: Invocable,
        router: Router,
        delay: int,
        source: BatchSource,
    ) -> None:
        self.draw = draw
        self.fleet = fleet
        self.router = router
        self.delay = delay
        self.source = source

    def hand_over_later(self, records: list[int]) -> None:
        """Those of these records that are duplicated come again, a little later."""
        fate = self.router.fate
        twice = [
            delivery
            for delivery in records
            if fate[delivery] == DELIVERED and self.draw.includes(delivery)
        ]
        if twice:
            self.router.outstanding += 1
            self.router.clock.after(self.delay, self.attempt, twice)

    def attempt(self, records: list[int]) -> None:
        """Invoke the function with them; a throttled copy does not come again."""
        self.fleet.invocations += 1
        attempts = [SECOND_COPY] * len(records)
        batch = Batch(records, attempts, self.fleet.invocations)
        if self.fleet.attempt_batch(batch, self, self.source):
            self.router.outstanding -= 1

    def settle(self, batch: Batch, attempt: int, outcome: int) -> None:
        """Nothing follows."""
        self.router.outstanding -= 1
