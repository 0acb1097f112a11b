"""A state machine in the Amazon States Language.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from sim.scenario.state_machine import StateMachine, Transition

State = dict[str, Any]


def definition(
    machine: StateMachine, task: Callable[[str], State]
) -> dict[str, Any]:
    """The definition of a state machine; `task` makes the state of a task without its ways.

    Which way a Choice state takes, its rules say by the input's `way`: an index.
    """
    states = _States(machine, task, set())
    start = states.exit(None)
    return {"StartAt": start["Next"], "States": states.written}


class _States:
    """The states of a definition, or of one branch of a Parallel state; `taken`: all names."""

    def __init__(
        self,
        machine: StateMachine,
        task: Callable[[str], State],
        taken: set[str],
    ) -> None:
        self.machine = machine
        self.task = task
        self.taken = taken
        self.written: dict[str, State] = {}
        self.names: dict[str, str] = {}

    def exit(self, place: str | None) -> State:
        """How a state goes on: with the next one, with a choice between several, or not at all."""
        ways = self.machine.ways(place)
        if not ways:
            return {"End": True}
        if len(ways) == 1 and not self.machine.may_end(place):
            return {"Next": self.first_on(ways[0])}
        return {"Next": self.choice(place, ways)}

    def choice(self, place: str | None, ways: list[Transition]) -> str:
        """A Choice state between ways; where their shares leave a rest, one of them is the end."""
        after = self.short(place or "the start")
        name = self.new_name(f"Choice after {after}")
        self.written[name] = {"Type": "Choice"}
        targets = [self.first_on(way) for way in ways]
        if self.machine.may_end(place):
            end = self.new_name("End")
            self.written[end] = {"Type": "Succeed"}
            targets.append(end)
        rules = [
            {"Variable": "$.way", "NumericEquals": number, "Next": target}
            for number, target in enumerate(targets)
        ]
        self.written[name]["Choices"] = rules[:-1]
        self.written[name]["Default"] = targets[-1]
        return name

    def first_on(self, way: Transition) -> str:
        """The name of the first state on a way: the wait, if there is one."""
        if not way.wait_seconds:
            return self.entered(way)
        following = " and ".join(self.short(name) for name in way.next)
        name = self.new_name(f"Wait before {following}")
        wait = {"Type": "Wait", "Seconds": round(way.wait_seconds)}
        self.written[name] = wait
        wait["Next"] = self.entered(way)
        return name

    def entered(self, way: Transition) -> str:
        """The state that a way leads to."""
        if way.parallel is None:
            return self.state(way.next[0])
        return self.parallel(way.parallel, way)

    def state(self, place: str) -> str:
        """The state of a task, or of a state that invokes nothing."""
        if place in self.names:
            return self.names[place]
        name = self.begin(place)
        if place in self.machine.fail_states:
            self.written[name] = {"Type": "Fail"}
            return name
        state: State = {"Type": "Pass"}
        if place in self.machine.tasks:
            state = self.task(place)
        self.written[name] |= state | self.ways_on(place)
        return name

    def parallel(self, place: str, way: Transition) -> str:
        """A Parallel state, or a Map state where the same branch is run for each item."""
        if place in self.names:
            return self.names[place]
        name = self.begin(place)
        firsts = list(dict.fromkeys(way.next))
        branches = [self.branch(first) for first in firsts]
        state: State = {"Type": "Parallel", "Branches": branches}
        if len(firsts) == 1:
            state = {"Type": "Map", "ItemProcessor": branches[0]}
        self.written[name] |= state | self.ways_on(place)
        return name

    def branch(self, first: str) -> dict[str, Any]:
        """The definition of one branch."""
        states = _States(self.machine, self.task, self.taken)
        return {"StartAt": states.state(first), "States": states.written}

    def ways_on(self, place: str) -> State:
        """The catchers of a state, and how it goes on."""
        catchers = [
            {
                "ErrorEquals": list(way.error_equals),
                "Next": self.first_on(way),
            }
            for way in self.machine.catchers(place)
        ]
        return ({"Catch": catchers} if catchers else {}) | self.exit(place)

    def begin(self, place: str) -> str:
        """A new state for a place; its ways may lead back to it."""
        name = self.new_name(self.short(place))
        self.names[place] = name
        self.written[name] = {}
        return name

    def short(self, place: str) -> str:
        """A place's name without that of the state machine, which a reader puts before it."""
        return place.removeprefix(f"{self.machine.name}/")

    def new_name(self, wanted: str) -> str:
        """A name that no other state of the whole state machine has."""
        numbered = (f"{wanted[:70]} {number}" for number in count(2))
        name = wanted[:80]
        while name in self.taken:
            name = next(numbered)
        self.taken.add(name)
        return name
