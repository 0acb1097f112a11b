"""Runs that call dependencies with limits of their own: step by step, as how long a call takes depends on others.

https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
"""

from __future__ import annotations

from typing import Protocol

from sim.engine.clock import END, TIMER, Clock
from sim.engine.function.dependency import DependencyServer
from sim.engine.function.execution_environment import ExecutionEnvironment
from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.function.invocation import Batch
from sim.trace import Outcome

SUCCEEDED, FAILED = int(Outcome.SUCCEEDED), int(Outcome.FAILED)
TIMEOUT, NOT_REACHED, IN_FLIGHT = (
    int(Outcome.TIMEOUT),
    int(Outcome.NOT_REACHED),
    int(Outcome.IN_FLIGHT),
)
NEVER = 2**62  # when what is under way ends


class CallingFleet(Protocol):
    """The fleet whose runs these are."""

    clock: Clock
    store: IdempotencyStore | None

    def begin_run(self, delivery: int) -> int:
        """Count one more run of a delivery; returns its number."""

    def ending(self, delivery: int, run: int, begun: int, due: int) -> tuple[int, int]:
        """How a run's own work ends that begins then, and when: at `due` at the latest."""

    def identity_of(self, delivery: int) -> int:
        """The identity of the delivery's event."""

    def finish(self, environment: ExecutionEnvironment) -> None:
        """The run of one event ends."""

    def conclude(self, environment: ExecutionEnvironment, batch: Batch) -> None:
        """The run of a batch ends, all outcomes known."""


class HandlerRun:
    """One record in its handler: a call of each dependency in turn, then the handler's own work."""

    __slots__ = ("attempt", "attended", "batch", "calling", "delivery", "due", "environment", "identity", "invocation",
                 "is_limited", "is_over", "is_served", "purpose", "run", "since", "stops")  # fmt: skip

    def __init__(
        self,
        calling: DependencyCalls,
        environment: ExecutionEnvironment,
        delivery: int,
        attempt: int,
        due: int,
        run: int,
    ) -> None:
        self.calling, self.environment, self.delivery, self.attempt = (
            calling,
            environment,
            delivery,
            attempt,
        )
        self.due, self.run, self.identity = (
            due,
            run,
            calling.fleet.identity_of(delivery),
        )
        self.attended = self.purpose = self.since = 0
        self.invocation = -1
        self.is_limited = self.is_over = self.is_served = self.stops = False
        self.batch: Batch | None = None

    def begin(self, is_late: bool) -> None:
        """Init is done, if it has left any time; an event that the handler knows needs no work."""
        store, now = self.calling.fleet.store, self.calling.fleet.clock._now
        answer = (
            TIMEOUT
            if is_late
            else store.begin(self.delivery, now, self.due)
            if store
            else 0
        )
        if answer:
            self.leave(answer)
        else:
            self.call_next()

    def call_next(self) -> None:
        """Call the next dependency, or do the handler's own work after the last."""
        services = self.calling.services
        if self.attended < len(services):
            service, self.purpose = services[self.attended]
            service.call(self)
        else:
            self.work()

    def answered(self, outcome: int) -> None:
        """A dependency has answered; if it has failed, so does the run."""
        self.is_served = False
        if self.is_over:
            return
        if outcome == FAILED:
            self.end(FAILED)
        else:
            self.attended += 1
            self.call_next()

    def expect(self, at: int) -> None:
        """The answer comes at a time, or later than anybody knows (-1); the function's timeout may come first.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
        """
        self.is_served = at >= 0
        if not self.is_limited and not 0 <= at <= self.due:
            self.is_limited = True
            clock = self.calling.fleet.clock
            clock.after(
                max(0, self.due - clock._now),
                HandlerRun.cut,
                self,
                TIMER + self.delivery,
            )

    def cut(self) -> None:
        """The function's timeout ends a run that still waits for an answer."""
        if not self.is_over:
            self.calling.services[self.attended][0].cut(self)
            self.end(TIMEOUT)

    def work(self) -> None:
        """The handler's own work: from here on it is known when the run ends."""
        fleet = self.calling.fleet
        outcome, end = fleet.ending(self.delivery, self.run, fleet.clock._now, self.due)
        self.is_over = True  # for the limit of its calls
        fleet.clock.after(
            end - fleet.clock._now, self.end, outcome, END + self.delivery
        )

    def end(self, outcome: int) -> None:
        """The work on this record ends."""
        if self.calling.fleet.store is not None:
            self.calling.fleet.store.end(
                self.delivery, outcome, self.calling.fleet.clock._now
            )
        self.leave(outcome)

    def leave(self, outcome: int) -> None:
        """The run of this record ends."""
        self.is_over = True
        if self.batch is None:
            self.environment.outcome = outcome
            self.calling.fleet.finish(self.environment)
        else:
            self.calling.go_on(self, self.batch, outcome)


class DependencyCalls:
    """The calls of one version of a function, to each dependency in the order in which it names them."""

    def __init__(
        self, fleet: CallingFleet, services: list[tuple[DependencyServer, int]]
    ) -> None:
        self.fleet, self.services = fleet, services
        self.keeps = [service for service, _ in services if service.is_held]

    def begin(
        self,
        environment: ExecutionEnvironment,
        delivery: int,
        attempt: int,
        begun: int,
        due: int,
    ) -> None:
        """Run one event from `begun` on, when init is done."""
        visit = HandlerRun(
            self, environment, delivery, attempt, due, self.fleet.begin_run(delivery)
        )
        self.fleet.clock.after(
            min(begun, due) - self.fleet.clock._now,
            visit.begin,
            begun > due,
            END + delivery,
        )

    def begin_batch(
        self,
        environment: ExecutionEnvironment,
        batch: Batch,
        begun: int,
        due: int,
        stops: bool,
    ) -> None:
        """Run the records of a batch from `begun` on, one after another."""
        environment.due = due
        wait, first = (
            min(begun, due) - self.fleet.clock._now,
            (environment, batch, stops, begun > due),
        )
        self.fleet.clock.after(wait, self.begin_record, first, END + batch.records[0])

    def begin_record(
        self, what: tuple[ExecutionEnvironment, Batch, bool, bool]
    ) -> None:
        """The next record's turn, unless init has taken all the time there was."""
        environment, batch, stops, is_late = what
        number = len(batch.ends)
        delivery = batch.records[number]
        run = self.fleet.begin_run(delivery)
        visit = HandlerRun(
            self, environment, delivery, batch.attempts[number], environment.due, run
        )
        visit.batch, visit.stops, visit.invocation = batch, stops, batch.invocation
        batch.outcomes.append(IN_FLIGHT)
        batch.starts.append(self.fleet.clock._now)
        batch.ends.append(NEVER)
        visit.begin(is_late)

    def go_on(self, visit: HandlerRun, batch: Batch, outcome: int) -> None:
        """A record is done: the next one's turn, unless this one has ended the run."""
        now = self.fleet.clock._now
        batch.outcomes[-1], batch.ends[-1] = outcome, now
        stopped = outcome != SUCCEEDED and (visit.stops or outcome != FAILED)
        if not stopped and len(batch.ends) < len(batch.records):
            self.begin_record((visit.environment, batch, visit.stops, False))
            return
        missing = len(batch.records) - len(batch.ends)
        batch.outcomes += [NOT_REACHED] * missing
        batch.starts += [now] * missing
        batch.ends += [now] * missing
        self.fleet.conclude(visit.environment, batch)

    def hang_up(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone or reset: the connections it has held are free."""
        for service in self.keeps:
            service.hang_up(environment)
