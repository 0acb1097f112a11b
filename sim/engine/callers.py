"""Who calls, and how they try again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim import facts
from sim.engine.context import SimulationContext
from sim.engine.retry import (
    DoublingRetries,
    ImmediateRetries,
    RetryRule,
    StateMachineRetries,
    UnansweredRetries,
    UndeliveredRetries,
)
from sim.engine.sdk_retries import client_rule
from sim.scenario.caller import Caller
from sim.scenario.triggers import SynchronousTrigger
from sim.workload.workload import Workload


@dataclass(frozen=True)
class Callers:
    """The callers of each traffic, and last the functions that call with an event they send on."""

    all: list[Caller]
    traffic: list[int]  # by event of the workload
    event: Sequence[int]  # by delivery

    @classmethod
    def of(cls, workload: Workload, context: SimulationContext) -> Callers:
        """The callers of a workload."""
        callers = {one.name: one.caller for one in context.scenario.traffic}
        by_traffic = [callers[name] for name in workload.names]
        event = context.trace.deliveries.event
        return cls([*by_traffic, Caller()], workload.traffic.tolist(), event)

    def number(self, delivery: int) -> int:
        """Whose delivery this is: a number in `all`."""
        event = self.event[delivery]
        return self.traffic[event] if event < len(self.traffic) else -1

    def caller(self, delivery: int) -> Caller:
        """Whose delivery this is."""
        return self.all[self.number(delivery)]


def retry_rule(
    trigger: SynchronousTrigger,
    caller: Caller,
    context: SimulationContext,
    number: int,
) -> RetryRule:
    """How callers try again: a service by its own rule, everybody else as the traffic says."""
    if trigger.kind in SERVICE_RULES:
        return SERVICE_RULES[trigger.kind](trigger, caller, context.seed)
    name = f"{trigger.name} {number}"
    return client_rule(caller, context.clock, context.seed, name)


ServiceRule = Callable[[SynchronousTrigger, Caller, int], RetryRule]


def _undelivered(fact: str) -> ServiceRule:
    attempts = 1 + facts.fact(fact).value
    return lambda trigger, caller, seed: UndeliveredRetries(attempts)


def _doubling(service: str) -> ServiceRule:
    return lambda trigger, caller, seed: DoublingRetries(service)


def _user_pool_rule(
    trigger: SynchronousTrigger, caller: Caller, seed: int
) -> RetryRule:
    """Cognito calls again where no answer came in time, three times in all (a choice).

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
    """
    usual = int(facts.fact("cognito.attempts").value)
    return UnansweredRetries(caller.max_attempts or usual)


def _delivery_stream_rule(
    trigger: SynchronousTrigger, caller: Caller, seed: int
) -> RetryRule:
    """Data Firehose repeats whatever went wrong, at once (a choice).

    https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
    """
    return ImmediateRetries(1 + (trigger.number_of_retries or 0))


def _state_machine_rule(
    trigger: SynchronousTrigger, caller: Caller, seed: int
) -> RetryRule:
    return StateMachineRetries(trigger.retry, seed, trigger.name)


SERVICE_RULES: dict[str, ServiceRule] = {
    "pipes_target": _doubling("pipes"),
    "stripe_webhook": _doubling("stripe"),
    "firehose": _delivery_stream_rule,
    "cognito_trigger": _user_pool_rule,
    "s3_batch": _undelivered("s3_batch.redrives"),
    "sfn_sync": _state_machine_rule,
    "sfn_wait_token": _state_machine_rule,
}
"""The rules of services that try again by themselves, by kind of trigger."""
