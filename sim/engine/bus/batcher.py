"""Fills the batches of a subscriber: one goes off when it is full, or when its window ends.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-batching.html
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.bus.custom_bus import CustomBus
from sim.engine.clock import LAST
from sim.scenario.subscriber import BatchConfiguration
from sim.trace import MICROSECONDS


class Batcher:
    """The batch that fills; `close` is called with the events of each that goes off.

    Without a window, the events of one instant go together (a choice).
    """

    def __init__(
        self,
        config: BatchConfiguration,
        largest: int,
        bus: CustomBus,
        close: Callable[[list[int]], None],
    ) -> None:
        self.largest = largest  # bytes
        self.bus = bus
        self.clock = bus.clock
        self.close = close
        self.filling: list[int] = []
        self.bytes = 0
        self.number = 0  # of the batch that fills
        self.configure(config)

    def configure(self, config: BatchConfiguration) -> None:
        """What it is set to, at first or from now on."""
        self.most = config.max_batch_size
        self.window = config.max_batch_window_in_seconds * MICROSECONDS

    def has_room(self, delivery: int) -> bool:
        """Whether an event fits into the payload of the batch that fills."""
        size = self.bus.size(delivery)
        return not self.filling or self.bytes + size <= self.largest

    def add(self, delivery: int) -> None:
        """Put an event into the batch."""
        self.filling.append(delivery)
        self.bytes += self.bus.size(delivery)
        if len(self.filling) >= self.most:
            self.send()
        elif len(self.filling) == 1:
            self.clock.after(self.window, self.end_window, self.number, LAST)

    def end_window(self, number: int) -> None:
        """The window of a batch ends; it may have gone off before."""
        if number == self.number and self.filling:
            self.send()

    def send(self) -> None:
        """The batch goes off."""
        records = self.take_back()
        self.close(records)

    def take_back(self) -> list[int]:
        """The events of the batch that fills, which is empty from now on."""
        records = self.filling
        self.filling = []
        self.bytes = 0
        self.number += 1
        return records
