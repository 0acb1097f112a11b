"""Attempts on one version of a function: may it run now, how does the run end, and who hears of it."""

from __future__ import annotations

from sim.engine.clock import END, Clock
from sim.engine.function.concurrency import ConcurrencyLimits
from sim.engine.function.dependency_calls import DependencyCalls
from sim.engine.function.environment_lifecycle import EnvironmentLifecycle
from sim.engine.function.execution_environment import (
    EXTENDED,
    READY,
    ExecutionEnvironment,
)
from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.function.invocation import Batch, Invoker, OutputSender
from sim.engine.outage_windows import OutageWindows
from sim.scenario.function import Function
from sim.scenario.resources import Choices
from sim.trace import Outcome, Stage, Trace
from sim.workload.delivery_draws import DeliveryDraws

# Plain integers: packing and comparing them is faster than members of an enumeration.
SUCCEEDED, FAILED = int(Outcome.SUCCEEDED), int(Outcome.FAILED)
TIMEOUT, CRASHED = int(Outcome.TIMEOUT), int(Outcome.CRASHED)
NOT_REACHED = int(Outcome.NOT_REACHED)
HANDLER, THROTTLE, EXTENSION = (
    int(Stage.HANDLER),
    int(Stage.THROTTLE),
    int(Stage.EXTENSION),
)
SYSTEM_ERROR, SERVICE_EXCEPTION = int(Stage.SYSTEM_ERROR), int(Outcome.ServiceException)


