"""Fates over time: what has become of the events that have arrived so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.arrays import Floats
from sim.results.ends import End
from sim.results.run import Run
from sim.scenario.arguments import PositiveSeconds, checked
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.theme import MARKS, Theme, theme_named
from sim.show.drawing.time_units import axis_end
from sim.show.pictures import captions, titles
from sim.show.pictures.captions import Runs, runs_by_name

LEFT, BETWEEN = 0.75, 0.75  # inches, with room for numbers
MOST_INSTANTS = 20_000  # many more than a picture has columns of pixels


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
    Area("dead-lettered", "dead letter", None, (End.PARKED,)),
    Area("lost", "dead letter", "xxxx", (End.LOST,)),
)
UNDER_WAY = Area("under way", "queue")


@checked
def fates(
    runs: Runs,
    *,
    title: str | None = None,
    theme: str = "light",
    seconds: PositiveSeconds | None = None,
) -> Picture:
    """Draw what has become of the events so far, a panel a run: counts by end, stacked, over time.

    Each event counts with all that it caused, from its arrival until its last consequence. The
    upper edge is how many have arrived; what is pale is still under way. `seconds`: where the time
    axes end.
    """
    runs = runs_by_name(runs)
    frame = Frame(len(runs), theme_named(theme), left=LEFT, between=BETWEEN)
    most = max(captions.event_numbers(run).events for run in runs.values())
    shown: set[str] = set()
    for axes, run in zip(frame.axes, runs.values(), strict=True):
        shown |= _draw_panel(frame, axes, run, seconds)
        _count_axis(frame, axes, most)
    first, *_ = runs.values()
    frame.set_texts(
        title or titles.events_title(runs),
        captions.headings(runs),
        [captions.counts_line(run, first) for run in runs.values()],
    )
    areas = [area for area in (*SETTLED, UNDER_WAY) if area.label in shown]
    samples = [Patch(**area.style(frame.theme)) for area in areas]
    frame.legend(samples, [area.label for area in areas])
    frame.set_alternative(captions.describe(runs), runs)
    return frame.figure


def _draw_panel(
    frame: Frame, axes: Axes, run: Run, seconds: float | None
) -> set[str]:
    """Draw a run; returns the labels of its areas."""
    arrived = np.sort(run.journeys.started_s.to_numpy())
    settled = run.journeys.ended_s.to_numpy()
    end = run.journeys.end.cat.codes.to_numpy()
    last = np.nanmax(np.concatenate([[1.0], arrived, settled]))
    limit = seconds or axis_end(float(last), frame.most_ticks)
    times = _instants(arrived, settled, limit)
    floor = np.zeros(len(times))
    shown = set()
    for area in SETTLED:
        ended = np.sort(settled[np.isin(end, area.ends)])
        if len(ended):
            ceiling = floor + _so_far(ended, times)
            _fill(axes, times, floor, ceiling, area.style(frame.theme))
            shown.add(area.label)
            floor = ceiling
    ceiling = _so_far(arrived, times)
    if (ceiling > floor).any():
        _fill(axes, times, floor, ceiling, UNDER_WAY.style(frame.theme))
        shown.add(UNDER_WAY.label)
    frame.time_axis(axes, limit)
    return shown


def _instants(arrived: Floats, settled: Floats, limit: float) -> Floats:
    """When a count changes, up to `limit`; of very many the picture shows as many as it can."""
    if len(arrived) > MOST_INSTANTS:
        return np.linspace(0.0, limit, MOST_INSTANTS)
    times = np.concatenate([[0.0], arrived, settled, [limit]])
    return np.unique(times[times <= limit])


def _so_far(instants: Floats, times: Floats) -> Floats:
    """How many of the instants have passed, at each time."""
    return np.searchsorted(instants, times, side="right").astype(float)


def _fill(
    axes: Axes, times: Floats, low: Floats, high: Floats, style: dict[str, Any]
) -> None:
    axes.fill_between(times, low, high, step="post", **style)


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
