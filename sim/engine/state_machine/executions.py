"""The executions of one state machine: which task follows, by choice, after a wait, side by side.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-states.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.engine import retry
from sim.engine.context import SimulationContext
from sim.engine.router import Router
from sim.scenario.state_machine import StateMachine, Transition
from sim.trace import CAUGHT, MICROSECONDS, NEXT
from sim.workload import draws

BRANCH_FAILED = "States.BranchFailed"


@dataclass(slots=True, eq=False)
class Flow:
    """An execution, or a run of a Parallel state in it: its branches, and which have ended."""

    parallel: str | None = None
    branches: int = 1
    around: Flow | None = None
    ended: list[int] = field(default_factory=list)  # the last delivery of each
    has_failed: bool = False

    def is_stopped(self) -> bool:
        """Whether it has failed, or what it is a part of."""
        return self.has_failed or (
            self.around is not None and self.around.is_stopped()
        )


class Executions:
    """Brings each execution of a state machine from task to task.

    A task that follows another one is an event that this one's causes.
    """

    def __init__(
        self, machine: StateMachine, router: Router, context: SimulationContext
    ) -> None:
        self.machine = machine
        self.router = router
        self.identity = context.delivery_draws.identity
        self.keys = {
            way.after: draws.key(
                context.seed, machine.name, "choice", way.after
            )
            for way in machine.transitions
        }
        # By event: what it belongs to, and the wait before its task, in microseconds
        self.flows: dict[int, Flow] = {}
        self.waits: dict[int, int] = {}
        # By event that has started an execution: its first tasks
        self.first: dict[int, tuple[str, ...]] = {}

    def admits(self, event: int, task: str) -> bool:
        """Whether a task begins with this event: an execution may start on another way."""
        if event not in self.flows:
            self.start(event, task)
        return task in self.first.get(event, (task,))

    def start(self, event: int, task: str) -> None:
        """An execution starts, on one of the ways from the start; or straight with a task."""
        way = self.chosen(None, event)
        if self.router.bodies.entry(event) == task:
            way = Transition(next=(task,))
        self.first[event] = way.next if way is not None else ()
        self.flows[event] = _inner(way, Flow()) if way is not None else Flow()
        self.waits[event] = _wait(way) if way is not None else 0

    def succeed(self, delivery: int, task: str) -> None:
        """A task has succeeded: the execution goes on, unless it has failed elsewhere."""
        flow = self.flow_of(delivery)
        if not flow.is_stopped():
            self.go_on(flow, task, delivery)

    def fail(self, delivery: int, task: str, problem: int) -> None:
        """A task has failed for good: the nearest catcher takes over, else all branches stop.

        https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
        https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
        """
        place: str | None = task
        errors = set(retry.ERRORS[problem])
        flow: Flow | None = self.flow_of(delivery)
        while flow is not None and not flow.is_stopped():
            way = self.catcher(place, errors)
            if way is not None:
                self.take(way, flow, delivery, CAUGHT)
                return
            flow.has_failed = True
            place, flow = flow.parallel, flow.around
            errors.add(BRANCH_FAILED)

    def is_stopped(self, delivery: int) -> bool:
        """Whether the execution has failed elsewhere, so that a task is not tried again."""
        return self.flow_of(delivery).is_stopped()

    def go_on(self, flow: Flow, place: str | None, delivery: int) -> None:
        """Take one of the ways from here; where there is none, this is an end."""
        way = self.chosen(place, self.router.event[delivery])
        if way is not None:
            self.take(way, flow, delivery, NEXT)
        elif flow.around is not None:
            self.end_branch(flow, flow.around, delivery)

    def end_branch(self, flow: Flow, around: Flow, delivery: int) -> None:
        """After the last of its branches a Parallel state is over."""
        flow.ended.append(delivery)
        if len(flow.ended) == flow.branches:
            self.go_on(around, flow.parallel, min(flow.ended, key=self._order))

    def _order(self, delivery: int) -> tuple[int, int]:
        """An order of branches that does not depend on which of them ends first."""
        router = self.router
        identity = self.identity[router.event[delivery]]
        return router.trigger[delivery], identity

    def take(
        self, way: Transition, flow: Flow, delivery: int, edge: str
    ) -> None:
        """Begin the tasks of a way."""
        inner = _inner(way, flow)
        for number, task in enumerate(way.next):
            k = way.next[:number].count(task)
            event = self.router.add_child(delivery, f"{edge} {task}", task, k)
            self.flows[event] = inner
            self.waits[event] = _wait(way)
            for trigger in self.router.entries[task]:
                child = self.router.begin_delivery(event, trigger)
                self.router.hand_over(child, cause=delivery)

    def chosen(self, place: str | None, event: int) -> Transition | None:
        """The way that a Choice state takes, by its share; None: none."""
        ways = [way for way in self.machine.ways(place) if not way.error_equals]
        if not ways:
            return None
        chance = draws.uniform(self.keys[place], self.identity[event])
        upper = 0.0
        for way in ways:
            upper += way.share
            if chance < upper:
                return way
        return None

    def catcher(self, place: str | None, errors: set[str]) -> Transition | None:
        """The first catcher for one of these errors."""
        for way in self.machine.ways(place):
            if not errors.isdisjoint(way.error_equals):
                return way
        return None

    def flow_of(self, delivery: int) -> Flow:
        """What a delivery belongs to."""
        return self.flows[self.router.event[delivery]]


def _inner(way: Transition, flow: Flow) -> Flow:
    """What the tasks of a way belong to: a Parallel state that begins with it, or the same."""
    if way.parallel is None:
        return flow
    return Flow(way.parallel, len(way.next), around=flow)


def _wait(way: Transition) -> int:
    return round(way.wait_seconds * MICROSECONDS)
