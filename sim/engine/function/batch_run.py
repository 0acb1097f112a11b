"""The records of a batch in a handler that waits for others, in any order of handling."""

from __future__ import annotations

from sim.engine.clock import END
from sim.engine.codes import FAILED, IN_FLIGHT, NOT_REACHED, SUCCEEDED
from sim.engine.function.batch_handling import BatchHandling
from sim.engine.function.execution_environment import ExecutionEnvironment
from sim.engine.function.handler_run import Calls, HandlerRun
from sim.engine.function.invocation import Batch, ends_run

NEVER = 2**62  # when what is under way ends


class BatchRun:
    """One run with a batch: one record after another, or several side by side."""

    def __init__(
        self,
        calls: Calls,
        environment: ExecutionEnvironment,
        batch: Batch,
        handling: BatchHandling,
    ) -> None:
        self.calls = calls
        self.environment = environment
        self.batch = batch
        self.handling = handling
        self.in_progress: dict[int, RecordRun] = {}  # by number in the batch
        self.following = 0  # the number of the next record
        self.skipped: set[int] = set()  # groups of which a record has failed
        self.is_filling = False
        self.takes_no_more = False
        self.is_over = False

    def begin(self, is_late: bool) -> None:
        """The first records' turns, unless init has taken all the time there was."""
        self.batch.begin_together(self.calls.clock._now)
        if is_late:
            self.begin_record(is_late)
        else:
            self.fill()

    def fill(self) -> None:
        """Begin as many records as may be in progress; end the run after the last."""
        self.is_filling = True
        while self.may_begin():
            delivery = self.batch.records[self.following]
            if self.skipped and self.group(delivery) in self.skipped:
                self.skip_next()
            else:
                self.begin_record(is_late=False)
        self.is_filling = False
        if not self.in_progress and not self.is_over:
            self.finish()

    def may_begin(self) -> bool:
        """Whether the next record may have its turn now."""
        if self.takes_no_more or self.following == len(self.batch.records):
            return False
        return len(self.in_progress) < self.handling.concurrency

    def begin_record(self, is_late: bool) -> None:
        """The next record's turn."""
        number = self.following
        self.following += 1
        self.batch.set(number, IN_FLIGHT, self.calls.clock._now, NEVER)
        run = RecordRun(self, number)
        self.in_progress[number] = run
        run.begin(is_late)

    def skip_next(self) -> None:
        """Another record of the next one's group has failed: it is left."""
        now = self.calls.clock._now
        self.batch.set(self.following, NOT_REACHED, now, now)
        self.following += 1

    def group(self, delivery: int) -> int:
        """The group of a record."""
        return self.calls.handler.group(delivery)

    def end_record(self, number: int, outcome: int) -> None:
        """A record is done: the next one's turn, unless this one has ended the run."""
        batch, now = self.batch, self.calls.clock._now
        del self.in_progress[number]
        batch.set(number, outcome, batch.starts[number], now)
        handling = self.handling
        if ends_run(outcome, handling.stops_at_failure):
            self.takes_no_more = True
        if outcome == FAILED and handling.skips_group:
            self.skipped.add(self.group(batch.records[number]))
        if outcome not in (SUCCEEDED, FAILED):
            self.cut(outcome)
        elif not self.is_filling:
            self.fill()

    def cut(self, outcome: int) -> None:
        """A timeout or a crash ends the run, and with it what is in progress."""
        now = self.calls.clock._now
        for number, run in self.in_progress.items():
            run.cut()
            self.batch.set(number, outcome, self.batch.starts[number], now)
        self.in_progress.clear()
        self.finish()

    def finish(self) -> None:
        """The run is over."""
        self.is_over = True
        self.takes_no_more = True
        now = self.calls.clock._now
        for number in range(self.following, len(self.batch.records)):
            self.batch.set(number, NOT_REACHED, now, now)
        self.calls.fleet.finish_batch(self.environment)


class RecordRun(HandlerRun):
    """One record of a batch."""

    __slots__ = ("batch_run", "number")

    def __init__(self, batch_run: BatchRun, number: int) -> None:
        batch = batch_run.batch
        delivery, attempt = batch.records[number], batch.attempts[number]
        super().__init__(
            batch_run.calls, batch_run.environment, delivery, attempt
        )
        self.invocation = batch.invocation
        self.batch_run = batch_run
        self.number = number

    def cut(self) -> None:
        """The run ends while this record is in progress: nothing that it waits for is heard."""
        if not self.is_over:
            self.note_end_of_wait()
        self.is_over = True

    def finish_work(self, outcome: int) -> None:
        """The handler's own work on this record ends, unless the run has ended before."""
        if not self.batch_run.is_over:
            super().finish_work(outcome)

    def report(self, outcome: int) -> None:
        """The batch goes on with the next record, or is over."""
        self.batch_run.end_record(self.number, outcome)


class WholeBatchRun(HandlerRun):
    """A batch that is handled as a whole: the calls and the time of its first record are all."""

    __slots__ = ("batch", "numbers", "outcomes")

    def __init__(
        self, calls: Calls, environment: ExecutionEnvironment, batch: Batch
    ) -> None:
        super().__init__(
            calls, environment, batch.records[0], batch.attempts[0]
        )
        self.invocation = batch.invocation
        self.batch = batch
        self.numbers: list[int] = []  # of the records that need work
        self.outcomes: list[int] = []
        # counted when it begins, with the others
        calls.handler.runs[self.delivery] -= 1

    def begin(self, is_late: bool) -> None:
        """Init is done: call for all records that the handler does not know."""
        handler, now = self.calls.handler, self.calls.clock._now
        due = self.environment.due
        self.numbers = handler.begin_together(self.batch, now, due)
        if self.numbers:
            self.call_next()
        else:
            self.is_over = True
            self.calls.fleet.finish_batch(self.environment)

    def work(self) -> None:
        """The handler's own work on all records."""
        clock, due = self.calls.clock, self.environment.due
        now = clock._now
        self.outcomes, end = self.calls.handler.end_together(
            self.batch, self.numbers, now, due
        )
        self.is_over = True
        best = min(self.outcomes)
        if self.has_failed:
            best = max(best, FAILED)
        clock.after(end - now, self.finish_work, best, END + self.delivery)

    def conclude(self, outcome: int) -> None:
        """The work ends, its calls made: if these have failed, so have all records."""
        outcomes = self.outcomes
        if outcome != SUCCEEDED:
            outcomes = [outcome] * len(self.numbers)
        handler, now = self.calls.handler, self.calls.clock._now
        for number, ended in zip(self.numbers, outcomes, strict=True):
            handler.conclude(self.batch.records[number], ended, now)
            self.batch.set(number, ended, self.batch.starts[number], now)
        self.is_over = True
        self.calls.fleet.finish_batch(self.environment)
