"""Fates over time: what has become of the events that have arrived so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from sim.arrays import Floats
from sim.phrases import spoken
from sim.results.ends import End
from sim.results.run import Run
from sim.scenario.arguments import PositiveSeconds, checked
from sim.show.drawing.frame import Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import MARKS, Theme, theme_named
from sim.show.drawing.time_units import shared_end
from sim.show.pictures import captions, titles
from sim.show.pictures.captions import Runs, earlier_runs, runs_by_name

LEFT, BETWEEN = 0.75, 0.75  # inches, with room for numbers
ROW_HEIGHT = 1.0  # inches; two rows have room in a panel
MOST_INSTANTS = 500  # more than a panel has columns of pixels


@dataclass(frozen=True)
class Area:
    """How events with some ends are drawn: with the colours of a mark, and a hatch."""

    label: str
    mark: str
    hatch: str | None = None
    ends: tuple[End, ...] = ()

    def style(self, theme: Theme) -> dict[str, Any]:
        """Properties of a matplotlib patch."""
        mark = MARKS[self.mark]
        face = theme.pick(mark.face)
        edge = theme.background if self.hatch else theme.pick(mark.edge)
        return {
            "facecolor": face,
            "edgecolor": edge,
            "hatch": self.hatch,
            "linewidth": 0.0 if self.hatch or face == edge else 0.8,
        }


# From the bottom up.
SETTLED = (
    Area("delivered", "success", None, (End.DELIVERED, End.FILTERED)),
    Area("handled, then given up", "success", "/////", (End.GIVEN_UP,)),
    Area("caller saw an error", "failure", "/////", (End.TOLD,)),
    Area("parked", "dead letter", None, (End.PARKED,)),
    Area("lost", "dead letter", "xxxx", (End.LOST,)),
)
UNDER_WAY = Area("under way", "queue")


@checked
def fates(
    runs: Runs,
    *,
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str | Theme = "light",
    seconds: PositiveSeconds | None = None,
) -> Picture:
    """Draw what has become of the events so far, a panel a run: counts by end, stacked, over time.

    Each event counts with all that it caused, from its arrival until its last consequence. The
    upper edge is how many have arrived; what is pale is still under way. `pinned`: earlier runs, of
    which a grey line shows what was delivered. `seconds`: where the time axes end; by default as in
    `timeline`.
    """
    by_name = runs_by_name(runs)
    frame = _frame(len(by_name), theme_named(theme))
    behind = earlier_runs(by_name, pinned)
    all_runs = [*by_name.values(), *filter(None, behind)]
    last = [_last_end(run) for run in all_runs]
    limit = seconds or shared_end(
        last, captions.last_arrival(by_name), frame.most_ticks
    )
    most = max(captions.event_numbers(run).events for run in all_runs)
    shown: set[str] = set()
    for axes, run, earlier in zip(
        frame.axes, by_name.values(), behind, strict=True
    ):
        shown |= _draw_panel(frame, axes, run, limit)
        if earlier is not None:
            _draw_pinned(frame, axes, earlier, limit)
        _count_axis(frame, axes, most)
    first, *_ = by_name.values()
    lines = [captions.counts_line(run, first) for run in by_name.values()]
    for parts, end in zip(lines, last, strict=False):
        if end > limit:
            parts.append(f"the last after {spoken(end)}, beyond this axis")
    frame.set_texts(
        title or titles.events_title(by_name),
        captions.headings(by_name),
        lines,
    )
    _explain(frame, shown, any(behind))
    frame.set_alternative(captions.describe(by_name, pinned), by_name)
    return frame.figure


def _frame(panels: int, theme: Theme) -> Frame:
    return Frame(
        panels, theme, left=LEFT, between=BETWEEN, row_height=ROW_HEIGHT
    )


def _explain(frame: Frame, shown: set[str], pinned: bool) -> None:
    areas = [area for area in (*SETTLED, UNDER_WAY) if area.label in shown]
    samples: list[Artist] = [Patch(**area.style(frame.theme)) for area in areas]
    labels = [area.label for area in areas]
    if pinned:
        samples.append(Line2D([], [], **_pinned_style(frame.theme)))
        labels.append("delivered in the pinned run")
    frame.legend(samples, labels)


def _last_end(run: Run) -> float:
    """When the last event of a run arrives or ends, at least 1 s."""
    times = [run.journeys.started_s, run.journeys.ended_s]
    return float(np.nanmax(np.concatenate([[1.0], *times])))


def _draw_panel(frame: Frame, axes: Axes, run: Run, limit: float) -> set[str]:
    """Draw a run; returns the labels of its areas."""
    arrived = np.sort(run.journeys.started_s.to_numpy())
    settled = run.journeys.ended_s.to_numpy()
    end = run.journeys.end.cat.codes.to_numpy()
    counts = {
        area: np.sort(settled[np.isin(end, area.ends)]) for area in SETTLED
    }
    counts = {area: ended for area, ended in counts.items() if len(ended)}
    times = _instants(arrived, settled, limit)
    ceiling = np.zeros(len(times))
    tops = {}
    for area, ended in counts.items():
        ceiling = ceiling + _so_far(ended, times)
        tops[area] = ceiling
    arrivals = _so_far(arrived, times)
    if (arrivals > ceiling).any():
        tops[UNDER_WAY] = arrivals
    for number, (area, top) in enumerate(tops.items()):
        # each from the floor up, behind those below it
        _fill(
            axes,
            times,
            top,
            {**area.style(frame.theme), "zorder": 1 - number / 10},
        )
    frame.time_axis(axes, limit)
    return {area.label for area in tops}


def _draw_pinned(frame: Frame, axes: Axes, run: Run, limit: float) -> None:
    """How many a pinned run had delivered, over what stands there now."""
    is_delivered = (run.journeys.end == "delivered").to_numpy()
    ended = np.sort(run.journeys.ended_s.to_numpy()[is_delivered])
    times = _instants(ended, ended, limit)
    axes.plot(
        times,
        _so_far(ended, times),
        drawstyle="steps-post",
        **_pinned_style(frame.theme),
    )


def _pinned_style(theme: Theme) -> dict[str, Any]:
    """Grey on an edge of the page's colour, so that it is seen on any area."""
    edge = withStroke(linewidth=4, foreground=theme.background)
    return {"color": theme.pinned, "linewidth": 2, "path_effects": [edge]}


