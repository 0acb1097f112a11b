"""A state machine's ways without the states that invoke nothing, where these can be left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sim.template.read.state_machine_flow import Way


def shortened(ways: Iterable[Way], tasks: Collection[str]) -> list[Way]:
    """The same flow with few states but `tasks`, and without what is never reached."""
    graph = _Graph(ways)
    before = None
    while before != graph.size():
        before = graph.size()
        for name in [one for one in graph.after if one not in graph.parallels]:
            if name is not None and name not in tasks:
                graph.leave_out(name)
        for name in graph.ends() - set(tasks):
            graph.leave_out(name)
    return _reached(graph.after)


class _Graph:
    """Ways by the state that they come after, and the states before each state."""

    def __init__(self, ways: Iterable[Way]) -> None:
        self.after: dict[str | None, list[Way]] = {}
        self.before: defaultdict[str, dict[str | None, None]] = defaultdict(
            dict
        )
        self.parallels: set[str] = set()
        for way in ways:
            self.add(way)

    def size(self) -> int:
        """How many ways there are."""
        return sum(map(len, self.after.values()))

    def ends(self) -> set[str]:
        """The states that no way comes after."""
        return {name for name in self.before if name not in self.after}

    def add(self, way: Way) -> None:
        """Add a way; ways of a Choice state that lead to the same are one."""
        mine = self.after.setdefault(way.after, [])
        for number, other in enumerate(mine):
            if other._replace(share=way.share) == way:
                mine[number] = way._replace(share=other.share + way.share)
                return
        mine.append(way)
        if way.parallel is not None:
            self.parallels.add(way.parallel)
        for name in way.next:
            self.before[name][way.after] = None

    def leave_out(self, name: str) -> None:
        """The ways to a state lead on to where it leads."""
        self._break_circle(name)
        inner = self.after.get(name, [])
        places = self.before[name]
        ways = [
            way
            for place in places
            for way in self.after.get(place, ())
            if name in way.next
        ]
        if not all(_can_lead_on(way, inner, len(ways)) for way in ways):
            return
        for place in list(places):
            self._lead_on(place, inner, name)
        self.before.pop(name)
        self.after.pop(name, None)

    def _lead_on(self, place: str | None, inner: list[Way], name: str) -> None:
        old = self.after.pop(place, [])
        for way in old:
            if name not in way.next:
                self.add(way)
                continue
            for one in inner:
                self.add(_led_on(way, one, name))

    def _break_circle(self, name: str) -> None:
        """Nothing happens on a way from a state straight back to it: the others share its part."""
        ways = self.after.get(name, [])
        back = sum(way.share for way in ways if way.next == (name,))
        kept = [way for way in ways if way.next != (name,)]
        if len(kept) < len(ways):
            self.before[name].pop(name, None)
            rest = 1 - back if back < 1 else 1
            self.after[name] = [
                way._replace(share=way.share / rest) for way in kept
            ]


def _can_lead_on(way: Way, inner: list[Way], ways_before: int) -> bool:
    """Whether a way says the same without the state that it leads to."""
    is_plain = len(inner) == 1 and inner[0].share == 1
    if way.parallel is not None:
        begins = is_plain and inner[0].parallel is not None
        return is_plain and not begins and not inner[0].wait_seconds
    if way.error_equals and not is_plain:
        return False
    if not inner and way.wait_seconds:
        return False
    is_parallel = any(one.parallel is not None for one in inner)
    return not is_parallel or ways_before == 1


def _led_on(way: Way, inner: Way, name: str) -> Way:
    """One way in place of the way to a state and one from there."""
    if way.parallel is not None:
        found = (inner.next[0] if one == name else one for one in way.next)
        return way._replace(next=tuple(found))
    return inner._replace(
        after=way.after,
        share=way.share * inner.share,
        wait_seconds=way.wait_seconds + inner.wait_seconds,
        error_equals=way.error_equals,
    )


def _reached(after: dict[str | None, list[Way]]) -> list[Way]:
    """The ways that an execution may take."""
    found: dict[Way, None] = {}
    seen: set[str | None] = {None}
    ahead: list[str | None] = [None]
    while ahead:
        for way in after.get(ahead.pop(0), ()):
            found[way] = None
            reached = [*way.next, way.parallel]
            new = [name for name in reached if name not in seen]
            seen |= set(new)
            ahead += new
    return list(found)
