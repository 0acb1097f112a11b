"""What the senders of messages have set on them: group, timer, body and size."""

from __future__ import annotations

from collections.abc import Sequence

from sim.engine.router import REDRIVE, Router
from sim.scenario.caller import Caller
from sim.scenario.event_flow import way
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic
from sim.trace import MESSAGE_MOVE, MICROSECONDS, Child
from sim.workload.workload import Workload


class MessageAttributes:
    """The attributes of the messages of one queue, by delivery; they stem from its `own` traffic.

    A message that another event caused has the attributes of the event from outside behind it.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    """

    def __init__(
        self,
        scenario: Scenario,
        own: Sequence[Traffic],
        workload: Workload,
        router: Router,
    ) -> None:
        self.scenario = scenario
        self.own = own
        self.router = router
        self.event = router.event
        self.key = router.delivery_draws.key
        self.traffic: list[int] = workload.traffic.tolist()
        by_name = {traffic.name: traffic for traffic in scenario.traffic}
        self.senders: list[Traffic] = [by_name[name] for name in workload.names]

    def sender(self, delivery: int) -> Traffic:
        """The traffic that the message stems from."""
        event = self.event[delivery]
        cause = self.cause(event)
        while cause is not None:
            event = cause.parent
            cause = self.cause(event)
        return self.senders[self.traffic[event]]

    def sent(self, delivery: int) -> int:
        """When the message was first sent to a queue, before SQS moved it to dead-letter queues."""
        cause = self.cause(self.event[delivery])
        while cause is not None and cause.edge == REDRIVE:
            delivery = cause.delivery
            cause = self.cause(self.event[delivery])
        arrived = self.router.trace.deliveries.arrived[delivery]
        return self.router.sent_later.get(delivery, arrived)

    def cause(self, event: int) -> Child | None:
        """How another event caused this one; None: it came from outside."""
        number = event - self.router.workload_event_count
        if number < 0:
            return None
        return self.router.trace.children[number]

    def is_moved(self, delivery: int) -> bool:
        """Whether SQS has moved the message here by itself."""
        cause = self.cause(self.event[delivery])
        return cause is not None and cause.edge in (REDRIVE, MESSAGE_MOVE)

    def caller(self, delivery: int) -> Caller:
        """Who sends the message, and how they try again."""
        event = self.event[delivery]
        if self.cause(event) is not None:
            return Caller()
        return self.senders[self.traffic[event]].caller

    def passed_on_by(self, delivery: int, queue: str) -> str | None:
        """The kind of what has passed the message on to a queue; None: it was sent there."""
        entry = self.router.bodies.entry(self.event[delivery])
        if entry == queue:
            return None
        before = way(self.scenario, entry, queue)[-2]
        topics = [topic.name for topic in self.scenario.topics]
        return "sns" if before in topics else "eventbridge_rule"

    def entries_per_request(self, delivery: int) -> int:
        """How many messages come in one call with this one; what others send on comes alone."""
        event = self.event[delivery]
        if self.cause(event) is not None:
            return 1
        return self.senders[self.traffic[event]].entries_per_request

    def group(self, delivery: int) -> int:
        """The message's group in a FIFO queue: its key, or -1, which is a group, too."""
        return self.key[self.event[delivery]]

    def tenant(self, delivery: int) -> int:
        """The message's group in a standard queue, or -1: its sender gave it none."""
        if not self.sender(delivery).message_group_id:
            return -1
        return self.group(delivery)

    def timers(self, queue: str) -> dict[str, int]:
        """The message timers, in microseconds, of the traffic that is sent to a queue itself."""
        timers = {}
        for traffic in self.senders:
            if traffic.delay_seconds is not None and traffic.into == queue:
                timers[traffic.name] = traffic.delay_seconds * MICROSECONDS
        return timers

    def largest_kb(self) -> float:
        """The size of the largest message that may come to this queue."""
        return max((sent.payload_kb for sent in self.own), default=0.0)

    def have_groups(self) -> bool:
        """Whether messages with a group may come to this queue."""
        return any(sent.message_group_id for sent in self.own)
