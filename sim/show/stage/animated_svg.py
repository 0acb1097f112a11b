"""Orders that move through lanes, as one SVG file: it moves where no code runs.

Where a reader's system asks for less motion, it stands still at its end.
https://www.w3.org/TR/mediaqueries-5/#prefers-reduced-motion
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from sim.markup import escaped
from sim.phrases import counted
from sim.results.run import Run
from sim.show.drawing.theme import DARK, FAILURE, LIGHT, SUCCESS, WAITING, Theme
from sim.show.stage.lane_words import LaneWords, lane_words
from sim.show.stage.lanes import Lane, lanes_of

WIDTH = 940
LANE = 92  # the height of a lane
TOP, BOTTOM = (12, 14)  # above and below all lanes
# from the left: where dots come from, wait, are at work, and end
SENDER = 200
KEEPER, KEEPER_WIDTH = (250, 150)
FUNCTION, FUNCTION_WIDTH = (470, 78)
DONE, NOT_DONE = (620, 800)
ROOM = 46  # the height of a box
RADIUS, PITCH = (4.5, 11)
MOVING, STANDING = (20.0, 5.0)  # seconds of the picture, then over again
FLIGHT = 0.35  # seconds of the picture from one place to the next
KEPT_COLUMNS, RUNNING_COLUMNS = (12, 6)
ENDED_COLUMNS = 12
OTHER_ENDS = {"told": "told of an error"}
COLOURS = {"waits": WAITING, "done": SUCCESS, "fails": FAILURE}


class Place(NamedTuple):
    """Where a dot is, from a moment of the picture on, in percent of its loop."""

    percent: float
    x: float
    y: float
    colour: str


def animated_svg(runs: Mapping[str, Run], words: str) -> str:
    """One SVG element: a lane a run, a dot an event; `words`: what it says to a screen reader.

    One run alone has a lane for each shard of its stream, else for each of its functions. The same
    runs give the same text. Times are those of the runs, all at one pace.
    """
    seconds = max(
        float(run.deliveries.settled_s.max()) for run in runs.values()
    )
    lanes = [
        _Lane(lane, TOP + number * LANE, seconds)
        for number, lane in enumerate(lanes_of(runs))
    ]
    height = TOP + LANE * len(lanes) + BOTTOM
    dots = [dot for lane in lanes for dot in lane.dots()]
    styles = [
        _styles(LIGHT),
        f"@media (prefers-color-scheme: dark) {{{_styles(DARK)}}}",
    ]
    styles += [
        f"circle, .total, .meanwhile {{animation: {MOVING + STANDING:g}s linear infinite}}",
        *_at_the_end("total", before=0, then=1),
        *_at_the_end("meanwhile", before=1, then=0),
        "@media (prefers-reduced-motion: reduce) {.meanwhile {display: none}",
        "circle, .total {animation: none !important}}",
        *(
            f"@keyframes d{number} {{{_keyframes(dot)}}}"
            f"#d{number} {{animation-name: d{number}}}"
            for number, dot in enumerate(dots)
        ),
    ]
    parts = [
        _opening_tag(height, words),
        f"<style>{chr(10).join(styles)}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" rx="8"/>',
        *(part for lane in lanes for part in lane.drawn()),
        *(_circle(number, dot[-1]) for number, dot in enumerate(dots)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


@dataclass(frozen=True)
class _Lane:
    lane: Lane
    top: float
    seconds: float

    @cached_property
    def words(self) -> LaneWords:
        return lane_words(self.lane.run, self.lane.triggers)

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """Those of this lane, in order of arrival."""
        return self.lane.run.deliveries.iloc[self.lane.deliveries]

    def drawn(self) -> Iterator[str]:
        """The lane's words and boxes."""
        words, middle = self.words, self.top + LANE / 2
        name = self.lane.name
        yield _text(16, middle - 4, name[:1].upper() + name[1:], "name")
        yield _text(16, middle + 14, words.keeper or words.note, "small")
        if words.keeper:
            yield _box(KEEPER - 10, middle, KEEPER_WIDTH, "kept")
        yield _box(FUNCTION - 10, middle, FUNCTION_WIDTH, "function")
        above = middle - ROOM / 2 - 5
        yield _text(FUNCTION - 10, above, "function", "small")
        done, others = self._ends()
        for x, ends in ((DONE, done), (NOT_DONE, others)):
            told = [f"{counted(number)} {end}" for end, number in ends.items()]
            yield _text(x - RADIUS, above, ", ".join(ends), "small meanwhile")
            yield _text(x - RADIUS, above, ", ".join(told), "small total")

    def _ends(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many are done, and what became of the others."""
        ends = Counter(self.deliveries.end.astype(str).tolist())
        done = {"done": ends.pop("delivered", 0)}
        return done, {OTHER_ENDS.get(end, end): ends[end] for end in ends}

    def dots(self) -> Iterator[list[Place]]:
        """By event: its places, in order of time."""
        attempts: dict[Any, list[Any]] = {
            delivery: list(some.itertuples())
            for delivery, some in self.lane.run.attempts.groupby("delivery")
        }
        ended = {"done": 0, "fails": 0}
        settled = self.deliveries.sort_values(["settled_s", "delivery"])
        slots = {}
        for delivery, end in zip(settled.delivery, settled.end, strict=True):
            colour = "done" if end == "delivered" else "fails"
            slots[delivery] = (colour, ended[colour])
            ended[colour] += 1
        for number, order in enumerate(self.deliveries.itertuples()):
            tries = attempts.get(order.delivery, [])
            yield [
                *self._places(number, order, tries),
                self._end(order, *slots[order.delivery]),
            ]

    def _places(
        self, number: int, order: Any, attempts: list[Any]
    ) -> Iterator[Place]:
        """Where a dot is before it ends: it waits between tries, and before a late first one."""
        waiting = self._slot(KEEPER, number % 36, KEPT_COLUMNS)
        running = self._slot(FUNCTION, number % 18, RUNNING_COLUMNS)
        yield self._at(order.arrived_s, (SENDER, self.top + LANE / 2), "waits")
        left, after = order.arrived_s, "waits"
        for attempt in attempts:
            waits = (attempt.start_s - left) * MOVING / self.seconds
            if left > order.arrived_s or (
                self.words.keeper and waits > 2 * FLIGHT
            ):
                yield self._at(left, waiting, after, FLIGHT)
            yield self._at(attempt.start_s, running, "waits")
            colour = "done" if attempt.outcome == "succeeded" else "fails"
            after = "fails" if attempt.outcome == "failed" else "waits"
            left = attempt.end_s
            yield self._at(left, running, colour)

    def _end(self, order: Any, colour: str, slot: int) -> Place:
        """Where a dot stays: among those that are done, or the others."""
        place = DONE if colour == "done" else NOT_DONE
        at = self._slot(place, slot, ENDED_COLUMNS)
        return self._at(order.settled_s, at, colour, FLIGHT)

    def _slot(self, x: float, number: int, columns: int) -> tuple[float, float]:
        """The place of a dot among others that stand in rows."""
        row, column = divmod(number, columns)
        first = self.top + LANE / 2 - PITCH
        return x + column * PITCH, first + row * PITCH

    def _at(
        self,
        second: float,
        place: tuple[float, float],
        colour: str,
        later: float = 0,
    ) -> Place:
        moment = MOVING * second / self.seconds + later
        percent = 100 * moment / (MOVING + STANDING)
        return Place(percent, *place, colour)


def _opening_tag(height: float, words: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-label="{escaped(words)}">'
    )


def _at_the_end(kind: str, before: int, then: int) -> Iterator[str]:
    """Words that come or go when nothing moves any more."""
    over = 100 * MOVING / (MOVING + STANDING)
    yield f"@keyframes {kind} {{0%, {over - 0.1:g}% {{opacity: {before}}}"
    yield f"{over:g}%, 100% {{opacity: {then}}}}} .{kind} {{animation-name: {kind}}}"


def _keyframes(places: list[Place]) -> str:
    """A dot is unseen until it arrives, flies from place to place, and stays at the last one."""
    flight = 100 * FLIGHT / (MOVING + STANDING)
    first, *_ = places
    frames = [_frame(0, first, 0), _frame(first.percent, first, 0)]
    last, moment = first, first.percent
    for place in places[1:]:
        leaves = max(moment + 0.01, place.percent - flight)
        arrives = max(leaves + 0.05, place.percent)
        frames += [_frame(leaves, last), _frame(arrives, place)]
        last, moment = place, arrives
    return "".join([*frames, _frame(100, last)])


def _frame(percent: float, place: Place, opacity: int = 1) -> str:
    return (
        f"{percent:.2f}% {{transform: translate({place.x:g}px, {place.y:g}px); "
        f"fill: var(--{place.colour}); opacity: {opacity}}}"
    )


def _circle(number: int, place: Place) -> str:
    return (
        f'<circle id="d{number}" r="{RADIUS}" '
        f'style="transform: translate({place.x:g}px, {place.y:g}px); '
        f'fill: var(--{place.colour})"/>'
    )


def _styles(theme: Theme) -> str:
    colours = "; ".join(
        f"--{name}: {theme.pick(pair)}" for name, pair in COLOURS.items()
    )
    return (
        f"svg {{{colours}; --ink: {theme.text}; --secondary: {theme.secondary}; "
        f"--axis: {theme.axis}; --paper: {theme.background}}}"
        ".paper {fill: var(--paper)} .kept, .function {fill: none; stroke: var(--axis)} "
        ".kept {stroke-dasharray: 4 3} text {fill: var(--ink); "
        "font-family: 'DejaVu Sans', Verdana, sans-serif} .name {font-size: 16px; "
        "font-weight: bold} .small {font-size: 12px; fill: var(--secondary)}"
    )


def _box(x: float, middle: float, width: float, kind: str) -> str:
    return (
        f'<rect class="{kind}" x="{x}" y="{middle - ROOM / 2:g}" width="{width}" '
        f'height="{ROOM}" rx="6"/>'
    )


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y:g}">{escaped(words)}</text>'
