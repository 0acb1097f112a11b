"""What a subscriber has not delivered yet of the events that its bus keeps.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-replay.html
"""

from __future__ import annotations

from sim.engine.bus.custom_bus import CustomBus
from sim.scenario.choices import Choices
from sim.scenario.subscriber import CustomEventBus, Subscriber
from sim.trace import MICROSECONDS, Fate

DAY = 86_400 * MICROSECONDS


class RetainedEvents:
    """The events from a subscriber's starting position on, as long as the bus keeps them.

    `begins` is when it delivers its first event, in microseconds.
    """

    def __init__(
        self,
        subscriber: Subscriber,
        kept: CustomEventBus,
        bus: CustomBus,
        choices: Choices,
    ) -> None:
        self.bus = bus
        self.retention = kept.retention_period_in_days * DAY
        self.waiting: list[int] = []
        self.has_at = subscriber.has_in_view
        created = round(subscriber.active_after * MICROSECONDS)
        self.begins = created
        if created and subscriber.starting_position == "POINT_IN_TIME":
            startup = choices.replay_startup_seconds
            self.begins += round(startup * MICROSECONDS)

    def has_in_view(self, delivery: int) -> bool:
        """Whether an event lies where the subscriber delivers."""
        return self.has_at(self.bus.published(delivery) / MICROSECONDS)

    def keep(self, delivery: int) -> None:
        """The event stays on the bus until the subscriber delivers."""
        self.waiting.append(delivery)

    def take(self) -> list[int]:
        """The events that the bus still keeps, in the order in which they were published."""
        self.expire()
        waiting = self.waiting
        self.waiting = []
        return waiting

    def expire(self) -> None:
        """The bus forgets what is older than its retention period.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-create.html
        """
        now = self.bus.clock._now
        kept = []
        for delivery in self.waiting:
            forgotten = self.bus.published(delivery) + self.retention
            if forgotten > now:
                kept.append(delivery)
            else:
                self.bus.router.settle(delivery, Fate.EXPIRED, forgotten)
        self.waiting = kept
