"""One execution environment, the batch it may work on, who is told how that ended, and what can be invoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sim.engine.clock import Clock
    from sim.workload.delivery_draws import Chance
    from sim.workload.function_draws import FunctionDraws

NEW, READY, RESET = range(
    3
)  # before init; after it; after a timeout or crash, which make init necessary again
EXTENDED = -1  # what works in an environment in which only extensions do


class Model(Protocol):
    """Who asks for an attempt and hears how it ended."""

    rate_limited: bool

    def settle(self, what: Any, attempt: int, outcome: int) -> None:
        """Hear, at that moment, how the attempt on `what` ended: a delivery or a `Batch`."""


class Sender(Protocol):
    """Who passes on what handlers send."""

    def send(self, delivery: int, end: int) -> None:
        """A run of this delivery has succeeded, its work at `end`."""


class Invocable(Protocol):
    """What models invoke: the fleet of a function, or the alias before the fleets of its versions."""

    resource: int
    clock: Clock
    chance: Chance
    draws: FunctionDraws
    invocations: int

    def attempt(self, delivery: int, attempt: int, model: Model) -> int:
        """Run one event now; returns 0, or the `Reason` why Lambda refuses it."""

    def attempt_batch(self, batch: Batch, model: Model, stops_at_failure: bool) -> int:
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


class ExecutionEnvironment:
    """One environment: it works on one request at a time, and is idle or gone in between."""

    __slots__ = (
        "attempt",
        "begun",
        "due",
        "gone",
        "idle_since",
        "init",
        "model",
        "number",
        "outcome",
        "outlived",
        "state",
        "what",
    )
    attempt: int
    begun: int
    due: int
    idle_since: int
    model: Model
    outcome: int
    what: Any  # a delivery, a `Batch`, `EXTENDED`, or None while nobody uses the environment

    def __init__(self, number: int, init: int, state: int = NEW) -> None:
        self.number, self.init, self.state = number, init, state
        self.outlived = self.gone = False
        self.what = None
