"""One of the batches of a shard that may be in hand at once: tried again until it is done with.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Protocol

from sim.engine.batch_response import count_before_failure
from sim.engine.function.invocation import Batch, BatchInvocable
from sim.engine.stream.batching_settings import BatchingSettings
from sim.engine.stream.kafka_pollers import KafkaPollers
from sim.engine.stream.record_batcher import RecordBatcher
from sim.engine.stream.retried_records import RetriedRecords
from sim.engine.stream.shard_log import ShardLog
from sim.trace import Condition, Discard, Fate, Outcome, Stage

RETRY = int(Stage.RETRY)
IN_FLIGHT = int(Outcome.IN_FLIGHT)
SUCCEEDED = int(Fate.SUCCEEDED)


class Twice(Protocol):
    """Who hands some records over a second time."""

    def hand_over_later(self, records: list[int]) -> None:
        """The mapping is done with these records."""


class ParallelBatch(RecordBatcher):
    """One batch after another: the next one starts when this one is done with or given up.

    ParallelizationFactor says how many of these a shard has, side by side.
    `resumes_at(now)` tells when the mapping invokes again; `finish_shard` is called when there is
    nothing in hand any more.
    """

    rate_limited = True

    def __init__(
        self,
        log: ShardLog,
        settings: BatchingSettings,
        pollers: KafkaPollers | None,
        fleet: BatchInvocable,
        resumes_at: Callable[[int], float],
        finish_shard: Callable[[], None],
    ) -> None:
        super().__init__(log, settings, pollers)
        self.fleet = fleet
        self.resumes_at = resumes_at
        self.finish_shard = finish_shard
        # those to try first are at the end
        self.in_hand: list[RetriedRecords] = []
        self.working = False
        self.duplicates: Twice | None = None
        self.failures = 0  # tries in a row that did not move the checkpoint

    def start(self) -> None:
        """Take a batch in hand, which ends the batching window."""
        self.start_with(self.take())

    def start_with(self, records: list[int]) -> None:
        """Begin to work on these records."""
        self.idle = False
        self.window_is_open = False
        self.in_hand.append(RetriedRecords(records))
        self.attempt()

    def attempt(self, _: None = None) -> None:
        """Invoke the function with the first records in hand, without those that are too old."""
        now = self.clock._now
        resumes_at = self.resumes_at(now)
        if resumes_at > now:
            self.attempt_at(resumes_at)
            return
        retried = self.in_hand[-1]
        self.drop_old(retried, now)
        if not retried.records:
            self.finish_records()
        elif self.pollers is None or self.pollers.take(self):
            self.hand_over(retried, now)

    def hand_over(self, retried: RetriedRecords, now: int) -> None:
        """Invoke the function; a throttle uses up no retry."""
        self.end_wait(retried, retried.records, now, first_attempt=1)
        retried.tries += 1
        self.fleet.invocations += 1
        attempts = [retried.tries] * len(retried.records)
        batch = Batch(retried.records, attempts, self.fleet.invocations)
        source = self.settings.batch_source
        refused = self.fleet.attempt_batch(batch, self, source)
        if refused:
            self.refuse(batch)
        else:
            self.working = True

    def refuse(self, batch: Batch) -> None:
        """A throttled batch is tried again later."""
        self.working = False
        self.in_hand[-1].since = self.clock._now
        if self.pollers is not None:
            self.pollers.give_back()
        self.try_again()

    def end_wait(
        self,
        retried: RetriedRecords,
        records: list[int],
        end: int,
        first_attempt: int = 0,
        outcome: int = 0,
    ) -> None:
        """Write down how long records have waited: since the last try, or in the stream."""
        if not retried.tries:
            self.log.end_wait(records, end, first_attempt, outcome)
            return
        start = retried.since
        attempt = retried.tries
        resource = self.fleet.resource
        add_span = self.router.trace.add_span
        for delivery in records if start < end else ():
            add_span(delivery, attempt, RETRY, start, end, resource, outcome)

    def drop_old(self, retried: RetriedRecords, now: int) -> None:
        """Give up what is older than MaximumRecordAgeInSeconds; what the stream forgot is lost.

        https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
        """
        written = self.log.written
        if written(retried.records[0]) > now - self.settings.lifetime:
            return  # the others were written later
        forgotten = []
        too_old = []
        fresh = []
        for delivery in retried.records:
            age = now - written(delivery)
            if age >= self.settings.retention:
                forgotten.append(delivery)
            elif age >= self.settings.lifetime:
                too_old.append(delivery)
            else:
                fresh.append(delivery)
        retried.records = fresh
        for delivery in forgotten:
            self.expire(retried, delivery)
        if too_old:
            self.end_wait(retried, too_old, now)
            calls = max(1, retried.calls)
            condition = Condition.RecordAgeExceeded
            self.give_up(too_old, condition, calls, 0, Fate.EXPIRED)

    def expire(self, retried: RetriedRecords, delivery: int) -> None:
        """The stream has kept the record as long as it keeps records: it is lost."""
        end = self.log.written(delivery) + self.settings.retention
        end = max(end, retried.since)
        self.end_wait(retried, [delivery], end)
        self.router.settle(delivery, Fate.EXPIRED, end)

    def give_up(
        self,
        records: list[int],
        condition: int,
        calls: int,
        outcome: int,
        otherwise: Fate,
    ) -> None:
        """The on-failure destination gets one metadata record of all these records."""
        discard = Discard(
            tuple(records),
            condition,
            calls,
            outcome,
            self.log.shard.number,
            self.clock._now,
        )
        store = self.settings.on_failure
        self.router.give_up_together(discard, "failure", store, otherwise)

    def try_again(self) -> None:
        """Wait, longer each time, but not beyond the time at which the first record is too old."""
        now = self.clock._now
        first = self.in_hand[-1].records[0]
        too_old_at = self.log.written(first) + self.settings.lifetime
        retry_at = now + self.settings.retry_wait(self.failures)
        self.failures += 1
        self.attempt_at(min(retry_at, max(too_old_at, now)))

    def attempt_at(self, at: float) -> None:
        """Go on at this time."""
        if at != inf:
            wait = int(at) - self.clock._now
            self.clock.after(wait, self.attempt)

    def settle(self, batch: Batch, attempt: int, outcome: int) -> None:
        """The run has ended."""
        self.working = False
        if self.pollers is not None:
            self.pollers.busy -= 1
        retried = self.in_hand[-1]
        retried.calls += 1
        retried.since = self.clock._now
        retried.outcome = outcome
        self.go_on_after(batch, retried)
        if self.pollers is not None:
            self.pollers.resume_waiting()

    def go_on_after(self, batch: Batch, retried: RetriedRecords) -> None:
        """What comes before the first failure is done with; the rest is tried again or given up."""
        reads = self.settings.batch_source.reports_failures
        done = count_before_failure(batch, retried.outcome, reads)
        self.move_checkpoint(batch, done)
        if done == len(batch.records):
            self.finish_records()
        elif done:
            self.retry_from(retried, done)
        else:
            self.retry_or_give_up(retried)

    def move_checkpoint(self, batch: Batch, count: int) -> None:
        """Lambda does not come back to the first records of the batch."""
        for delivery in batch.records[:count]:
            self.router.settle(delivery, SUCCEEDED)
        if self.duplicates is not None:
            self.duplicates.hand_over_later(batch.records[:count])

    def retry_from(self, retried: RetriedRecords, first: int) -> None:
        """All from the lowest returned sequence number on is tried again, with retries of its own.

        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
        """
        retried.drop(first)
        self.failures = 0
        self.try_again()

    def retry_or_give_up(self, retried: RetriedRecords) -> None:
        """Split the batch, which uses up no retry; else try it again while it has retries.

        AWS splits at the returned sequence number; if that is the first one, in the middle (a
        choice).
        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
        """
        if self.settings.bisects and len(retried.records) > 1:
            first, second = retried.halves()
            self.in_hand[-1:] = [second, first]
            self.try_again()
        elif retried.calls < self.settings.maximum_calls:
            self.try_again()
        else:
            condition = Condition.RetryAttemptsExhausted
            calls, outcome = retried.calls, retried.outcome
            self.give_up(
                retried.records, condition, calls, outcome, Fate.DROPPED
            )
            self.finish_records()

    def finish_records(self) -> None:
        """The first records in hand are done with: go on with the others or the next batch."""
        self.in_hand.pop()
        self.failures = 0
        if self.in_hand:
            self.attempt()
            return
        self.idle = True
        self.free_since = self.clock._now
        self.commit()
        self.start_if_ready()
        self.finish_shard()

    def resume(self) -> None:
        """A poller is free for this batch."""
        if self.in_hand:
            self.attempt()
        else:
            self.start_if_ready()

    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return self.idle and not self.buffer

    def lag(self) -> int:
        """How many records are not done with."""
        in_hand = sum(len(retried.records) for retried in self.in_hand)
        return len(self.buffer) + in_hand

    def note_unfinished(self) -> None:
        """Write down the waits that the end of the simulation finds under way."""
        waiting = self.in_hand[:-1] if self.working else self.in_hand
        now = self.clock._now
        for retried in reversed(waiting):
            self.end_wait(retried, retried.records, now, outcome=IN_FLIGHT)
