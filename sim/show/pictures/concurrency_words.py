"""What the picture of concurrency says: its title and numbers, and which functions it names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.phrases import plural
from sim.show.drawing.theme import MOST_CURVES
from sim.show.pictures.captions import join_words
from sim.show.pictures.concurrency_levels import NO_LIMIT, Concurrency

MOST_THROTTLED = 3
OTHERS = "other functions"
Groups = dict[str, list[str]]


def functions_in_stack(found: list[Concurrency]) -> Groups:
    """Functions by name, the lowest first: those with a reservation, then in their order."""
    names = dict.fromkeys(name for each in found for name in each.reserved)
    peaks = {name: max(each.peak(name) for each in found) for name in names}
    busy = [name for name in names if peaks[name]]
    in_order = sorted(busy, key=lambda name: _is_unreserved(found, name))
    return _largest(in_order, peaks, MOST_CURVES)


def _is_unreserved(found: list[Concurrency], name: str) -> bool:
    reserved = [each.reserved.get(name, NO_LIMIT).lowest for each in found]
    return all(map(np.isnan, reserved))


def throttled_functions(found: list[Concurrency]) -> Groups:
    """The functions that are throttled, by name, those that are most of all."""
    names = dict.fromkeys(name for each in found for name in each.throttles)
    counts = {
        name: sum(len(each.throttled([name])) for each in found)
        for name in names
    }
    return _largest(list(names), counts, MOST_THROTTLED)


def _largest(names: list[str], size: Mapping[str, int], most: int) -> Groups:
    """Each name alone, if they are few; else all but the largest together."""
    largest = sorted(names, key=lambda name: -size[name])[:most]
    groups = {name: [name] for name in names if name in largest}
    rest = [name for name in names if name not in largest]
    return {**groups, OTHERS: rest} if rest else groups


def numbers_line(found: Concurrency) -> list[str]:
    """What a panel shows in numbers."""
    parts = [f"at most {found.most:,} at once"]
    if 1 < len(found.levels) <= MOST_CURVES:
        parts += [f"{name} {found.peak(name):,}" for name in found.levels]
    parts.append(f"{found.count_throttles():,} throttled")
    return parts


def concurrency_title(found: Mapping[str, Concurrency]) -> str:
    """Whose attempts are throttled, and who holds the environments; else how many work at once."""
    if len(found) == 1:
        (only,) = found.values()
        return _one_run(only)
    throttled = {name: each.count_throttles() for name, each in found.items()}
    if any(throttled.values()):
        each_run = [f"{n:,} ({name})" for name, n in throttled.items()]
        return f"Attempts that Lambda throttles: {join_words(each_run)}"
    peaks = [f"{each.most:,} ({name})" for name, each in found.items()]
    return f"Environments at once, at most: {join_words(peaks)}; nothing is throttled"


def _one_run(found: Concurrency) -> str:
    at_once = f"{plural(found.most, 'environment')} at once"
    count = found.count_throttles()
    if not count:
        return f"At most {at_once}, and nothing is throttled"
    answer = f"Lambda throttles {plural(count, 'attempt')}"
    if len(found.levels) < 2:
        return f"{answer}; at most {at_once}"
    whose = [f"{len(at):,} of {name}" for name, at in found.throttles.items()]
    peak = found.total.start[[int(found.total.level.argmax())]]
    held = {name: int(found.held([name], peak)[0]) for name in found.levels}
    most = max(held, key=lambda name: held[name])
    return f"{answer}, {join_words(whose)}; of {at_once} {held[most]:,} are {most}'s"
