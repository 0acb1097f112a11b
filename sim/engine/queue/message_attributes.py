"""What the senders of messages have set on them: group, timer, body and size."""

from __future__ import annotations

from sim.engine.router import REDRIVE, Router
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic
from sim.trace import MICROSECONDS
from sim.workload.workload import Workload


class Messages:
    """The messages of a scenario; one that another event caused is like the event from outside that it stems from.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    """

    def __init__(self, scenario: Scenario, workload: Workload, router: Router) -> None:
        self.router, self.event, self.key = (
            router,
            router.event,
            router.delivery_draws.key,
        )
        self.traffic: list[int] = workload.traffic.tolist()
        by_name = {traffic.name: traffic for traffic in scenario.traffic}
        self.traffics: list[Traffic] = [by_name[name] for name in workload.names]

    def sender(self, delivery: int) -> Traffic:
        """The traffic that the message stems from."""
        event, from_outside = self.event[delivery], self.router.workload_event_count
        while event >= from_outside:
            event = self.router.trace.children[event - from_outside].parent
        return self.traffics[self.traffic[event]]

    def sent(self, delivery: int) -> int:
        """When the message was first sent to a queue, before SQS moved it to dead-letter queues."""
        from_outside, children = (
            self.router.workload_event_count,
            self.router.trace.children,
        )
        event = self.event[delivery]
        while event >= from_outside and children[event - from_outside].edge == REDRIVE:
            delivery = children[event - from_outside].delivery
            event = self.event[delivery]
        return self.router.trace.deliveries.arrived[delivery]

    def group(self, delivery: int) -> int:
        """The message's group in a FIFO queue: its key; messages without a key are one group, -1."""
        return self.key[self.event[delivery]]

    def tenant(self, delivery: int) -> int:
        """The message's group in a standard queue, or -1: its sender gave it none."""
        return self.group(delivery) if self.sender(delivery).message_group_id else -1

    def timers(self, queue: str) -> dict[str, int]:
        """The message timers, in microseconds, of the traffic that is sent to a queue itself."""
        return {
            traffic.name: traffic.delay_seconds * MICROSECONDS
            for traffic in self.traffics
            if traffic.delay_seconds is not None and traffic.into == queue
        }

    def largest_kb(self) -> float:
        """The size of the largest message."""
        return max((traffic.payload_kb for traffic in self.traffics), default=0.0)
