"""Records of a batch that are handed to the function together, again and again if it fails."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(slots=True)
class RetriedRecords:
    """Part of a batch: `tries` counts hand-overs, `calls` the runs that use up its own retries."""

    records: list[int]
    tries: int = 0
    calls: int = 0
    since: int = 0  # when the last try was over
    outcome: int = 0  # how the last run ended

    def halves(self) -> tuple[RetriedRecords, RetriedRecords]:
        """Two halves, each with retries of its own."""
        middle = len(self.records) // 2
        first = replace(self, records=self.records[:middle], calls=0)
        second = replace(self, records=self.records[middle:], calls=0)
        return first, second

    def drop(self, count: int) -> None:
        """The first records are done with; the others have retries of their own."""
        self.records = self.records[count:]
        self.calls = 0
