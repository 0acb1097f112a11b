"""A rotation of a secret: one function is called four times, step after step.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

from sim.engine.answers import Answer
from sim.engine.callers import Callers
from sim.engine.codes import DELIVERED
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import Invocable
from sim.engine.router import Router
from sim.engine.synchronous.calls import Attempt, Synchronous
from sim.scenario.triggers import SynchronousTrigger

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class SecretRotation(Synchronous):
    """Secrets Manager calls for each step; after a failed one it begins again, a few times."""

    def __init__(
        self,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        callers: Callers,
        context: SimulationContext,
    ) -> None:
        super().__init__(trigger, fleet, router, callers, context)
        self.told = [
            router.answer_number(f"{step} done") for step in STEPS[:-1]
        ]
        # By delivery: the steps that have succeeded
        self.done: dict[int, int] = {}

    def answer(self, call: Attempt, answer: Answer) -> None:
        """A step has ended: the next one follows, or the rotation is over, or begins again."""
        delivery, attempt = call
        done = self.done.pop(delivery, 0)
        if answer.fate != DELIVERED or done == len(self.told):
            super().answer(call, answer)
            return
        if self.gives_up:
            del self.waits_for[delivery]
        self.done[delivery] = done + 1
        self._note_retry(call, self.told[done], wait=0)
        self.clock.after(0, self.send, (delivery, attempt + 1))
