"""Provisioned concurrency: environments that wait, initialised, for the requests to an alias.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from __future__ import annotations

from sim import facts
from sim.engine.codes import RESETTING_OUTCOMES
from sim.engine.context import SimulationContext
from sim.engine.function.concurrency import ConcurrencyPool
from sim.engine.function.execution_environment import (
    READY,
    RESET,
    ExecutionEnvironment,
)
from sim.engine.function.fleet import Fleet
from sim.engine.function.function_state import FunctionState
from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.function.invocation import Invoker
from sim.scenario.function import Function
from sim.trace import MICROSECONDS, Allocation, Initialization, Outcome

INIT_FAILURE = "FUNCTION_ERROR_INIT_FAILURE"
INIT_TIMEOUT = "FUNCTION_ERROR_INIT_TIMEOUT"
PROVISIONED = Initialization.PROVISIONED_CONCURRENCY
MINUTE = 60 * MICROSECONDS


class ProvisionedFleet(Fleet):
    """A fleet with environments always initialised; requests that find none free spill over."""

    def __init__(
        self,
        function: Function,
        version: int,
        state: FunctionState,
        idempotency: IdempotencyStore | None,
        context: SimulationContext,
    ) -> None:
        super().__init__(function, version, state, idempotency, context)
        # The part of the concurrency that is set aside
        self.share = ConcurrencyPool(0, Outcome.NONE, Outcome.NONE)
        self.provisioned: set[int] = set()  # numbers of environments
        self.ready: list[ExecutionEnvironment] = []  # used last: at the end
        self.allocating: list[ExecutionEnvironment] = []
        self.requested = 0
        # Whether the request that was let in goes to an environment that is ready
        self.serves = False
        seconds = (
            context.scenario.choices.provisioned_concurrency_allocation_seconds
        )
        self.allocation_time = round(seconds * MICROSECONDS)
        attempts = (
            context.scenario.choices.provisioned_concurrency_init_attempts
        )
        self.init_attempts = attempts
        self.allocation_rate: int = facts.fact(
            "provisioned.allocation_rate"
        ).value
        limit = facts.fact("provisioned.init_limit").value
        self.provisioned_init_limit: int = (
            max(limit, function.timeout) * MICROSECONDS
        )
        self.busy_since = 0
        self.busy_time = 0  # microseconds times environments

    @property
    def allocated(self) -> int:
        """How many environments are ready or busy for the alias, as it was asked for."""
        return min(self.requested, len(self.provisioned))

    @property
    def surplus(self) -> int:
        """How many environments still work that nobody asks for any more."""
        return max(0, len(self.provisioned) - self.requested)

    def request(self, count: int, at_once: bool = False) -> None:
        """Ask for so many environments: surplus ones go now, missing ones come together, later.

        The concurrency is set aside from this moment on. An init over its limit, or one that fails
        in all its tries, lets the allocation fail.
        """
        self.pool.resize(self.pool.limit + self.requested - count)
        surplus = self.surplus
        self.requested = count
        for environment in self.allocating:
            self.terminate(environment)
        self.allocating = []
        too_many = len(self.provisioned) - count
        for _ in range(min(len(self.ready), too_many)):
            self.remove(self.ready.pop(0))
        # Those that work to their end are no longer set aside.
        self.pool.busy += self.surplus - surplus
        self.count_busy(surplus - self.surplus)
        missing = count - len(self.provisioned)
        self.allocating = [
            self.start(PROVISIONED, READY) for _ in range(missing)
        ]
        self.note_allocation()
        if missing > 0 or at_once:
            wait = 0 if at_once else self.time_to_allocate()
            reason = self.failure_of_allocation()
            if reason:
                failed = (self.allocating, reason)
                self.clock.after(wait, self.fail_allocation, failed)
            elif at_once:
                self.allocate(self.allocating)
            else:
                self.clock.after(wait, self.allocate, self.allocating)

    def time_to_allocate(self) -> int:
        """How long it takes until all environments that are missing are there, or have failed."""
        pace = MINUTE * len(self.allocating) // self.allocation_rate
        tries = [
            environment.init_attempts
            * min(environment.slower_init, self.provisioned_init_limit)
            for environment in self.allocating
        ]
        return max([self.allocation_time, pace, *tries])

    def failure_of_allocation(self) -> str:
        """Why an allocation will fail, in AWS's words; empty if it will not.

        https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html
        """
        for environment in self.allocating:
            if environment.slower_init > self.provisioned_init_limit:
                return INIT_TIMEOUT
            if environment.init_failed:
                return INIT_FAILURE
        return ""

    def initialise_before(self, environment: ExecutionEnvironment) -> int:
        """Try init until it succeeds, at most a certain number of times."""
        attempts = self.function_draws.init_attempts(
            environment.number, self.init_attempts
        )
        environment.init_attempts = attempts - 1
        environment.init_failed = self.next_init(environment) != 0
        return environment.slower_init * attempts

    def fail_allocation(
        self, failed: tuple[list[ExecutionEnvironment], str]
    ) -> None:
        """An environment cannot be initialised: there will be none of those asked for."""
        environments, reason = failed
        if environments is self.allocating:
            for environment in environments:
                self.terminate(environment)
            self.allocating = []
            self.note_allocation(reason)

    def allocate(self, environments: list[ExecutionEnvironment]) -> None:
        """All that were asked for are there: none could be used before."""
        if environments is self.allocating:
            self.ready = [*environments, *self.ready]
            self.provisioned.update(
                environment.number for environment in environments
            )
            self.allocating = []
            self.note_allocation()

    def note_allocation(self, reason: str = "") -> None:
        """Write down how much there is, which also bounds the requests of a second.

        `reason`: why what is missing will not come.
        """
        allocated, requested = self.allocated, self.requested
        self.share.resize(allocated)
        status = "READY" if allocated == requested else "IN_PROGRESS"
        row = Allocation(
            self.clock._now,
            self.resource,
            self.version,
            requested,
            allocated,
            "FAILED" if reason else status,
            reason,
        )
        self.trace.allocations.append(row)

    def refusal(self, invoker: Invoker) -> int:
        """A request that finds an environment ready is let in; others use on-demand concurrency.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
        """
        self.serves = self.may_serve(invoker)
        return 0 if self.serves else super().refusal(invoker)

    def may_serve(self, invoker: Invoker) -> bool:
        """Whether an environment is ready for this request."""
        pool, share = self.pool, self.share
        now = self.clock._now
        if (
            not self.ready
            or pool.busy + share.busy >= pool.limit + self.requested
        ):
            return False
        if self.lambda_outages is not None and self.lambda_outages.is_on(now):
            return False
        return not (invoker.rate_limited and share.rate_exceeded(now))

    def take(self) -> ExecutionEnvironment:
        """The environment that is ready and was used last, or one on demand."""
        if not self.serves:
            return super().take()
        self.count_busy(1)
        return self.ready.pop()

    def release(self, environment: ExecutionEnvironment, outcome: int) -> None:
        """The environment waits for its next request, unless there are too many by now."""
        if environment.number not in self.provisioned:
            super().release(environment, outcome)
            return
        if self.surplus:
            self.pool.busy -= 1
        else:
            self.count_busy(-1)
        environment.work = None
        environment.state = READY
        if outcome in RESETTING_OUTCOMES:
            environment.state = RESET
            self.close_connections(environment)
        if environment.at_end_of_life:
            self.replace(environment)
        else:
            self.ready.append(environment)
        if self.surplus:
            self.remove(self.ready.pop())

    def reach_end_of_life(self, environment: ExecutionEnvironment) -> None:
        """Environments are replaced in the background: there are always as many as requested."""
        if environment in self.ready:
            self.ready.remove(environment)
            self.replace(environment)
        elif environment in self.allocating:
            self.lives.watch(environment)
        else:
            super().reach_end_of_life(environment)

    def replace(self, environment: ExecutionEnvironment) -> None:
        """A new environment, initialised, stands where one has gone."""
        self.remove(environment)
        new = self.start(PROVISIONED, READY)
        self.provisioned.add(new.number)
        self.ready.insert(0, new)

    def remove(self, environment: ExecutionEnvironment) -> None:
        """An environment that is no longer asked for goes."""
        self.provisioned.remove(environment.number)
        self.terminate(environment)

    def set_aside(self) -> int:
        """How much of the function's concurrency is kept for environments that wait."""
        return self.requested

    def busy_in_pool(self) -> int:
        """How many environments work on the concurrency that is not set aside."""
        working = [
            environment
            for environment in self.alive.values()
            if environment.work is not None
            and environment.number not in self.provisioned
        ]
        return len(working) + self.surplus

    def count_busy(self, change: int) -> None:
        """Keep the book of how many environments of the alias work for how long."""
        now = self.clock._now
        self.busy_time += self.share.busy * (now - self.busy_since)
        self.busy_since = now
        self.share.busy += change
