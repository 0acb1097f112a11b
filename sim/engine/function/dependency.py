"""What functions call: how many calls it works on at once, how many wait, and what becomes of them.

https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from sim.engine.clock import END
from sim.engine.codes import CALL, CONNECTION, FAILED, SUCCEEDED, TIMEOUT
from sim.engine.context import SimulationContext
from sim.engine.function.concurrency import TokenBucket
from sim.engine.function.execution_environment import ExecutionEnvironment
from sim.engine.outage_windows import FAILS
from sim.scenario.resources import Dependency
from sim.trace import MICROSECONDS
from sim.workload import draws


class DependencyCall(Protocol):
    """One run's call: it waits, is worked on and answered, unless the run is over before."""

    delivery: int
    attempt: int
    invocation: int
    identity: int
    latency_key: int
    run: int
    environment: ExecutionEnvironment
    is_over: bool
    is_served: bool
    since: int

    def receive_answer(self, outcome: int) -> None:
        """The dependency has answered."""

    def receive_refusal(self, outcome: int) -> None:
        """The dependency takes no more calls."""

    def expect_answer(self, at: int) -> None:
        """The answer will not come before `at`; the function's timeout may cut the run first."""


class DependencyServer:
    """A dependency at work: calls above its connections wait, calls above its rate fail."""

    def __init__(
        self, dependency: Dependency, context: SimulationContext
    ) -> None:
        self.clock = context.clock
        self.add_span = context.trace.add_span
        self.resource = context.resource_number(dependency.name)
        self.outages = context.outages_of(dependency.name)
        self.free = dependency.maximum_connections
        self.is_held = dependency.connection_held_by == "environment"
        self.holders: set[ExecutionEnvironment] = set()
        rate = dependency.requests_per_second
        self.bucket = None if rate is None else TokenBucket(max(rate, 1), rate)
        self.latency = draws.sampler(dependency.latency)
        self.waiting: deque[DependencyCall] = deque()

    def call(self, call: DependencyCall) -> None:
        """A run calls: it is refused, waits for a connection, or is served."""
        call.since = self.clock._now
        if self.bucket is not None and not self.bucket.allows_one(
            self.clock._now
        ):
            self.refuse(call)
        elif self.is_held:
            self.use_own_connection(call)
        elif self.free is None or self.free > 0:
            self.take_connection()
            self.serve(call)
        else:
            self.waiting.append(call)
            call.expect_answer(-1)

    def use_own_connection(self, call: DependencyCall) -> None:
        """The environment's own connection, opened with its first call, if one is left."""
        if call.environment not in self.holders:
            if self.free == 0:
                self.refuse(call)
                return
            self.take_connection()
            self.holders.add(call.environment)
        self.serve(call)

    def refuse(self, call: DependencyCall) -> None:
        """Answer at once that the call has failed."""
        self.clock.after(0, call.receive_refusal, FAILED, END + call.delivery)

    def close_connection(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone or reset, and its connection with it."""
        if environment in self.holders:
            self.holders.remove(environment)
            self.free_connection()

    def serve(self, call: DependencyCall) -> None:
        """Work on a call; in an outage it fails in the end, or takes longer."""
        now = self.clock._now
        self.note(call, CONNECTION, 0)
        call.since = now
        chance = draws.nth_uniform(call.latency_key, call.run, call.identity)
        length = round(self.latency(chance) * MICROSECONDS)
        outcome = SUCCEEDED
        if self.outages and self.outages.is_on(now):
            delay = self.outages.delay(now, call.identity, call.run)
            if delay == FAILS:
                outcome = FAILED
            else:
                length += delay
        self.clock.after(
            length, self.finish, (call, outcome), END + call.delivery
        )
        call.expect_answer(now + length)

    def finish(self, served: tuple[DependencyCall, int]) -> None:
        """The call is done, whether anybody waits for its answer or not: the next one's turn."""
        call, outcome = served
        if not self.is_held:
            self.free_connection()
        if not call.is_over:
            self.note(call, CALL, outcome)
            call.receive_answer(outcome)

    def take_connection(self) -> None:
        """One connection fewer is free."""
        if self.free is not None:
            self.free -= 1

    def free_connection(self) -> None:
        """A connection is free: the call that has waited longest gets it."""
        if self.free is None:
            return
        self.free += 1
        while self.waiting and self.free:
            call = self.waiting.popleft()
            if not call.is_over:
                self.take_connection()
                self.serve(call)

    def time_out(self, call: DependencyCall) -> None:
        """The run of a call is over before it has an answer."""
        self.note(call, CALL if call.is_served else CONNECTION, TIMEOUT)

    def note(self, call: DependencyCall, stage: int, outcome: int) -> None:
        """Write down what the call has been doing; a call that need not wait has no span of it."""
        now = self.clock._now
        if stage == CALL or now > call.since:
            self.add_span(
                call.delivery,
                call.attempt,
                stage,
                call.since,
                now,
                self.resource,
                outcome,
                invocation=call.invocation,
            )
