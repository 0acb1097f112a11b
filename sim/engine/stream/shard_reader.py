"""An event source mapping of a stream: one reader for each shard, which polls it and fills its lanes.

https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

from __future__ import annotations

from collections import deque
from math import inf

from sim import facts
from sim.engine.clock import LAST
from sim.engine.function.invocation import Invocable
from sim.engine.outage_windows import OutageWindows
from sim.engine.router import Router
from sim.engine.stream.kafka_pollers import Pollers
from sim.engine.stream.parallel_batch import Lane
from sim.engine.stream.record_batcher import Rules
from sim.engine.stream.sharded_stream import Shard, Stream
from sim.engine.stream.tumbling_windows import TumblingLane
from sim.scenario.event_source_mapping import KAFKA, EventSourceMapping
from sim.trace import MICROSECONDS, Fate, Outcome, Stage

QUEUE, IN_FLIGHT = int(Stage.QUEUE), int(Outcome.IN_FLIGHT)


class StreamMapping:
    """A mapping of a stream, table, topic, broker or cluster: whoever sends to it writes to the stream first."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        stream: Stream,
        fleet: Invocable,
        router: Router,
        rules: Rules,
        down: OutageWindows,
        lanes: int,
    ) -> None:
        self.lanes = lanes
        self.mapping, self.stream, self.fleet, self.router, self.rules = (
            mapping,
            stream,
            fleet,
            router,
            rules,
        )
        self.clock, self.delivery_draws, self.down = (
            router.clock,
            router.delivery_draws,
            down,
        )
        self.matches = mapping if mapping.matching_share < 1 else None
        self.interval = poll_interval(mapping.kind)
        self.shares_reads = mapping.kind == "kinesis"
        self.starts_at = starts_at(mapping)
        self.active_after = round(mapping.active_after * MICROSECONDS)
        self.pollers = (
            Pollers(mapping, len(stream.shards)) if mapping.kind in KAFKA else None
        )
        self.readers: dict[int, ShardReader] = {}
        for shard in stream.shards:
            self.open(shard)
        stream.readers.append(self)
        if self.pollers is not None:
            self.pollers.follow(self)

    def arrive(self, delivery: int) -> None:
        """The record is written to its shard, unless the shard takes no more; then it waits to be read."""
        shard = self.stream.put(delivery)
        if shard is not None:
            if self.pollers is not None:
                self.pollers.watch()
            self.readers[shard.number].add(delivery)

    def stop_loop(self, delivery: int) -> None:
        """Lambda does not notice loops through streams.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
        """
        self.arrive(delivery)

    def open(self, shard: Shard) -> None:
        """A new shard has a reader of its own; the shards' polls are spread evenly (a choice)."""
        siblings = max(1, len(self.stream.shards))
        phase = self.interval * (shard.number % siblings) // siblings
        self.readers[shard.number] = ShardReader(self, shard, phase)

    def close(self, shard: Shard) -> None:
        """A shard gets no more records: when all are done, its children may be read."""
        reader = self.readers[shard.number]
        reader.closed = True
        reader.finish()

    def resumes_at(self, now: int) -> float:
        """When the mapping polls and invokes: now, after a pause, or never while it is switched off."""
        if not self.mapping.enabled:
            return inf
        return (
            self.down.end(max(now, self.active_after))
            if self.down
            else max(now, self.active_after)
        )

    def expire_all(self) -> None:
        """At the end of the simulation: write down what still waits, and what has become too old."""
        for reader in self.readers.values():
            reader.note_unfinished()


