"""The tasks of a state machine: what they wait for, and what their ends lead to.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

from sim.engine.clock import TIMER
from sim.engine.codes import SOURCE, WAITED
from sim.engine.consumers import Consumer, EventQueue
from sim.engine.context import SimulationContext
from sim.engine.router import Router
from sim.engine.state_machine.executions import Executions
from sim.scenario.triggers import Trigger
from sim.trace import Fate


class MachineTask:
    """A task: it begins when its execution has come to it, and has waited."""

    def __init__(
        self,
        task: Consumer,
        trigger: Trigger,
        executions: Executions,
        router: Router,
        context: SimulationContext,
    ) -> None:
        self.task = task
        self.name = trigger.name
        self.executions = executions
        self.router = router
        self.clock = context.clock
        self.resource = context.resource_number(trigger.name)

    def arrive(self, delivery: int) -> None:
        """Begin the task, after the Wait states before it; another way may have been taken.

        https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
        """
        wait = self.executions.wait(delivery, self.name)
        if wait is None:
            self.router.settle(delivery, Fate.FILTERED)
        elif wait:
            now = self.clock._now
            place = (now, now + wait, self.resource, WAITED)
            self.router.trace.add_span(delivery, 0, SOURCE, *place)
            self.clock.after(wait, self.begin, delivery, TIMER + delivery)
        else:
            self.task.arrive(delivery)

    def begin(self, delivery: int) -> None:
        """The wait is over: begin, unless the execution has failed elsewhere in the meantime."""
        if self.executions.is_stopped(delivery, self.name):
            self.router.settle(delivery, Fate.FILTERED)
        else:
            self.task.arrive(delivery)

    def stop_loop(self, delivery: int) -> None:
        """Lambda does not run the function once more for this chain of events."""
        self.task.stop_loop(delivery)


class AcceptedTask:
    """A task that only hands its event over: the execution goes on once Lambda has accepted it."""

    def __init__(
        self, queue: EventQueue, task: str, executions: Executions
    ) -> None:
        self.queue = queue
        self.task = task
        self.executions = executions

    def accept(self, delivery: int) -> None:
        """Lambda's queue takes the event over, and the task is done."""
        self.queue.accept(delivery)
        self.executions.succeed(delivery, self.task)

    def await_report(self, delivery: int) -> None:
        """Begin to wait for the function's own report."""
        self.queue.await_report(delivery)

    def stop_loop(self, delivery: int) -> None:
        """Give an event up that belongs to a loop."""
        self.queue.stop_loop(delivery)
