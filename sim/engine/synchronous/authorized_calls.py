"""A Lambda authorizer: API Gateway asks a function whether a request may come in.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

from __future__ import annotations

from typing import NamedTuple

from sim.engine import retry
from sim.engine.callers import Callers
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import Invocable
from sim.engine.router import Router
from sim.engine.synchronous.calls import Attempt
from sim.engine.synchronous.preceding_calls import PrecededCalls
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import FORBIDDEN, MICROSECONDS, UNAUTHORIZED, Fate
from sim.workload import draws


class Identity(NamedTuple):
    """What a request's identity sources say: the event's key, or whose client sends it."""

    of: str
    number: int


class AuthorizedCalls(PrecededCalls):
    """The way to a function of an API with an authorizer, whose answers are kept for a while."""

    def __init__(
        self,
        first: SynchronousTrigger,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        callers: Callers,
        context: SimulationContext,
    ) -> None:
        super().__init__(first.name, trigger, fleet, router, callers, context)
        seconds = first.authorizer_result_ttl_in_seconds or 0
        self.ttl = seconds * MICROSECONDS
        self.kept_until: dict[Identity, int] = {}
        self.denied_share = first.denied_share or 0
        self.unidentified_share = first.unidentified_share or 0
        self.denied_key = draws.key(context.seed, first.name, "denied")
        self.unidentified_key = draws.key(
            context.seed, first.name, "unidentified"
        )
        self.unauthorized = self.answers.answer(
            UNAUTHORIZED, Fate.REJECTED, retry.FUNCTION_ERROR
        )
        self.forbidden = self.answers.answer(
            FORBIDDEN, Fate.REJECTED, retry.FUNCTION_ERROR
        )

    def begin(self, call: Attempt) -> None:
        """A request without identity is refused; a kept answer spares the authorizer's call."""
        delivery = call[0]
        if self.is_unidentified(delivery):
            self.answer(call, self.unauthorized)
        elif self.kept_until.get(self.identity(delivery), 0) > self.clock._now:
            self.decide(call)
        else:
            super().begin(call)

    def proceed(self, call: Attempt) -> None:
        """The authorizer's answer is there, and kept from now on."""
        if self.ttl:
            until = self.clock._now + self.ttl
            self.kept_until[self.identity(call[0])] = until
        self.decide(call)

    def decide(self, call: Attempt) -> None:
        """Refuse the request or let it in, as the answer for its identity says."""
        if self.is_denied(call[0]):
            self.answer(call, self.forbidden)
        else:
            super().proceed(call)

    def identity(self, delivery: int) -> Identity:
        """The event's key; without keys each client has an identity (a choice)."""
        router = self.router
        key = router.delivery_draws.key[router.event[delivery]]
        if key >= 0:
            return Identity("key", key)
        caller = self.callers.names[self.callers.number(delivery)]
        return Identity(caller, self.callers.client(delivery))

    def is_denied(self, delivery: int) -> bool:
        """Whether the authorizer's answer for this identity is Deny."""
        if not self.denied_share:
            return False
        identity = draws.identity(*self.identity(delivery))
        return draws.uniform(self.denied_key, identity) < self.denied_share

    def is_unidentified(self, delivery: int) -> bool:
        """Whether the request has not what the identity sources ask for."""
        if not self.unidentified_share:
            return False
        identity = self.router.delivery_draws.identity_of(delivery)
        chance = draws.uniform(self.unidentified_key, identity)
        return chance < self.unidentified_share
