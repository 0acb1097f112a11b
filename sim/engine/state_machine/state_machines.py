"""All state machines of a scenario: which task belongs to which, and what that changes for it."""

from __future__ import annotations

from sim.engine.consumers import Consumer, EventQueue
from sim.engine.context import SimulationContext
from sim.engine.router import Router
from sim.engine.state_machine.executions import Executions
from sim.engine.state_machine.tasks import AcceptedTask, MachineTask
from sim.scenario.triggers import Trigger


class StateMachines:
    """The executions of each state machine."""

    def __init__(self, router: Router, context: SimulationContext) -> None:
        self.router = router
        self.context = context
        self.machine_of_task = context.scenario.machine_of_task
        self.executions = {
            machine.name: Executions(machine, router, context)
            for machine in context.scenario.state_machines
        }

    def executions_of(self, trigger: Trigger) -> Executions | None:
        """The executions that come to a task; None: the trigger is no task of a state machine."""
        machine = self.machine_of_task.get(trigger.name)
        return self.executions[machine.name] if machine is not None else None

    def task(self, consumer: Consumer, trigger: Trigger) -> Consumer:
        """What consumes the events of a trigger, once their executions have come to it."""
        executions = self.executions_of(trigger)
        if executions is None:
            return consumer
        shared = (executions, self.router, self.context)
        return MachineTask(consumer, trigger, *shared)

    def queue(self, queue: EventQueue, trigger: Trigger) -> EventQueue:
        """Lambda's queue behind a trigger: what it accepts may take an execution on."""
        executions = self.executions_of(trigger)
        if executions is None:
            return queue
        return AcceptedTask(queue, trigger.name, executions)
