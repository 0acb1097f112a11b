"""One record in a handler that waits for others: step by step, as calls have to wait.

https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
"""

from __future__ import annotations

from typing import Protocol

from sim.engine.clock import END, TIMER, Clock
from sim.engine.codes import FAILED, SUCCEEDED, TIMEOUT
from sim.engine.function.dependency import DependencyServer
from sim.engine.function.execution_environment import ExecutionEnvironment
from sim.engine.function.handler import Handler
from sim.engine.function.waiting_calls import CallSequence, WaitingCalls

UNKNOWN = -1  # when an answer comes for which a call still waits in line


class CallingFleet(Protocol):
    """The fleet whose handlers make the calls."""

    clock: Clock
    handler: Handler

    def finish(self, environment: ExecutionEnvironment) -> None:
        """The run of one event ends."""

    def finish_batch(self, environment: ExecutionEnvironment) -> None:
        """The run of a batch ends, all outcomes known."""


class Calls(Protocol):
    """The calls of one version of a function, in order."""

    fleet: CallingFleet
    clock: Clock
    handler: Handler
    servers: list[tuple[DependencyServer, int]]
    waiting_calls: WaitingCalls | None


class HandlerRun:
    """One record in its handler: a call of each dependency, the handler's own work, more calls."""

    __slots__ = (
        "answered",
        "attempt",
        "calls",
        "delivery",
        "environment",
        "has_failed",
        "identity",
        "invocation",
        "is_limited",
        "is_over",
        "is_served",
        "latency_key",
        "run",
        "sequence",
        "since",
    )

    def __init__(
        self,
        calls: Calls,
        environment: ExecutionEnvironment,
        delivery: int,
        attempt: int,
    ) -> None:
        handler = calls.handler
        self.calls = calls
        self.environment = environment
        self.delivery = delivery
        self.attempt = attempt
        self.invocation = -1
        self.run = handler.begin_run(delivery)
        self.identity = handler.delivery_draws.identity_of(delivery)
        self.answered = 0  # so many calls
        self.latency_key = 0
        self.since = 0
        self.has_failed = False  # one of its calls, in an outage
        self.is_limited = False
        self.is_over = False
        self.is_served = False
        self.sequence: CallSequence | None = None  # of functions, at the end

    def begin(self, is_late: bool) -> None:
        """Init is done, if it has left any time; an event that the handler knows needs no work."""
        if is_late:
            self.end(TIMEOUT)
            return
        known, store = 0, self.calls.handler.idempotency
        if store is not None:
            now = self.calls.clock._now
            known = store.begin(self.delivery, now, self.environment.due)
        if known:
            self.end(known)
        else:
            self.call_next()

    def call_next(self) -> None:
        """Call the next dependency, or do the handler's own work after the last."""
        servers = self.calls.servers
        if self.answered < len(servers):
            server, self.latency_key = servers[self.answered]
            server.call(self)
        else:
            self.work()

    def receive_answer(self, outcome: int) -> None:
        """A dependency has answered; one in an outage fails the run, once its work is done."""
        self.is_served = False
        if self.is_over:
            return
        if outcome == FAILED:
            self.has_failed = True
            self.work()
        else:
            self.answered += 1
            self.call_next()

    def receive_refusal(self, outcome: int) -> None:
        """A dependency takes no more calls: the run fails at once."""
        if not self.is_over:
            self.finish_work(outcome)

    def expect_answer(self, at: int) -> None:
        """The answer comes at a time, or that is UNKNOWN; the function's timeout may come first.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
        """
        self.is_served = at != UNKNOWN
        due = self.environment.due
        if self.is_limited or (self.is_served and at <= due):
            return
        self.limit()

    def limit(self) -> None:
        """Set the timer of the function's timeout."""
        self.is_limited = True
        clock = self.calls.clock
        wait = max(0, self.environment.due - clock._now)
        clock.after(wait, HandlerRun.time_out, self, TIMER + self.delivery)

    def time_out(self) -> None:
        """The function's timeout ends a run that still waits for an answer."""
        if not self.is_over:
            self.note_end_of_wait()
            self.conclude(TIMEOUT)

    def note_end_of_wait(self) -> None:
        """The run ends before the answer that it waits for has come."""
        if self.sequence is not None:
            self.sequence.time_out()
        else:
            server, _ = self.calls.servers[self.answered]
            server.time_out(self)

    def work(self) -> None:
        """The handler's own work: from here on it is known when the run ends."""
        clock, due = self.calls.clock, self.environment.due
        now = clock._now
        outcome, end = self.calls.handler.end_of_work(
            self.delivery, self.run, now, due
        )
        self.is_over = True  # for the limit of its calls
        if self.has_failed:
            outcome = max(outcome, FAILED)
        clock.after(end - now, self.finish_work, outcome, END + self.delivery)

    def finish_work(self, outcome: int) -> None:
        """The handler's own work on this record ends; if it has succeeded, its calls follow."""
        calls = self.calls.waiting_calls
        if calls is None or outcome != SUCCEEDED:
            self.conclude(outcome)
            return
        self.is_over = False
        self.sequence = calls.of(self)
        if not self.is_limited:
            self.limit()
        self.sequence.call_next()

    def conclude(self, outcome: int) -> None:
        """The work on this record ends, its calls made."""
        store = self.calls.handler.idempotency
        if store is not None:
            store.end(self.delivery, outcome, self.calls.clock._now)
        self.end(outcome)

    def end(self, outcome: int) -> None:
        """The run of this record ends."""
        self.is_over = True
        self.report(outcome)

    def report(self, outcome: int) -> None:
        """The run of one event is over."""
        self.environment.outcome = outcome
        self.calls.fleet.finish(self.environment)
