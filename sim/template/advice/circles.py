"""What leads back to itself."""

from __future__ import annotations

from collections.abc import Mapping

Following = Mapping[str, set[str]]
"""By name: what comes next."""


def in_circles(following: Following) -> set[str]:
    """The names from which a way leads back to themselves, each looked at twice.

    The groups of names that lead to each other are found as Kosaraju and Sharir do:
    https://en.wikipedia.org/wiki/Kosaraju%27s_algorithm
    """
    before: dict[str, set[str]] = {name: set() for name in following}
    for name, names in following.items():
        for each in names:
            before[each].add(name)
    found = {name for name, names in following.items() if name in names}
    seen: set[str] = set()
    for name in reversed(_finished(following)):
        group = _reached(name, before, seen)
        if len(group) > 1:
            found.update(group)
    return found


def _finished(following: Following) -> list[str]:
    """All names in the order in which a search that goes deep first is done with them."""
    done: list[str] = []
    seen: set[str] = set()
    for name in following:
        done += _reached(name, following, seen)
    return done


def _reached(name: str, following: Following, seen: set[str]) -> list[str]:
    """What is reached from a name and was not seen before, in the order in which it is done."""
    done: list[str] = []
    ahead = [] if name in seen else [(name, iter(following[name]))]
    seen.add(name)
    while ahead:
        here, names = ahead[-1]
        new = next((each for each in names if each not in seen), None)
        if new is None:
            done.append(here)
            ahead.pop()
        else:
            seen.add(new)
            ahead.append((new, iter(following[new])))
    return done
