"""Who calls, and how they try again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sim import facts
from sim.arrays import Integers
from sim.engine.consumers import WaitingCall
from sim.engine.context import SimulationContext
from sim.engine.retry import (
    DoublingRetries,
    ImmediateRetries,
    RepeatedRotations,
    RetryRule,
    SpacedRetries,
    StateMachineRetries,
    UnansweredRetries,
    UndeliveredRetries,
)
from sim.engine.router import Router
from sim.engine.sdk_retries import client_rule
from sim.scenario.caller import Caller
from sim.scenario.triggers import SynchronousTrigger
from sim.workload.workload import Workload


@dataclass(frozen=True)
class Callers:
    """The callers of each traffic, then whoever else sends an event on, then waiting functions.

    The lists have one entry a caller: its settings, a name for its draws, and the triggers that it
    calls, None where that is not known.
    """

    all: list[Caller]
    names: list[str]
    called: list[frozenset[str] | None]
    others: int  # the number of those who send an event on
    traffic: list[int]  # by event of the workload
    n: Integers  # the number of each of them in its traffic
    event: Sequence[int]  # by delivery
    waiting: Mapping[int, WaitingCall]  # by delivery

    @classmethod
    def of(
        cls, workload: Workload, router: Router, context: SimulationContext
    ) -> Callers:
        """The callers of a workload."""
        scenario = context.scenario
        by_name = {one.name: one for one in scenario.traffic}
        sent = [by_name[name] for name in workload.names]
        called = [
            frozenset(one.name for one in scenario.consumers(traffic.into))
            for traffic in sent
        ]
        return cls(
            all=[*(traffic.caller for traffic in sent), Caller()],
            names=[*(f"traffic {name}" for name in workload.names), "others"],
            called=[*called, None],
            others=len(sent),
            traffic=workload.traffic.tolist(),
            n=workload.n,
            event=context.trace.deliveries.event,
            waiting=router.waiting,
        )

    def add_function(self, function: str, trigger: str, caller: Caller) -> int:
        """A function's client that calls a trigger; returns its number in `all`."""
        self.all.append(caller)
        self.names.append(f"function {function}")
        self.called.append(frozenset([trigger]))
        return len(self.all) - 1

    def calling(self, trigger: str) -> list[Caller]:
        """The settings of all who may call a trigger."""
        return [
            caller
            for caller, called in zip(self.all, self.called, strict=True)
            if called is None or trigger in called
        ]

    def are_functions(self, trigger: str) -> bool:
        """Whether a function calls this trigger and waits."""
        functions = self.called[self.others + 1 :]
        return any(called and trigger in called for called in functions)

    def number(self, delivery: int) -> int:
        """Whose delivery this is: a number in `all`."""
        event = self.event[delivery]
        if event < len(self.traffic):
            return self.traffic[event]
        call = self.waiting.get(delivery)
        return self.others if call is None else call.caller

    def client(self, delivery: int) -> int:
        """Which of its caller's clients makes a delivery: in a function that of the environment.

        A traffic's clients take turns with its events, whatever else comes in between.
        """
        call = self.waiting.get(delivery)
        if call is not None:
            return call.client
        event = self.event[delivery]
        n = int(self.n[event]) if event < len(self.n) else event
        return n % self.caller(delivery).clients

    def caller(self, delivery: int) -> Caller:
        """Whose delivery this is."""
        return self.all[self.number(delivery)]


def retry_rule(
    trigger: SynchronousTrigger,
    caller: Caller,
    context: SimulationContext,
    name: str,
) -> RetryRule:
    """How callers try again: a service by its own rule, everybody else as the traffic says."""
    if trigger.kind in SERVICE_RULES:
        return SERVICE_RULES[trigger.kind](trigger, caller, context.seed)
    purpose = f"{trigger.name} {name}"
    return client_rule(caller, context.clock, context.seed, purpose)


ServiceRule = Callable[[SynchronousTrigger, Caller, int], RetryRule]


def _undelivered(fact: str) -> ServiceRule:
    return lambda trigger, caller, seed: UndeliveredRetries(
        1 + facts.fact(fact).value
    )


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


def _rotation_rule(
    trigger: SynchronousTrigger, caller: Caller, seed: int
) -> RetryRule:
    """Secrets Manager repeats an entire rotation, as often and as late as we choose.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
    """
    attempts = int(facts.fact("rotation.attempts").value)
    return RepeatedRotations(attempts, facts.fact("rotation.retry_wait").value)


def _flow_rule(
    trigger: SynchronousTrigger, caller: Caller, seed: int
) -> RetryRule:
    """Amazon Connect repeats throttles and errors of the service three times.

    https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
    """
    attempts = 1 + int(facts.fact("connect.retries").value)
    return SpacedRetries(attempts, facts.fact("connect.backoff_start").value)


SERVICE_RULES: dict[str, ServiceRule] = {
    "connect": _flow_rule,
    "secrets_rotation": _rotation_rule,
    "pipes_target": _doubling("pipes"),
    "stripe_webhook": _doubling("stripe"),
    "firehose": _delivery_stream_rule,
    "cognito_trigger": _user_pool_rule,
    "s3_batch": _undelivered("s3_batch.redrives"),
    "sfn_sync": _state_machine_rule,
    "sfn_wait_token": _state_machine_rule,
}
"""The rules of services that try again by themselves, by kind of trigger."""
