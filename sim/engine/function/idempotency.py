"""What an idempotent handler knows of the events that it has met: which are in progress, and which are done.

https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/
"""

from __future__ import annotations

from sim.scenario.function import Idempotency
from sim.trace import MICROSECONDS, Outcome

SUCCEEDED, FAILED = int(Outcome.SUCCEEDED), int(Outcome.FAILED)
UNKNOWN = (0, -1)


class IdempotencyStore:
    """By delivery, in microseconds: until when a run has the event for itself, and until when its result is kept."""

    def __init__(self, settings: Idempotency) -> None:
        self.kept = settings.expires_after_seconds * MICROSECONDS
        self.events: dict[int, tuple[int, int]] = {}

    def begin(self, delivery: int, now: int, due: int) -> int:
        """How a run ends at once, or 0 if its handler has to work: then nobody else may, until `due` at the latest.

        A repeat gets the result that is kept; one that comes while the event is in progress raises.
        """
        in_progress, kept = self.events.get(delivery, UNKNOWN)
        if now < in_progress:
            return FAILED
        if now <= kept:
            return SUCCEEDED
        self.events[delivery] = (due, -1)
        return 0

    def end(self, delivery: int, outcome: int, end: int) -> None:
        """The handler's work ends: a result is kept, an error is forgotten, a run cut short stays in progress."""
        if outcome == SUCCEEDED:
            self.events[delivery] = (end, end + self.kept)
        elif outcome == FAILED:
            self.events[delivery] = (end, -1)

    def is_new(self, delivery: int, end: int) -> bool:
        """Whether the result with which a run ends then is of its own work, not one that was kept."""
        return self.events[delivery][0] == end