class Fleet(EnvironmentLifecycle):
    """The execution environments of one version of a function, and the runs in them; version 0 is there first.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """

    def __init__(
        self,
        function: Function,
        resource: int,
        version: int,
        clock: Clock,
        trace: Trace,
        chance: DeliveryDraws,
        limits: ConcurrencyLimits,
        choices: Choices,
        down: OutageWindows,
        troubles: OutageWindows,
    ) -> None:
        handling = chance.versions[version]
        draws = handling.functions[function.name]
        super().__init__(
            function, resource, version, clock, trace, draws, limits, choices
        )
        self.delivery_draws, self.down, self.troubles = chance, down, troubles
        self.work, self.first_outcome = handling.work, handling.first_outcome
        self.successes = trace.deliveries.successes
        self.invocations = 0
        self.outputs: OutputSender | None = None  # what the handler sends on
        self.calling: DependencyCalls | None = (
            None  # the dependencies with limits that the handler calls
        )
        self.store: IdempotencyStore | None = (
            None  # what the handler knows of the events it has met
        )
        self.extension = function.behaviour.extension
        self.give_back = self.release if self.extension is None else self.extend

    def attempt(self, delivery: int, attempt: int, invoker: Invoker) -> int:
        """Run one event now; returns 0, or the `Reason` why Lambda refuses it."""
        refusal = self.refusal(invoker)
        if refusal:
            self.note_refusal(delivery, attempt, refusal)
            return refusal
        environment = self.take()
        begun = self.clock._now
        due = begun + self.timeout
        if environment.state != READY:
            begun, due = self.initialise(environment, (delivery,), (attempt,), -1)
        environment.work, environment.attempt, environment.invoker = (
            delivery,
            attempt,
            invoker,
        )
        if self.calling is not None:
            environment.begun, environment.due = min(begun, due), due
            self.calling.begin(environment, delivery, attempt, begun, due)
            return 0
        outcome, end = self.run(delivery, begun, due)
        environment.begun, environment.due, environment.outcome = (
            min(begun, due),
            due,
            outcome,
        )
        self.clock.after(
            end - self.clock._now, self.finish, environment, END + delivery
        )
        return 0

    def finish(self, environment: ExecutionEnvironment) -> None:
        """The run of one event ends; its environment becomes idle, unless something still works in it."""
        delivery, attempt, outcome = (
            environment.work,
            environment.attempt,
            environment.outcome,
        )
        self.add_span(
            delivery,
            attempt,
            HANDLER,
            environment.begun,
            self.clock._now,
            self.resource,
            outcome,
            environment.number,
        )
        if outcome == SUCCEEDED:
            self.successes[delivery] += 1
        self.give_back(environment, outcome)
        environment.invoker.settle(delivery, attempt, outcome)
        if self.outputs is not None and outcome == SUCCEEDED:
            self.outputs.send(delivery, self.clock._now)

    def attempt_batch(
        self, batch: Batch, invoker: Invoker, stops_at_failure: bool
    ) -> int:
        """Run one batch now; returns 0, or the `Reason` why Lambda refuses it."""
        refusal = self.refusal(invoker)
        if refusal:
            for delivery, attempt in zip(batch.records, batch.attempts, strict=True):
                self.note_refusal(delivery, attempt, refusal, batch.invocation)
            return refusal
        environment = self.take()
        begun = self.clock._now
        due = begun + self.timeout
        if environment.state != READY:
            begun, due = self.initialise(
                environment, batch.records, batch.attempts, batch.invocation
            )
        environment.work, environment.attempt, environment.invoker = batch, 0, invoker
        if self.calling is not None:
            self.calling.begin_batch(environment, batch, begun, due, stops_at_failure)
            return 0
        self.plan(batch, begun, due, stops_at_failure)
        environment.due, environment.outcome = due, max(batch.outcomes, key=_worst)
        self.clock.after(
            batch.ends[-1] - self.clock._now,
            self.finish_batch,
            environment,
            END + batch.records[0],
        )
        return 0

    def plan(self, batch: Batch, begun: int, due: int, stops_at_failure: bool) -> None:
        """Lay the records one after another: a timeout or a crash ends the run, and so may a failure."""
        at, stopped = begun, False
        for delivery in batch.records:
            outcome, end = NOT_REACHED, at
            if not stopped:
                outcome, end = self.run(delivery, at, due)
                stopped = outcome != SUCCEEDED and (
                    stops_at_failure or outcome != FAILED
                )
            batch.outcomes.append(outcome)
            batch.starts.append(min(at, due))
            batch.ends.append(end)
            at = end

    def conclude(self, environment: ExecutionEnvironment, batch: Batch) -> None:
        """The run of a batch ends, whose end was not known before."""
        environment.outcome = max(batch.outcomes, key=_worst)
        self.finish_batch(environment)

    def finish_batch(self, environment: ExecutionEnvironment) -> None:
        """The run of a batch ends."""
        batch: Batch = environment.work
        for row in zip(
            batch.records,
            batch.attempts,
            batch.outcomes,
            batch.starts,
            batch.ends,
            strict=True,
        ):
            delivery, attempt, outcome, start, end = row
            self.add_span(
                delivery,
                attempt,
                HANDLER,
                start,
                end,
                self.resource,
                outcome,
                environment.number,
                batch.invocation,
            )
            if outcome == SUCCEEDED:
                self.successes[delivery] += 1
        self.give_back(environment, environment.outcome)
        environment.invoker.settle(batch, 0, environment.outcome)
        if self.outputs is not None:
            self.send_all(batch, self.outputs)

    def send_all(self, batch: Batch, outputs: OutputSender) -> None:
        """What the handler sends on for each record with which it succeeded."""
        for delivery, outcome, end in zip(
            batch.records, batch.outcomes, batch.ends, strict=True
        ):
            if outcome == SUCCEEDED:
                outputs.send(delivery, end)

    def refusal(self, invoker: Invoker) -> int:
        """The reason to refuse a request now, or 0: concurrency first, then request rate, then scaling rate.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (their order is a
        choice)
        """
        pool, now = self.pool, self.clock._now
        if self.down and self.down.is_on(now):
            return SERVICE_EXCEPTION
        if pool.busy >= pool.limit:
            return pool.over_concurrency
        if invoker.rate_limited and pool.rate_exceeded(now):
            return pool.over_rate
        if not self.idle and not self.scaling_rate.allows_one(now):
            return Outcome.ConcurrentInvocationLimitExceeded
        return 0

    def run(self, delivery: int, begun: int, due: int) -> tuple[int, int]:
        """How the delivery's next run ends, and when: at `due` at the latest."""
        run = self.begin_run(delivery)
        if self.store is None or begun > due:
            return self.ending(delivery, run, begun, due)
        answer = self.store.begin(delivery, begun, due)
        if answer:
            return answer, begun
        outcome, end = self.ending(delivery, run, begun, due)
        self.store.end(delivery, outcome, end)
        return outcome, end

    def begin_run(self, delivery: int) -> int:
        """Count one more run of a delivery; returns its number."""
        run = self.runs[delivery] = self.runs[delivery] + 1
        return run

    def identity_of(self, delivery: int) -> int:
        """The identity of the delivery's event."""
        return int(self.delivery_draws.identity[self.delivery_draws.event[delivery]])

    def ending(self, delivery: int, run: int, begun: int, due: int) -> tuple[int, int]:
        """How the work of the delivery's run of this number ends, and when: at `due` at the latest."""
        outcome: int = (
            self.first_outcome[delivery]
            if run == 1
            else self.delivery_draws.outcome(delivery, run, self.function_draws)
        )
        end = begun + self.work[delivery]
        if self.troubles and self.troubles.is_on(begun):
            delay = self.troubles.delay(begun, self.identity_of(delivery), run)
            outcome, end = (outcome, end + delay) if delay >= 0 else (FAILED, end)
        return (outcome, end) if end <= due else (TIMEOUT, due)

    def lose(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone or reset, and whatever it held with it."""
        if self.calling is not None:
            self.calling.hang_up(environment)

    def extend(self, environment: ExecutionEnvironment, outcome: int) -> None:
        """Extensions work on after the answer: the environment stays busy, within the function's timeout.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        what, attempt, now = environment.work, environment.attempt, self.clock._now
        if self.extension is None or outcome in (TIMEOUT, CRASHED):
            self.release(environment, outcome)
            return
        delivery, invocation = what, -1
        if isinstance(what, Batch):
            delivery, attempt, invocation = (
                what.records[0],
                what.attempts[0],
                what.invocation,
            )
        end = now + self.function_draws.draw(
            self.extension, self.identity_of(delivery), "extension", self.runs[delivery]
        )
        environment.work, environment.outcome = EXTENDED, outcome
        if end > environment.due:
            end, environment.outcome = environment.due, TIMEOUT
        cut = TIMEOUT if environment.outcome == TIMEOUT else 0
        self.add_span(
            delivery,
            attempt,
            EXTENSION,
            now,
            end,
            self.resource,
            cut,
            environment.number,
            invocation,
        )
        self.clock.after(end - now, self.end_extension, environment, END + delivery)

    def end_extension(self, environment: ExecutionEnvironment) -> None:
        """The last extension is done, or was stopped."""
        self.release(environment, environment.outcome)

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
            invocation=invocation,
        )


def _worst(outcome: int) -> int:
    return (NOT_REACHED, SUCCEEDED, FAILED, TIMEOUT, CRASHED).index(outcome)
