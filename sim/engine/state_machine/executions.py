"""The executions of one state machine: which task follows, by choice, after a wait, side by side.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-states.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.engine import retry
from sim.engine.context import SimulationContext
from sim.engine.router import Router
from sim.scenario.state_machine import StateMachine, Transition
from sim.trace import CAUGHT, MICROSECONDS, NEXT
from sim.workload import draws

BRANCH_FAILED = "States.BranchFailed"
FAIL_ERRORS = ("States.TaskFailed", "States.ALL")
"""What catches the error of a Fail state, whose own name nobody knows here."""


@dataclass(slots=True, eq=False)
class Flow:
    """An execution, or a run of a Parallel state in it: its branches, and which have ended."""

    parallel: str | None = None
    branches: int = 1
    around: Flow | None = None
    ended: list[int] = field(default_factory=list)  # the last delivery of each
    over: int = 0  # when the last of them ends, in microseconds
    has_failed: bool = False

    def is_stopped(self) -> bool:
        """Whether it has failed, or what it is a part of."""
        return self.has_failed or (
            self.around is not None and self.around.is_stopped()
        )


class Beginning(NamedTuple):
    """A task that begins: after which delivery, in which flow, and after how many microseconds."""

    task: str
    after: int
    flow: Flow
    wait: int


class Executions:
    """Brings each execution of a state machine from task to task.

    A task that follows another one is an event that this one's causes.
    """

    def __init__(
        self, machine: StateMachine, router: Router, context: SimulationContext
    ) -> None:
        self.machine = machine
        self.router = router
        self.clock = context.clock
        self.identity = context.delivery_draws.identity
        self.keys = {
            way.after: draws.key(
                context.seed, machine.name, "choice", way.after
            )
            for way in machine.transitions
        }
        # By event of a task: what it belongs to, and the wait before it
        self.beginnings: dict[int, Beginning] = {}
        # How often an event has come to a choice, which may lead back to it
        self.times: Counter[tuple[int, str | None]] = Counter()
        # By event that starts an execution: the tasks that begin with it
        self.first: dict[int, dict[str, Beginning]] = {}

    def wait(self, delivery: int, task: str) -> int | None:
        """How long a task waits before it begins; None: its execution has started another way."""
        event = self.router.event[delivery]
        if event in self.beginnings:
            return self.beginnings[event].wait
        if event not in self.first:
            self.first[event] = dict(self.start(delivery, task))
        begins = self.first[event].get(task)
        return begins.wait if begins is not None else None

    def start(
        self, delivery: int, task: str
    ) -> Iterator[tuple[str, Beginning]]:
        """An execution starts, on one of the ways from the start; or straight with a task."""
        way = self.chosen(None, delivery)
        if self.router.bodies.entry(self.router.event[delivery]) == task:
            way = Transition(next=(task,))
        if way is not None:
            for begins in self.begin(way, Flow(), delivery):
                yield begins.task, begins

    def succeed(self, delivery: int, task: str) -> None:
        """A task has succeeded: the execution goes on, unless it has failed elsewhere."""
        flow = self.flow(delivery, task)
        if not flow.is_stopped():
            self.take(self.leave(flow, task, delivery), NEXT)

    def fail(self, delivery: int, task: str, problem: int) -> None:
        """A task has failed for good: the nearest catcher takes over, else all branches stop.

        https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
        https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
        """
        errors = set(retry.ERRORS[problem])
        caught = self.catch(self.flow(delivery, task), task, errors)
        if caught is not None:
            way, flow = caught
            self.router.trace.caught.add(delivery)
            self.take(self.begin(way, flow, delivery), CAUGHT)

    def catch(
        self, flow: Flow, place: str, errors: set[str]
    ) -> tuple[Transition, Flow] | None:
        """The way of the nearest catcher, and where it goes on; without one all branches stop."""
        around: Flow | None = flow
        state: str | None = place
        while around is not None and not around.is_stopped():
            way = self.catcher(state, errors)
            if way is not None:
                return way, around
            around.has_failed = True
            state, around = around.parallel, around.around
            errors.add(BRANCH_FAILED)
        return None

    def end_in_failure(
        self, flow: Flow, place: str, after: int
    ) -> Iterator[Beginning]:
        """An execution has come to a Fail state; a catcher around it may still take over.

        https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
        """
        caught = self.catch(flow, place, set(FAIL_ERRORS))
        if caught is None:
            self.router.trace.failed_after.add(after)
        else:
            way, around = caught
            yield from self.begin(way, around, after)

    def is_stopped(self, delivery: int, task: str) -> bool:
        """Whether the execution has failed elsewhere, so that a task is not tried again."""
        return self.flow(delivery, task).is_stopped()

    def take(self, beginnings: Iterable[Beginning], edge: str) -> None:
        """Begin tasks, each as an event that the delivery before it causes."""
        router = self.router
        again: Counter[str] = Counter()
        for begins in list(beginnings):
            task, cause = begins.task, begins.after
            way = f"{edge} {task}"
            event = router.add_child(cause, way, task, again[task])
            again[task] += 1
            self.beginnings[event] = begins
            for trigger in router.entries[task]:
                child = router.begin_delivery(event, trigger)
                router.hand_over(child, cause)

    def begin(
        self, way: Transition, flow: Flow, after: int, wait: int = 0
    ) -> Iterator[Beginning]:
        """The tasks that begin on a way, straight or behind states that invoke nothing."""
        wait += round(way.wait_seconds * MICROSECONDS)
        if way.parallel is not None:
            flow = Flow(way.parallel, len(way.next), around=flow)
        for name in way.next:
            if name in self.machine.pass_states:
                yield from self.leave(flow, name, after, wait)
            elif name in self.machine.fail_states:
                yield from self.end_in_failure(flow, name, after)
            else:
                yield Beginning(name, after, flow, wait)

    def leave(
        self, flow: Flow, place: str | None, after: int, wait: int = 0
    ) -> Iterator[Beginning]:
        """What begins after a state: on one of its ways, or behind the end of its branch."""
        way = self.chosen(place, after)
        if way is not None:
            yield from self.begin(way, flow, after, wait)
        elif flow.around is not None:
            flow.ended.append(after)
            flow.over = max(flow.over, self.clock._now + wait)
            if len(flow.ended) == flow.branches:
                first = min(flow.ended, key=self._order)
                wait = flow.over - self.clock._now
                yield from self.leave(flow.around, flow.parallel, first, wait)

    def _order(self, delivery: int) -> tuple[int, int]:
        """An order of branches that does not depend on which of them ends first."""
        identity = self.identity[self.router.event[delivery]]
        return self.router.trigger[delivery], identity

    def chosen(self, place: str | None, delivery: int) -> Transition | None:
        """The way that a Choice state takes, by its share; None: none."""
        ways = self.machine.ways(place)
        if not ways:
            return None
        event = self.router.event[delivery]
        times = self.times[event, place]
        self.times[event, place] += 1
        key = self.keys[place]
        chance = draws.nth_uniform(key, times, self.identity[event])
        upper = 0.0
        for way in ways:
            upper += way.share
            if chance < upper:
                return way
        return None

    def catcher(self, place: str | None, errors: set[str]) -> Transition | None:
        """The first catcher for one of these errors."""
        for way in self.machine.catchers(place):
            if not errors.isdisjoint(way.error_equals):
                return way
        return None

    def flow(self, delivery: int, task: str) -> Flow:
        """What a delivery of a task belongs to."""
        event = self.router.event[delivery]
        if event in self.beginnings:
            return self.beginnings[event].flow
        return self.first[event][task].flow
