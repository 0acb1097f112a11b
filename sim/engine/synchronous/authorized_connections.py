"""The Lambda authorizer of a WebSocket API: it is asked for connections, not for messages.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
"""

from __future__ import annotations

from sim import facts
from sim.engine.callers import Callers
from sim.engine.codes import DELIVERED
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import Invocable
from sim.engine.router import Router
from sim.engine.synchronous.authorized_calls import AuthorizedCalls, Identity
from sim.engine.synchronous.calls import Attempt
from sim.engine.synchronous.preceding_calls import PrecedingCall
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import MICROSECONDS


class Connections:
    """The open connections of one API, which all its functions share; one for each identity.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
    """

    def __init__(self) -> None:
        self.longest = _limit("websocket.connection_duration")
        self.idle = _limit("websocket.idle_timeout")
        self.opened: dict[Identity, int] = {}
        self.last_used: dict[Identity, int] = {}

    def is_open(self, identity: Identity, now: int) -> bool:
        """Whether a message may come on a connection of this identity."""
        opened = self.opened.get(identity)
        if opened is None or now >= opened + self.longest:
            return False
        return now < self.last_used[identity] + self.idle

    def open(self, identity: Identity, now: int) -> None:
        """A connection is there from now on."""
        self.opened[identity] = now
        self.last_used[identity] = now


def _limit(fact: str) -> int:
    return int(facts.fact(fact).value) * MICROSECONDS


class AuthorizedConnections(AuthorizedCalls):
    """The way to a function of a WebSocket API: a client's first message makes its connection."""

    def __init__(
        self,
        connections: Connections,
        first: SynchronousTrigger,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        callers: Callers,
        context: SimulationContext,
    ) -> None:
        super().__init__(first, trigger, fleet, router, callers, context)
        self.connections = connections
        # By identity: the messages that wait for its connection
        self.waiting: dict[Identity, list[Attempt]] = {}

    def begin(self, call: Attempt) -> None:
        """A message on an open connection asks nobody; the first one connects, others wait for it.

        That they wait is a choice.
        """
        identity = self.identity(call[0])
        if self.connections.is_open(identity, self.clock._now):
            self.connections.last_used[identity] = self.clock._now
            self.call_function(call)
        elif identity in self.waiting:
            self.waiting[identity].append(call)
        else:
            self.connect(call, identity)

    def connect(self, call: Attempt, identity: Identity) -> None:
        """`$connect`: without its identity the client is refused, else the authorizer is asked."""
        if self.is_unidentified(call[0]):
            self.answer(call, self.unauthorized)
        else:
            self.waiting[identity] = []
            self.ask(call)

    def hear(self, waiting: PrecedingCall, fate: int) -> None:
        """The authorizer has answered: the connection is there, or nobody's message comes in."""
        self.note(waiting, fate)
        call = waiting.delivery, waiting.attempt
        identity = self.identity(waiting.delivery)
        refusal = None
        if fate != DELIVERED:
            refusal = self.failed
        elif self.is_denied(waiting.delivery):
            refusal = self.forbidden
        else:
            self.connections.open(identity, self.clock._now)
        for message in (call, *self.waiting.pop(identity, ())):
            if self.is_answered(message):
                continue
            if refusal is None:
                self.call_function(message)
            else:
                self.answer(message, refusal)
