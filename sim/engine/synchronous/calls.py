"""Synchronous invocation: the caller waits, is told, and tries again only if it is of that kind.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
"""

from __future__ import annotations

from functools import partial

from sim.engine import retry
from sim.engine.answers import LOOP_REFUSED, Answer, Answers
from sim.engine.callers import SERVICE_RULES, Callers, retry_rule
from sim.engine.clock import Deadlines
from sim.engine.codes import DELIVERED, RETRY, SERVICE_EXCEPTION, SUCCEEDED
from sim.engine.context import SimulationContext
from sim.engine.function.concurrency import TokenBucket
from sim.engine.function.invocation import SingleInvocable
from sim.engine.retry import RetryRule
from sim.engine.router import Router
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import MICROSECONDS, EarlierAnswer, Fate

MILLISECOND = MICROSECONDS // 1000
Attempt = tuple[int, int]
"""A delivery, and which of its attempts."""


class Synchronous:
    """The way to one function: a direct Invoke, or a front door with limits of its own."""

    rate_limited = True

    def __init__(
        self,
        trigger: SynchronousTrigger,
        fleet: SingleInvocable,
        router: Router,
        callers: Callers,
        context: SimulationContext,
    ) -> None:
        self.fleet = fleet
        self.router = router
        self.clock = context.clock
        self.answers = _answers(trigger, router, context)
        self.token = _task_token(trigger, self.answers)
        self.bucket = _bucket(trigger)
        self.store = trigger.failure_store
        self.callers = callers
        self.rules = [
            retry_rule(trigger, caller, context, name)
            for caller, name in zip(callers.all, callers.names, strict=True)
        ]
        mine = callers.calling(trigger.name)
        self.is_simple = trigger.kind not in SERVICE_RULES and all(
            caller.attempts == 1 and caller.patience is None for caller in mine
        )
        # by delivery, its attempt not yet answered
        self.waits_for: dict[int, int] = {}
        limit = trigger.timeout_in_millis
        self.limit = self._deadlines(limit, self.answers.timed_out)
        self.patience = [
            self._deadlines(_milliseconds(caller.patience), self.answers.unread)
            for caller in callers.all
        ]
        # A function that waits may be cut itself.
        self.gives_up = (
            self.limit is not None
            or callers.are_functions(trigger.name)
            or any(caller.patience is not None for caller in mine)
        )

    def arrive(self, delivery: int) -> None:
        """The first call for an event."""
        self.send((delivery, 1))

    def stop_loop(self, delivery: int) -> None:
        """A synchronous call in a loop is answered 400 RecursiveInvocationException."""
        told = self.router.answer_number(LOOP_REFUSED)
        self.router.settle_with_answer(delivery, told, Fate.FAILED)

    def send(self, call: Attempt) -> None:
        """The client sends its request, as soon as its retry mode lets it."""
        if self.is_simple:
            self.call(call)
            return
        rule, client = self._client(call[0])
        wait = rule.delay(client)
        if wait:
            self.clock.after(wait, self.call, call)
        else:
            self.call(call)

    def call(self, call: Attempt) -> None:
        """Call the function; a call that is refused or throttled is answered at once."""
        if self.gives_up:
            if self.router.fate[call[0]]:
                return  # nobody waits for it any more
            self._watch(call)
        if self.bucket is not None and not self.bucket.allows_one(
            self.clock._now
        ):
            self.answer(call, self.answers.refused)
            return
        delivery, attempt = call
        refusal = self.fleet.attempt(delivery, attempt, self)
        if refusal == SERVICE_EXCEPTION:
            self.answer(call, self.answers.unavailable)
        elif refusal:
            self.answer(call, self.answers.throttled)

    def settle(self, delivery: int, attempt: int, outcome: int) -> None:
        """The run has ended: tell the caller, or wait for the task token to come back."""
        call = (delivery, attempt)
        if self.token is not None and outcome == SUCCEEDED:
            wait, answer = self.token
            self.clock.after(wait, self._end, (call, answer))
        else:
            self.end(call, self.answers.by_outcome[outcome])

    def _end(self, ended: tuple[Attempt, Answer]) -> None:
        self.end(*ended)

    def end(self, call: Attempt, answer: Answer) -> None:
        """Tell the caller, if they still wait for it."""
        if not self.gives_up or not self.is_answered(call):
            self.answer(call, answer)

    def answer(self, call: Attempt, answer: Answer) -> None:
        """The caller hears an answer, and tries again or leaves it at that."""
        delivery, attempt = call
        if self.gives_up:
            del self.waits_for[delivery]
        wait = None if self.is_simple else self._next_wait(call, answer.problem)
        if wait is not None:
            self._note_retry(call, answer.told, wait)
            self.clock.after(wait, self.send, (delivery, attempt + 1))
        elif self.store is None or answer.fate == DELIVERED:
            self.router.settle_with_answer(delivery, answer.told, answer.fate)
        else:
            self.router.tell(delivery, answer.told)
            self.router.keep_in_store(delivery, self.store)

    def is_answered(self, call: Attempt) -> bool:
        """Whether the caller has stopped waiting for this attempt."""
        delivery, attempt = call
        is_waited_for = self.waits_for.get(delivery) == attempt
        return not is_waited_for or self.router.fate[delivery] != 0

    def _next_wait(self, call: Attempt, problem: int) -> int | None:
        """Nobody but the caller retries.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html
        """
        delivery, attempt = call
        rule, client = self._client(delivery)
        rule.note_answer(client, delivery, problem)
        if problem == retry.SUCCESS:
            return None
        identity = self.router.delivery_draws.identity_of(delivery)
        failed = retry.FailedCall(client, delivery, attempt, problem, identity)
        return rule.next_wait(failed)

    def _note_retry(self, call: Attempt, told: int, wait: int) -> None:
        delivery, attempt = call
        now, trace = self.clock._now, self.router.trace
        self.router.tell(delivery, told)
        trace.earlier_answers.append(
            EarlierAnswer(delivery, attempt, now, told)
        )
        if wait:
            end = now + wait
            waiting = self.router.waiting.get(delivery)
            if waiting is not None:
                end = min(end, waiting.due)
            trace.add_span(
                delivery, attempt, RETRY, now, end, self.fleet.resource
            )

    def _client(self, delivery: int) -> tuple[RetryRule, int]:
        """The rule of the delivery's caller, and which of its clients sends this event."""
        rule = self.rules[self.callers.number(delivery)]
        return rule, self.callers.client(delivery)

    def _watch(self, call: Attempt) -> None:
        """The door and the caller wait for so long, and no longer."""
        delivery, attempt = call
        self.waits_for[delivery] = attempt
        for deadlines in (
            self.limit,
            self.patience[self.callers.number(delivery)],
        ):
            if deadlines is not None:
                deadlines.watch(call)

    def _deadlines(
        self, milliseconds: float | None, answer: Answer
    ) -> Deadlines | None:
        """Somebody stops waiting: the caller is told so, and the function works on unheard."""
        if milliseconds is None:
            return None
        length = round(milliseconds * MILLISECOND)
        stop_waiting = partial(self.answer, answer=answer)
        return Deadlines(self.clock, length, self.is_answered, stop_waiting)


def _answers(
    trigger: SynchronousTrigger, router: Router, context: SimulationContext
) -> Answers:
    answers = Answers(trigger, router)
    behaviour = context.scenario.function(trigger.function).behaviour
    if behaviour.returns_to(trigger.kind):
        answers.report_failures(trigger.kind)
    return answers


def _task_token(
    trigger: SynchronousTrigger, answers: Answers
) -> tuple[int, Answer] | None:
    """When a task that waits for its token goes on, or gives up, after the function's return.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
    """
    callback, heartbeat = trigger.callback_seconds, trigger.heartbeat_seconds
    if callback is None:
        return None
    if heartbeat is not None and callback > heartbeat:
        return heartbeat * MICROSECONDS, answers.heartbeat_late
    return round(callback * MICROSECONDS), answers.by_outcome[SUCCEEDED]


def _bucket(trigger: SynchronousTrigger) -> TokenBucket | None:
    if trigger.throttle_rate_limit is None:
        return None
    return TokenBucket(
        trigger.throttle_burst_limit or 0, trigger.throttle_rate_limit
    )


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
