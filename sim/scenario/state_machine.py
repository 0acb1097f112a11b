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
    """A way from the start or a state to what follows.

    Several ways from one place, without `error_equals`, are those of a Choice state: an execution
    takes one of them. Ways with `error_equals` are the `Catch` of the task or Parallel state: the
    first one for the error is taken, once no retry is left.
    https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """

    after: str | None = described(
        "The state that it comes after; not set: an execution starts with it.",
        None,
    )
    next: tuple[str, ...] = described(
        "The state that follows; of a Parallel state the first one of each branch, and of a Map "
        "state its first one, as often as it has items.",
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
        "The ways between its states.", min_length=1
    )
    pass_states: tuple[str, ...] = described(
        "States that invoke no function, where ways meet or part.", ()
    )
    fail_states: tuple[str, ...] = described(
        "States that end an execution as failed, or its branch, as Fail states do.",
        (),
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
        others = self.parallels.union(self.pass_states, self.fail_states)
        return tuple(name for name in named if name not in others)

    def ways(self, after: str | None) -> list[Transition]:
        """The ways from a state after its success, or those from the start."""
        return [
            way for way in self._after.get(after, ()) if not way.error_equals
        ]

    def catchers(self, after: str | None) -> list[Transition]:
        """The ways from a state after a failure."""
        return [way for way in self._after.get(after, ()) if way.error_equals]

    @cached_property
    def _after(self) -> dict[str | None, list[Transition]]:
        found: dict[str | None, list[Transition]] = {}
        for way in self.transitions:
            found.setdefault(way.after, []).append(way)
        return found

    def following(self, after: str | None) -> tuple[str, ...]:
        """The tasks that may come next after a success, also behind the end of a Parallel state."""
        return self._tasks_on(self.ways(after), after)

    def catching(self, after: str | None) -> tuple[str, ...]:
        """The tasks that may come next after a failure: of its catchers, or those around it."""
        found = self._tasks_on(self.catchers(after), None)
        around = self.enclosing.get(after)
        if around is not None:
            found += self.catching(around)
        return tuple(dict.fromkeys(found))

    def _tasks_on(
        self, ways: list[Transition], place: str | None
    ) -> tuple[str, ...]:
        """The first tasks on these ways, and those behind an end at `place`."""
        found: dict[str, None] = {}
        passed: set[str] = set()
        ahead = [name for way in ways for name in way.next]
        ahead += self._behind_an_end(place)
        while ahead:
            name = ahead.pop(0)
            if name in self.tasks:
                found[name] = None
            elif name in self.pass_states and name not in passed:
                passed.add(name)
                ahead += self.after_pass_state(name)
        return tuple(found)

    def after_pass_state(self, name: str) -> Iterator[str]:
        """The states that may come next after one that invokes nothing."""
        for way in self.ways(name):
            yield from way.next
        yield from self._behind_an_end(name)

    def _behind_an_end(self, place: str | None) -> Iterator[str]:
        """What follows the Parallel state that may be over with this state."""
        around = self.enclosing.get(place)
        if around is None or not self.may_end(place):
            return
        for way in self.ways(around):
            yield from way.next
        yield from self._behind_an_end(around)

    def may_end(self, place: str | None) -> bool:
        """Whether an execution, or its branch, may end after a state."""
        return round(sum(way.share for way in self.ways(place)), 9) < 1

    @cached_property
    def enclosing(self) -> dict[str | None, str | None]:
        """By state that is reached: the Parallel or Map state it is in, if any."""
        found: dict[str | None, str | None] = {None: None}
        ahead: list[str | None] = [None]
        while ahead:
            place = ahead.pop()
            around = found[place]
            for way in (*self.ways(place), *self.catchers(place)):
                inside = dict.fromkeys(way.next, way.parallel or around)
                reached = {way.parallel: around} | inside
                ahead += [name for name in reached if name not in found]
                found = reached | found
        return found
