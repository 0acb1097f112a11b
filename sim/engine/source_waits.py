"""How long sources wait between their tries to hand an event over.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, repeat

from sim.engine.retry import doubling, value
from sim.scenario.resources import RetryPolicy


def source_waits(kind: str, policy: RetryPolicy) -> Iterator[float]:
    """The seconds between a source's attempts to hand an event over; empty where AWS names none."""
    if kind == "sns":
        return sns_waits()
    if kind.startswith("eventbridge"):
        return eventbridge_waits(policy)
    if kind == "cw_logs":
        wait = value("logs.retry_wait")
        return repeat(wait, int(value("logs.retry_window") / wait))
    return iter(())


def sns_waits() -> Iterator[float]:
    """Four phases: at once, one second apart, ever longer, twenty seconds apart; 100,015 attempts.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    """
    short = value("sns.shortest_wait")
    long = value("sns.longest_wait")
    steps = int(value("sns.backoff_attempts"))
    longer = long / short
    return chain(
        repeat(0.0, int(value("sns.immediate_attempts")) - 1),
        repeat(short, int(value("sns.pre_backoff_attempts"))),
        [short * longer ** (step / (steps - 1)) for step in range(steps)],
        repeat(long, int(value("sns.post_backoff_attempts"))),
    )


def eventbridge_waits(policy: RetryPolicy) -> Iterator[float]:
    """Exponential waits, until the attempts are used up or the event would be too old.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
    """
    start = value("eventbridge.backoff_start")
    cap = value("eventbridge.backoff_cap")
    growing = doubling(start, cap, policy.maximum_event_age_in_seconds)
    return islice(growing, policy.maximum_retry_attempts)
