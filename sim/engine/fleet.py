"""One function's execution environments: cold, warm, busy, gone; and one attempt on them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from sim import facts
from sim.draws import MICROSECONDS
from sim.engine.chance import Chance
from sim.engine.clock import END, Clock, Deadlines
from sim.engine.environment import NEW, READY, RESET, Batch, ExecutionEnvironment, Model, Sender
from sim.engine.limits import Pool, scaling_rate
from sim.engine.outages import Windows
from sim.function import Function
from sim.resources import Choices
from sim.trace import SPAN, Outcome, Stage, Trace
from sim.workload import FunctionDraws

pack = SPAN.pack
# Plain integers: packing and comparing them is faster than members of an enumeration.
SUCCEEDED, FAILED = int(Outcome.SUCCEEDED), int(Outcome.FAILED)
TIMEOUT, CRASHED = int(Outcome.TIMEOUT), int(Outcome.CRASHED)
NOT_REACHED, IN_FLIGHT = int(Outcome.NOT_REACHED), int(Outcome.IN_FLIGHT)
INIT, SUPPRESSED_INIT = int(Stage.INIT), int(Stage.SUPPRESSED_INIT)
HANDLER, THROTTLE = int(Stage.HANDLER), int(Stage.THROTTLE)
SYSTEM_ERROR, SERVICE_EXCEPTION = int(Stage.SYSTEM_ERROR), int(Outcome.ServiceException)


class Fleet:
    """The execution environments of one function.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """

    def __init__(
        self,
        function: Function,
        resource: int,
        clock: Clock,
        trace: Trace,
        chance: Chance,
        draws: FunctionDraws,
        pool: Pool,
        choices: Choices,
        down: Windows,
        troubles: Windows,
    ) -> None:
        self.down, self.troubles = down, troubles
        self.clock, self.chance, self.draws, self.pool, self.resource = clock, chance, draws, pool, resource
        self.record = trace.rows.extend
        self.runs, self.successes = trace.deliveries.runs, trace.deliveries.successes
        self.timeout = function.timeout * MICROSECONDS
        self.init_limit = facts.fact("function.init_limit").value * MICROSECONDS
        self.scaling_rate = scaling_rate()
        self.started = self.invocations = 0
        self.alive: dict[int, ExecutionEnvironment] = {}
        self.idle: deque[ExecutionEnvironment] = deque()  # the one used last is on the right
        self.idle_limit = round(choices.execution_environment_idle_seconds * MICROSECONDS)
        self.idle_timer_armed = False
        life = round(choices.execution_environment_life_seconds * MICROSECONDS)
        self.outputs: Sender | None = None  # what the handler sends on
        self.lives = Deadlines(clock, life, lambda environment: environment.gone, self.outlive)

    def attempt(self, delivery: int, attempt: int, model: Model) -> int:
        """Run one event now; returns 0, or the `Reason` why Lambda refuses it."""
        refusal = self.refusal(model)
        if refusal:
            self.note_refusal(delivery, attempt, refusal)
            return refusal
        environment = self.take()
        begun = self.clock._now
        due = begun + self.timeout
        if environment.state != READY:
            begun, due = self.initialise(environment, (delivery,), (attempt,), -1)
        outcome, end = self.run(delivery, begun)
        if end > due:
            begun, end, outcome = min(begun, due), due, TIMEOUT
        environment.what, environment.attempt, environment.model = delivery, attempt, model
        environment.begun, environment.outcome = begun, outcome
        self.clock.after(end - self.clock._now, self.finish, environment, END + delivery)
        return 0

    def finish(self, environment: ExecutionEnvironment) -> None:
        """The run of one event ends; its environment becomes idle, unless it has lived long enough."""
        delivery, attempt, outcome = environment.what, environment.attempt, environment.outcome
        self.record(
            pack(delivery, attempt, HANDLER, outcome, environment.begun, self.clock._now, environment.number,
                 self.resource, -1)
        )  # fmt: skip
        if outcome == SUCCEEDED:
            self.successes[delivery] += 1
        self.release(environment, outcome)
        environment.model.settle(delivery, attempt, outcome)
        if self.outputs is not None and outcome == SUCCEEDED:
            self.outputs.send(delivery, self.clock._now)

    def attempt_batch(self, batch: Batch, model: Model, stops_at_failure: bool) -> int:
        """Run one batch now; returns 0, or the `Reason` why Lambda refuses it."""
        refusal = self.refusal(model)
        if refusal:
            for delivery, attempt in zip(batch.records, batch.attempts, strict=True):
                self.note_refusal(delivery, attempt, refusal, batch.invocation)
            return refusal
        environment = self.take()
        begun = self.clock._now
        due = begun + self.timeout
        if environment.state != READY:
            begun, due = self.initialise(environment, batch.records, batch.attempts, batch.invocation)
        self.plan(batch, begun, due, stops_at_failure)
        environment.what, environment.attempt, environment.model = batch, 0, model
        environment.outcome = max(batch.outcomes, key=_worst)
        self.clock.after(batch.ends[-1] - self.clock._now, self.finish_batch, environment, END + batch.records[0])
        return 0

    def plan(self, batch: Batch, begun: int, due: int, stops_at_failure: bool) -> None:
        """Lay the records one after another: a timeout or a crash ends the run, and so may a failure."""
        at, stopped = begun, False
        for delivery in batch.records:
            outcome, end = NOT_REACHED, at
            if not stopped:
                outcome, end = self.run(delivery, at)
                if end > due:
                    outcome, end = TIMEOUT, due
                stopped = outcome != SUCCEEDED and (stops_at_failure or outcome != FAILED)
            batch.outcomes.append(outcome)
            batch.starts.append(min(at, due))
            batch.ends.append(end)
            at = end

    def finish_batch(self, environment: ExecutionEnvironment) -> None:
        """The run of a batch ends."""
        batch: Batch = environment.what
        for row in zip(batch.records, batch.attempts, batch.outcomes, batch.starts, batch.ends, strict=True):
            delivery, attempt, outcome, start, end = row
            self.record(
                pack(delivery, attempt, HANDLER, outcome, start, end, environment.number, self.resource,
                     batch.invocation)
            )  # fmt: skip
            if outcome == SUCCEEDED:
                self.successes[delivery] += 1
        self.release(environment, environment.outcome)
        environment.model.settle(batch, 0, environment.outcome)
        if self.outputs is not None:
            self.send_all(batch, self.outputs)

    def send_all(self, batch: Batch, outputs: Sender) -> None:
        """What the handler sends on for each record with which it succeeded."""
        for delivery, outcome, end in zip(batch.records, batch.outcomes, batch.ends, strict=True):
            if outcome == SUCCEEDED:
                outputs.send(delivery, end)

    def refusal(self, model: Model) -> int:
        """The reason to refuse a request now, or 0: concurrency first, then request rate, then scaling rate.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (their order is a choice)
        """
        pool, now = self.pool, self.clock._now
        if self.down and self.down.is_on(now):
            return SERVICE_EXCEPTION
        if pool.busy >= pool.limit:
            return pool.over_concurrency
        if model.rate_limited and pool.rate_exceeded(now):
            return pool.over_rate
        if not self.idle and not self.scaling_rate.allows_one(now):
            return Outcome.ConcurrentInvocationLimitExceeded
        return 0

    def take(self) -> ExecutionEnvironment:
        """The idle environment used last, or a new one; a request stays with the one it started."""
        self.pool.busy += 1
        if self.idle:
            return self.idle.pop()
        self.started += 1
        environment = ExecutionEnvironment(self.started, self.draws.init(self.started))
        self.alive[self.started] = environment
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

        A first init has its own limit; if that cuts it, or if the environment was reset, init runs (again) inside the
        invoke and under the function's timeout.
        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        now, init = self.clock._now, environment.init
        ready = now + min(init, self.init_limit) if environment.state == NEW else now
        cut = environment.state == RESET or init > self.init_limit
        due = ready + self.timeout
        begun = ready + init if cut else ready
        for delivery, attempt in zip(records, attempts, strict=True):
            place = (environment.number, self.resource, invocation)
            if ready > now:
                self.record(pack(delivery, attempt, INIT, TIMEOUT if cut else 0, now, ready, *place))
            if begun > ready:
                late = TIMEOUT if begun > due else 0
                self.record(pack(delivery, attempt, SUPPRESSED_INIT, late, ready, min(begun, due), *place))
        return begun, due

    def run(self, delivery: int, begun: int) -> tuple[int, int]:
        """How the delivery's next run ends, and when, unless something cuts it short."""
        run = self.runs[delivery] = self.runs[delivery] + 1
        chance = self.chance
        outcome = chance.first_outcome[delivery] if run == 1 else chance.outcome(delivery, run, self.draws)
        end = begun + chance.work[delivery]
        if self.troubles and self.troubles.is_on(begun):
            delay = self.troubles.delay(begun)
            return (outcome, end + delay) if delay >= 0 else (FAILED, end)
        return outcome, end

    def release(self, environment: ExecutionEnvironment, outcome: int) -> None:
        """The environment is free: reset after a timeout or crash, gone if it has outlived its time, else idle."""
        self.pool.busy -= 1
        environment.what = None
        environment.state = RESET if outcome in (TIMEOUT, CRASHED) else READY
        if environment.outlived:
            self.end(environment)
            return
        environment.idle_since = self.clock._now
        self.idle.append(environment)
        if not self.idle_timer_armed:
            self.arm_idle_timer()

    def outlive(self, environment: ExecutionEnvironment) -> None:
        """The environment is as old as environments become: it goes now, or after its present run."""
        environment.outlived = True
        if environment.what is None:
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
        self.clock.after(self.idle[0].idle_since + self.idle_limit - self.clock._now, self.expire_idle)

    def end(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone."""
        environment.gone = True
        del self.alive[environment.number]

    def note_refusal(self, delivery: int, attempt: int, refusal: int, invocation: int = -1) -> None:
        """Write down a refused attempt."""
        now = self.clock._now
        stage = SYSTEM_ERROR if refusal == SERVICE_EXCEPTION else THROTTLE
        self.record(pack(delivery, attempt, stage, refusal, now, now, -1, self.resource, invocation))

    def note_unfinished(self) -> None:
        """Write down the runs that the end of the simulation finds under way."""
        now = self.clock._now
        for environment in self.alive.values():
            if isinstance(environment.what, Batch):
                self.note_unfinished_batch(environment, environment.what)
            elif environment.what is not None:
                self.note_handler(environment, environment.what, environment.attempt, environment.begun, now, -1)

    def note_unfinished_batch(self, environment: ExecutionEnvironment, batch: Batch) -> None:
        """Write down how far the records of a batch have come."""
        now = self.clock._now
        for row in zip(batch.records, batch.attempts, batch.outcomes, batch.starts, batch.ends, strict=True):
            delivery, attempt, outcome, start, end = row
            if outcome != NOT_REACHED:
                self.note_handler(environment, delivery, attempt, start, min(end, now), batch.invocation)

    def note_handler(
        self, environment: ExecutionEnvironment, delivery: int, attempt: int, start: int, end: int, invocation: int
    ) -> None:
        """Write down a handler whose run is not over; what has not begun is no run yet."""
        if start < self.clock._now:
            place = (environment.number, self.resource, invocation)
            self.record(pack(delivery, attempt, HANDLER, IN_FLIGHT, start, end, *place))
        else:
            self.runs[delivery] -= 1


def _worst(outcome: int) -> int:
    return (NOT_REACHED, SUCCEEDED, FAILED, TIMEOUT, CRASHED).index(outcome)
