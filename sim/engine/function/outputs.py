"""What a handler sends on each time it succeeds."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.router import Router
from sim.scenario.function import Function, Output
from sim.trace import OUTPUT
from sim.workload import draws


@dataclass(frozen=True, slots=True)
class OutputTarget:
    """Where one output goes, how often for sure, and with which chance once more."""

    edge: str
    target: str
    whole: int
    rest: float
    key: int

    @classmethod
    def of(cls, output: Output, function: str, seed: int) -> OutputTarget:
        """The way of an output."""
        whole = int(output.per_event)
        chance = draws.key(seed, function, "output", output.to)
        return cls(
            f"{OUTPUT} {output.to}", output.to, whole, output.per_event - whole, chance
        )


class Outputs:
    """The outputs of one function; a handler that is idempotent sends nothing with a result that it has kept.

    The outputs of a batch leave together when its run ends (a choice), those of records that a
    later one spoilt, too.
    """

    def __init__(
        self,
        function: Function,
        router: Router,
        store: IdempotencyStore | None,
        seed: int,
    ) -> None:
        self.router, self.identity, self.event = (
            router,
            router.delivery_draws.identity,
            router.delivery_draws.event,
        )
        self.successes = router.trace.deliveries.successes
        self.ways = [
            OutputTarget.of(output, function.name, seed)
            for output in function.behaviour.sends
        ]
        self.store = store

    def send(self, delivery: int, end: int) -> None:
        """A run of this delivery has succeeded, its work at `end`."""
        if self.store is not None and not self.store.is_new(delivery, end):
            return
        success = self.successes[delivery]
        for way in self.ways:
            count, most = way.whole, way.whole
            if way.rest:
                chance = draws.uniform(
                    draws.mix(way.key + success), self.identity[self.event[delivery]]
                )
                count, most = way.whole + (chance < way.rest), way.whole + 1
            for number in range(count):
                self.router.cause_event(
                    delivery, way.edge, way.target, (success - 1) * most + number
                )
