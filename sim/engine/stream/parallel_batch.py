"""A lane of a shard: one batch after another, and nothing passes one that failed.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from sim.engine.batch_response import failed_records
from sim.engine.function.invocation import Batch
from sim.engine.stream.record_batcher import Gathering, Rules
from sim.trace import Condition, Discard, Fate, Outcome, Stage

if TYPE_CHECKING:
    from sim.engine.stream.shard_reader import ShardReader

QUEUE, RETRY = int(Stage.QUEUE), int(Stage.RETRY)
RUN_SUCCEEDED, IN_FLIGHT = int(Outcome.SUCCEEDED), int(Outcome.IN_FLIGHT)
SUCCEEDED, DROPPED = int(Fate.SUCCEEDED), int(Fate.DROPPED)
EXHAUSTED, TOO_OLD = (
    int(Condition.RetryAttemptsExhausted),
    int(Condition.RecordAgeExceeded),
)


@dataclass(slots=True)
class Segment:
    """Records that are tried together; `tries` counts hand-overs, `calls` the runs that use up its own retries."""

    records: list[int]
    tries: int = 0
    calls: int = 0
    since: int = 0  # when the last try was over
    outcome: int = 0  # how the last run ended


class Lane(Gathering):
    """At most one batch at a time: the next one begins when this one is done with, one way or the other."""

    rate_limited = True

    def __init__(self, reader: ShardReader, rules: Rules) -> None:
        super().__init__(reader, rules)
        mapping = reader.mapping
        self.fleet = mapping.fleet
        self.add_span = mapping.router.trace.add_span
        self.segments: list[
            Segment
        ] = []  # of the batch in hand; the first one is at the end
        self.working = False
        self.failures = 0  # tries in a row that brought the lane no further

    def begin(self) -> None:
        """Take a batch in hand."""
        self.idle = False
        self.gatherings += self.gatherings % 2
        self.segments.append(Segment(self.take()))
        self.attempt()

    def attempt(self, _: None = None) -> None:
        """Invoke the function with the first records in hand, without those that have become too old."""
        segment, now = self.segments[-1], self.clock._now
        resumes = self.reader.mapping.resumes_at(now)
        if resumes > now:
            self.wait_until(resumes)
            return
        self.drop_old(segment, now)
        if not segment.records:
            self.done()
            return
        pollers = self.pollers
        if pollers is not None and not pollers.take(self):
            return
        self.hand_over(segment, now)
        fleet = self.fleet
        fleet.invocations += 1
        batch = Batch(
            segment.records, [segment.tries] * len(segment.records), fleet.invocations
        )
        if fleet.attempt_batch(batch, self, not self.rules.reports):
            segment.since = now
            if pollers is not None:
                pollers.give_back()
            self.try_again()
        else:
            self.working = True

    def hand_over(self, segment: Segment, now: int) -> None:
        """Write down how long the records have waited: in the stream, or for this further try."""
        segment.tries += 1
        if segment.tries == 1:
            written, resource, add_span = (
                self.reader.written,
                self.reader.mapping.stream.resource,
                self.add_span,
            )
            for delivery in segment.records:
                add_span(delivery, 1, QUEUE, written(delivery), now, resource)
        else:
            self.note_wait(segment, segment.tries - 1, now)

    def note_wait(
        self, segment: Segment, attempt: int, end: int, outcome: int = 0
    ) -> None:
        """Write down a wait between two tries."""
        if segment.since < end:
            resource = self.fleet.resource
            for delivery in segment.records:
                self.add_span(
                    delivery, attempt, RETRY, segment.since, end, resource, outcome
                )

    def drop_old(self, segment: Segment, now: int) -> None:
        """Records older than the retention are lost, older than MaximumRecordAgeInSeconds given up; others go on.

        https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
        """
        rules, written = self.rules, self.reader.written
        oldest = now - min(rules.retention, rules.age)
        if (
            written(segment.records[0]) > oldest
        ):  # they are in the order in which they were written
            return
        lost = [d for d in segment.records if written(d) + rules.retention <= now]
        old = [d for d in segment.records[len(lost) :] if written(d) <= oldest]
        segment.records = segment.records[len(lost) + len(old) :]
        for delivery in lost:
            self.expire(segment, delivery)
        if old:
            self.note_leaving(segment, old, now)
            self.discard(old, TOO_OLD, max(1, segment.calls), 0, Fate.EXPIRED)

    def expire(self, segment: Segment, delivery: int) -> None:
        """The stream does not have the record any more."""
        end = max(self.reader.written(delivery) + self.rules.retention, segment.since)
        self.note_leaving(segment, [delivery], end)
        self.router.settle(delivery, Fate.EXPIRED, end)

    def note_leaving(self, segment: Segment, records: list[int], end: int) -> None:
        """Write down the last wait of records that are not tried again."""
        if segment.tries:
            self.note_wait(Segment(records, since=segment.since), segment.tries, end)
        else:
            for delivery in records:
                self.reader.leave(delivery, end)

    def discard(
        self,
        records: list[int],
        condition: int,
        calls: int,
        outcome: int,
        otherwise: Fate,
    ) -> None:
        """Give records up: one metadata record of them goes to the on-failure destination."""
        shard = self.reader.shard.number
        discard = Discard(
            tuple(records), condition, calls, outcome, shard, self.clock._now
        )
        self.router.give_up_together(discard, "failure", self.rules.store, otherwise)

    def try_again(self) -> None:
        """Wait: longer each time, but not beyond the moment at which the first record becomes too old."""
        rules, segment = self.rules, self.segments[-1]
        wait = min(
            rules.retry_cap,
            rules.retry_start * rules.retry_factor ** min(self.failures, 64),
        )
        self.failures += 1
        end = self.reader.written(segment.records[0]) + min(rules.age, rules.retention)
        self.wait_until(min(self.clock._now + round(wait), max(end, self.clock._now)))

    def wait_until(self, at: float) -> None:
        """Go on at this time."""
        if at != inf:
            self.clock.after(int(at) - self.clock._now, self.attempt)

    def settle(self, batch: Batch, attempt: int, outcome: int) -> None:
        """The run has ended: records before the first failure are done; what follows is tried again, or given up."""
        self.working = False
        if self.pollers is not None:
            self.pollers.busy -= 1
        self.judge(batch, outcome)
        if self.pollers is not None:
            self.pollers.call()

    def judge(self, batch: Batch, outcome: int) -> None:
        """What becomes of the records."""
        segment = self.segments[-1]
        segment.calls += 1
        segment.since, segment.outcome = self.clock._now, outcome
        if outcome == RUN_SUCCEEDED:
            self.succeed(batch, len(batch.records))
            self.done()
            return
        failed = failed_records(batch, self.rules.form, self.rules.reports)
        first = next(
            (n for n, delivery in enumerate(batch.records) if delivery in failed),
            len(batch.records),
        )
        self.succeed(batch, first)
        if first == len(batch.records):
            self.done()
        elif first:
            self.go_on_after(segment, first)
        else:
            self.fail(segment)

    def succeed(self, batch: Batch, count: int) -> None:
        """The checkpoint moves on: Lambda does not come back to these records."""
        settle = self.router.settle
        for delivery, outcome in zip(
            batch.records[:count], batch.outcomes, strict=False
        ):
            settle(delivery, SUCCEEDED if outcome == RUN_SUCCEEDED else DROPPED)

    def go_on_after(self, segment: Segment, first: int) -> None:
        """All from the lowest returned sequence number on is tried again, with retries of its own.

        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
        """
        segment.records, segment.calls = segment.records[first:], 0
        self.failures = 0
        self.try_again()

    def fail(self, segment: Segment) -> None:
        """Split the batch, which uses up no retry; else try it again, as long as there are retries.

        AWS splits at the returned sequence number; if that is the first one, in the middle (a
        choice).
        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
        """
        if self.rules.bisects and len(segment.records) > 1:
            self.bisect(segment)
            self.try_again()
        elif segment.calls < self.rules.calls:
            self.try_again()
        else:
            self.discard(
                segment.records, EXHAUSTED, segment.calls, segment.outcome, Fate.DROPPED
            )
            self.done()

    def bisect(self, segment: Segment) -> None:
        """Two halves, one after the other, each with retries of its own."""
        middle = len(segment.records) // 2
        self.segments.pop()
        for records in (segment.records[middle:], segment.records[:middle]):
            self.segments.append(
                Segment(records, segment.tries, 0, segment.since, segment.outcome)
            )

    def done(self) -> None:
        """The first records in hand are done with: go on with the others, or with what has come meanwhile."""
        self.segments.pop()
        self.failures = 0
        if self.segments:
            self.attempt()
            return
        self.idle, self.free_since = True, self.clock._now
        self.after_batch()
        self.offer()
        self.reader.finish()

    def resume(self) -> None:
        """A poller is free for this lane."""
        if self.segments:
            self.attempt()
        else:
            self.offer()

    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return self.idle and not self.buffer

    def note_unfinished(self) -> None:
        """Write down what the end of the simulation finds between two tries."""
        now = self.clock._now
        for number, segment in enumerate(reversed(self.segments)):
            if segment.tries and not (self.working and number == 0):
                self.note_wait(segment, segment.tries, now, IN_FLIGHT)
            elif not segment.tries:
                for delivery in segment.records:
                    self.reader.leave(delivery, now, outcome=IN_FLIGHT)
