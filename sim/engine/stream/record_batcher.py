"""The records of a shard that have been read wait until there is a batch of them.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque

from sim.engine.stream.batching_settings import BatchingSettings
from sim.engine.stream.kafka_pollers import KafkaPollers
from sim.engine.stream.shard_log import ShardLog
from sim.trace import Fate


class RecordBatcher(ABC):
    """Starts a batch when it is full, or when its batching window ends."""

    def __init__(
        self,
        log: ShardLog,
        settings: BatchingSettings,
        pollers: KafkaPollers | None,
    ) -> None:
        self.log = log
        self.settings = settings
        self.pollers = pollers
        self.router = log.router
        self.clock = log.router.clock
        self.buffer: deque[int] = deque()
        # what the filter of a Kafka mapping keeps out
        self.uncommitted: list[int] = []
        self.idle = True  # no batch is in hand
        self.queued = False  # for a free poller
        self.free_since = 0
        self.window_is_open = False
        # the number of the last window: a timer of an earlier one is stale
        self.windows = 0

    def filter_out(self, delivery: int) -> None:
        """The filter keeps a record out; Kafka's offset is committed with the next batch.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
        """
        if self.settings.commits_offsets:
            self.uncommitted.append(delivery)
        else:
            self.log.settle(delivery, Fate.FILTERED, self.clock._now)

    def commit(self) -> None:
        """What the filter kept out before this batch is committed with it."""
        for delivery in self.uncommitted:
            self.log.settle(delivery, Fate.FILTERED, self.clock._now)
        self.uncommitted.clear()

    def start_if_ready(self) -> None:
        """Start the next batch, or wait for more records, unless a batch is in hand.

        A batch starts when it is full, or when the window ends, which began with the end of the
        last run. https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
        """
        if not self.idle or not self.buffer:
            return
        if self.pollers is not None and self.pollers.must_wait(self):
            return
        if not self.settings.batching_window or self.is_full():
            self.start()
        elif not self.window_is_open:
            self.open_window()

    def open_window(self) -> None:
        """Wait for records until the batching window ends."""
        self.window_is_open = True
        self.windows += 1
        self.clock.after(self.window_left(), self.close_window, self.windows)

    def window_left(self) -> int:
        """Windows follow the last run, one after another; a broker's begins with a record."""
        window = self.settings.batching_window
        if self.settings.window_begins_with_record:
            return window
        elapsed = self.clock._now - self.free_since
        return window - elapsed % window

    def close_window(self, window: int) -> None:
        """The window ends: the batch starts as it is, unless it started before.

        Batches of a broker share what they wait for: another one may have taken it.
        """
        is_stale = not self.window_is_open or window != self.windows
        if is_stale:
            return
        self.window_is_open = False
        if self.idle and self.buffer:
            self.start()

    def is_full(self) -> bool:
        """Whether there is a whole batch: by number, or by payload."""
        waiting = len(self.buffer)
        if waiting >= self.settings.batch_size:
            return True
        return not self.settings.any_batch_fits and self.fitting() < waiting

    def fitting(self) -> int:
        """How many records the next batch can hold: 6 MB at most, and one record in any case.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
        """
        room = self.settings.payload_limit
        count = 0
        for delivery in self.buffer:
            room -= self.log.size(delivery)
            if count == self.settings.batch_size or (room < 0 and count):
                break
            count += 1
        return count

    def take(self) -> list[int]:
        """The records of the next batch."""
        buffer = self.buffer
        count = self.settings.batch_size
        if not self.settings.any_batch_fits:
            count = self.fitting()
        elif len(buffer) <= count:  # often: all of them, at once
            batch = list(buffer)
            buffer.clear()
            return batch
        count = min(count, len(buffer))
        return [buffer.popleft() for _ in range(count)]

    @abstractmethod
    def start(self) -> None:
        """Take a batch in hand, which ends the batching window."""

    @abstractmethod
    def resume(self) -> None:
        """A poller is free for this batch."""
