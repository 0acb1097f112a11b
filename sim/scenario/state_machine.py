"""State machines of Step Functions: which tasks follow each other, and on which ways.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-statemachines.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sim.scenario.settings import Named, Settings, described, setting

TASKS = ("sfn_sync", "sfn_wait_token", "sfn_event")
"""The kinds of triggers that are tasks of state machines."""


class Transition(Settings):
    """A way from the start, a task or a Parallel state to the tasks that follow.

    Several ways from one place, without `error_equals`, are those of a Choice state: an execution
    takes one of them. Ways with `error_equals` are the `Catch` of the task or Parallel state: the
    first one for the error is taken, once no retry is left.
    https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """

    after: str | None = described(
        "The task or Parallel state that it comes after; not set: an execution starts with it.",
        None,
    )
    next: tuple[str, ...] = described(
        "The task that follows; of a Parallel state the first task of each branch, and of a Map "
        "state its first task, as often as it has items.",
        min_length=1,
    )
    parallel: str | None = described(
        "The name of the Parallel or Map state that begins here; what comes after it waits for "
        "all its branches.",
        None,
    )
    share: float = setting("Transition.share")
    wait_seconds: float = setting("Transition.wait_seconds")
    error_equals: tuple[str, ...] = described(
        "The errors that it catches; States.ALL is for every one. None: it follows a success.",
        (),
    )


class StateMachine(Named):
    """A state machine (`AWS::StepFunctions::StateMachine`): what enters it starts an execution.

    Its tasks are triggers of the kinds sfn_sync, sfn_wait_token and sfn_event, each with its own
    `Retry`. A task from which no way leads is the end, of its branch or of the execution. A failure
    that nothing catches ends the execution, with all its branches.
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-statemachines.html
    """

    transitions: tuple[Transition, ...] = described(
        "The ways between its tasks.", min_length=1
    )

    @property
    def targets(self) -> tuple[str, ...]:
        """The tasks with which its executions start."""
        return self.following(None)

    @cached_property
    def parallels(self) -> frozenset[str]:
        """The names of its Parallel and Map states."""
        named = (way.parallel for way in self.transitions)
        return frozenset(name for name in named if name is not None)

    @cached_property
    def tasks(self) -> tuple[str, ...]:
        """Its tasks, by the names of their triggers."""
        named = dict.fromkeys(
            name
            for way in self.transitions
            for name in (way.after, *way.next)
            if name is not None
        )
        return tuple(name for name in named if name not in self.parallels)

    def ways(self, after: str | None) -> list[Transition]:
        """The ways from a task or Parallel state, or those from the start."""
        return [way for way in self.transitions if way.after == after]

    def following(self, after: str | None) -> tuple[str, ...]:
        """The tasks that may come next, also behind the end of a Parallel state."""
        found = [name for way in self.ways(after) for name in way.next]
        around = self.enclosing.get(after)
        if around is not None:
            found += self.following(around)
        return tuple(dict.fromkeys(found))

    def last_tasks(self, place: str) -> Iterator[str]:
        """The tasks that may be the last of a Parallel state; of a task, itself."""
        if place not in self.parallels:
            yield place
        for name, around in self.enclosing.items():
            if name and around == place and self.may_end(name):
                yield from self.last_tasks(name)

    def may_end(self, place: str) -> bool:
        """Whether an execution, or its branch, may end after a task or Parallel state."""
        ways = [way for way in self.ways(place) if not way.error_equals]
        return round(sum(way.share for way in ways), 9) < 1

    @cached_property
    def enclosing(self) -> dict[str | None, str | None]:
        """By task or Parallel state that is reached: the Parallel state it is in, if any."""
        found: dict[str | None, str | None] = {None: None}
        ahead: list[str | None] = [None]
        while ahead:
            place = ahead.pop()
            around = found[place]
            for way in self.ways(place):
                inside = dict.fromkeys(way.next, way.parallel or around)
                reached = {way.parallel: around} | inside
                ahead += [name for name in reached if name not in found]
                found = reached | found
        return found
