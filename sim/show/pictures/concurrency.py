"""Concurrency: which functions hold execution environments, under which limit, and who is refused.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from sim.arrays import Floats
from sim.markup import visible
from sim.phrases import spoken
from sim.scenario.arguments import PositiveSeconds, checked
from sim.show.drawing.axis_numbers import axis_number
from sim.show.drawing.frame import TEXT_SIZE, Frame, bare_axes
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import (
    RUN_COLOURS,
    THROTTLED,
    WAITING,
    Theme,
    theme_named,
)
from sim.show.drawing.time_units import shared_end
from sim.show.drawing.words import shortened
from sim.show.pictures import captions
from sim.show.pictures.captions import (
    Runs,
    earlier_runs,
    runs_by_name,
)
from sim.show.pictures.concurrency_levels import (
    NO_LIMIT,
    Concurrency,
    Limit,
    concurrency_of,
    level_at,
)
from sim.show.pictures.concurrency_words import (
    OTHERS,
    concurrency_title,
    functions_in_stack,
    numbers_line,
    throttled_functions,
)

LEFT, BETWEEN = 0.7, 0.7  # inches, with room for numbers
STRIP, BARS = 0.44, 0.2  # inches of a function's throttles, and of their bars
BAR_WIDTH = 3  # pixels
HEADROOM = 1.2  # over the highest line, for its words
NEAR = 2.5  # times the peak: a line further up would make the rest small
GAP = 0.08  # inches between two strips
LEAST_BAR = 0.25  # of the highest
# Ink last, which is heavy on an area:
AREAS = (RUN_COLOURS[0], *RUN_COLOURS[2:], RUN_COLOURS[1])
HATCHES = ("", "///", "...", "\\\\\\", "xxx", "---", "")


@checked
def concurrency(
    runs: Runs,
    *,
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str | Theme = "light",
    seconds: PositiveSeconds | None = None,
) -> Picture:
    """Draw how many execution environments each function holds, stacked, a panel a run.

    Dashed lines are the limits that are near: the account's, and the reservation of the lowest
    function. Above stand the throttled attempts of each function, a bar for those within a few
    pixels. Of more than six functions the six with the greatest concurrency have a colour.
    `pinned`: earlier runs, whose total is a grey line. `seconds`: where the time axes end; by
    default as in `timeline`.
    """
    by_name = runs_by_name(runs)
    behind = earlier_runs(by_name, pinned)
    picture = _ConcurrencyPicture(
        {name: concurrency_of(run) for name, run in by_name.items()},
        [concurrency_of(run) if run else None for run in behind],
        theme,
    )
    limit = seconds or shared_end(
        [found.last for found in picture.every],
        captions.last_arrival(by_name),
        picture.frame.most_ticks,
    )
    picture.draw(limit)
    answer = concurrency_title(picture.found)
    lines = [numbers_line(found) for found in picture.found.values()]
    picture.frame.set_texts(title or answer, list(by_name), lines)
    words = "; ".join(
        f"{name}: {', '.join(parts)}"
        for name, parts in zip(by_name, lines, strict=True)
    )
    picture.frame.set_alternative(f"{answer}. {words}.", by_name)
    return picture.frame.figure


class _ConcurrencyPicture:
    def __init__(
        self,
        found: dict[str, Concurrency],
        behind: list[Concurrency | None],
        theme_name: str | Theme,
    ) -> None:
        self.found = found
        self.behind = behind
        self.every = [*found.values(), *filter(None, behind)]
        self.theme = theme_named(theme_name)
        self.frame = Frame(len(found), self.theme, LEFT, between=BETWEEN)
        self.stack = functions_in_stack(list(found.values()))
        self.strips = throttled_functions(list(found.values()))
        self.top = HEADROOM * max(1.0, *map(self._highest, self.every))

    def _highest(self, found: Concurrency) -> float:
        """The peak, or the highest limit that is near it."""
        lines = [limit.highest for _, limit in self._limits(found)]
        return max([found.most, *lines])

    def draw(self, limit: float) -> None:
        """Draw all panels, and what their colours mean."""
        for axes, found, earlier in zip(
            self.frame.axes, self.found.values(), self.behind, strict=True
        ):
            self._make_room(axes)
            self._draw_stack(axes, found, limit)
            if earlier is not None:
                self._step(axes, earlier, limit)
            for words, line in self._limits(found):
                self._draw_limit(axes, line, words, limit)
            for number, functions in enumerate(self.strips.values()):
                at = found.throttled(functions)
                self._draw_throttles(axes, number, at, limit)
            self._number(axes, limit)
        self._explain(any(self.behind), limit / self._parts)

    def _make_room(self, axes: Axes) -> None:
        """Lower the upper edge, for the throttles."""
        place = axes.get_position()
        height = place.height - STRIP * len(self.strips) / self.frame.height
        axes.set_position((place.x0, place.y0, place.width, height))

    def _draw_stack(self, axes: Axes, found: Concurrency, limit: float) -> None:
        """Areas on each other: each is drawn from the floor, behind those below it."""
        edges, at = found.peaks(limit, self._parts)
        level = np.zeros(len(at))
        for number, functions in enumerate(self.stack.values()):
            held = found.held(functions, at)
            if held.any():
                level = level + held
                style = self._area(number)
                axes.fill_between(
                    np.r_[edges, limit],
                    np.r_[level, level[-1]],
                    step="post",
                    zorder=1 - number / 10,
                    **style,
                )

    @property
    def _parts(self) -> int:
        """How many bars a panel has room for."""
        return max(1, round(self.frame.pixels[0] / BAR_WIDTH))

    def _area(self, number: int) -> dict[str, Any]:
        is_other = number == len(self.stack) - 1 and OTHERS in self.stack
        colour = self.theme.pick(WAITING if is_other else AREAS[number])
        return {
            "facecolor": colour,
            "edgecolor": self.theme.background,
            "hatch": "" if is_other else HATCHES[number],
            "linewidth": 0.0,
        }

    def _step(self, axes: Axes, earlier: Concurrency, limit: float) -> None:
        edges, at = earlier.peaks(limit, self._parts)
        level = level_at(earlier.total, at)
        edge = withStroke(linewidth=4, foreground=self.theme.background)
        axes.step(
            edges,
            level,
            where="post",
            color=self.theme.pinned,
            linewidth=2,
            path_effects=[edge],
        )

    def _limits(self, found: Concurrency) -> list[tuple[str, Limit]]:
        """The lines that are near enough, with their words."""
        near = NEAR * max(found.most, 1)
        lines = [("the account's limit", found.account)]
        lowest, *_ = [*self.stack.values(), []]
        if lowest:
            line = found.reserved.get(lowest[0], NO_LIMIT)
            lines.append((f"reserved for {lowest[0]}", line))
        return [(words, line) for words, line in lines if line.lowest <= near]

    def _draw_limit(
        self, axes: Axes, line: Limit, words: str, limit: float
    ) -> None:
        axes.step(
            np.r_[line.since, max(limit, line.since[-1])],
            np.r_[line.most, line.most[-1]],
            where="post",
            color=self.theme.text,
            linewidth=1.4,
            linestyle=(0, (5, 2)),
        )
        text = f"{words}: {line.most[-1]:,.0f}"
        axes.annotate(
            shortened(visible(text), self.frame.panel_width, TEXT_SIZE),
            (1, line.most[-1]),
            (0, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=TEXT_SIZE,
            color=self.theme.text,
            path_effects=[
                withStroke(linewidth=4, foreground=self.theme.background)
            ],
        )

    def _draw_throttles(
        self, below: Axes, number: int, at: Floats, limit: float
    ) -> None:
        """Bars of one function's throttled attempts, above the concurrency."""
        room = below.get_position()
        inch = 1 / self.frame.height
        up = room.y1 + (STRIP * number + GAP) * inch
        place = (room.x0, up, room.width, BARS * inch)
        axes = bare_axes(self.frame.figure, place, self.theme)
        axes.set_xlim(0, limit)
        axes.set_xticks([])
        count = self._parts
        bars, edges = np.histogram(at, count, (0, limit))
        hit = np.flatnonzero(bars)
        axes.bar(
            edges[hit],
            np.maximum(bars[hit], LEAST_BAR * bars.max(initial=1)),
            limit / count,
            align="edge",
            color=self.theme.pick(THROTTLED),
            linewidth=0,
        )
        axes.set_ylim(0, bars.max(initial=1))
        name = list(self.strips)[number]
        words = f"× {name}: {len(at):,} throttled"
        axes.annotate(
            shortened(visible(words), self.frame.panel_width, TEXT_SIZE),
            (0, 1),
            (0, 1),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=TEXT_SIZE,
            color=self.theme.text,
        )

    def _number(self, axes: Axes, limit: float) -> None:
        self.frame.time_axis(axes, limit)
        axes.set_ylim(0, self.top)
        locator = MaxNLocator(4, steps=[1, 2, 5, 10], integer=True)
        axes.yaxis.set_major_locator(locator)
        axes.yaxis.set_major_formatter(axis_number)
        self.frame.value_axis(axes)
        axes.set_axisbelow(True)

    def _explain(self, pinned: bool, part: float) -> None:
        samples: list[Artist] = [
            Patch(**self._area(number)) for number in range(len(self.stack))
        ]
        labels = list(self.stack)
        if self.strips:
            samples.append(Patch(color=self.theme.pick(THROTTLED)))
            labels.append("throttled attempts")
        if pinned:
            line = Line2D([], [], color=self.theme.pinned, linewidth=2)
            samples.append(line)
            labels.append("all functions of the pinned run")
        samples.append(Line2D([], [], linestyle="none"))
        labels.append(f"a column: the most within {spoken(part)}")
        self.frame.legend(samples, labels)
