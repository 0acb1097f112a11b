"""Asynchronous invocation: Lambda's own queue keeps the event, tries again, and gives up by rule.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

from sim.engine.clock import TIMER, Deadlines
from sim.engine.function.invocation import Invocable
from sim.engine.router import Router
from sim.scenario.function import Function
from sim.scenario.resources import Choices
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import AsynchronousTrigger
from sim.trace import MICROSECONDS, Condition, Fate, Outcome, Stage
from sim.workload import draws

SUCCESS, DELIVERED = int(Condition.Success), int(Fate.SUCCEEDED)
SUCCEEDED = int(Outcome.SUCCEEDED)
QUEUE, RETRY = int(Stage.QUEUE), int(Stage.RETRY)


class Asynchronous:
    """Lambda's event queue between one source and one function."""

    rate_limited = (
        False  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    )

    def __init__(
        self,
        trigger: AsynchronousTrigger,
        function: Function,
        fleet: Invocable,
        router: Router,
        choices: Choices,
        seed: int,
    ) -> None:
        self.fleet, self.router, self.clock = fleet, router, router.clock
        deliveries = router.trace.deliveries
        self.add_span, self.accepted, self.condition = (
            router.trace.add_span,
            deliveries.accepted,
            deliveries.condition,
        )
        kind, timeout = trigger_kind(trigger.kind), trigger.service_timeout
        self.answer, self.late = map(
            router.answer_number, (kind.told_on_success, kind.told_on_limit)
        )
        self.report = None  # somebody waits until the function reports by itself
        if timeout is not None:
            self.report = Deadlines(
                self.clock, timeout * MICROSECONDS, self.is_reported, self.time_out
            )
        config, letters = function.event_invoke_config, function.dead_letter_config
        self.maximum_retries = config.maximum_retry_attempts
        self.maximum_age = config.maximum_event_age_in_seconds * MICROSECONDS
        self.on_success = config.destination_config.on_success
        self.stores = [
            ("dead-letter queue", letters.target_arn if letters else None),
            ("on-failure destination", config.destination_config.on_failure),
        ]
        self.waits = (choices.first_retry_wait, choices.second_retry_wait)
        self.backoff_start = choices.throttle_backoff_start_seconds
        self.backoff_cap = choices.throttle_backoff_cap_seconds
        self.dispatch = round(choices.first_dispatch_seconds * MICROSECONDS)
        self.duplicate_share = choices.duplicate_share
        self.duplicate_key = draws.key(seed, function.name, "duplicate")
        self.duplicates = Duplicates(fleet)
        self.switched_off = function.reserved_concurrent_executions == 0
        self.failures: dict[
            int, int
        ] = {}  # failed runs of the events still in the queue
        self.throttles: dict[int, int] = {}

    def accept(self, delivery: int) -> None:
        """Lambda answers 202 and keeps the event; with reserved concurrency 0 it is given up without any try.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        """
        now = self.accepted[delivery] = self.clock._now
        if self.report is not None:
            self.report.watch(delivery)
        elif self.answer:
            self.router.tell(delivery, self.answer)
        if self.switched_off:
            self.give_up(delivery, Condition.ZeroReservedConcurrency)
            return
        self.add_span(delivery, 0, QUEUE, now, now + self.dispatch, self.fleet.resource)
        self.clock.after(self.dispatch, self.attempt, delivery, TIMER + delivery)
        if self.duplicate_share and self.is_duplicated(delivery):
            self.clock.after(
                self.dispatch, self.duplicates.attempt, delivery, TIMER + delivery
            )

    def stop_loop(self, delivery: int) -> None:
        """A recursive loop ends in the failure stores.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
        """
        self.accepted[delivery] = self.clock._now
        self.give_up(delivery, Condition.RecursiveInvocation)

    def attempt(self, delivery: int) -> None:
        """Invoke the function with the event, if it is not too old; a throttled event goes back to the queue."""
        if self.clock._now - self.accepted[delivery] > self.maximum_age:
            self.give_up(delivery, Condition.EventAgeExceeded)
        elif self.fleet.attempt(delivery, self.attempts(delivery) + 1, self):
            throttles = self.throttles.get(delivery, 0)
            self.throttles[delivery] = throttles + 1
            wait = min(self.backoff_cap, self.backoff_start * 2**throttles)
            self.retry_later(delivery, round(wait * MICROSECONDS))

    def attempts(self, delivery: int) -> int:
        """How often the event has been tried."""
        if not (self.failures or self.throttles):
            return 0
        return self.failures.get(delivery, 0) + self.throttles.get(delivery, 0)

    def settle(self, delivery: int, attempt: int, outcome: int) -> None:
        """A run has ended: a success counts whatever its age; a failure is retried twice at most."""
        if outcome == SUCCEEDED:
            self.succeed(delivery)
            return
        failures = self.failures[delivery] = self.failures.get(delivery, 0) + 1
        if failures > self.maximum_retries:
            self.give_up(delivery, Condition.RetriesExhausted)
        else:
            self.retry_later(delivery, self.retry_wait(delivery, failures))

    def succeed(self, delivery: int) -> None:
        """The event is done; a record of it goes to the on-success destination."""
        if self.report is not None and not self.is_reported(delivery):
            self.router.tell(delivery, self.answer)
        self.leave(delivery, SUCCESS)
        self.router.settle(delivery, DELIVERED)
        if self.on_success is not None:
            self.router.send(delivery, "on-success destination", self.on_success)

    def is_reported(self, delivery: int) -> bool:
        """Whether a stack operation has heard of the function, or has stopped waiting."""
        return self.router.told[delivery] != 0

    def time_out(self, delivery: int) -> None:
        """No report in time: the operation fails, whatever the function still does.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
        """
        self.router.tell(delivery, self.late)

    def retry_wait(self, delivery: int, failures: int) -> int:
        """Lambda waits one minute before the second attempt and two minutes before the third."""
        chance = self.fleet.delivery_draws
        identity = chance.identity[chance.event[delivery]]
        return self.fleet.function_draws.draw(
            self.waits[failures - 1], identity, "retry wait", failures
        )

    def retry_later(self, delivery: int, wait: int) -> None:
        """Wait for the next attempt, unless the event would be too old by then: it is given up now."""
        now = self.clock._now
        if now + wait > self.accepted[delivery] + self.maximum_age:
            self.give_up(delivery, Condition.EventAgeExceeded)
            return
        self.add_span(
            delivery,
            self.attempts(delivery),
            RETRY,
            now,
            now + wait,
            self.fleet.resource,
        )
        self.clock.after(wait, self.attempt, delivery, TIMER + delivery)

    def give_up(self, delivery: int, condition: Condition) -> None:
        """Drop the event: the dead-letter queue and the on-failure destination both get it, if both are set."""
        self.leave(delivery, condition)
        lost = Fate.EXPIRED if condition == Condition.EventAgeExceeded else Fate.DROPPED
        self.router.give_up(delivery, self.stores, lost)

    def leave(self, delivery: int, condition: int) -> None:
        """The event leaves the queue."""
        self.failures.pop(delivery, None)
        self.throttles.pop(delivery, None)
        self.condition[delivery] = condition

    def is_duplicated(self, delivery: int) -> bool:
        """Whether the queue hands this event out twice, which it may do without any error."""
        chance = self.fleet.delivery_draws
        return (
            draws.uniform(self.duplicate_key, chance.identity[chance.event[delivery]])
            < self.duplicate_share
        )


class Duplicates:
    """Second copies of events: each runs once, and nobody retries it."""

    rate_limited = False

    def __init__(self, fleet: Invocable) -> None:
        self.fleet = fleet

    def attempt(self, delivery: int) -> None:
        """Invoke the function with an event that has been handed out before."""
        self.fleet.attempt(delivery, 1, self)

    def settle(self, delivery: int, attempt: int, outcome: int) -> None:
        """Nothing follows."""
