"""The calls of functions that a handler makes after its own work, waiting for each answer.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sim.engine.codes import CALL, DELIVERED, FAILED, SUCCEEDED, TIMEOUT
from sim.engine.context import SimulationContext
from sim.engine.function.execution_environment import ExecutionEnvironment
from sim.engine.function.outputs import OutputTarget
from sim.engine.router import Router


class CallingRun(Protocol):
    """A handler's run on one event."""

    delivery: int
    attempt: int
    invocation: int
    identity: int
    run: int
    environment: ExecutionEnvironment
    is_over: bool

    def conclude(self, outcome: int) -> None:
        """The run ends like this, its calls made."""


@dataclass(frozen=True, slots=True)
class CalledTarget:
    """Where one output goes, and whether the handler waits for an answer.

    If so: the number of what it calls, that of its client in `Callers`, and whether it raises an
    error.
    """

    output: OutputTarget
    waits: bool = False
    resource: int = -1
    caller: int = -1
    raises: bool = False


class WaitingCalls:
    """The outputs of one version of a function that waits for some of them, in their order."""

    def __init__(
        self,
        router: Router,
        targets: Sequence[CalledTarget],
        context: SimulationContext,
    ) -> None:
        self.router = router
        self.targets = targets
        self.clock = context.clock
        self.add_span = context.trace.add_span

    def of(self, run: CallingRun) -> CallSequence:
        """The calls of one run, and what it sends without a wait between them."""
        calls = [
            (target, k)
            for target in self.targets
            for k in target.output.numbers(run.run, run.identity)
        ]
        return CallSequence(self, run, calls)


class CallSequence:
    """The calls of one run, one after another: it is the one that waits for an answer."""

    __slots__ = (
        "called",
        "caller",
        "calls",
        "client",
        "delivery",
        "due",
        "following",
        "run",
        "since",
        "target",
    )
    called: int
    caller: int
    since: int
    target: CalledTarget

    def __init__(
        self,
        calls: WaitingCalls,
        run: CallingRun,
        following: list[tuple[CalledTarget, int]],
    ) -> None:
        self.calls = calls
        self.run = run
        self.following = deque(following)
        self.delivery = run.delivery
        self.client = run.environment.number
        self.due = run.environment.due

    def call_next(self) -> None:
        """Send on what comes before the next call, and make that; or end the run after the last."""
        router = self.calls.router
        while self.following:
            target, k = self.following.popleft()
            output = target.output
            if target.waits:
                self.target = target
                self.caller = target.caller
                self.since = self.calls.clock._now
                self.called = router.call(output.edge, output.target, k, self)
                return
            router.cause_event(self.delivery, output.edge, output.target, k)
        self.run.conclude(SUCCEEDED)

    def hear(self, fate: int) -> None:
        """The last answer has come; an error is raised or ignored."""
        if self.run.is_over:
            return
        if fate == DELIVERED:
            self.note(SUCCEEDED)
            self.call_next()
            return
        self.note(FAILED)
        if self.target.raises:
            self.run.conclude(FAILED)
        else:
            self.call_next()

    def time_out(self) -> None:
        """The caller's own timeout ends its run; what it has called works on, unheard.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
        """
        self.note(TIMEOUT)
        self.calls.router.abandon(self.called)

    def note(self, outcome: int) -> None:
        """Write down the wait for an answer."""
        run = self.run
        self.calls.add_span(
            run.delivery,
            run.attempt,
            CALL,
            self.since,
            self.calls.clock._now,
            self.target.resource,
            outcome,
            invocation=run.invocation,
        )
