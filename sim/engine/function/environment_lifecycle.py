"""The lifecycle of execution environments: which one a request gets, and how long each lives.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from sim import facts
from sim.engine.clock import Deadlines
from sim.engine.codes import (
    FAILED,
    INIT,
    RESETTING_OUTCOMES,
    RESTORE,
    SUCCEEDED,
    SUPPRESSED_INIT,
    TIMEOUT,
)
from sim.engine.context import SimulationContext
from sim.engine.function.execution_environment import (
    NEW,
    READY,
    RESET,
    ExecutionEnvironment,
)
from sim.engine.function.function_state import FunctionState
from sim.scenario.choices import Choices
from sim.scenario.durations import Constant, Duration
from sim.scenario.function import Function
from sim.trace import MICROSECONDS, EnvironmentStart, Initialization
from sim.workload import draws
from sim.workload.function_draws import FunctionDraws


class EnvironmentLifecycle:
    """The environments of one version: taken, initialised, released, idle, terminated."""

    def __init__(
        self,
        function: Function,
        version: int,
        state: FunctionState,
        function_draws: FunctionDraws,
        context: SimulationContext,
    ) -> None:
        self.resource = context.resource_number(function.name)
        self.version = version
        self.function_draws = function_draws
        self.clock = context.clock
        self.trace = context.trace
        self.add_span = context.trace.add_span
        self.pool = state.pool
        self.scaling_rate = state.scaling_rate
        self.numbers = state.environment_numbers
        self.timeout = function.timeout * MICROSECONDS
        self._choose_first_stage(restores=function.is_restored)
        choices = context.scenario.choices
        self.restore_excess = _restore_excess(function, choices)
        self.proactive_share = choices.proactive_init_share
        self.alive: dict[int, ExecutionEnvironment] = {}  # by number
        # used last: on the right
        self.idle: deque[ExecutionEnvironment] = deque()
        idle = choices.execution_environment_idle_seconds
        self.drawn_idle: Duration | None = None
        self.idle_limit = 0
        if isinstance(idle, Constant):
            self.idle_limit = round(idle.seconds * MICROSECONDS)
        else:
            self.drawn_idle = idle
        self.idle_timer_armed = False
        life = round(choices.execution_environment_life_seconds * MICROSECONDS)
        self.lives = Deadlines(
            self.clock, life, _is_terminated, self.reach_end_of_life
        )

    def _choose_first_stage(self, restores: bool) -> None:
        """With SnapStart a new environment is restored from a snapshot instead of initialised."""
        if restores:
            self.kind = Initialization.SNAP_START
            self.first_stage = RESTORE
            limit = facts.fact("snap_start.restore_limit")
        else:
            self.kind = Initialization.ON_DEMAND
            self.first_stage = INIT
            limit = facts.fact("function.init_limit")
        self.init_limit = limit.value * MICROSECONDS

    def take(self) -> ExecutionEnvironment:
        """The idle environment used last, or a new one; a request stays with the one it started."""
        self.pool.busy += 1
        return self.idle.pop() if self.idle else self.start(self.kind)

    def start(
        self, kind: Initialization, state: int = NEW
    ) -> ExecutionEnvironment:
        """A new environment; a share of them Lambda has initialised before anybody asked.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        number = next(self.numbers)
        if self.proactive_share:
            identity = draws.mix(number)
            chance = self.function_draws.chance("proactive init", identity)
            state = READY if chance < self.proactive_share else state
        init, slower_init = self._first_lengths(number)
        environment = ExecutionEnvironment(number, init, slower_init, state)
        if kind == Initialization.PROVISIONED_CONCURRENCY:
            init = self.initialise_before(environment)
        elif state == READY and self.next_init(environment):
            environment.state = RESET
        if self.drawn_idle is not None:
            environment.idle_limit = self.function_draws.draw(
                self.drawn_idle, draws.mix(number), "idle"
            )
        now = self.clock._now
        start = EnvironmentStart(
            now, self.resource, number, self.version, kind, init
        )
        self.trace.environments.append(start)
        self.alive[number] = environment
        self.lives.watch(environment)
        return environment

    def _first_lengths(self, number: int) -> tuple[int, int]:
        """How long init, or restore, takes: longest from a snapshot that is new in its cache.

        https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
        """
        init, slower_init = self.function_draws.inits(number)
        if not self.restore_excess:
            return init, slower_init
        longer = 1 + self.restore_excess
        self.restore_excess *= 1 - facts.fact("snap_start.warming_share").value
        return round(init * longer), round(slower_init * longer)

    def initialise(
        self,
        environment: ExecutionEnvironment,
        records: Iterable[int],
        attempts: Iterable[int],
        invocation: int,
    ) -> tuple[int, int]:
        """Note the init; returns when the handler would begin and when the timeout is due.

        A first init has its own limit; if that cuts it, if it fails, or if the environment was
        reset, init runs (again) inside the invoke, with the CPU of the function's memory and under
        its timeout. If that fails, so does the invoke. A restore that is cut ends the invoke: its
        handler begins too late.
        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        now = self.clock._now
        spans = []
        ready, failure = now, FAILED
        if environment.state == NEW:
            length, failure = self.first_init(environment)
            ready += length
            spans.append((self.first_stage, now, ready, failure))
        begun, due = ready, ready + self.timeout
        environment.init_failed = False
        if failure and self.first_stage == RESTORE and ready > now:
            begun, due = ready + 1, ready
        elif failure:
            begun += environment.slower_init
            outcome = TIMEOUT if begun > due else self.next_init(environment)
            environment.init_failed = outcome not in (0, TIMEOUT)
            spans.append((SUPPRESSED_INIT, ready, min(begun, due), outcome))
        place = (environment.number, invocation)
        for delivery, attempt in zip(records, attempts, strict=True):
            for stage, start, end, outcome in spans:
                of = (stage, start, end, self.resource, outcome)
                if start < end or outcome:
                    self.add_span(delivery, attempt, *of, *place)
        return begun, due

    def first_init(self, environment: ExecutionEnvironment) -> tuple[int, int]:
        """How long the init of a cold start takes, and how it ends badly; 0: well.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        if environment.init > self.init_limit:
            return self.init_limit, TIMEOUT
        return environment.init, self.next_init(environment)

    def next_init(self, environment: ExecutionEnvironment) -> int:
        """How the next init in an environment ends badly, if nothing cuts it; 0: well."""
        environment.init_attempts += 1
        outcome = self.function_draws.init_outcome(
            environment.number, environment.init_attempts
        )
        return 0 if outcome == SUCCEEDED else outcome

    def initialise_before(self, environment: ExecutionEnvironment) -> int:
        """Initialise before any request; returns how long that takes: one try, unless it fails."""
        return environment.slower_init

    def release(self, environment: ExecutionEnvironment, outcome: int) -> None:
        """The environment is free: reset after a timeout or crash; idle, or gone for its age."""
        self.pool.busy -= 1
        environment.work = None
        environment.state = READY
        if outcome in RESETTING_OUTCOMES:
            environment.state = RESET
            self.close_connections(environment)
        if environment.at_end_of_life:
            self.terminate(environment)
            return
        environment.idle_since = self.clock._now
        self.idle.append(environment)
        if not self.idle_timer_armed:
            self.arm_idle_timer()

    def reach_end_of_life(self, environment: ExecutionEnvironment) -> None:
        """The environment is as old as environments get: it goes now, or after its present run."""
        environment.at_end_of_life = True
        if environment.work is None:
            self.idle.remove(environment)
            self.terminate(environment)

    def expire_idle(self, _: None) -> None:
        """Terminate the environments that have been idle too long; they are on the left."""
        self.idle_timer_armed = False
        idle, oldest = self.idle, self.clock._now - self.idle_limit
        while idle and idle[0].idle_since <= oldest:
            self.terminate(idle.popleft())
        if idle:
            self.arm_idle_timer()

    def arm_idle_timer(self) -> None:
        """One timer for all idle environments, set for the one that has been idle longest.

        Idle times that are drawn need one for each environment.
        """
        if self.drawn_idle is not None:
            self.watch_idle(self.idle[-1])
            return
        self.idle_timer_armed = True
        due = self.idle[0].idle_since + self.idle_limit
        self.clock.after(due - self.clock._now, self.expire_idle)

    def watch_idle(self, environment: ExecutionEnvironment) -> None:
        """Set an environment's own timer, unless the one for an earlier idle time still runs."""
        if not environment.is_idle_watched:
            environment.is_idle_watched = True
            due = environment.idle_since + environment.idle_limit
            wait = due - self.clock._now
            self.clock.after(wait, self.review_idle, environment)

    def review_idle(self, environment: ExecutionEnvironment) -> None:
        """Terminate an environment that has been idle for its time; else look again later."""
        environment.is_idle_watched = False
        if environment.terminated or environment.work is not None:
            return
        due = environment.idle_since + environment.idle_limit
        if due <= self.clock._now:
            self.idle.remove(environment)
            self.terminate(environment)
        else:
            self.watch_idle(environment)

    def terminate(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone."""
        environment.terminated = True
        del self.alive[environment.number]
        self.close_connections(environment)

    def close_connections(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone or reset, and its connections with it: here it has none."""

    def set_aside(self) -> int:
        """How much of the function's concurrency is kept for environments that wait: none."""
        return 0

    def busy_in_pool(self) -> int:
        """How many environments work."""
        alive = self.alive.values()
        return sum(environment.work is not None for environment in alive)

    def is_busy(self) -> bool:
        """Whether any environment works."""
        return any(
            environment.work is not None for environment in self.alive.values()
        )


def _is_terminated(environment: ExecutionEnvironment) -> bool:
    return environment.terminated


def _restore_excess(function: Function, choices: Choices) -> float:
    """How much more than its usual time a version's first restore takes, as a share of that."""
    factor = choices.snap_start_first_restore_factor
    if function.snap_start == "None":
        return 0.0
    if factor is None and function.behaviour.restore is not None:
        return 0.0
    measured = facts.fact("snap_start.first_restore_factor").value
    return float(measured if factor is None else factor) - 1
