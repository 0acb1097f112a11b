"""Asynchronous invocation: Lambda's own queue keeps the event, tries again, and gives up by rule.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.clock import TIMER, Deadlines
from sim.engine.codes import DELIVERED, QUEUE, RETRY, SUCCEEDED, SUCCESS
from sim.engine.context import SimulationContext
from sim.engine.duplicates import (
    DuplicateDraw,
    Duplicates,
    duplicate_delay,
    source_duplicates,
)
from sim.engine.function.invocation import Invocable, Invoker
from sim.engine.router import Router
from sim.scenario.choices import Choices
from sim.scenario.function import Function
from sim.scenario.subscriber import Subscriber
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import AsynchronousTrigger
from sim.trace import MICROSECONDS, Condition, Fate
from sim.workload import draws

Invoke = Callable[[int, int, Invoker], int]
MOST_DOUBLINGS = 1000
"""More would overflow; the cap comes long before."""


class Asynchronous:
    """Lambda's event queue between one source and one function."""

    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    rate_limited = False

    def __init__(
        self,
        trigger: AsynchronousTrigger | Subscriber,
        function: Function,
        fleet: Invocable,
        router: Router,
        context: SimulationContext,
    ) -> None:
        self.fleet = fleet
        self.invoke: Invoke = fleet.attempt
        self.router = router
        self.clock = context.clock
        self.add_span: Callable[..., None] = context.trace.add_span
        self.accepted = context.trace.deliveries.accepted
        self.condition = context.trace.deliveries.condition
        self.delivery_draws = context.delivery_draws
        self.function_draws = context.delivery_draws.functions[function.name]
        kind = trigger_kind(trigger.kind)
        self.answer = router.answer_number(kind.told_on_success)
        self.late_answer = router.answer_number(kind.told_on_limit)
        self.report = self._report(trigger.service_timeout)
        self.configure(function)
        self.choices = context.scenario.choices
        self.back_off = ThrottleBackOff(self.choices, context.seed, trigger)
        self.dispatch = round(
            self.choices.first_dispatch_seconds * MICROSECONDS
        )
        self.duplicates = Duplicates(fleet, router)
        self.duplicate_draws = _duplicate_draws(trigger, function, context)
        # failed runs of events still in the queue
        self.failures: dict[int, int] = {}
        self.throttles: dict[int, int] = {}

    def configure(self, function: Function) -> None:
        """What the function is set to, at first or from now on: also for events in the queue."""
        self.config = function.event_invoke_config
        self.maximum_age = (
            self.config.maximum_event_age_in_seconds * MICROSECONDS
        )
        self.on_success = self.config.destination_config.on_success
        self.stores = _failure_stores(function)
        self.switched_off = function.reserved_concurrent_executions == 0

    def _report(self, service_timeout: int | None) -> Deadlines | None:
        """Somebody may wait until the function reports by itself."""
        if service_timeout is None:
            return None
        wait = service_timeout * MICROSECONDS
        return Deadlines(self.clock, wait, self.is_reported, self.time_out)

    def accept(self, delivery: int) -> None:
        """Lambda answers 202 and keeps the event; reserved concurrency 0 means to give it up now.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        """
        now = self.clock._now
        self.accepted[delivery] = now
        if self.answer and self.report is None:
            self.router.tell(delivery, self.answer)
        if self.switched_off:
            self.give_up(delivery, Condition.ZeroReservedConcurrency)
            return
        wait, rank = self.dispatch, TIMER + delivery
        self.add_span(delivery, 0, QUEUE, now, now + wait, self.fleet.resource)
        self.clock.after(wait, self.attempt, delivery, rank)
        for draw, delay in self.duplicate_draws:
            if draw.includes(delivery):
                self.duplicates.hand_over_later(delivery, wait + delay)

    def await_report(self, delivery: int) -> None:
        """Somebody waits for the function's report, from now on, accepted or not."""
        if self.report is not None:
            self.router.outstanding += 1
            self.report.watch(delivery)

    def stop_loop(self, delivery: int) -> None:
        """A recursive loop ends in the failure stores.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
        """
        self.accepted[delivery] = self.clock._now
        self.give_up(delivery, Condition.RecursiveInvocation)

    def attempt(self, delivery: int) -> None:
        """Invoke the function, unless the event is too old; if throttled, it goes back."""
        if self.clock._now - self.accepted[delivery] > self.maximum_age:
            self.give_up(delivery, Condition.EventAgeExceeded)
        elif self.invoke(delivery, self.attempts(delivery) + 1, self):
            if self.switched_off:
                self.give_up(delivery, Condition.ZeroReservedConcurrency)
                return
            throttles = self.throttles.get(delivery, 0)
            self.throttles[delivery] = throttles + 1
            identity = self.delivery_draws.identity_of(delivery)
            waiting = len(self.throttles)
            wait = self.back_off.wait(throttles, identity, waiting)
            self.retry_later(delivery, wait)

    def attempts(self, delivery: int) -> int:
        """How often the event has been tried."""
        if not (self.failures or self.throttles):
            return 0
        return self.failures.get(delivery, 0) + self.throttles.get(delivery, 0)

    def settle(self, delivery: int, attempt: int, outcome: int) -> None:
        """A run has ended: a success counts at any age; a failure is retried twice at most."""
        if outcome == SUCCEEDED:
            self.succeed(delivery)
            return
        failures = self.failures.get(delivery, 0) + 1
        self.failures[delivery] = failures
        if failures > self.config.maximum_retry_attempts:
            self.give_up(delivery, Condition.RetriesExhausted)
        else:
            self.retry_later(delivery, self.retry_wait(delivery, failures))

    def succeed(self, delivery: int) -> None:
        """The event is done; a record of it goes to the on-success destination."""
        if self.report is not None and not self.is_reported(delivery):
            self.report_end(delivery, self.answer)
        self.leave(delivery, SUCCESS)
        self.router.settle(delivery, DELIVERED)
        if self.on_success is not None:
            self.router.send(
                delivery, "on-success destination", self.on_success
            )

    def is_reported(self, delivery: int) -> bool:
        """Whether a stack operation has heard of the function, or has stopped waiting."""
        return self.router.told[delivery] != 0

    def time_out(self, delivery: int) -> None:
        """No report in time: the operation fails, whatever the function still does.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
        """
        self.report_end(delivery, self.late_answer)

    def report_end(self, delivery: int, answer: int) -> None:
        """Who waits for the function's report is told, and waits no longer."""
        self.router.tell(delivery, answer)
        self.router.outstanding -= 1

    def retry_wait(self, delivery: int, failures: int) -> int:
        """Lambda waits one minute before the second attempt and two minutes before the third."""
        choices = self.choices
        wait = (
            choices.first_retry_wait
            if failures == 1
            else choices.second_retry_wait
        )
        identity = self.delivery_draws.identity_of(delivery)
        return self.function_draws.draw(wait, identity, "retry wait", failures)

    def retry_later(self, delivery: int, wait: int) -> None:
        """Wait for the next attempt; an event that would be too old by then is given up now."""
        now = self.clock._now
        end = now + wait
        if end > self.accepted[delivery] + self.maximum_age:
            self.give_up(delivery, Condition.EventAgeExceeded)
            return
        attempts = self.attempts(delivery)
        self.add_span(delivery, attempts, RETRY, now, end, self.fleet.resource)
        self.clock.after(wait, self.attempt, delivery, TIMER + delivery)

    def give_up(self, delivery: int, condition: Condition) -> None:
        """Drop the event: each of its two failure stores gets it, if it is set."""
        self.leave(delivery, condition)
        lost = (
            Fate.EXPIRED
            if condition == Condition.EventAgeExceeded
            else Fate.DROPPED
        )
        self.router.give_up(delivery, self.stores, lost)

    def leave(self, delivery: int, condition: int) -> None:
        """The event leaves the queue."""
        self.failures.pop(delivery, None)
        self.throttles.pop(delivery, None)
        self.condition[delivery] = condition


