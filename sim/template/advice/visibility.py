"""How long AWS advises to hide the messages of a queue that feeds a function."""

from __future__ import annotations

from sim import facts

FACTOR = "advice.visibility_factor"


def advised_visibility_timeout(
    timeout: float, batching_window: float = 0
) -> float:
    """The visibility timeout that AWS advises, in seconds.

    `timeout` is the function's and `batching_window` the mapping's, both in seconds.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    advised: float = facts.fact(FACTOR).value * timeout + batching_window
    longest = facts.fact("Queue.visibility_timeout").maximum
    return advised if longest is None else min(advised, longest)
