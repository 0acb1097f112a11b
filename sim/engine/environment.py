"""One execution environment, the batch it may work on, and who is told how that ended."""

from __future__ import annotations

from typing import Any, Protocol

NEW, READY, RESET = range(3)  # before init; after it; after a timeout or crash, which make init necessary again


class Model(Protocol):
    """Who asks for an attempt and hears how it ended."""

    rate_limited: bool

    def settle(self, what: Any, attempt: int, outcome: int) -> None:
        """Hear, at that moment, how the attempt on `what` ended: a delivery or a `Batch`."""


class Sender(Protocol):
    """Who passes on what handlers send."""

    def send(self, delivery: int, end: int) -> None:
        """A run of this delivery has succeeded, its work at `end`."""


class Batch:
    """Records that one invocation works on, one after another."""

    __slots__ = ("attempts", "ends", "invocation", "outcomes", "records", "starts")

    def __init__(self, records: list[int], attempts: list[int], invocation: int) -> None:
        self.records, self.attempts, self.invocation = records, attempts, invocation
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.outcomes: list[int] = []


class ExecutionEnvironment:
    """One environment: it works on one request at a time, and is idle or gone in between."""

    __slots__ = (
        "attempt",
        "begun",
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
    idle_since: int
    model: Model
    outcome: int
    what: Any  # a delivery, a `Batch`, or None while nobody uses the environment

    def __init__(self, number: int, init: int) -> None:
        self.number, self.init = number, init
        self.state = NEW
        self.outlived = self.gone = False
        self.what = None