def _instants(arrived: Floats, settled: Floats, limit: float) -> Floats:
    """When a count changes, up to `limit`; of very many the picture shows as many as it can."""
    if len(arrived) + len(settled) > MOST_INSTANTS:
        return np.linspace(0.0, limit, MOST_INSTANTS)
    times = np.concatenate([[0.0], arrived, settled, [limit]])
    return np.unique(times[times <= limit])


def _so_far(instants: Floats, times: Floats) -> Floats:
    """How many of the instants have passed, at each time."""
    return np.searchsorted(instants, times, side="right").astype(float)


def _fill(
    axes: Axes, times: Floats, level: Floats, style: dict[str, Any]
) -> None:
    changes = np.flatnonzero(np.diff(level, prepend=-1.0))
    shown = np.unique(np.r_[changes, len(level) - 1])
    axes.fill_between(times[shown], level[shown], step="post", **style)


def _count_axis(frame: Frame, axes: Axes, most: int) -> None:
    axes.set_ylim(0, max(most, 1) * 1.02)
    axes.set_yticks(_round_counts(most))
    frame.value_axis(axes)
    axes.set_axisbelow(True)


def _round_counts(most: int) -> list[int]:
    """Round numbers from 0 to `most`, about five."""
    power = 10 ** max(len(str(max(most, 1))) - 1, 0)
    for step in (power // 5, power // 2, power):
        if step >= 1 and most / step <= 6:
            return list(range(0, most + 1, step))
    return list(range(0, most + 1, 2 * power))
