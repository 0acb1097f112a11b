"""How fast a queue's mapping works, by AWS's own formulas."""

from __future__ import annotations

from math import ceil, sqrt

from sim import facts
from sim.scenario.arguments import (
    Amount,
    PositiveAmount,
    PositiveNumber,
    Seconds,
    checked,
)
from sim.scenario.errors import ScenarioError


@checked
def poller_concurrency(seconds: Seconds) -> float:
    """The batches that a queue's mapping works on at once: 5 + 300 a minute.

    `seconds`: how long ago messages began to wait. Limits of the account, of the function and of
    `MaximumConcurrency` come on top of the ceiling of 1,250.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    """
    grown = _mapping("concurrency_per_minute") * seconds / 60
    reached = _mapping("start_concurrency") + grown
    return min(reached, _mapping("concurrency_ceiling"))


@checked
def backlog_gone(
    messages: Amount,
    per_second: Amount,
    batch_seconds: PositiveAmount,
    batch_size: PositiveNumber,
) -> float:
    """When a backlog of so many messages is gone, in seconds, as a fluid.

    Each batch at once takes `batch_size` messages in `batch_seconds`, the batches at once grow as
    `poller_concurrency` says, and `per_second` more messages come. Raises `ScenarioError` if
    even all pollers together are no faster than that.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    """
    each = batch_size / batch_seconds
    start = _mapping("start_concurrency")
    ceiling = _mapping("concurrency_ceiling")
    growth = _mapping("concurrency_per_minute") / 60 * each
    # Messages a second that the backlog shrinks by at first.
    surplus = start * each - per_second
    time = (sqrt(surplus * surplus + 2 * growth * messages) - surplus) / growth
    grown = (ceiling - start) * each / growth
    if time <= grown:
        return time
    if ceiling * each <= per_second:
        raise ScenarioError(
            f"{per_second} messages/s come, "
            f"but {ceiling} batches take {ceiling * each} at most."
        )
    left = messages - surplus * grown - growth * grown * grown / 2
    return float(grown + left / (ceiling * each - per_second))


@checked
def events_per_poller(
    average_kb: PositiveAmount,
    batch_seconds: PositiveAmount,
    batch_size: PositiveNumber,
) -> float:
    """The messages a second that one provisioned poller of a queue takes, by AWS's formula.

    AWS's text gives 100 for 3 KB, 0.1 s and batches of 10, and 10 for 1 s, where its own formula
    gives 100. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    polls = _mapping("polls_per_poller")
    each = float(facts.fact("sqs.messages_per_request").value)
    by_size = ceil(_mapping("kb_per_poller") / average_kb)
    by_time = ceil(_mapping("batches_per_poller") / batch_seconds) * batch_size
    return min(by_size, by_time, polls * each, polls * batch_size)


@checked
def provisioned_pollers(
    per_second: Amount,
    average_kb: PositiveAmount,
    batch_seconds: PositiveAmount,
    batch_size: PositiveNumber,
) -> int:
    """The provisioned pollers that a queue needs at its peak rate.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    return ceil(
        per_second / events_per_poller(average_kb, batch_seconds, batch_size)
    )


def _mapping(name: str) -> float:
    return float(facts.fact(f"mapping.{name}").value)
