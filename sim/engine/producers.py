"""What producers do whose records a shard, or whose events a bus, has refused.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.clock import TIMER
from sim.engine.retry import THROTTLED, FailedCall, RetryRule
from sim.engine.router import Router
from sim.engine.sdk_retries import client_rule
from sim.scenario.caller import Caller
from sim.trace import Fate, Outcome, Stage

REFUSED = "ProvisionedThroughputExceededException"
SOURCE = int(Stage.SOURCE)
EXCEEDED = int(Outcome.ProvisionedThroughputExceeded)


class Producers:
    """The producers of one stream or bus: each tries again as its client does."""

    refused_with = REFUSED
    outcome = EXCEEDED

    def __init__(
        self,
        source: str,
        resource: int,
        router: Router,
        callers: Callable[[int], Caller],
    ) -> None:
        self.source = source
        self.resource = resource
        self.router = router
        self.clock = router.clock
        self.callers = callers
        self.policies: dict[Caller, RetryRule] = {}
        # how often, of records not written yet
        self.refused: dict[int, int] = {}
        self.written = router.sent_later

    def accept(self, delivery: int) -> None:
        """The record is written now; one that was refused before is as old as this write."""
        if delivery in self.refused:
            del self.refused[delivery]
            self.written[delivery] = self.clock._now

    def refuse(self, delivery: int) -> None:
        """The producer is told that the throughput is exceeded, and tries again or not."""
        wait = self.next_wait(delivery)
        now = self.clock._now
        end = now + (wait or 0)
        self.router.trace.add_span(
            delivery, 0, SOURCE, now, end, self.resource, self.outcome
        )
        if wait is None:
            answer = self.router.answer_number(self.refused_with)
            self.router.settle_with_answer(delivery, answer, Fate.REJECTED)
        else:
            self.clock.after(wait, self.send, delivery, TIMER + delivery)

    def send(self, delivery: int) -> None:
        """The producer tries again."""
        self.router.consumers[self.router.trigger[delivery]].arrive(delivery)

    def next_wait(self, delivery: int) -> int | None:
        """How long until the next try, in microseconds; None: there is none."""
        attempt = self.refused.get(delivery, 0) + 1
        self.refused[delivery] = attempt
        identity = self.router.delivery_draws.identity_of(delivery)
        policy = self.policy(self.callers(delivery))
        failed = FailedCall(0, delivery, attempt, THROTTLED, identity)
        return policy.next_wait(failed)

    def policy(self, caller: Caller) -> RetryRule:
        """How this producer tries again."""
        if caller not in self.policies:
            seed = self.router.delivery_draws.seed
            rule = client_rule(caller, self.clock, seed, self.source)
            self.policies[caller] = rule
        return self.policies[caller]
