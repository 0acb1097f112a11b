"""How failing and throttled batches slow a queue's mapping down, for as long as they last.

Lambda "gradually backs off, reducing the amount of concurrency"; AWS names no numbers.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from math import ceil, log1p

from sim.scenario.choices import Choices


class PollerBackoff:
    """The most pollers that failing and throttled batches leave to a mapping: `ceiling`.

    The law is a choice. A share of failing batches holds the ceiling at a part of the batches at
    once that there were before: `1 / ln(1 + share / poller_backoff_share)`, which is what was
    measured with 60 at once: about 25 with 1 % failing, about 13 with 10 %. Throttled batches weigh
    less, and the ceiling falls by steps to where they hold it. Afterwards it rises by steps.
    """

    def __init__(
        self, least: int, most: int, is_on: bool, choices: Choices
    ) -> None:
        self.least = least
        self.most = most
        self.is_on = is_on
        self.choices = choices
        self.ceiling = most
        self.before = 0  # the batches at once that the ceiling is a part of
        # Counted since the last review; pollers add to these themselves.
        self.ended = 0
        self.failed = 0
        self.throttled = 0

    def change(self, least: int, most: int, is_on: bool) -> None:
        """The mapping may have another number of pollers from now on."""
        ceiling = self.ceiling if self.is_active() else most
        self.least = least
        self.most = most
        self.is_on = is_on
        self.ceiling = min(most, ceiling)

    def is_active(self) -> bool:
        """Whether the mapping has fewer pollers than it could have."""
        return self.ceiling < self.most

    def forget(self) -> None:
        """Count from here."""
        self.ended = 0
        self.failed = 0
        self.throttled = 0

    def review(self, busy: int) -> None:
        """A period ends with so many batches in hand: what failed in it sets the ceiling."""
        if self.is_on:
            earlier = self.before if self.is_active() else 0
            self.before = max(earlier, busy)
            self.move(min(self.held_by_failures(), self.held_by_throttles()))
        self.forget()

    def move(self, target: int) -> None:
        """The ceiling falls to the target at once, and rises to it by steps."""
        step = ceil(self.ceiling * self.choices.poller_recovery_factor)
        self.ceiling = min(self.most, target, step)

    def held_by_failures(self) -> int:
        """Where the failing batches hold the ceiling."""
        if not self.failed:
            return self.most
        return self.held(self.failed / self.ended)

    def held_by_throttles(self) -> int:
        """Where the throttled batches hold the ceiling, which falls to there by steps."""
        if not self.throttled:
            return self.most
        share = self.throttled / (self.throttled + self.ended)
        held = self.held(self.choices.poller_throttle_weight * share)
        busy = min(self.ceiling, self.before)
        step = ceil(busy * self.choices.poller_throttle_step)
        return max(held, step)

    def held(self, share: float) -> int:
        """Where this share of failing batches holds the ceiling; a small share: nowhere."""
        steepness = log1p(share / self.choices.poller_backoff_share)
        if steepness <= 1:
            return self.most
        measured = min(self.choices.poller_backoff_reference, self.most)
        held = round(max(measured, self.before) / steepness)
        return max(self.least, held)
