"""Fates over time: of the events that have arrived so far, how many are delivered, told, parked, lost or under way."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.results.run import Run
from sim.show.drawing import theme as look
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.span_layout import Floats
from sim.show.drawing.theme import MARKS, Theme
from sim.show.drawing.time_units import axis_end
from sim.show.pictures import captions, titles
from sim.show.pictures.captions import Runs, named
from sim.trace import Fate

# From the bottom up: what they are called, the mark whose colours they have, their hatch.
STACK = (
    ("delivered", "success", None, (Fate.SUCCEEDED, Fate.FILTERED)),
    ("caller saw an error", "failure", "/////", (Fate.FAILED, Fate.REJECTED)),
    ("dead-lettered", "dead letter", None, (Fate.DEAD_LETTERED,)),
    ("lost", "dead letter", "xxxx", (Fate.DROPPED, Fate.EXPIRED)),
)
UNDER_WAY = "under way"


def fates(
    runs: Runs,
    *,
    title: str | None = None,
    theme: str = "light",
    seconds: float | None = None,
) -> Picture:
    """Draw what has become of the events so far, a panel a run: counts by fate, stacked, over time.

    The upper edge is how many have arrived; what is pale is still under way. `seconds`: where the
    time axes end.
    """
    runs = named(runs)
    frame = Frame(len(runs), look.theme(theme), left=0.75, between=0.75)
    most = max(captions.numbers(run).deliveries for run in runs.values())
    shown = [
        _panel(frame, axes, run, seconds, most)
        for axes, run in zip(frame.axes, runs.values(), strict=True)
    ]
    first = next(iter(runs.values()))
    frame.say(
        title or titles.answer(runs),
        captions.headings(runs),
        [captions.line(run, first) for run in runs.values()],
    )
    _legend(frame, set().union(*shown))
    frame.figure.text_alternative, frame.figure.runs = captions.describe(runs), runs
    return frame.figure


def _panel(
    frame: Frame, axes: Axes, run: Run, seconds: float | None, most: int
) -> set[str]:
    mine = run.deliveries[run.deliveries.parent.to_numpy() < 0]
    arrived, settled = np.sort(mine.arrived_s.to_numpy()), mine.settled_s.to_numpy()
    fate = mine.fate.cat.codes.to_numpy()
    limit = seconds or axis_end(_last(arrived, settled), frame.most_ticks)
    times = np.unique(
        np.concatenate([[0.0], arrived, settled[~np.isnan(settled)], [limit]])
    )
    times = times[times <= limit]
    floor, shown = np.zeros(len(times)), set()
    for name, mark, hatch, codes in STACK:
        ended = np.sort(settled[np.isin(fate, codes)])
        if len(ended):
            shown.add(name)
            ceiling = floor + _so_far(ended, times)
            _area(axes, times, floor, ceiling, frame.theme, mark, hatch)
            floor = ceiling
    ceiling = _so_far(arrived, times)
    if (ceiling > floor).any():
        shown.add(UNDER_WAY)
        _area(axes, times, floor, ceiling, frame.theme, "queue", None)
    frame.time_axis(axes, limit)
    _count_axis(axes, most, frame.theme)
    return shown


def _last(arrived: Floats, settled: Floats) -> float:
    return float(np.nanmax(np.concatenate([[1.0], arrived, settled])))


def _so_far(instants: Floats, times: Floats) -> Floats:
    return np.searchsorted(instants, times, side="right").astype(float)


def _area(
    axes: Axes,
    times: Floats,
    low: Floats,
    high: Floats,
    theme: Theme,
    mark: str,
    hatch: str | None,
) -> None:
    face, edge = _colours(theme, mark, hatch)
    wide = _outline(face, edge, hatch)
    axes.fill_between(
        times,
        low,
        high,
        step="post",
        facecolor=face,
        edgecolor=edge,
        hatch=hatch,
        linewidth=wide,
    )


def _outline(face: str, edge: str, hatch: str | None) -> float:
    return 0.0 if hatch or face == edge else 0.8


def _colours(theme: Theme, mark: str, hatch: str | None) -> tuple[str, str]:
    face, edge = MARKS[mark].face[theme.number], MARKS[mark].edge[theme.number]
    return face, theme.paper if hatch else edge


def _count_axis(axes: Axes, most: int, theme: Theme) -> None:
    axes.set_ylim(0, max(most, 1) * 1.02)
    axes.set_yticks(_counts(most))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=theme.axis, linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)


def _counts(most: int) -> list[int]:
    """Round numbers from 0 to `most`, about five."""
    power = 10 ** max(len(str(max(most, 1))) - 1, 0)
    step = next(
        s
        for s in (power // 5, power // 2, power, 2 * power)
        if s >= 1 and most / s <= 6
    )
    return list(range(0, most + 1, step))


def _legend(frame: Frame, shown: set[str]) -> None:
    marks = {name: (mark, hatch) for name, mark, hatch, _ in STACK} | {
        UNDER_WAY: ("queue", None)
    }
    names = [name for name in marks if name in shown]
    samples = []
    for name in names:
        mark, hatch = marks[name]
        face, edge = _colours(frame.theme, mark, hatch)
        samples.append(
            Patch(
                facecolor=face,
                edgecolor=edge,
                hatch=hatch,
                linewidth=_outline(face, edge, hatch),
            )
        )
    frame.legend(samples, names)
