"""How many batches of a queue a mapping may work on at once, by its settings.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from __future__ import annotations

from dataclasses import dataclass

from sim import facts
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.trace import MICROSECONDS

MINUTE = 60 * MICROSECONDS


@dataclass(frozen=True)
class PollerRange:
    """How many pollers a mapping has, what each takes, and how fast they become more."""

    start: int
    least: int  # at low traffic
    most: int
    batches_each: int = 1
    growth: int = 0  # microseconds for one more; 0: at once
    backs_off: bool = False


def poller_range(mapping: EventSourceMapping) -> PollerRange:
    """The pollers of a mapping, whatever its function has reserved and the account has left.

    What pollers take beyond that is throttled. A FIFO queue has a batch for each message group at
    once: nothing holds it back but its groups and the limits. That it does not begin with five like
    a standard queue is a choice.
    https://repost.aws/knowledge-center/lambda-sqs-scaling
    """
    if mapping.pollers is not None:
        return PollerRange(mapping.pollers, mapping.pollers, mapping.pollers)
    if mapping.provisioned_poller_config is not None:
        return provisioned_range(mapping)
    start = mapping_fact("start_concurrency")
    if mapping.scaling_config is not None:
        most = mapping.scaling_config.maximum_concurrency
        start = min(start, most)
        least = start
    else:
        most = mapping_fact("concurrency_ceiling")
        least = mapping_fact("low_traffic_concurrency")
    if mapping.kind == "sqs_fifo":
        return PollerRange(start, least, most, backs_off=True)
    growth = MINUTE // mapping_fact("concurrency_per_minute")
    return PollerRange(start, least, most, growth=growth, backs_off=True)


def provisioned_range(mapping: EventSourceMapping) -> PollerRange:
    """Pollers that are always there, and more while messages wait.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    least, most = mapping.provisioned_pollers
    each = mapping_fact("batches_per_poller")
    growth = MINUTE * each // mapping_fact("provisioned_concurrency_per_minute")
    return PollerRange(least, least, most, batches_each=each, growth=growth)


def mapping_fact(name: str) -> int:
    """The number of a fact about mappings."""
    return int(facts.fact(f"mapping.{name}").value)
