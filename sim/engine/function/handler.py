"""What the handler of one version does with an event: how its run ends, and when."""

from __future__ import annotations

from sim.engine.codes import CRASHED, FAILED, IN_FLIGHT, TIMEOUT
from sim.engine.context import SimulationContext
from sim.engine.function.batch_handling import BatchHandling
from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.function.invocation import Batch, BatchSource
from sim.engine.outage_windows import FAILS
from sim.scenario.durations import Duration
from sim.scenario.function import Function


class Handler:
    """The handler of one version; its work includes its calls of dependencies without limits."""

    def __init__(
        self,
        function: Function,
        version: int,
        idempotency: IdempotencyStore | None,
        context: SimulationContext,
    ) -> None:
        self.delivery_draws = context.delivery_draws
        drawn = context.delivery_draws.versions[version]
        self.function_draws = drawn.functions[function.name]
        self.work = drawn.work
        self.first_outcome = drawn.first_outcome
        self.runs = context.trace.deliveries.runs
        self.idempotency = idempotency
        limited = {
            dependency.name for dependency in context.scenario.dependencies
        }
        unlimited = set(function.behaviour.depends_on) - limited
        self.behaviour = function.behaviour
        self.swallows_errors = function.behaviour.swallows_errors
        self.handlings: dict[BatchSource, BatchHandling] = {}
        # None is asked in less time than an empty one; so it is wherever each run asks.
        self.outages = context.outages_of(*unlimited) or None

    def handling_of(self, source: BatchSource) -> BatchHandling:
        """How it goes through the batches of a mapping."""
        handling = self.handlings.get(source)
        if handling is None:
            handling = BatchHandling.of(self.behaviour, source)
            self.handlings[source] = handling
        return handling

    def begin_run(self, delivery: int) -> int:
        """Count one more run of a delivery; returns its number."""
        run = self.runs[delivery] + 1
        self.runs[delivery] = run
        return run

    def run(self, delivery: int, begun: int, due: int) -> tuple[int, int]:
        """How the delivery's next run ends, and when: at `due` at the latest."""
        run = self.begin_run(delivery)
        if self.idempotency is None or begun > due:
            return self.end_of_work(delivery, run, begun, due)
        known = self.idempotency.begin(delivery, begun, due)
        if known:
            return known, begun
        outcome, end = self.end_of_work(delivery, run, begun, due)
        self.idempotency.end(delivery, outcome, end)
        return outcome, end

    def end_of_work(
        self, delivery: int, run: int, begun: int, due: int
    ) -> tuple[int, int]:
        """How the work of this run of the delivery ends, and when: at `due` at the latest."""
        outcome = (
            self.first_outcome[delivery]
            if run == 1
            else self.drawn_outcome(delivery, run)
        )
        end = begun + self.work[delivery]
        if self.outages is not None and self.outages.is_on(begun):
            identity = self.delivery_draws.identity_of(delivery)
            delay = self.outages.delay(begun, identity, run)
            if delay == FAILS:
                outcome = FAILED
            else:
                end += delay
        if end > due:
            return TIMEOUT, due
        return outcome, end

    def group(self, delivery: int) -> int:
        """The key of a record, which is its message group; those without one are a group, too."""
        return self.delivery_draws.key[self.delivery_draws.event[delivery]]

    def begin_together(self, batch: Batch, now: int, due: int) -> list[int]:
        """Begin to work on a batch as a whole: the numbers of the records that need any work."""
        batch.begin_together(now)
        numbers = []
        for number, delivery in enumerate(batch.records):
            self.begin_run(delivery)
            known = 0
            if self.idempotency is not None:
                known = self.idempotency.begin(delivery, now, due)
            if known:
                batch.set(number, known, now, now)
            else:
                batch.set(number, IN_FLIGHT, now, due)
                numbers.append(number)
        return numbers

    def end_together(
        self, batch: Batch, numbers: list[int], begun: int, due: int
    ) -> tuple[list[int], int]:
        """How each of these records ends that are worked on as a whole, and when.

        They take the time of the first one, and share what an outage does to it.
        """
        first = batch.records[numbers[0]]
        end = begun + self.work[first]
        fails = False
        if self.outages is not None and self.outages.is_on(begun):
            identity = self.delivery_draws.identity_of(first)
            delay = self.outages.delay(begun, identity, self.runs[first])
            fails = delay == FAILS
            end += 0 if fails else delay
        if end > due:
            return [TIMEOUT] * len(numbers), due
        outcomes = [self.own_outcome(batch.records[n]) for n in numbers]
        if fails:
            outcomes = [FAILED] * len(numbers)
        elif CRASHED in outcomes:
            outcomes = [CRASHED] * len(numbers)
        return outcomes, end

    def own_outcome(self, delivery: int) -> int:
        """How the present run of a delivery ends that nothing else disturbs."""
        run = self.runs[delivery]
        if run == 1:
            return self.first_outcome[delivery]
        return self.drawn_outcome(delivery, run)

    def conclude(self, delivery: int, outcome: int, end: int) -> None:
        """The work on a record ends: an idempotent handler keeps its result."""
        if self.idempotency is not None:
            self.idempotency.end(delivery, outcome, end)

    def interrupt(self, delivery: int, due: int) -> None:
        """The work on a record is cut short: it stays in progress until then."""
        if self.idempotency is not None:
            self.idempotency.interrupt(delivery, due)

    def drawn_outcome(self, delivery: int, run: int) -> int:
        """How a run ends that nothing cuts short; a retry has luck of its own."""
        return self.function_draws.outcome(
            self.delivery_draws.identity_of(delivery), run
        )

    def draw(self, duration: Duration, purpose: str, delivery: int) -> int:
        """A duration of this run of the delivery, in microseconds."""
        identity = self.delivery_draws.identity_of(delivery)
        return self.function_draws.draw(
            duration, identity, purpose, self.runs[delivery]
        )
