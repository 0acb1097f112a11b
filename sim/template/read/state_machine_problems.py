"""What AWS refuses in a definition: states that are named and missing, or that nothing leads to.

https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from sim.template.cloudformation.placeholders import CHARACTERS, shown
from sim.template.cloudformation.template import Resource
from sim.template.read.state_machine_flow import branches_of, next_states

SOURCE = "https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"
MOST = 20
"""After so many of them, the definition is not looked through any further."""
LEAST_SECONDS = {"Seconds": 0, "TimeoutSeconds": 1, "HeartbeatSeconds": 1}
"""Properties of states, and the least number of each; an expression may stand there, too."""
LONGEST_NAME = 80
"""Characters of a state's name, which are all that AWS allows."""


class Target(NamedTuple):
    """The state that a property names as the next one; `after` has it, if it is one."""

    after: str
    key: str
    name: str

    @property
    def is_known(self) -> bool:
        """Whether no parameter or substitution is left open in it."""
        return "${" not in self.name and not CHARACTERS.search(self.name)


class Problem(NamedTuple):
    """What is wrong, and at which path below `Definition`."""

    path: str
    sentence: str


def check_definition(machine: Resource, definition: Any) -> None:
    """Add a problem for each state that is missing or out of reach, and for times below zero."""
    for path, sentence in islice(_problems(definition), MOST):
        machine.add_problem(f"{sentence} ({SOURCE}).", f"Definition.{path}")


def _problems(definition: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of a definition, and of those in its Parallel and Map states."""
    states = definition.get("States")
    if not isinstance(states, Mapping):
        return
    targets = list(_targets(definition, states))
    missing = [one for one in targets if one.name not in states]
    for target in missing:
        if target.is_known:
            yield _missing(target)
    if not missing:
        reached = _reached(targets)
        for name, state in states.items():
            if name not in reached and isinstance(state, Mapping):
                sentence = f"no way from StartAt leads to {_quoted(name)}"
                yield Problem(name, sentence)
    for name, state in states.items():
        if isinstance(state, Mapping):
            yield from _times(name, state)
            for branch in branches_of(state):
                yield from _problems(branch)


def _times(name: str, state: Mapping[str, Any]) -> Iterator[Problem]:
    for key, least in LEAST_SECONDS.items():
        seconds = state.get(key)
        if isinstance(seconds, int) and seconds < least:
            sentence = f"{key} of {_quoted(name)} is {seconds}, but at least {least} s is allowed"
            yield Problem(f"{name}.{key}", sentence)


def _missing(target: Target) -> Problem:
    of = f"{target.key} of {_quoted(target.after)}"
    named = of if target.after else target.key
    sentence = f"{named} is {_quoted(target.name)}, but there is no such state beside it"
    return Problem(f"{target.after}.{target.key}".strip("."), sentence)


def _quoted(name: str) -> str:
    return repr(shown(name)[:LONGEST_NAME])


def _targets(
    definition: Mapping[str, Any], states: Mapping[str, Any]
) -> Iterator[Target]:
    """Which state follows which, and which is the first."""
    named = [("", "StartAt", definition.get("StartAt"))]
    for after, state in states.items():
        if isinstance(state, Mapping):
            named += [(after, *one) for one in next_states(state)]
    for after, place, name in named:
        if isinstance(name, str):
            yield Target(after, place, name)


def _reached(targets: list[Target]) -> set[str]:
    """The states to which a way leads from the start."""
    following: dict[str, list[str]] = {}
    for target in targets:
        following.setdefault(target.after, []).append(target.name)
    found: set[str] = set()
    ahead = [""]
    while ahead:
        new = set(following.get(ahead.pop(), ())) - found
        found |= new
        ahead += new
    return found
