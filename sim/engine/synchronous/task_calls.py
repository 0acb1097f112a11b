"""The calls of a task of a state machine: the last answer takes its execution on.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

from typing import Any

from sim.engine.answers import Answer
from sim.engine.codes import DELIVERED
from sim.engine.state_machine.executions import Executions
from sim.engine.synchronous.calls import Attempt, Synchronous
from sim.trace import Fate


class TaskCalls(Synchronous):
    """A task that calls its function and waits: its last answer takes the execution on."""

    def __init__(
        self, executions: Executions, trigger: Any, *shared: Any
    ) -> None:
        super().__init__(trigger, *shared)
        self.executions = executions
        self.name = trigger.name

    def send(self, call: Attempt) -> None:
        """A task whose execution has failed elsewhere is not tried again.

        https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
        """
        if self.executions.is_stopped(call[0], self.name):
            self.router.trace.stopped.add(call[0])
            self.router.settle(call[0], Fate.FAILED)
        else:
            super().send(call)

    def answer(self, call: Attempt, answer: Answer) -> None:
        """After the last answer the execution goes on, or a catcher takes over."""
        super().answer(call, answer)
        delivery = call[0]
        if not self.router.fate[delivery]:
            return
        if answer.fate == DELIVERED:
            self.executions.succeed(delivery, self.name)
        elif self.executions.is_stopped(delivery, self.name):
            self.router.trace.stopped.add(delivery)
        else:
            self.executions.fail(delivery, self.name, answer.problem)

    def _next_wait(self, call: Attempt, problem: int) -> int | None:
        wait = super()._next_wait(call, problem)
        is_stopped = self.executions.is_stopped(call[0], self.name)
        return None if is_stopped else wait
