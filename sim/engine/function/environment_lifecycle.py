"""The execution environments of one version of a function: which one a request gets, and how long each lives."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from sim import facts
from sim.engine.clock import Clock, Deadlines
from sim.engine.function.concurrency import ConcurrencyLimits
from sim.engine.function.execution_environment import (
    EXTENDED,
    NEW,
    READY,
    RESET,
    ExecutionEnvironment,
)
from sim.engine.function.invocation import Batch
from sim.scenario.function import Function
from sim.scenario.resources import Choices
from sim.trace import (
    MICROSECONDS,
    EnvironmentStart,
    Initialization,
    Outcome,
    Stage,
    Trace,
)
from sim.workload import draws
from sim.workload.function_draws import FunctionDraws

TIMEOUT, CRASHED, IN_FLIGHT = (
    int(Outcome.TIMEOUT),
    int(Outcome.CRASHED),
    int(Outcome.IN_FLIGHT),
)
NOT_REACHED = int(Outcome.NOT_REACHED)
INIT, RESTORE, SUPPRESSED_INIT = (
    int(Stage.INIT),
    int(Stage.RESTORE),
    int(Stage.SUPPRESSED_INIT),
)
HANDLER = int(Stage.HANDLER)


class EnvironmentLifecycle:
    """Environments are taken, initialised, given back, idle for a while, and gone in the end.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """

    def __init__(
        self,
        function: Function,
        resource: int,
        version: int,
        clock: Clock,
        trace: Trace,
        draws: FunctionDraws,
        limits: ConcurrencyLimits,
        choices: Choices,
    ) -> None:
        self.resource, self.version, self.clock, self.trace, self.function_draws = (
            resource,
            version,
            clock,
            trace,
            draws,
        )
        self.add_span, self.runs = trace.add_span, trace.deliveries.runs
        self.limits, self.pool, self.scaling_rate = (
            limits,
            limits.pool,
            limits.scaling_rate,
        )
        self.timeout = function.timeout * MICROSECONDS
        restored = function.snap_start != "None"
        self.kind = Initialization.SNAP_START if restored else Initialization.ON_DEMAND
        self.first_stage = RESTORE if restored else INIT
        limit = facts.fact(
            "snap_start.restore_limit" if restored else "function.init_limit"
        )
        self.init_limit = limit.value * MICROSECONDS
        self.proactive_share = choices.proactive_init_share
        self.alive: dict[int, ExecutionEnvironment] = {}
        self.idle: deque[ExecutionEnvironment] = (
            deque()
        )  # the one used last is on the right
        self.idle_limit = round(
            choices.execution_environment_idle_seconds * MICROSECONDS
        )
        self.idle_timer_armed = False
        life = round(choices.execution_environment_life_seconds * MICROSECONDS)
        self.lives = Deadlines(
            clock,
            life,
            lambda environment: environment.terminated,
            self.reach_end_of_life,
        )

    def take(self) -> ExecutionEnvironment:
        """The idle environment used last, or a new one; a request stays with the one it started."""
        self.pool.busy += 1
        return self.idle.pop() if self.idle else self.start(self.kind)

    def start(self, kind: Initialization, state: int = NEW) -> ExecutionEnvironment:
        """A new environment; a share of them Lambda has initialised before anybody asked.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        number = next(self.limits.numbers)
        if (
            self.proactive_share
            and self.function_draws.chance("proactive init", draws.mix(number))
            < self.proactive_share
        ):
            state = READY
        environment = ExecutionEnvironment(
            number, self.function_draws.init(number), state
        )
        row = EnvironmentStart(
            self.clock._now, self.resource, number, self.version, kind, environment.init
        )
        self.trace.environments.append(row)
        self.alive[number] = environment
        self.lives.watch(environment)
        return environment

    def initialise(
        self,
        environment: ExecutionEnvironment,
        records: Iterable[int],
        attempts: Iterable[int],
        invocation: int,
    ) -> tuple[int, int]:
        """Note the init before the handler; returns when that would end and when the timeout is due.

        A first init has its own limit; if that cuts it, or if the environment was reset, init runs
        (again) inside the invoke and under the function's timeout. A restore that is cut ends the
        invoke: its handler begins too late.
        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        now, init = self.clock._now, environment.init
        ready = now + min(init, self.init_limit) if environment.state == NEW else now
        cut = environment.state == RESET or init > self.init_limit
        due = ready + self.timeout
        begun = ready + init if cut else ready
        if cut and environment.state == NEW and self.first_stage == RESTORE:
            begun, due = ready + 1, ready
        for delivery, attempt in zip(records, attempts, strict=True):
            if ready > now:
                self.add_span(
                    delivery,
                    attempt,
                    self.first_stage,
                    now,
                    ready,
                    self.resource,
                    TIMEOUT if cut else 0,
                    environment.number,
                    invocation,
                )
            if ready < min(begun, due):
                late = TIMEOUT if begun > due else 0
                self.add_span(
                    delivery,
                    attempt,
                    SUPPRESSED_INIT,
                    ready,
                    min(begun, due),
                    self.resource,
                    late,
                    environment.number,
                    invocation,
                )
        return begun, due

    def release(self, environment: ExecutionEnvironment, outcome: int) -> None:
        """The environment is free: reset after a timeout or crash, gone if it has outlived its time, else idle."""
        self.pool.busy -= 1
        environment.work = None
        environment.state = READY
        if outcome in (TIMEOUT, CRASHED):
            environment.state = RESET
            self.lose(environment)
        if environment.at_end_of_life:
            self.end(environment)
            return
        environment.idle_since = self.clock._now
        self.idle.append(environment)
        if not self.idle_timer_armed:
            self.arm_idle_timer()

    def reach_end_of_life(self, environment: ExecutionEnvironment) -> None:
        """The environment is as old as environments become: it goes now, or after its present run."""
        environment.at_end_of_life = True
        if environment.work is None:
            self.idle.remove(environment)
            self.end(environment)

    def expire_idle(self, _: None) -> None:
        """End the environments that have been idle too long; they are on the left."""
        self.idle_timer_armed = False
        idle, oldest = self.idle, self.clock._now - self.idle_limit
        while idle and idle[0].idle_since <= oldest:
            self.end(idle.popleft())
        if idle:
            self.arm_idle_timer()

    def arm_idle_timer(self) -> None:
        """One timer for all idle environments, set for the one that has been idle longest."""
        self.idle_timer_armed = True
        self.clock.after(
            self.idle[0].idle_since + self.idle_limit - self.clock._now,
            self.expire_idle,
        )

    def end(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone."""
        environment.terminated = True
        del self.alive[environment.number]
        self.lose(environment)

    def lose(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone or reset, and whatever it held with it."""

    def is_busy(self) -> bool:
        """Whether any environment works."""
        return any(environment.work is not None for environment in self.alive.values())

    def note_unfinished(self) -> None:
        """Write down the runs that the end of the simulation finds under way."""
        now = self.clock._now
        for environment in self.alive.values():
            if isinstance(environment.work, Batch):
                self.note_unfinished_batch(environment, environment.work)
            elif environment.work is not None and environment.work != EXTENDED:
                self.note_handler(
                    environment,
                    environment.work,
                    environment.attempt,
                    environment.begun,
                    now,
                    -1,
                )

    def note_unfinished_batch(
        self, environment: ExecutionEnvironment, batch: Batch
    ) -> None:
        """Write down how far the records of a batch have come."""
        now = self.clock._now
        for row in zip(
            batch.records,
            batch.attempts,
            batch.outcomes,
            batch.starts,
            batch.ends,
            strict=False,
        ):
            delivery, attempt, outcome, start, end = row
            if outcome != NOT_REACHED:
                self.note_handler(
                    environment,
                    delivery,
                    attempt,
                    start,
                    min(end, now),
                    batch.invocation,
                )

    def note_handler(
        self,
        environment: ExecutionEnvironment,
        delivery: int,
        attempt: int,
        start: int,
        end: int,
        invocation: int,
    ) -> None:
        """Write down a handler whose run is not over; what has not begun is no run yet."""
        if start < self.clock._now:
            self.add_span(
                delivery,
                attempt,
                HANDLER,
                start,
                end,
                self.resource,
                IN_FLIGHT,
                environment.number,
                invocation,
            )
        else:
            self.runs[delivery] -= 1
