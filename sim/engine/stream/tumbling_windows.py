"""Tumbling windows: batches that hand on a state, and a final invocation when the window ends.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.function.invocation import Batch
from sim.engine.stream.parallel_batch import Lane, Segment
from sim.engine.stream.record_batcher import Rules
from sim.trace import TUMBLING_WINDOW, TumblingWindow

if TYPE_CHECKING:
    from sim.engine.stream.shard_reader import ShardReader


class TumblingLane(Lane):
    """A lane whose batches never mix windows; windows go by the time at which records were written.

    The state is the number of records that the function has gathered: a failed batch is tried again
    with the same state. The final invocation is an event of its own, caused by the last record of
    the window.
    """

    def __init__(self, reader: ShardReader, rules: Rules) -> None:
        super().__init__(reader, rules)
        self.end = 0  # of the window that is open; 0: none
        self.gathered = 0
        self.last = self.final = -1

    def offer(self) -> None:
        """A window that has ended is finished before the next one begins."""
        if self.idle and self.is_over():
            self.finish()
        else:
            super().offer()

    def begin(self) -> None:
        """A batch goes off, unless its window has to be finished first."""
        if self.is_over():
            self.finish()
        else:
            super().begin()

    def take(self) -> list[int]:
        """Only records of one window."""
        written, length = self.reader.written, self.rules.tumbling
        if not self.end:
            self.router.unsettled += (
                1  # a simulation that drains waits for the end of the window
            )
            self.end = written(self.buffer[0]) // length * length + length
            self.clock.after(max(0, self.end - self.clock._now), self.ring)
        whole = super().take()
        inside = [delivery for delivery in whole if written(delivery) < self.end]
        self.buffer.extendleft(reversed(whole[len(inside) :]))
        self.last = inside[-1]
        return inside

    def is_over(self) -> bool:
        """Whether the open window has ended and no record of it is left."""
        if not self.end or self.clock._now < self.end:
            return False
        heads = [
            *list(self.buffer)[:1],
            *(delivery for _, delivery in list(self.reader.unread)[:1]),
        ]
        return all(self.reader.written(delivery) >= self.end for delivery in heads)

    def ring(self, _: None = None) -> None:
        """The window ends: finish it, as soon as its last records have been read."""
        if self.idle and self.end:
            if self.is_over():
                self.finish()
            else:
                self.clock.after(max(self.reader.mapping.interval, 1000), self.ring)

    def finish(self) -> None:
        """The final invocation, with the state and without records.

        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
        """
        self.idle = False
        self.gatherings += self.gatherings % 2
        event = self.router.add_child(
            self.last, TUMBLING_WINDOW, self.reader.mapping.mapping.source
        )
        self.final = self.router.begin_delivery(event, self.router.trigger[self.last])
        self.segments.append(Segment([self.final]))
        self.attempt()

    def succeed(self, batch: Batch, count: int) -> None:
        """The function hands back the state, with these records in it."""
        super().succeed(batch, count)
        if self.final < 0:
            self.gathered += count

    def after_batch(self) -> None:
        """After the final invocation the window is closed."""
        if self.final >= 0:
            start = self.end - self.rules.tumbling
            window = TumblingWindow(
                self.final, self.reader.shard.number, start, self.end, self.gathered
            )
            self.router.trace.windows.append(window)
            self.end, self.gathered, self.final = 0, 0, -1
            self.router.unsettled -= 1

    def is_done(self) -> bool:
        """Not while a window is open."""
        return super().is_done() and not self.end
