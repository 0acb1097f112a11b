"""State machines: their tasks are there, and their ways fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sim.scenario.state_machine import TASKS, StateMachine, Transition
from sim.scenario.system import System

CHOICE = (
    "https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html"
)
FAIL = "https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html"
CATCH = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
PARALLEL = (
    "https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"
)
START = "https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"


def problems(system: System) -> Iterator[str]:
    """Sentences on the ways of state machines."""
    tasks = {one.name for one in system.triggers if one.kind in TASKS}
    for machine in system.state_machines:
        for problem in _problems(machine, tasks):
            yield f"State machine {machine.name!r} {problem}"
    named = [task for one in system.state_machines for task in one.tasks]
    for task, count in Counter(named).items():
        if count > 1:
            yield f"Scenario: trigger {task!r} is a task of {count} state machines, not of one."


def _problems(machine: StateMachine, tasks: set[str]) -> Iterator[str]:
    yield from _names(machine, tasks)
    for way in machine.transitions:
        yield from _problems_of_way(machine, way)
    for name in machine.fail_states:
        if machine.ways(name) or machine.catchers(name):
            yield f"goes on after its Fail state {name!r} ({FAIL})."
    for place in dict.fromkeys(way.after for way in machine.transitions):
        yield from _problems_after(machine, place)
    yield from _circles(machine)
    for name in machine.tasks:
        if name not in machine.enclosing:
            yield f"never comes to {name!r}: no way from its start leads there ({START})."


def _names(machine: StateMachine, tasks: set[str]) -> Iterator[str]:
    """What its ways name is there, under a name of its own."""
    for name in machine.tasks:
        if name not in tasks:
            there = ", ".join(sorted(tasks | machine.parallels)) or "none"
            yield (
                f"has the task {name!r}, but no trigger of kind {' or '.join(TASKS)} has this "
                f"name; there are {there}."
            )
    if machine.name in tasks:
        yield "has the name of a task; give it one of its own."
    for name in sorted(machine.parallels & tasks):
        yield f"has a Parallel state {name!r}, but a task has that name, too."
    begun = Counter(way.parallel for way in machine.transitions if way.parallel)
    for name, count in begun.items():
        if count > 1:
            yield f"begins its Parallel state {name!r} on {count} ways, not on one."


def _problems_of_way(machine: StateMachine, way: Transition) -> Iterator[str]:
    """What cannot be of one way."""
    if len(way.next) > 1 and way.parallel is None:
        names = " and ".join(way.next)
        yield f"begins {names} together: name the Parallel state, parallel=... ({PARALLEL})."
    for name in machine.parallels.intersection(way.next):
        yield (
            f"leads to {name!r} by its name; a way into a Parallel state names the first state of "
            f"each branch ({PARALLEL})."
        )
    inner = way.parallel or machine.enclosing.get(way.after)
    for name in way.next:
        if way.after in machine.enclosing and machine.enclosing[name] != inner:
            yield f"comes to {name!r} both within a Parallel state and from outside ({PARALLEL})."


def _problems_after(machine: StateMachine, place: str | None) -> Iterator[str]:
    """What cannot be of the ways from one place."""
    where = "at its start" if place is None else f"after {place!r}"
    shares = sum(way.share for way in machine.ways(place))
    if round(shares, 9) > 1:
        yield (
            f"has ways {where} whose shares are {shares:g} together; an execution takes "
            f"one of them, so the most is 1 ({CHOICE})."
        )
    can_fail = place is not None and place not in machine.pass_states
    if machine.catchers(place) and not can_fail:
        yield f"has error_equals {where}, where nothing can fail ({CATCH})."


def _circles(machine: StateMachine) -> Iterator[str]:
    """A way round that leads to no task and no end."""
    for name in machine.pass_states:
        reached = [name]
        for place in reached:
            if place not in machine.pass_states or machine.may_end(place):
                break
            steps = machine.after_pass_state(place)
            reached += [one for one in steps if one not in reached]
        else:
            yield f"goes round for ever after {name!r}, without a task ({CHOICE})."
