"""What can be invoked, who invokes it, and the batch that one invocation may work on."""

from __future__ import annotations

from typing import Any, Protocol

from sim.engine.clock import Clock
from sim.workload.delivery_draws import DeliveryDraws
from sim.workload.function_draws import FunctionDraws


class Invoker(Protocol):
    """Who asks for an attempt and hears how it ended."""

    rate_limited: bool

    def settle(self, work: Any, attempt: int, outcome: int) -> None:
        """Hear, at that moment, how the attempt on `work` ended: a delivery or a `Batch`."""


class OutputSender(Protocol):
    """Who passes on what handlers send."""

    def send(self, delivery: int, end: int) -> None:
        """A run of this delivery has succeeded, its work at `end`."""


class Invocable(Protocol):
    """What models invoke: the fleet of a function, or the alias before the fleets of its versions."""

    resource: int
    clock: Clock
    delivery_draws: DeliveryDraws
    function_draws: FunctionDraws
    invocations: int

    def attempt(self, delivery: int, attempt: int, invoker: Invoker) -> int:
        """Run one event now; returns 0, or the `Reason` why Lambda refuses it."""

    def attempt_batch(
        self, batch: Batch, invoker: Invoker, stops_at_failure: bool
    ) -> int:
        """Run one batch now; returns 0, or the `Reason` why Lambda refuses it."""

    def is_busy(self) -> bool:
        """Whether any of its environments works."""

    def note_unfinished(self) -> None:
        """Write down the runs that the end of the simulation finds under way."""


class Batch:
    """Records that one invocation works on, one after another."""

    __slots__ = ("attempts", "ends", "invocation", "outcomes", "records", "starts")

    def __init__(
        self, records: list[int], attempts: list[int], invocation: int
    ) -> None:
        self.records, self.attempts, self.invocation = records, attempts, invocation
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.outcomes: list[int] = []
