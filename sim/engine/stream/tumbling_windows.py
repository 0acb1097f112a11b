"""Tumbling windows: batches that hand on a state, and a final invocation when the window ends.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
"""

from __future__ import annotations

from sim.engine.function.invocation import Batch
from sim.engine.stream.parallel_batch import ParallelBatch
from sim.trace import TUMBLING_WINDOW, TumblingWindow

SHORTEST_WAIT = 1000  # microseconds


class TumblingWindowBatch(ParallelBatch):
    """A batch never mixes windows; windows go by the time at which records were written.

    The state is the number of records that the function has counted: a failed batch is tried again
    with the same state. The final invocation is an event of its own, caused by the last record of
    the window.
    """

    end = 0  # of the window that is open; 0: none is
    state = 0
    last_record = -1
    final_delivery = -1  # of the final invocation, while it runs

    def start_if_ready(self) -> None:
        """A window that has ended is finished before the next one begins."""
        if self.idle and self.is_over():
            self.invoke_finally()
        else:
            super().start_if_ready()

    def start(self) -> None:
        """Take a batch in hand, unless its window has to be finished first."""
        if self.is_over():
            self.invoke_finally()
        else:
            super().start()

    def take(self) -> list[int]:
        """Only records of one window."""
        written = self.log.written
        if not self.end:
            self.open_tumbling_window(written(self.buffer[0]))
        batch = super().take()
        later = []
        while written(batch[-1]) >= self.end:
            later.append(batch.pop())
        self.buffer.extendleft(later)
        self.last_record = batch[-1]
        return batch

    def open_tumbling_window(self, time: int) -> None:
        """Open the window of this time, whose end a simulation that drains waits for."""
        length = self.settings.tumbling_window
        self.end = time // length * length + length
        self.router.unsettled += 1
        wait = max(0, self.end - self.clock._now)
        self.clock.after(wait, self.close_tumbling_window)

    def is_over(self) -> bool:
        """Whether the open window has ended, and no record of it is left."""
        if not self.end or self.clock._now < self.end:
            return False
        written = self.log.written
        if self.buffer and written(self.buffer[0]) < self.end:
            return False
        unread = self.log.unread
        return not unread or written(unread[0][1]) >= self.end

    def close_tumbling_window(self, _: None = None) -> None:
        """The window ends: finish it as soon as its last records have been read."""
        if not self.idle or not self.end:
            return
        if self.is_over():
            self.invoke_finally()
        else:
            wait = max(self.settings.poll_interval, SHORTEST_WAIT)
            self.clock.after(wait, self.close_tumbling_window)

    def invoke_finally(self) -> None:
        """The final invocation, with the state and without records.

        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
        """
        last = self.last_record
        event = self.router.add_child(
            last, TUMBLING_WINDOW, self.settings.source
        )
        self.final_delivery = self.router.begin_delivery(
            event, self.router.trigger[last]
        )
        self.start_with([self.final_delivery])

    def move_checkpoint(self, batch: Batch, count: int) -> None:
        """The function hands back the state, with these records in it."""
        super().move_checkpoint(batch, count)
        if self.final_delivery < 0:
            self.state += count

    def commit(self) -> None:
        """After the final invocation the window is closed."""
        super().commit()
        if self.final_delivery >= 0:
            self.note_window()
            self.end = 0
            self.state = 0
            self.final_delivery = -1
            self.router.unsettled -= 1

    def note_window(self) -> None:
        """Write down the window and its state."""
        window = TumblingWindow(
            self.final_delivery,
            self.log.shard.number,
            self.end - self.settings.tumbling_window,
            self.end,
            self.state,
        )
        self.router.trace.windows.append(window)

    def is_done(self) -> bool:
        """Whether there is nothing to do; an open window is something."""
        return super().is_done() and not self.end
