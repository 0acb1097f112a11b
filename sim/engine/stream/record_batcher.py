"""Records gather in a lane of a shard until there is a batch.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from math import inf
from typing import TYPE_CHECKING

from sim import facts
from sim.scenario.event_source_mapping import KAFKA, EventSourceMapping
from sim.scenario.function import BatchResponse
from sim.scenario.resources import Choices
from sim.trace import MICROSECONDS, Fate

if TYPE_CHECKING:
    from sim.engine.stream.shard_reader import ShardReader


class Rules:
    """The settings of a mapping as its lanes need them, in microseconds and bytes."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        retention: int,
        form: BatchResponse,
        choices: Choices,
        largest: int,
    ) -> None:
        self.size, self.form, self.retention = mapping.batch_size, form, retention
        self.window = round(mapping.maximum_batching_window_in_seconds * MICROSECONDS)
        self.tumbling = (mapping.tumbling_window_in_seconds or 0) * MICROSECONDS
        self.reports, self.bisects = (
            mapping.reports_batch_item_failures,
            mapping.bisect_batch_on_function_error,
        )
        retries, age = (
            mapping.maximum_retry_attempts,
            mapping.maximum_record_age_in_seconds,
        )
        if (
            retries < 0
            and mapping.provisioned_poller_config is not None
            and mapping.on_failure is not None
        ):
            retries = facts.fact("kafka.retries_with_destination").value
        self.calls = inf if retries < 0 else retries + 1
        self.age = inf if age < 0 else age * MICROSECONDS
        self.store = mapping.on_failure
        self.payload = facts.fact("mapping.payload_limit").value * 1024
        self.any_payload_fits = largest * self.size <= self.payload
        self.any_record_fits = largest <= self.payload
        self.window_waits_for_record = mapping.kind in ("mq", "documentdb")
        self.commits = mapping.kind in KAFKA
        self.retry_start = choices.stream_retry_start_seconds * MICROSECONDS
        self.retry_factor = choices.stream_retry_factor
        self.retry_cap = choices.stream_retry_cap_seconds * MICROSECONDS


class Gathering(ABC):
    """What has been read and filtered, in order; a batch goes off when it is full or its window is over."""

    def __init__(self, reader: ShardReader, rules: Rules) -> None:
        self.reader, self.rules, self.clock = reader, rules, reader.clock
        mapping = reader.mapping
        self.router, self.delivery_draws, self.pollers = (
            mapping.router,
            mapping.delivery_draws,
            mapping.pollers,
        )
        self.buffer: deque[int] = deque()
        self.uncommitted: list[int] = []  # what a Kafka filter keeps out
        self.idle, self.queued = True, False  # queued: for a free poller
        self.free_since = self.gatherings = 0

    def filter(self, delivery: int) -> None:
        """A record that the filter keeps out: the iterator moves on; Kafka commits its offset with the next batch.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
        """
        if self.rules.commits:
            self.uncommitted.append(delivery)
        else:
            self.pass_over(delivery)

    def pass_over(self, delivery: int) -> None:
        """The mapping does not come back to a record that its filter keeps out."""
        self.reader.leave(delivery, self.clock._now)
        self.router.settle(delivery, Fate.FILTERED)

    def offer(self) -> None:
        """Records have come: begin with them, unless a batch is in hand."""
        if self.idle and self.buffer:
            self.gather()

    def gather(self) -> None:
        """A batch goes off when it is full, or when the window ends, which began with the end of the last run.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
        """
        if self.pollers is not None and self.pollers.is_full(self):
            return
        if not self.rules.window or self.is_full():
            self.begin()
        elif self.gatherings % 2 == 0:
            self.gatherings += 1
            self.clock.after(self.window_left(), self.close_window, self.gatherings)

    def window_left(self) -> int:
        """Windows follow one another from the end of the last invocation; a broker's begins with its first record."""
        window = self.rules.window
        if self.rules.window_waits_for_record:
            return window
        return window - (self.clock._now - self.free_since) % window

    def close_window(self, gathering: int) -> None:
        """The window ends: the batch goes off as it is."""
        if gathering == self.gatherings and self.idle and self.buffer:
            self.begin()

    def is_full(self) -> bool:
        """Whether there is a whole batch: by number, or by payload."""
        return len(self.buffer) >= self.rules.size or (
            not self.rules.any_payload_fits and self.fitting() < len(self.buffer)
        )

    def fitting(self) -> int:
        """How many records the next batch can hold: 6 MB at most, and one record in any case.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
        """
        room, count = self.rules.payload, 0
        for delivery in self.buffer:
            room -= self.delivery_draws.size[self.delivery_draws.event[delivery]]
            if count == self.rules.size or (room < 0 and count):
                break
            count += 1
        return count

    @abstractmethod
    def begin(self) -> None:
        """Take a batch in hand."""

    def take(self) -> list[int]:
        """The records of the next batch."""
        buffer, size = self.buffer, self.rules.size
        if self.rules.any_payload_fits and len(buffer) <= size:
            batch = list(buffer)
            buffer.clear()
            return batch
        count = size if self.rules.any_payload_fits else self.fitting()
        return [buffer.popleft() for _ in range(min(count, len(buffer)))]

    @abstractmethod
    def resume(self) -> None:
        """A poller is free for this lane."""

    def after_batch(self) -> None:
        """What the filter kept out before this batch is committed with it."""
        if self.uncommitted:
            for delivery in self.uncommitted:
                self.pass_over(delivery)
            self.uncommitted.clear()
