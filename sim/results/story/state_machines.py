"""What a state machine does before and after a task, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator

from sim.phrases import spoken
from sim.results.story.moments import History, Moment
from sim.scenario.state_machine import StateMachine
from sim.trace import CAUGHT, MICROSECONDS, NEXT, Child

WAITED = "waited"
STOPPED = "Another branch has failed before: this one is over."
ENDED_BADLY = ("failed", "rejected")


def state_machine_moments(history: History) -> Iterator[Moment]:
    """The wait before a task, and what follows it."""
    machine = _machine(history)
    if machine is None:
        return
    for span in history.spans:
        if span.outcome == WAITED:
            waited = spoken(span.end_s - span.start_s)
            sentence = f"A Wait state of `{machine.name}` holds it {waited}."
            yield Moment(span.start_s, sentence, ("wait state",))
    children = list(_following(history))
    for edge in (NEXT, CAUGHT):
        mine = [
            (event, child)
            for event, child in children
            if child.edge.startswith(edge)
        ]
        if mine:
            yield _goes_on(history, machine, edge, mine)
    is_told = any(one.edge.startswith(CAUGHT) for _, one in children)
    yield from _ends(history, machine, is_told)


def _ends(
    history: History, machine: StateMachine, is_told: bool
) -> Iterator[Moment]:
    """How the execution ends, or its branch; `is_told`: who has caught a failure is said."""
    at, delivery = history.row.settled_s, history.row.delivery
    trace = history.run.trace
    if delivery in trace.failed_after:
        sentence = (
            f"A Fail state ends this execution of `{machine.name}` as failed."
        )
        yield Moment(at, sentence, ("fail state",))
    if delivery in trace.stopped:
        yield Moment(at, STOPPED, ("parallel state",))
    elif delivery in trace.caught:
        if not is_told:
            sentence = "The failure is caught, and this branch ends."
            yield Moment(at, sentence, ("catch",))
    elif history.row.fate in ENDED_BADLY:
        sentence = f"Nothing catches it: this execution of `{machine.name}` has failed."
        yield Moment(at, sentence, ("catch",))


def is_on_another_way(history: History) -> bool:
    """Whether an execution has not come to a task because it has taken another way."""
    return _machine(history) is not None


def other_way(history: History) -> Moment:
    """The execution has started on another way, or has failed while the task waited."""
    if any(span.outcome == WAITED for span in history.spans):
        at = history.row.settled_s
        return Moment(at, STOPPED, ("parallel state",))
    sentence = "A Choice state takes another way: this task does not begin."
    return Moment(history.row.settled_s, sentence, ("choice state",))


def _machine(history: History) -> StateMachine | None:
    machines = history.run.scenario.machine_of_task
    return machines.get(history.trigger.name)


def _following(history: History) -> Iterator[tuple[int, Child]]:
    """The events that follow a task in its execution."""
    run = history.run
    from_outside = len(run.workload.time)
    for event in run.caused.get(history.row.delivery, ()):
        child = run.trace.children[event - from_outside]
        if child.edge.startswith((NEXT, CAUGHT)):
            yield event, child


def _goes_on(
    history: History,
    machine: StateMachine,
    edge: str,
    children: list[tuple[int, Child]],
) -> Moment:
    """The tasks that begin, and why."""
    named = [f"`{one.target}` (event {event})" for event, one in children]
    tasks = " and ".join(named)
    sentence, rule = f"`{machine.name}` goes on with {tasks}.", "next state"
    parallel = machine.enclosing[history.trigger.name]
    at = children[0][1].time / MICROSECONDS
    if edge == CAUGHT:
        sentence, rule = f"The failure is caught: {sentence}", "catch"
    elif parallel and at > history.row.settled_s:
        sentence = f"All branches of `{parallel}` have ended: {sentence}"
        rule = "parallel state"
    return Moment(at, sentence, (rule,))
