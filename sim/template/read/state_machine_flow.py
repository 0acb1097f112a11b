"""The flow of a state machine's definition, as the ways between its states.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any, NamedTuple, TypeGuard

from sim.template.cloudformation.property_tables import list_of

State = Mapping[str, Any]
CHOICE = "Which way it takes depends on the input: here each is equally likely."
ITEMS = "How many items it has depends on the input: here it has one."
WAIT = "How long it waits depends on the input: here it does not wait."
RETRY = "The Retry of a whole Parallel or Map state is not simulated."


class Way(NamedTuple):
    """A way between states, with the fields of a `Transition`; shares are exact while they grow."""

    after: str | None
    next: tuple[str, ...]
    parallel: str | None = None
    share: Fraction = Fraction(1)
    wait_seconds: int = 0
    error_equals: tuple[str, ...] = ()


class Assumption(NamedTuple):
    """What a definition leaves open, of which state and property."""

    state: str
    property: str
    note: str


class DefinedFlow:
    """The ways of one definition; `places` has the name that each of its states gets.

    `tasks` are the states that invoke functions; a Parallel state without any is no more than one.
    A Parallel state has a second place, where its branches begin.
    """

    def __init__(
        self,
        definition: Any,
        places: Mapping[str, str],
        tasks: AbstractSet[str],
    ) -> None:
        self.places = places
        self.tasks = tasks
        self.states = dict(states_of(definition))
        self.entrances = {
            name: f"{place} begins" if branches_of(self.states[name]) else place
            for name, place in places.items()
        }
        self.fails = {
            places[name]
            for name, state in self.states.items()
            if state.get("Type") == "Fail"
        }
        self.assumptions: list[Assumption] = []
        self.ways = list(self._way(None, definition.get("StartAt")))
        for name, state in self.states.items():
            self.ways += self._ways_from(name, state)

    def _ways_from(self, name: str, state: State) -> Iterator[Way]:
        """The ways from one state."""
        place = self.places[name]
        match state.get("Type"):
            case "Choice":
                yield from self._choice(name, state)
            case "Wait":
                wait = self._seconds(name, state)
                for way in self._way(place, state.get("Next")):
                    yield way._replace(wait_seconds=wait)
            case _:
                yield from self._branches(name, state)
                yield from self._way(place, state.get("Next"))
                if name in self.tasks or self._invokes_within(state):
                    yield from self._catchers(place, state)

    def _way(self, after: str | None, target: Any) -> Iterator[Way]:
        """The way to a state, if there is one of this name."""
        if isinstance(target, str) and target in self.entrances:
            yield Way(after, (self.entrances[target],))

    def _choice(self, name: str, state: State) -> Iterator[Way]:
        """The ways of a Choice state, as likely as each other."""
        rules = [one for one in list_of(state.get("Choices")) if is_map(one)]
        named = [one.get("Next") for one in rules] + [state.get("Default")]
        place = self.places[name]
        ways = [way for target in named for way in self._way(place, target)]
        ways = list(dict.fromkeys(ways))
        if len(ways) > 1:
            self.assumptions.append(Assumption(name, "Choices", CHOICE))
        for way in ways:
            yield way._replace(share=Fraction(1, len(ways)))

    def _seconds(self, name: str, state: State) -> int:
        """How long a Wait state waits."""
        seconds = state.get("Seconds")
        if isinstance(seconds, int) and not isinstance(seconds, bool):
            return max(0, seconds)  # fewer are refused elsewhere
        self.assumptions.append(Assumption(name, "Seconds", WAIT))
        return 0

    def _branches(self, name: str, state: State) -> Iterator[Way]:
        """The way on which the branches of a Parallel state begin, or the one item of a Map."""
        branches = branches_of(state)
        if not branches:
            return
        if state.get("Type") == "Map":
            self.assumptions.append(Assumption(name, "ItemsPath", ITEMS))
        if state.get("Retry"):
            self.assumptions.append(Assumption(name, "Retry", RETRY))
        begun = [
            first
            for branch in branches
            for way in self._way(None, branch.get("StartAt"))
            for first in way.next
        ]
        entrance, place = self.entrances[name], self.places[name]
        if begun and self._invokes_within(state):
            yield Way(entrance, tuple(begun), parallel=place)
        else:
            yield Way(entrance, (place,))

    def _invokes_within(self, state: State) -> bool:
        """Whether there is a task within a Parallel or Map state that invokes a function."""
        return any(
            name in self.tasks
            for branch in branches_of(state)
            for name, _ in states_of(branch)
        )

    def _catchers(self, place: str, state: State) -> Iterator[Way]:
        """The `Catch` of a state; one that only leads to a Fail state catches nothing."""
        for catcher in list_of(state.get("Catch")):
            if not is_map(catcher):
                continue
            if fail_state(self.states, catcher.get("Next")) is not None:
                continue
            errors = [str(one) for one in list_of(catcher.get("ErrorEquals"))]
            if errors:
                for way in self._way(place, catcher.get("Next")):
                    yield way._replace(error_equals=tuple(errors))


def states_of(definition: Any) -> Iterator[tuple[str, State]]:
    """Every state of a definition, also in its branches and maps."""
    states = definition.get("States") if is_map(definition) else None
    for name, state in states.items() if is_map(states) else ():
        if is_map(state):
            yield name, state
            for branch in branches_of(state):
                yield from states_of(branch)


def branches_of(state: State) -> list[State]:
    """The definitions within a Parallel or Map state."""
    inner = (state.get("Iterator"), state.get("ItemProcessor"))
    found = [*list_of(state.get("Branches")), *inner]
    return [one for one in found if is_map(one) and is_map(one.get("States"))]


def next_states(state: State) -> Iterator[tuple[str, Any]]:
    """What each property names that says how a state goes on."""
    yield "Next", state.get("Next")
    yield "Default", state.get("Default")
    for key in ("Choices", "Catch"):
        for one in list_of(state.get(key)):
            if is_map(one):
                yield f"{key}.Next", one.get("Next")


def fail_state(states: Mapping[str, State], target: Any) -> str | None:
    """The Fail state that comes next, straight or behind Pass states; None: something else does."""
    passed: set[str] = set()
    while isinstance(target, str) and target in states.keys() - passed:
        passed.add(target)
        kind = states[target].get("Type")
        if kind != "Pass":
            return target if kind == "Fail" else None
        target = states[target].get("Next")
    return None


def is_map(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value has names, as a state or a definition does."""
    return isinstance(value, Mapping)
