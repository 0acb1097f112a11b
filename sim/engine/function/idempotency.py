"""What an idempotent handler knows of events it has met: which are in progress, which are done.

https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/
"""

from __future__ import annotations

from sim.engine.codes import FAILED, SUCCEEDED
from sim.scenario.behaviour import Idempotency
from sim.trace import MICROSECONDS

NEVER = -1
NOT_MET_YET = (0, NEVER)


class IdempotencyStore:
    """By delivery: until when a run has the event for itself, and until when its result is kept.

    Times are in microseconds. All versions of a function share the events.
    """

    def __init__(
        self, settings: Idempotency, events: dict[int, tuple[int, int]]
    ) -> None:
        self.expires_after = settings.expires_after_seconds * MICROSECONDS
        self.events = events

    def begin(self, delivery: int, now: int, due: int) -> int:
        """How a run ends at once; 0: its handler works, and no other run may until `due`.

        A repeat gets the result that is kept; one that comes while the event is in progress raises.
        """
        in_progress_until, kept_until = self.events.get(delivery, NOT_MET_YET)
        if now < in_progress_until:
            return FAILED
        if now <= kept_until:
            return SUCCEEDED
        self.events[delivery] = (due, NEVER)
        return 0

    def end(self, delivery: int, outcome: int, end: int) -> None:
        """The work ends: a result is kept, an error is not; a run cut short stays in progress."""
        if outcome == SUCCEEDED:
            self.events[delivery] = (end, end + self.expires_after)
        elif outcome == FAILED:
            self.events[delivery] = (end, NEVER)

    def interrupt(self, delivery: int, due: int) -> None:
        """The work is cut short after all: it stays in progress until then."""
        self.events[delivery] = (due, NEVER)

    def is_new(self, delivery: int, end: int) -> bool:
        """Whether a run that ends then has a result of its own work, not one that was kept."""
        return self.events[delivery][0] == end
