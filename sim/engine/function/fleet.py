"""Attempts on one version of a function: may it run now, how does it end, who hears of it."""

from __future__ import annotations

from sim.engine.clock import END
from sim.engine.codes import (
    CRASHED,
    EXTENSION,
    FAILED,
    HANDLER,
    IN_FLIGHT,
    NOT_REACHED,
    RESETTING_OUTCOMES,
    SERVICE_EXCEPTION,
    SUCCEEDED,
    SYSTEM_ERROR,
    THROTTLE,
    TIMEOUT,
)
from sim.engine.context import SimulationContext
from sim.engine.function.batch_layout import lay_out
from sim.engine.function.dependency_calls import DependencyCalls
from sim.engine.function.environment_lifecycle import EnvironmentLifecycle
from sim.engine.function.execution_environment import (
    EXTENDED,
    READY,
    ExecutionEnvironment,
)
from sim.engine.function.function_state import FunctionState
from sim.engine.function.handler import Handler
from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.function.invocation import (
    Batch,
    BatchSource,
    Invoker,
    OutputSender,
)
from sim.scenario.changes import LAMBDA
from sim.scenario.function import Function
from sim.trace import Outcome


class Fleet(EnvironmentLifecycle):
    """The execution environments of one version of a function, and the runs in them.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """

    def __init__(
        self,
        function: Function,
        version: int,
        state: FunctionState,
        idempotency: IdempotencyStore | None,
        context: SimulationContext,
    ) -> None:
        self.handler = Handler(function, version, idempotency, context)
        draws = self.handler.function_draws
        super().__init__(function, version, state, draws, context)
        self.lambda_outages = context.outages_of(LAMBDA) or None
        self.run = self.handler.run
        self.runs = context.trace.deliveries.runs
        self.successes = context.trace.deliveries.successes
        self.invocations = 0
        self.outputs: OutputSender | None = None
        self.dependency_calls: DependencyCalls | None = None
        self.extension = function.behaviour.extension
        self.after_run = self.release if self.extension is None else self.extend

    def attempt(self, delivery: int, attempt: int, invoker: Invoker) -> int:
        """Run one event now; returns 0, or the `Reason` why Lambda refuses it."""
        refusal = self.refusal(invoker)
        if refusal:
            self.note_refusal(delivery, attempt, refusal)
            return refusal
        environment = self.take()
        environment.work = delivery
        environment.attempt = attempt
        environment.invoker = invoker
        now = begun = self.clock._now
        due = now + self.timeout
        if environment.state != READY:
            begun, due = self.initialise(
                environment, (delivery,), (attempt,), -1
            )
            if environment.init_failed:
                self.end_with_init(environment, begun)
                return 0
        environment.begun = begun if begun < due else due
        environment.due = due
        if self.dependency_calls is not None:
            self.dependency_calls.begin(environment, begun > due)
            return 0
        environment.outcome, end = self.run(delivery, begun, due)
        self.clock.after(end - now, self.finish, environment, END + delivery)
        return 0

    def end_with_init(self, environment: ExecutionEnvironment, at: int) -> None:
        """Init has failed inside the invoke: the run ends then, its handler never begins.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        delivery: int = environment.work
        self.handler.begin_run(delivery)
        environment.begun = at
        environment.outcome = CRASHED
        wait = at - self.clock._now
        self.clock.after(wait, self.finish, environment, END + delivery)

    def end_batch_with_init(
        self, environment: ExecutionEnvironment, at: int
    ) -> None:
        """The same for a batch: none of its records is reached."""
        batch: Batch = environment.work
        first = batch.records[0]
        self.handler.begin_run(first)
        environment.begun = at
        batch.begun = at
        batch.append(CRASHED, at, at)
        batch.skip_rest(at)
        wait = at - self.clock._now
        self.clock.after(wait, self.finish_batch, environment, END + first)

    def finish(self, environment: ExecutionEnvironment) -> None:
        """The run of one event ends; its environment becomes idle, unless an extension works on."""
        delivery: int = environment.work
        attempt, outcome = environment.attempt, environment.outcome
        begun, now = environment.begun, self.clock._now
        self.add_span(
            delivery, attempt, HANDLER, begun, now, self.resource, outcome, environment.number
        )  # fmt: skip
        answer = outcome
        if outcome == SUCCEEDED:
            self.successes[delivery] += 1
        elif outcome == FAILED and self.handler.swallows_errors:
            answer = SUCCEEDED
        self.after_run(environment, outcome)
        environment.invoker.settle(delivery, attempt, answer)
        if self.outputs is not None and outcome == SUCCEEDED:
            self.outputs.send(delivery, now)

    def attempt_batch(
        self, batch: Batch, invoker: Invoker, source: BatchSource
    ) -> int:
        """Run one batch now; returns 0, or the `Reason` why Lambda refuses it."""
        refusal = self.refusal(invoker)
        records, attempts = batch.records, batch.attempts
        invocation = batch.invocation
        if refusal:
            for delivery, attempt in zip(records, attempts, strict=True):
                self.note_refusal(delivery, attempt, refusal, invocation)
            return refusal
        environment = self.take()
        environment.work = batch
        environment.attempt = 0
        environment.invoker = invoker
        handling = self.handler.handling_of(source)
        batch.response = handling.response
        now = begun = self.clock._now
        due = now + self.timeout
        if environment.state != READY:
            begun, due = self.initialise(
                environment, records, attempts, invocation
            )
            if environment.init_failed:
                self.end_batch_with_init(environment, begun)
                return 0
        environment.begun = begun if begun < due else due
        batch.begun = environment.begun
        environment.due = due
        if self.dependency_calls is not None:
            self.dependency_calls.begin_batch(
                environment, begun > due, handling
            )
            return 0
        end = lay_out(self.handler, batch, begun, due, handling)
        self.clock.after(
            end - now, self.finish_batch, environment, END + records[0]
        )
        return 0

    def finish_batch(self, environment: ExecutionEnvironment) -> None:
        """The run of a batch ends."""
        batch: Batch = environment.work
        add_span, resource = self.add_span, self.resource
        number, invocation = environment.number, batch.invocation
        for delivery, attempt, outcome, start, end in batch.turns():
            add_span(
                delivery, attempt, HANDLER, start, end, resource, outcome, number, invocation
            )  # fmt: skip
            if outcome == SUCCEEDED:
                self.successes[delivery] += 1
        outcome_of_run = batch.end()
        self.after_run(environment, outcome_of_run)
        environment.invoker.settle(batch, 0, outcome_of_run)
        if self.outputs is not None:
            for delivery, _, outcome, _, end in batch.turns():
                if outcome == SUCCEEDED:
                    self.outputs.send(delivery, end)

    def refusal(self, invoker: Invoker) -> int:
        """Why a request is refused now, or 0: by concurrency, then request rate, then scaling rate.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (their order is a
        choice)
        """
        pool, now = self.pool, self.clock._now
        if self.lambda_outages is not None and self.lambda_outages.is_on(now):
            return SERVICE_EXCEPTION
        if pool.busy >= pool.limit:
            return pool.over_concurrency
        if invoker.rate_limited and pool.rate_exceeded(now):
            return pool.over_rate
        if not self.idle and not self.scaling_rate.allows_one(now):
            return Outcome.ConcurrentInvocationLimitExceeded
        return 0

    def note_refusal(
        self, delivery: int, attempt: int, refusal: int, invocation: int = -1
    ) -> None:
        """Write down a refused attempt."""
        now = self.clock._now
        stage = SYSTEM_ERROR if refusal == SERVICE_EXCEPTION else THROTTLE
        self.add_span(
            delivery,
            attempt,
            stage,
            now,
            now,
            self.resource,
            refusal,
            -1,
            invocation,
        )

    def close_connections(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone or reset, and the connections it has kept with it."""
        if self.dependency_calls is not None:
            self.dependency_calls.close_connections(environment)

    def extend(self, environment: ExecutionEnvironment, outcome: int) -> None:
        """Extensions work on after the answer, within the timeout: the environment stays busy.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        if self.extension is None or outcome in RESETTING_OUTCOMES:
            self.release(environment, outcome)
            return
        work, now = environment.work, self.clock._now
        delivery, attempt = work, environment.attempt
        invocation = -1
        if isinstance(work, Batch):
            delivery, attempt = work.records[0], work.attempts[0]
            invocation = work.invocation
        length = self.handler.draw(self.extension, "extension", delivery)
        end = min(now + length, environment.due)
        cut = TIMEOUT if now + length > environment.due else 0
        place = (environment.number, invocation)
        self.add_span(
            delivery, attempt, EXTENSION, now, end, self.resource, cut, *place
        )
        environment.work = EXTENDED
        environment.outcome = cut or outcome
        wait = end - now
        self.clock.after(wait, self.end_extension, environment, END + delivery)

    def end_extension(self, environment: ExecutionEnvironment) -> None:
        """The last extension is done, or was stopped."""
        self.release(environment, environment.outcome)

    def note_unfinished(self) -> None:
        """Write down the runs that the end of the simulation finds under way."""
        now = self.clock._now
        for environment in self.alive.values():
            work = environment.work
            if isinstance(work, Batch):
                for delivery, attempt, outcome, start, end in work.turns():
                    if outcome != NOT_REACHED:
                        turn = (delivery, attempt, start, min(end, now))
                        self.note_handler(environment, *turn, work.invocation)
            elif work is not None and work != EXTENDED:
                run = (work, environment.attempt, environment.begun, now)
                self.note_handler(environment, *run)

    def note_handler(
        self,
        environment: ExecutionEnvironment,
        delivery: int,
        attempt: int,
        start: int,
        end: int,
        invocation: int = -1,
    ) -> None:
        """Write down a handler whose run is not over; what has not begun is no run yet."""
        if start < self.clock._now:
            run = (delivery, attempt, HANDLER, start, end)
            place = (environment.number, invocation)
            self.add_span(*run, self.resource, IN_FLIGHT, *place)
        else:
            self.runs[delivery] -= 1
