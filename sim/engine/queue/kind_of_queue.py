"""Which queue a queue is: FIFO, fair, or neither."""

from __future__ import annotations

from sim.engine.queue.fair import FairQueue
from sim.engine.queue.fifo import FifoQueue
from sim.engine.queue.message_attributes import MessageAttributes
from sim.engine.queue.standard import StandardQueue
from sim.scenario.resources import Queue


def kind_of_queue(
    queue: Queue, attributes: MessageAttributes
) -> type[StandardQueue]:
    """A standard queue is fair if messages come to it with a group."""
    if queue.fifo_queue:
        return FifoQueue
    return FairQueue if attributes.have_groups() else StandardQueue
