"""How many batches of a queue a mapping may work on at once, and how fast its pollers receive.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from sim import facts
from sim.engine.clock import Clock
from sim.engine.queue.poller_backoff import PollerBackoff
from sim.scenario.choices import Choices
from sim.scenario.pollers import PollerRange, mapping_fact
from sim.trace import MICROSECONDS


class PollerScaling:
    """The number of pollers: it grows by one while messages wait, and is reviewed once a minute.

    AWS says how much a minute adds, not how: evenly, so that m full minutes add 300 m, is a choice.
    So is the review: the number falls to the most that were busy in that minute, and to what
    `backoff` leaves. `resize` is called when the number has changed, `receive` when there is one
    poller more.
    """

    def __init__(
        self,
        pollers: PollerRange,
        clock: Clock,
        choices: Choices,
        resize: Callable[[], object],
        receive: Callable[[], object],
    ) -> None:
        self.range = pollers
        self.clock = clock
        self.resize = resize
        self.receive = receive
        self.backoff = PollerBackoff(
            pollers.start, pollers.most, pollers.backs_off, choices
        )
        self.review_interval = round(
            choices.poller_review_seconds * MICROSECONDS
        )
        self.pollers = pollers.start
        self.batches = pollers.start * pollers.batches_each
        self.busy = 0  # batches in hand
        self.busiest = 0  # the most of them since the last review
        self.growth_is_due = False
        self.review_is_due = False
        self.grown_at = -pollers.growth
        self.review_later()

    def change(self, pollers: PollerRange) -> None:
        """Another range counts at once: there are neither fewer nor more pollers than it has."""
        self.range = pollers
        self.backoff.change(pollers.start, pollers.most, pollers.backs_off)
        most = self.backoff.ceiling
        self.pollers = max(pollers.least, min(most, self.pollers))
        self.batches = self.pollers * pollers.batches_each
        self.resize()
        self.review_later()

    def is_low(self) -> bool:
        """Whether the mapping has scaled in to what low traffic needs."""
        return self.pollers == self.range.least < self.range.start

    def take_batch(self) -> None:
        """A poller takes a batch in hand."""
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)

    def grow(self) -> bool:
        """Messages wait and every poller is busy: add pollers, now (True) or later (False)."""
        if self.pollers < self.range.start:
            self.set_pollers(self.range.start)
            return True
        if self.pollers >= self.backoff.ceiling:
            return False
        if not self.range.growth:
            self.set_pollers(self.pollers + 1)
            return True
        if not self.growth_is_due:
            self.growth_is_due = True
            self.clock.after(self.time_to_growth(), self.add_poller)
        return False

    def time_to_growth(self) -> int:
        """Microseconds to the next poller, counted from the last growth if that is not over."""
        growth = self.range.growth
        since_growth = self.clock._now - self.grown_at
        return growth - since_growth if since_growth < growth else growth

    def add_poller(self, _: None) -> None:
        """One poller more, if messages still wait."""
        self.growth_is_due = False
        all_are_busy = self.busy >= self.batches
        if all_are_busy and self.pollers < self.backoff.ceiling:
            self.grown_at = self.clock._now
            self.set_pollers(self.pollers + 1)
            self.receive()

    def set_pollers(self, pollers: int) -> None:
        """Change how many pollers there are."""
        if pollers != self.pollers:
            self.pollers = pollers
            self.batches = pollers * self.range.batches_each
            self.resize()
            self.review_later()

    def review_later(self) -> None:
        """Reviews are at full minutes; nothing is reviewed where nothing can change."""
        if self.review_is_due or not self.can_change():
            return
        self.review_is_due = True
        self.backoff.forget()
        elapsed = self.clock._now % self.review_interval
        self.clock.after(self.review_interval - elapsed, self.review)

    def can_change(self) -> bool:
        """Whether a review may bring fewer pollers, or a higher ceiling."""
        return self.pollers > self.range.least or self.backoff.is_active()

    def review(self, _: None) -> None:
        """A minute ends: fewer pollers if not all were needed, or if batches failed."""
        self.review_is_due = False
        self.backoff.review(self.busy)
        pollers = min(self.pollers, self.needed(), self.backoff.ceiling)
        self.busiest = self.busy
        self.set_pollers(pollers)
        self.review_later()

    def needed(self) -> int:
        """How many pollers the busiest moment needed; at low traffic fewer than at the start."""
        needed = ceil(self.busiest / self.range.batches_each)
        if needed <= self.range.least:
            return self.range.least
        return max(self.range.start, needed)


class PollRateLimit:
    """How fast provisioned pollers receive: so many calls and kilobytes a second for each.

    Each poller may be one call ahead (a choice).
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    """

    def __init__(self, message_kb: float) -> None:
        self.message_kb = message_kb
        self.calls = mapping_fact("polls_per_poller")
        self.kilobytes = mapping_fact("kb_per_poller")
        self.messages_per_call = int(
            facts.fact("sqs.messages_per_request").value
        )
        # when a single poller would have the time back that the receives so far have taken
        self.used_until = 0
        # what this lacks, or has too much, as it is whole microseconds
        self.rounded_off = 0.0

    def wait(self, pollers: int, now: int) -> int:
        """How long, in microseconds, until so many pollers may receive again."""
        ahead = (pollers - 1) * MICROSECONDS // (self.calls * pollers)
        return max(0, self.used_until - ahead - now)

    def count_receive(self, messages: int, pollers: int, now: int) -> None:
        """A receive call brings so many messages."""
        by_calls = 1 / self.calls
        by_size = messages * self.message_kb / self.kilobytes
        seconds = max(by_calls, by_size)
        exactly = seconds * MICROSECONDS / pollers + self.rounded_off
        used = round(exactly)
        self.rounded_off = exactly - used
        self.used_until = max(self.used_until, now) + used
