"""A lane of a shard: one batch after another, and nothing passes one that failed.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from sim import facts
from sim.draws import MICROSECONDS
from sim.engine.batch_response import failures
from sim.engine.environment import Batch
from sim.function import BatchResponse
from sim.mapping import KAFKA, EventSourceMapping
from sim.resources import Choices
from sim.trace import SPAN, Condition, Discard, Fate, Outcome, Stage

if TYPE_CHECKING:
    from sim.engine.stream_polling import ShardReader

pack = SPAN.pack
QUEUE, RETRY = int(Stage.QUEUE), int(Stage.RETRY)
RUN_SUCCEEDED, IN_FLIGHT = int(Outcome.SUCCEEDED), int(Outcome.IN_FLIGHT)
SUCCEEDED, DROPPED = int(Fate.SUCCEEDED), int(Fate.DROPPED)
EXHAUSTED, TOO_OLD = int(Condition.RetryAttemptsExhausted), int(Condition.RecordAgeExceeded)


class Rules:
    """The settings of a mapping as its lanes need them, in microseconds and bytes."""

    def __init__(
        self, mapping: EventSourceMapping, retention: int, form: BatchResponse, choices: Choices, largest: int
    ) -> None:
        self.size, self.form, self.retention = mapping.batch_size, form, retention
        self.window = round(mapping.maximum_batching_window_in_seconds * MICROSECONDS)
        self.tumbling = (mapping.tumbling_window_in_seconds or 0) * MICROSECONDS
        self.reports, self.bisects = mapping.reports_batch_item_failures, mapping.bisect_batch_on_function_error
        retries, age = mapping.maximum_retry_attempts, mapping.maximum_record_age_in_seconds
        if retries < 0 and mapping.provisioned_poller_config is not None and mapping.on_failure is not None:
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


@dataclass(slots=True)
class Segment:
    """Records that are tried together; `tries` counts hand-overs, `calls` the runs that use up its own retries."""

    records: list[int]
    tries: int = 0
    calls: int = 0
    since: int = 0  # when the last try was over
    outcome: int = 0  # how the last run ended


class Lane:
    """At most one batch at a time: the next one begins when this one is done with, one way or the other."""

    rate_limited = True

    def __init__(self, reader: ShardReader, rules: Rules) -> None:
        self.reader, self.rules, self.clock = reader, rules, reader.clock
        mapping = reader.mapping
        self.router, self.fleet, self.chance = mapping.router, mapping.fleet, mapping.chance
        self.record = mapping.router.trace.rows.extend
        self.pollers = mapping.pollers
        self.buffer: deque[int] = deque()
        self.uncommitted: list[int] = []  # what a Kafka filter keeps out
        self.segments: list[Segment] = []  # of the batch in hand; the first one is at the end
        self.idle = True
        self.working = self.queued = False
        self.failures = 0  # tries in a row that brought the lane no further
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
            room -= self.chance.size[self.chance.event[delivery]]
            if count == self.rules.size or (room < 0 and count):
                break
            count += 1
        return count

    def begin(self) -> None:
        """Take a batch in hand."""
        self.idle = False
        self.gatherings += self.gatherings % 2
        self.segments.append(Segment(self.take()))
        self.attempt()

    def take(self) -> list[int]:
        """The records of the next batch."""
        buffer, size = self.buffer, self.rules.size
        if self.rules.any_payload_fits and len(buffer) <= size:
            batch = list(buffer)
            buffer.clear()
            return batch
        count = size if self.rules.any_payload_fits else self.fitting()
        return [buffer.popleft() for _ in range(min(count, len(buffer)))]

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
        batch = Batch(segment.records, [segment.tries] * len(segment.records), fleet.invocations)
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
            written, resource, record = self.reader.written, self.reader.mapping.stream.resource, self.record
            for delivery in segment.records:
                record(pack(delivery, 1, QUEUE, 0, written(delivery), now, -1, resource, -1))
        else:
            self.note_wait(segment, segment.tries - 1, now)

    def note_wait(self, segment: Segment, attempt: int, end: int, outcome: int = 0) -> None:
        """Write down a wait between two tries."""
        if segment.since < end:
            resource = self.fleet.resource
            for delivery in segment.records:
                self.record(pack(delivery, attempt, RETRY, outcome, segment.since, end, -1, resource, -1))

    def drop_old(self, segment: Segment, now: int) -> None:
        """Records older than the retention are lost, older than MaximumRecordAgeInSeconds given up; others go on.

        https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
        """
        rules, written = self.rules, self.reader.written
        oldest = now - min(rules.retention, rules.age)
        if written(segment.records[0]) > oldest:  # they are in the order in which they were written
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

    def discard(self, records: list[int], condition: int, calls: int, outcome: int, otherwise: Fate) -> None:
        """Give records up: one metadata record of them goes to the on-failure destination."""
        shard = self.reader.shard.number
        discard = Discard(tuple(records), condition, calls, outcome, shard, self.clock._now)
        self.router.give_up_together(discard, "failure", self.rules.store, otherwise)

    def try_again(self) -> None:
        """Wait: longer each time, but not beyond the moment at which the first record becomes too old."""
        rules, segment = self.rules, self.segments[-1]
        wait = min(rules.retry_cap, rules.retry_start * rules.retry_factor ** min(self.failures, 64))
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
        failed = failures(batch, self.rules.form, self.rules.reports)
        first = next((n for n, delivery in enumerate(batch.records) if delivery in failed), len(batch.records))
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
        for delivery, outcome in zip(batch.records[:count], batch.outcomes, strict=False):
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

        AWS splits at the returned sequence number; if that is the first one, in the middle (a choice).
        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
        """
        if self.rules.bisects and len(segment.records) > 1:
            self.bisect(segment)
            self.try_again()
        elif segment.calls < self.rules.calls:
            self.try_again()
        else:
            self.discard(segment.records, EXHAUSTED, segment.calls, segment.outcome, Fate.DROPPED)
            self.done()

    def bisect(self, segment: Segment) -> None:
        """Two halves, one after the other, each with retries of its own."""
        middle = len(segment.records) // 2
        self.segments.pop()
        for records in (segment.records[middle:], segment.records[:middle]):
            self.segments.append(Segment(records, segment.tries, 0, segment.since, segment.outcome))

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

    def after_batch(self) -> None:
        """What the filter kept out before this batch is committed with it."""
        if self.uncommitted:
            for delivery in self.uncommitted:
                self.pass_over(delivery)
            self.uncommitted.clear()

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