class ThrottleBackOff:
    """The waits of throttled events: they double, up to a cap, and are spread (a choice).

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """

    def __init__(
        self,
        choices: Choices,
        seed: int,
        trigger: AsynchronousTrigger | Subscriber,
    ) -> None:
        self.start = choices.throttle_backoff_start_seconds
        self.longest = choices.throttle_backoff_cap_seconds
        self.spread = choices.throttle_backoff_spread
        self.crowding = choices.throttle_backoff_crowding
        self.key = draws.key(
            seed, trigger.function, trigger.name, "throttle wait"
        )

    def wait(self, throttles: int, identity: int, waiting: int) -> int:
        """The microseconds after so many earlier throttles, with so many throttled events."""
        doubled = self.start * 2.0 ** min(throttles, MOST_DOUBLINGS)
        if self.crowding:
            doubled *= 1 + self.crowding * waiting
        seconds = min(self.longest, doubled)
        if self.spread:
            chance = draws.nth_uniform(self.key, throttles, identity)
            seconds *= 1 + self.spread * chance
        return round(seconds * MICROSECONDS)


def _duplicate_draws(
    trigger: AsynchronousTrigger | Subscriber,
    function: Function,
    context: SimulationContext,
) -> list[tuple[DuplicateDraw, int]]:
    """Which events come twice, and how long after the event, in microseconds.

    Lambda's queue hands its copies out with the events, a source hands its own over a little later.
    """
    found = []
    own = context.scenario.choices.duplicate_share
    if own:
        draw = DuplicateDraw(own, context, function.name, "duplicate")
        found.append((draw, 0))
    share = trigger.duplicate_share
    of_source = source_duplicates(trigger.name, share, context)
    if of_source is not None:
        found.append((of_source, duplicate_delay(context)))
    return found


def _failure_stores(function: Function) -> list[tuple[str, str | None]]:
    """The edge to each failure store of a function, and the store, if it is set."""
    letters = function.dead_letter_config
    destination = function.event_invoke_config.destination_config.on_failure
    return [
        ("dead-letter queue", letters.target_arn if letters else None),
        ("on-failure destination", destination),
    ]
