"""Orders that move through lanes, as one SVG file: it moves where no code runs.

Where a reader's system asks for less motion, it stands still at its end.
https://www.w3.org/TR/mediaqueries-5/#prefers-reduced-motion
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.markup import escaped
from sim.phrases import counted
from sim.results.run import Run
from sim.show.drawing.theme import DARK, FAILURE, LIGHT, SUCCESS, WAITING, Theme
from sim.show.stage.lane_words import lane_words

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

    The same runs give the same text. Times are those of the runs, all at one pace.
    """
    seconds = max(
        float(run.deliveries.settled_s.max()) for run in runs.values()
    )
    lanes = [
        _Lane(name, run, TOP + number * LANE, seconds)
        for number, (name, run) in enumerate(runs.items())
    ]
    height = TOP + LANE * len(lanes) + BOTTOM
    dots = [dot for lane in lanes for dot in lane.dots()]
    styles = [
        _styles(LIGHT),
        f"@media (prefers-color-scheme: dark) {{{_styles(DARK)}}}",
    ]
    styles += [
        f"circle {{animation: {MOVING + STANDING:g}s linear infinite}}",
        "@media (prefers-reduced-motion: reduce) {circle {animation: none !important}}",
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
    name: str
    run: Run
    top: float
    seconds: float

    def drawn(self) -> Iterator[str]:
        """The lane's words and boxes."""
        words = lane_words(self.run, self.run.triggers)
        middle = self.top + LANE / 2
        yield _text(16, middle - 4, self.name, "name")
        yield _text(16, middle + 14, words.keeper or words.note, "small")
        if words.keeper:
            yield _box(KEEPER - 10, middle, KEEPER_WIDTH, "kept")
        yield _box(FUNCTION - 10, middle, FUNCTION_WIDTH, "function")
        above = middle - ROOM / 2 - 5
        yield _text(FUNCTION - 10, above, "function", "small")
        done, others = self._counts()
        yield _text(DONE - RADIUS, above, done, "small")
        yield _text(NOT_DONE - RADIUS, above, others, "small")

    def _counts(self) -> tuple[str, str]:
        """How many are done, and what became of the others."""
        ends = Counter(self.run.deliveries.end.astype(str).tolist())
        done = ends.pop("delivered", 0)
        others = [
            f"{counted(number)} {OTHER_ENDS.get(end, end)}"
            for end, number in ends.items()
        ]
        return f"{counted(done)} done", ", ".join(others)

    def dots(self) -> Iterator[list[Place]]:
        """By event: its places, in order of time."""
        attempts: dict[Any, Any] = dict(
            list(self.run.attempts.groupby("event"))
        )
        ended = {"done": 0, "fails": 0}
        settled = self.run.deliveries.sort_values(["settled_s", "event"])
        slots = {}
        for event, end in zip(settled.event, settled.end, strict=True):
            colour = "done" if end == "delivered" else "fails"
            slots[event] = (colour, ended[colour])
            ended[colour] += 1
        for order in self.run.deliveries.itertuples():
            yield self._places(
                order, attempts.get(order.event), *slots[order.event]
            )

    def _places(
        self, order: Any, attempts: Any, colour: str, slot: int
    ) -> list[Place]:
        number = int(order.event)
        sender = (SENDER, self.top + LANE / 2)
        places = [self._at(order.arrived_s, sender, "waits")]
        waiting = self._slot(KEEPER, number % 36, KEPT_COLUMNS)
        running = self._slot(FUNCTION, number % 18, RUNNING_COLUMNS)
        for attempt in attempts.itertuples():
            places += [
                self._at(attempt.start_s, running, "waits"),
                self._at(
                    attempt.end_s,
                    running,
                    "done" if attempt.outcome == "succeeded" else "fails",
                ),
                self._at(attempt.end_s, waiting, "waits", FLIGHT),
            ]
        place = DONE if colour == "done" else NOT_DONE
        at = self._slot(place, slot, ENDED_COLUMNS)
        return [*places[:-1], self._at(order.settled_s, at, colour, FLIGHT)]

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
