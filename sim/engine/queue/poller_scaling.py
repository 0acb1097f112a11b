"""How many batches of a queue a mapping may work on at once, and how that number grows and falls.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim import facts
from sim.engine.clock import Clock
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.resources import Choices
from sim.trace import MICROSECONDS

MINUTE = 60 * MICROSECONDS


@dataclass(frozen=True)
class Range:
    """The pollers of a mapping: at first, at low traffic, at most; what each takes; microseconds to grow by one."""

    start: int
    least: int
    most: int
    batches_each: int = 1
    growth: int = 0  # 0: at once
    backs_off: bool = False


def range_of(mapping: EventSourceMapping, concurrency: int) -> Range:
    """The pollers of a mapping whose function has this concurrency.

    A FIFO queue has a batch for each message group at once: nothing holds it back but its groups
    and the limits. That it does not begin with five like a standard queue is a choice.
    """
    if mapping.pollers is not None:
        return Range(mapping.pollers, mapping.pollers, mapping.pollers)
    if mapping.provisioned_poller_config is not None:
        return provisioned(mapping)
    start, ceiling = number("start_concurrency"), number("concurrency_ceiling")
    if mapping.scaling_config is not None:
        most = mapping.scaling_config.maximum_concurrency
        start = least = min(start, most)
    else:
        most, least = (
            max(start, min(ceiling, concurrency)),
            number("low_traffic_concurrency"),
        )
    if mapping.kind == "sqs_fifo":
        return Range(start, least, most)
    backs_off = not mapping.reports_batch_item_failures
    return Range(
        start,
        least,
        most,
        growth=MINUTE // number("concurrency_per_minute"),
        backs_off=backs_off,
    )


def provisioned(mapping: EventSourceMapping) -> Range:
    """Pollers that are always there, and more while messages wait.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    least, most = mapping.provisioned_pollers
    each = number("batches_per_poller")
    growth = MINUTE * each // number("provisioned_concurrency_per_minute")
    return Range(least, least, most, batches_each=each, growth=growth)


class Scaling:
    """The number of pollers, which grows one by one while messages wait, and is reviewed once a minute.

    AWS says how much a minute adds, not how: evenly, so that m full minutes add 300 m, is a choice.
    So is the review: after a minute with failing batches their number is halved, after one without
    it falls to the most that were busy.
    """

    def __init__(
        self,
        pollers: Range,
        clock: Clock,
        choices: Choices,
        resize: Callable[[], object],
        more: Callable[[], object],
    ) -> None:
        self.range, self.clock, self.resize, self.more = pollers, clock, resize, more
        self.factor, self.floor = (
            choices.poller_backoff_factor,
            choices.poller_backoff_floor,
        )
        self.period = round(choices.poller_review_seconds * MICROSECONDS)
        self.pollers, self.batches = pollers.start, pollers.start * pollers.batches_each
        self.busy = self.busiest = 0
        self.failing = self.growing = self.reviewing = False
        self.grown_at = -pollers.growth
        self.review_later()

    def is_low(self) -> bool:
        """Whether the mapping has scaled in to what low traffic needs."""
        return self.pollers == self.range.least < self.range.start

    def begin(self) -> None:
        """A poller takes a batch in hand."""
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)

    def grow(self) -> bool:
        """Messages wait and every poller is busy: whether there are more pollers now, or else later."""
        if self.pollers < self.range.start:
            self.change(self.range.start)
            return True
        if self.pollers == self.range.most:
            return False
        if not self.range.growth:
            self.change(self.pollers + 1)
            return True
        if not self.growing:
            self.growing = True
            now, growth = self.clock._now, self.range.growth
            since = self.grown_at if now < self.grown_at + growth else now
            self.clock.after(since + growth - now, self.add_one)
        return False

    def add_one(self, _: None) -> None:
        """One poller more, if messages still wait; `more` then asks again."""
        self.growing = False
        if self.busy >= self.batches and self.pollers < self.range.most:
            self.grown_at = self.clock._now
            self.change(self.pollers + 1)
            self.more()

    def change(self, pollers: int) -> None:
        """From now on there are so many."""
        if pollers != self.pollers:
            self.pollers, self.batches = pollers, pollers * self.range.batches_each
            self.resize()
            self.review_later()

    def review_later(self) -> None:
        """Reviews stand at full minutes; nothing is reviewed where there can be no fewer."""
        if not self.reviewing and self.pollers > self.range.least:
            self.reviewing = True
            self.clock.after(self.period - self.clock._now % self.period, self.review)

    def review(self, _: None) -> None:
        """A minute ends: fewer pollers if batches failed, or if not all were needed.

        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        """
        self.reviewing = False
        needed = -(-self.busiest // self.range.batches_each)
        pollers = (
            self.range.least
            if needed <= self.range.least
            else max(self.range.start, needed)
        )
        if self.failing and self.range.backs_off:
            pollers = max(self.floor, int(self.pollers * self.factor))
        self.busiest, self.failing = self.busy, False
        self.change(min(self.pollers, pollers))
        self.review_later()


def number(name: str) -> int:
    """The number of a fact about mappings."""
    return int(facts.fact(f"mapping.{name}").value)
