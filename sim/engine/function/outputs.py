"""What a handler sends on each time it succeeds."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.router import Router
from sim.scenario.behaviour import Output
from sim.scenario.function import Function
from sim.trace import OUTPUT
from sim.workload import draws


@dataclass(frozen=True, slots=True)
class OutputTarget:
    """Where one output goes, how often for sure, and with which probability once more.

    The draw for that is made with `key`.
    """

    edge: str
    target: str
    for_sure: int
    once_more: float
    most: int
    key: int

    @classmethod
    def of(cls, output: Output, function: str, seed: int) -> OutputTarget:
        """The target of an output."""
        for_sure = int(output.per_event)
        once_more = output.per_event - for_sure
        most = for_sure + 1 if once_more else for_sure
        key = draws.key(seed, function, "output", output.to)
        return cls(
            f"{OUTPUT} {output.to}", output.to, for_sure, once_more, most, key
        )

    def numbers(self, time: int, identity: int) -> range:
        """The numbers of the events that an event causes here when it is sent on for the n-th time.

        The draw for one more belongs to the event's `identity` and to the time.
        """
        count = self.for_sure
        if self.once_more:
            chance = draws.nth_uniform(self.key, time, identity)
            count += chance < self.once_more
        first = (time - 1) * self.most
        return range(first, first + count)


class Outputs:
    """The outputs of one function; an idempotent handler sends nothing with a result it has kept.

    The outputs of a batch leave together when its run ends (a choice), those of records that a
    later one spoilt, too.
    """

    def __init__(
        self,
        function: Function,
        router: Router,
        idempotency: IdempotencyStore | None,
        seed: int,
    ) -> None:
        self.router = router
        self.delivery_draws = router.delivery_draws
        self.successes = router.trace.deliveries.successes
        self.idempotency = idempotency
        outputs = function.behaviour.sends
        self.targets = [
            OutputTarget.of(one, function.name, seed) for one in outputs
        ]

    def send(self, delivery: int, end: int) -> None:
        """A run of this delivery has succeeded, its work at `end`."""
        known = self.idempotency
        if known is not None and not known.is_new(delivery, end):
            return
        success = self.successes[delivery]
        identity = self.delivery_draws.identity_of(delivery)
        for target in self.targets:
            for k in target.numbers(success, identity):
                self.router.cause_event(delivery, target.edge, target.target, k)
