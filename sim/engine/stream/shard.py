"""One shard of a stream, with its limits to what is written and read.

https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from sim import facts
from sim.trace import MICROSECONDS

KEYS = 2**128  # hash keys are MD5 sums
MINUTE = 60 * MICROSECONDS
RECORDS: int = facts.fact("kinesis.write_records").value  # a second
BYTES: int = facts.fact("kinesis.write_kb").value * 1024  # a second
READS: int = facts.fact("kinesis.reads").value  # a second
READ_BYTES: int = facts.fact("kinesis.read_kb").value * 1024  # a second
# a minute
SPLIT_BYTES: int = facts.fact("kinesis.on_demand_split_kb").value * 1024 * 60

# The two token buckets count in millionths of a record and of a byte.
FULL_RECORDS = RECORDS * MICROSECONDS
FULL_BYTES = BYTES * MICROSECONDS


class Shard:
    """A range of hash keys, from `low` to below `high`: its records keep their order."""

    def __init__(
        self, number: int, low: int, high: int, parents: Sequence[Shard] = ()
    ) -> None:
        self.number = number
        self.low = low
        self.high = high
        self.parents = tuple(parents)
        self.record_tokens = FULL_RECORDS
        self.byte_tokens = FULL_BYTES
        self.filled_at = 0
        self.minute = 0
        self.minute_bytes = 0
        self.reads: deque[int] = deque(maxlen=READS)
        self.read_until = 0

    def overlaps(self, low: int, high: int) -> bool:
        """Whether it has hash keys of this range, too."""
        return self.low < high and low < self.high

    def write(self, now: int, size: int) -> bool:
        """Write a record of this size; False: the shard takes no more in this second.

        1,000 records and 1 MB a second, at most that at once: two token buckets (a choice). A
        record above 1 MB needs a full one.
        https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
        """
        passed = now - self.filled_at
        self.filled_at = now
        records = self.record_tokens + passed * RECORDS
        room = self.byte_tokens + passed * BYTES
        # This runs for every record, and `min` would take longer.
        records = FULL_RECORDS if records > FULL_RECORDS else records
        room = FULL_BYTES if room > FULL_BYTES else room
        need = size * MICROSECONDS
        fits = room >= need or room == FULL_BYTES
        accepted = fits and records >= MICROSECONDS
        if accepted:
            records -= MICROSECONDS
            room -= need
        self.record_tokens = records
        self.byte_tokens = room
        return accepted

    def becomes_hot(self, now: int, size: int) -> bool:
        """Count a write; whether this one brings the bytes of the minute above 500 KB/s.

        https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
        """
        if now - self.minute >= MINUTE:
            self.minute = now - now % MINUTE
            self.minute_bytes = 0
        before = self.minute_bytes
        self.minute_bytes += size
        return before <= SPLIT_BYTES < self.minute_bytes

    def readable_at(self, now: int) -> int:
        """When the next read is answered: five a second, and 2 MB a second.

        https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
        """
        readable = max(now, self.read_until)
        if len(self.reads) == READS:
            readable = max(readable, self.reads[0] + MICROSECONDS)
        return readable

    def count_read(self, now: int, size: int) -> None:
        """A read brings so many bytes, which use up the 2 MB/s for a while."""
        self.reads.append(now)
        self.read_until = now + size * MICROSECONDS // READ_BYTES


def even_ranges(count: int) -> list[tuple[int, int]]:
    """All hash keys in so many ranges of equal length."""
    numbers = range(count + 1)
    borders = [KEYS * number // count for number in numbers]
    return list(pairwise(borders))