class ShardReader:
    """Reads one shard in order, and hands its records to the lanes of their keys."""

    def __init__(self, mapping: StreamMapping, shard: Shard, phase: int) -> None:
        self.mapping, self.shard, self.phase, self.clock = (
            mapping,
            shard,
            phase,
            mapping.clock,
        )
        self.unread: deque[tuple[int, int]] = (
            deque()
        )  # when it can be found, and the record
        self.last_found = 0
        self.armed = self.closed = self.finished = False
        kind = TumblingLane if mapping.rules.tumbling else Lane
        self.lanes = [kind(self, mapping.rules) for _ in range(mapping.lanes)]
        if (
            mapping.mapping.kind == "mq"
        ):  # whoever is free takes the broker's next messages
            for lane in self.lanes:
                lane.buffer = self.lanes[0].buffer
        self.only = self.lanes[0] if len(self.lanes) == 1 else None
        self.several_shards = len(mapping.stream.shards) > 1 or shard.number > 0

    def add(self, delivery: int) -> None:
        """A record is in the shard: a poll finds it a little later."""
        mapping, now = self.mapping, self.clock._now
        if self.several_shards:
            mapping.router.trace.shards[delivery] = self.shard.number
        if now < mapping.starts_at:
            mapping.router.settle(delivery, Fate.FILTERED)
            return
        found = now + mapping.delivery_draws.latency[delivery]
        self.last_found = found = max(
            found, self.last_found
        )  # in the order in which they were written
        self.unread.append((found, delivery))
        if not self.armed:
            self.arm(found)

    def arm(self, found: int) -> None:
        """The next poll comes at the base rate; what is pushed comes at once."""
        now, interval = self.clock._now, self.mapping.interval
        at = max(now, found)
        if interval and found > now - 1:
            at = self.phase - (self.phase - at) // interval * interval
        self.armed = True
        self.clock.after(at - now, self.poll, None, LAST)

    def poll(self, _: None = None) -> None:
        """Read the records there are, and go on at once while more remain.

        https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
        """
        self.armed = False
        mapping, now = self.mapping, self.clock._now
        if not self.unread or not self.may_read():
            return
        at = max(
            mapping.resumes_at(now),
            self.shard.readable_at(now) if mapping.shares_reads else now,
        )
        if at > now:
            self.wait_until(at)
            return
        touched = self.read(now)
        for lane in self.lanes if mapping.mapping.kind == "mq" else touched:
            lane.offer()
        if self.unread and not self.armed:
            found = self.unread[0][0]
            if found <= now:
                self.wait_until(now)
            else:
                self.arm(found)
        self.finish()

    def wait_until(self, at: float) -> None:
        """Poll again at this time, whatever the base rate says."""
        if at != inf:
            self.armed = True
            self.clock.after(int(at) - self.clock._now, self.poll, None, LAST)

    def read(self, now: int) -> list[Lane]:
        """Take what one read brings: at most 10,000 records and 10 MB, which then count against the shard's 2 MB/s.

        https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
        """
        unread, mapping, delivery_draws, only = (
            self.unread,
            self.mapping,
            self.mapping.delivery_draws,
            self.only,
        )
        room, count = READ_BYTES, READ_RECORDS
        touched: list[Lane] = []
        while unread and unread[0][0] <= now and count:
            delivery = unread[0][1]
            room -= delivery_draws.size[delivery_draws.event[delivery]]
            if room < 0 and count < READ_RECORDS:
                break
            unread.popleft()
            count -= 1
            if (
                not mapping.rules.any_record_fits
                and delivery_draws.size[delivery_draws.event[delivery]]
                > mapping.rules.payload
            ):
                self.drop(delivery)
                continue
            lane = only or self.lane(delivery)
            if mapping.matches is None or delivery_draws.passes_filter(
                delivery, mapping.matches
            ):
                lane.buffer.append(delivery)
            else:
                lane.filter(delivery)
            if not touched or lane is not touched[-1]:
                touched.append(lane)
        if mapping.shares_reads:
            self.shard.reads.append(now)
            self.shard.free_at = (
                now + (READ_BYTES - max(room, 0)) * MICROSECONDS // BYTES_PER_SECOND
            )
        return touched if only else list(dict.fromkeys(touched))

    def drop(self, delivery: int) -> None:
        """A record that no payload can hold is dropped.

        https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
        """
        self.leave(delivery, self.clock._now)
        self.mapping.router.settle(delivery, Fate.DROPPED)

    def lag(self) -> int:
        """How many records are not done with."""
        in_hand = sum(
            len(segment.records) for lane in self.lanes for segment in lane.segments
        )
        return len(self.unread) + sum(len(lane.buffer) for lane in self.lanes) + in_hand

    def lane(self, delivery: int) -> Lane:
        """A key is always in the same lane, so its records keep their order.

        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
        """
        return self.lanes[
            self.mapping.stream.hash_key(self.mapping.delivery_draws.event[delivery])
            % len(self.lanes)
        ]

    def may_read(self) -> bool:
        """A parent shard is read to its end before its children.

        https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
        """
        return all(
            self.mapping.readers[parent.number].finished
            for parent in self.shard.parents
        )

    def finish(self) -> None:
        """When a closed shard has no record left, its children can be read."""
        if (
            self.closed
            and not self.finished
            and not self.unread
            and all(lane.is_done() for lane in self.lanes)
        ):
            self.finished = True
            for reader in list(self.mapping.readers.values()):
                if self.shard in reader.shard.parents:
                    reader.wait_until(self.clock._now)

    def written(self, delivery: int) -> int:
        """When the record was written."""
        written = self.mapping.stream.written
        return (
            written[delivery]
            if delivery in written
            else self.mapping.router.trace.deliveries.arrived[delivery]
        )

    def leave(
        self, delivery: int, end: int, attempt: int = 0, outcome: int = 0
    ) -> None:
        """The record's wait in the stream ends."""
        self.mapping.router.trace.add_span(
            delivery,
            attempt,
            QUEUE,
            self.written(delivery),
            end,
            self.mapping.stream.resource,
            outcome,
        )

    def expire(self, delivery: int, end: int) -> None:
        """The stream has kept the record as long as it keeps records: it is lost."""
        self.leave(delivery, end)
        self.mapping.router.settle(delivery, Fate.EXPIRED, end)

    def note_unfinished(self) -> None:
        """Write down what nobody has handled."""
        now, retention = self.clock._now, self.mapping.rules.retention
        waiting = dict.fromkeys(
            delivery
            for lane in self.lanes
            for delivery in (*lane.buffer, *lane.uncommitted)
        )
        for delivery in [*waiting, *(delivery for _, delivery in self.unread)]:
            end = self.written(delivery) + retention
            if end <= now:
                self.expire(delivery, end)
            else:
                self.leave(delivery, now, outcome=IN_FLIGHT)
        for lane in self.lanes:
            lane.note_unfinished()


READ_RECORDS = facts.fact("kinesis.records_per_read").value
READ_BYTES = facts.fact("kinesis.kb_per_read").value * 1024
BYTES_PER_SECOND = facts.fact("kinesis.read_kb").value * 1024


def poll_interval(kind: str) -> int:
    """Microseconds between two polls of a shard; 0 where records are pushed or long polls wait for them."""
    if kind not in ("kinesis", "ddb_streams"):
        return 0
    return int(MICROSECONDS // facts.fact(f"{kind}.polls_per_second").value)


def starts_at(mapping: EventSourceMapping) -> int:
    """Records written before this time are not read.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """
    if mapping.starting_position == "LATEST":
        return round(mapping.active_after * MICROSECONDS)
    if mapping.starting_position == "AT_TIMESTAMP":
        return round((mapping.starting_position_timestamp or 0) * MICROSECONDS)
    return 0
