"""Synchronous invocation: the caller waits, is told, and tries again only if it is that kind of caller.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
"""

from __future__ import annotations

from collections.abc import Callable

from sim import facts
from sim.engine import retry
from sim.engine.clock import Clock, Deadlines
from sim.engine.function.concurrency import TokenBucket
from sim.engine.function.invocation import Invocable
from sim.engine.retry import RetryRule
from sim.engine.router import Router
from sim.scenario.caller import Caller
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import MICROSECONDS, EarlierAnswer, Fate, Outcome, Stage

MILLISECOND = MICROSECONDS // 1000
SERVICE_EXCEPTION = int(Outcome.ServiceException)
SUCCEEDED, RETRY = int(Outcome.SUCCEEDED), int(Stage.RETRY)
DELIVERED, FAILED, REJECTED = int(Fate.SUCCEEDED), int(Fate.FAILED), int(Fate.REJECTED)
REFUSED = "429 Too Many Requests"
SERVICE_ERRORS = {
    "invoke": "500 ServiceException",
    "sfn_sync": "Lambda.ServiceException",
    "sfn_wait_token": "Lambda.ServiceException",
}
READ_TIMEOUT = "ReadTimeoutError"
Answer = tuple[int, int, int]
"""The number of what the caller is told, the fate if that is the last answer, and the kind of problem it is."""


class Synchronous:
    """One caller's door to one function: a direct Invoke, or a front door with limits of its own."""

    rate_limited = True

    def __init__(
        self,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        callers: list[Caller],
        caller_of: Callable[[int], int],
        seed: int,
    ) -> None:
        self.fleet, self.router, self.caller_of = fleet, router, caller_of
        self.kind = trigger_kind(trigger.front_door or trigger.kind)
        self.answers = self._answers(self.kind)
        self.throttled = self._answer(
            self.kind.told_on_throttle, REJECTED, retry.THROTTLED
        )
        self.timed_out = self._answer(
            self.kind.told_on_limit, FAILED, retry.GATEWAY_TIMEOUT
        )
        self.unread = self._answer(READ_TIMEOUT, FAILED, retry.TRANSIENT)
        down = SERVICE_ERRORS.get(self.kind.kind, self.kind.told_on_error)
        self.unavailable = self._answer(down, FAILED, retry.TRANSIENT)
        self.refused = self._answer(REFUSED, REJECTED, retry.THROTTLED)
        self.token = self._token(trigger)
        self.bucket = _bucket(trigger)
        self.store = trigger.failure_store
        self.policies = [
            policy(trigger, caller, router.clock, seed, n)
            for n, caller in enumerate(callers)
        ]
        self.clients = [caller.clients for caller in callers]
        self.is_simple = all(
            caller.attempts == 1 and caller.patience is None for caller in callers
        ) and (trigger.kind not in POLICIES)
        self.waits_for: dict[
            int, int
        ] = {}  # by delivery, the attempt that somebody waits for
        self.limits = [
            self._limit(trigger.timeout_in_millis, self.timed_out) for _ in callers
        ]
        self.patience = [
            self._limit(_milliseconds(caller.patience), self.unread)
            for caller in callers
        ]
        self.gives_up = any(
            limit is not None for limit in (*self.limits, *self.patience)
        )

    def arrive(self, delivery: int) -> None:
        """The first call for an event."""
        self.send(delivery, 1)

    def stop_loop(self, delivery: int) -> None:
        """A synchronous call in a loop is answered 400 RecursiveInvocationException."""
        self.router.settle_with_answer(
            delivery,
            self.router.answer_number("400 RecursiveInvocationException"),
            FAILED,
        )

    def send(self, delivery: int, attempt: int) -> None:
        """The client sends its request, as soon as its retry mode lets it."""
        if self.is_simple:
            self.call(delivery, attempt)
            return
        policy, client = self._client(delivery)
        wait = policy.delay(client)
        if wait:
            self.router.clock.after(wait, self._call, (delivery, attempt))
        else:
            self.call(delivery, attempt)

    def call(self, delivery: int, attempt: int) -> None:
        """Call the function through the front door; a refused or throttled call is answered at once."""
        if self.gives_up:
            self._watch(delivery, attempt)
        if self.bucket is not None and not self.bucket.allows_one(
            self.router.clock._now
        ):
            self.answer(delivery, attempt, self.refused)
            return
        refusal = self.fleet.attempt(delivery, attempt, self)
        if refusal:
            self.answer(
                delivery,
                attempt,
                self.unavailable if refusal == SERVICE_EXCEPTION else self.throttled,
            )

    def settle(self, delivery: int, attempt: int, outcome: int) -> None:
        """The run has ended: tell the caller, or wait for the task token to come back."""
        if self.token is not None and outcome == SUCCEEDED:
            wait, answer = self.token
            self.router.clock.after(wait, self._end, (delivery, attempt, answer))
        else:
            self.end(delivery, attempt, self.answers[outcome])

    def end(self, delivery: int, attempt: int, answer: Answer) -> None:
        """Tell the caller, if they still wait for it."""
        if not self.gives_up or not self.is_answered((delivery, attempt)):
            self.answer(delivery, attempt, answer)

    def answer(self, delivery: int, attempt: int, answer: Answer) -> None:
        """The caller hears an answer, and tries again or leaves it at that."""
        told, fate, problem = answer
        if self.gives_up:
            del self.waits_for[delivery]
        wait = None if self.is_simple else self._next_wait(delivery, attempt, problem)
        if wait is not None:
            self._note_retry(delivery, attempt, told, wait)
            self.router.clock.after(wait, self._send, (delivery, attempt + 1))
        elif self.store is None or fate == DELIVERED:
            self.router.settle_with_answer(delivery, told, fate)
        else:
            self.router.keep_in_store(delivery, self.store)

    def is_answered(self, what: tuple[int, int]) -> bool:
        """Whether the caller has stopped waiting for this attempt."""
        delivery, attempt = what
        return self.waits_for.get(delivery) != attempt

    def _next_wait(self, delivery: int, attempt: int, problem: int) -> int | None:
        """Nobody but the caller retries: https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html."""
        policy, client = self._client(delivery)
        policy.heard(client, delivery, problem)
        if problem == retry.SUCCESS:
            return None
        chance = self.fleet.delivery_draws
        return policy.next_wait(
            client, delivery, attempt, problem, chance.identity[chance.event[delivery]]
        )

    def _note_retry(self, delivery: int, attempt: int, told: int, wait: int) -> None:
        now, trace = self.router.clock._now, self.router.trace
        self.router.tell(delivery, told)
        trace.earlier_answers.append(EarlierAnswer(delivery, attempt, now, told))
        if wait:
            trace.add_span(
                delivery, attempt, RETRY, now, now + wait, self.fleet.resource
            )

    def _client(self, delivery: int) -> tuple[RetryRule, int]:
        number = self.caller_of(delivery)
        return self.policies[number], self.fleet.delivery_draws.event[
            delivery
        ] % self.clients[number]

    def _send(self, what: tuple[int, int]) -> None:
        self.send(*what)

    def _end(self, what: tuple[int, int, Answer]) -> None:
        self.end(*what)

    def _token(self, trigger: SynchronousTrigger) -> tuple[int, Answer] | None:
        """When a task that waits for its token goes on, or gives up: the heartbeat counts from the function's return.

        https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
        """
        callback, heartbeat = trigger.callback_seconds, trigger.heartbeat_seconds
        if callback is None:
            return None
        if heartbeat is not None and callback > heartbeat:
            return heartbeat * MICROSECONDS, self.timed_out
        return round(callback * MICROSECONDS), self.answers[SUCCEEDED]

    def _call(self, what: tuple[int, int]) -> None:
        self.call(*what)

    def _watch(self, delivery: int, attempt: int) -> None:
        self.waits_for[delivery] = attempt
        number = self.caller_of(delivery)
        for limit in (self.limits[number], self.patience[number]):
            if limit is not None:
                limit.watch((delivery, attempt))

    def _limit(self, milliseconds: float | None, answer: Answer) -> Deadlines | None:
        """Somebody stops waiting: the caller is told so, and the function works on unheard."""
        if milliseconds is None:
            return None
        length = round(milliseconds * MILLISECOND)
        return Deadlines(
            self.router.clock,
            length,
            self.is_answered,
            lambda what: self.answer(what[0], what[1], answer),
        )

    def _answers(self, kind: TriggerKind) -> dict[int, Answer]:
        failed = self._answer(kind.told_on_error, FAILED, retry.FUNCTION_ERROR)
        return {
            SUCCEEDED: self._answer(kind.told_on_success, DELIVERED, retry.SUCCESS),
            int(Outcome.FAILED): failed,
            int(Outcome.CRASHED): failed,
            int(Outcome.TIMEOUT): self._answer(
                kind.told_on_function_timeout, FAILED, retry.FUNCTION_TIMEOUT
            ),
        }

    def _answer(self, told: str, fate: int, problem: int) -> Answer:
        """Who calls over HTTP sees a status only: 429 is a throttle, and 5xx a transient error."""
        if told.startswith("5"):
            problem = retry.TRANSIENT
        elif told.startswith("429"):
            problem = retry.THROTTLED
        return self.router.answer_number(told), fate, problem


