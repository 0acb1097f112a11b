"""What a mapping of a queue is set to, as its pollers need it; times in microseconds."""

from __future__ import annotations

from fractions import Fraction

from sim.engine.function.invocation import BatchSource
from sim.scenario.behaviour import Behaviour
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.pollers import mapping_fact
from sim.trace import MICROSECONDS


class PollerSettings:
    """How a poller fills a batch, and what it makes of the function's answer."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        behaviour: Behaviour,
        largest_message_kb: float,
    ) -> None:
        self.largest_message_kb = largest_message_kb
        self.batching_window = 0
        self.batch_size = 0
        self.configure(mapping)
        self.handle_as(behaviour)
        self.long_poll = mapping_fact("long_poll") * MICROSECONDS
        self.first_throttle_wait = (
            mapping_fact("throttle_backoff_start") * MICROSECONDS
        )
        self.longest_throttle_wait = (
            mapping_fact("throttle_backoff_cap") * MICROSECONDS
        )

    def configure(self, mapping: EventSourceMapping) -> bool:
        """What may change: at first, or from now on; whether batches are filled in another way."""
        before = (self.batching_window, self.batch_size)
        window = mapping.maximum_batching_window_in_seconds
        self.batching_window = round(window * MICROSECONDS)
        self.batch_size = batch_size(mapping, self.largest_message_kb)
        reports = mapping.reports_batch_item_failures
        self.failures_slow_down = mapping.pipe is not None or not reports
        self.source = BatchSource(
            reports,
            is_fifo=mapping.kind == "sqs_fifo",
        )
        return before != (self.batching_window, self.batch_size)

    def handle_as(self, behaviour: Behaviour) -> None:
        """How the function behaves: at first, or from now on."""
        self.visibility = behaviour.change_message_visibility

    def throttle_wait(self, throttles: int) -> int:
        """How long a batch waits after so many throttles before this one."""
        wait: int = self.first_throttle_wait * 2**throttles
        return min(self.longest_throttle_wait, wait)


def batch_size(mapping: EventSourceMapping, largest_message_kb: float) -> int:
    """The most messages of a batch, which has 6 MB at most; a message that is larger goes alone.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    if not largest_message_kb:
        return mapping.batch_size
    # exactly: a float may be just below the whole number of messages
    room = mapping_fact("payload_limit") / Fraction(str(largest_message_kb))
    return max(1, min(mapping.batch_size, int(room)))
