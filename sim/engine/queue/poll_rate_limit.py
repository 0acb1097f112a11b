"""How fast provisioned pollers may receive messages."""

from __future__ import annotations

from sim import facts
from sim.trace import MICROSECONDS


class Pace:
    """Receive calls and kilobytes a second for each poller, whichever is used up first; all pollers share theirs.

    Each poller may be one call ahead (a choice).
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    """

    def __init__(self, kb: float) -> None:
        """`kb` is the size of a message."""
        self.kb = kb
        self.calls = int(facts.fact("mapping.polls_per_poller").value)
        self.kilobytes = int(facts.fact("mapping.kb_per_poller").value)
        # when a single poller would have the time back that the receives so far have taken
        self.used_until = 0

    def wait(self, pollers: int, now: int) -> int:
        """How long, in microseconds, until so many pollers may receive again."""
        ahead = (pollers - 1) * MICROSECONDS // (self.calls * pollers)
        return max(0, self.used_until - ahead - now)

    def receive(self, messages: int, pollers: int, now: int) -> None:
        """A receive call brings so many messages."""
        seconds = max(1 / self.calls, messages * self.kb / self.kilobytes)
        self.used_until = max(self.used_until, now) + round(
            seconds * MICROSECONDS / pollers
        )