def policy(
    trigger: SynchronousTrigger, caller: Caller, clock: Clock, seed: int, number: int
) -> RetryRule:
    """How the callers of a trigger try again: a service by its own rule, everybody else as the traffic says."""
    if trigger.kind in POLICIES:
        return POLICIES[trigger.kind](trigger, seed)
    if caller.uses_sdk:
        return retry.SdkRetries(caller, clock, seed, f"{trigger.name} {number}")
    return retry.ImmediateRetries(caller.attempts)


def _redrive(fact: str) -> Callable[[SynchronousTrigger, int], RetryRule]:
    return lambda trigger, seed: retry.UndeliveredRetries(1 + facts.fact(fact).value)


def _state_machine(trigger: SynchronousTrigger, seed: int) -> RetryRule:
    return retry.StateMachineRetries(trigger.retry, seed, trigger.name)


def _redelivery(service: str) -> Callable[[SynchronousTrigger, int], RetryRule]:
    return lambda trigger, seed: retry.DoublingRetries(service)


POLICIES: dict[str, Callable[[SynchronousTrigger, int], RetryRule]] = {
    "pipes_target": _redelivery("pipes"),
    "stripe_webhook": _redelivery("stripe"),
    "firehose": _redrive("firehose.retries"),
    "s3_batch": _redrive("s3_batch.redrives"),
    "sfn_sync": _state_machine,
    "sfn_wait_token": _state_machine,
}


def _bucket(trigger: SynchronousTrigger) -> TokenBucket | None:
    if trigger.throttle_rate_limit is None:
        return None
    return TokenBucket(trigger.throttle_burst_limit or 0, trigger.throttle_rate_limit)


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
