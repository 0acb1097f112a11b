"""How far a stream's readers are behind: the age of the oldest record, and the backlog, by shard over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sim.results.intervals import Floats, oldest, open_intervals
from sim.results.phrases import spoken
from sim.results.run import Run
from sim.results.usage import streams
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.theme import MARKS, RUN_COLOURS, RUN_LINES, Theme
from sim.show.drawing.theme import theme as theme_of
from sim.show.drawing.time_units import axis_end, axis_unit, ticks
from sim.trace import MICROSECONDS

SHOWN = len(RUN_COLOURS)
LOST, KEPT = "lost", "destination"
Line = tuple[Floats, Floats]


def iterator_age(
    run: Run,
    mapping: str | None = None,
    *,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw, a line for each shard, the age of the oldest record that is not done with, and how many there are.

    `mapping`: by default the only one of a stream, table, topic, broker or cluster; several must be
    named, else `ValueError` is raised. Of many shards the four that fall furthest behind are shown.
    Marks are records that were given up. `title`: by default what happened.
    """
    name = _mapping(run, mapping)
    table, ended = streams.records(run), run.trace.ended / MICROSECONDS
    table = table[(table.trigger == name) & table.written_s.notna()]
    shards = {
        shard: _Shard(table[table["shard"] == shard], ended)
        for shard in sorted(set(table["shard"].tolist()))
    }
    worst = sorted(shards, key=lambda shard: -shards[shard].worst)[:SHOWN]
    frame = Frame(2, theme_of(theme), left=0.75, between=0.75)
    limit = axis_end(
        max((shard.last for shard in shards.values()), default=1.0), frame.most_ticks
    )
    _draw(
        frame,
        {shard: shards[shard] for shard in sorted(worst)},
        min(limit, max(ended, 1.0)),
    )
    answer = _answer(shards, ended)
    oldest = max((shard.worst for shard in shards.values()), default=1.0)
    headings = [
        f"Age of the oldest record, in {axis_unit(oldest).name}",
        "Records not done with",
    ]
    frame.say(title or f"{name}: {answer}", headings, [_ages(shards), _counts(table)])
    frame.figure.text_alternative = (
        f"How far mapping {name} is behind: {answer}. {'; '.join(_ages(shards))}."
    )
    return frame.figure


class _Shard:
    """The records of one shard over time."""

    def __init__(self, records: pd.DataFrame, ended: float) -> None:
        start = records.written_s.to_numpy(float)
        end = records.settled_s.fillna(ended).to_numpy(float)
        self.settled = not records.settled_s.isna().any()
        self.age = _age(start, end)
        self.backlog = _backlog(start, end, ended)
        self.worst = float(self.age[1].max(initial=0.0))
        self.worst_at = float(self.age[0][self.age[1].argmax()])
        self.last = float(end.max(initial=0.0))
        self.lost = records[records.fate.isin(["dropped", "expired"])]
        self.kept = records[records.fate == "dead-lettered"]


def _age(start: Floats, end: Floats) -> Line:
    """A saw-tooth: it grows with time, and falls to the age of the next record when the oldest one is done with."""
    found = oldest(start, end)
    since = found.start
    over = found.end
    time = np.c_[since, since, over, over]
    age = np.c_[since * 0, since - found.began, over - found.began, over * 0]
    # at once on the one before: the age does not fall to 0
    follows = np.r_[False, since[1:] <= over[:-1]]
    shown = np.c_[~follows, over > 0, over > 0, ~np.r_[follows[1:], False]]
    return np.r_[0.0, time[shown]], np.r_[0.0, age[shown]]


def _backlog(start: Floats, end: Floats, ended: float) -> Line:
    levels = open_intervals(start, end, ended)
    return np.c_[levels.start, levels.end].ravel(), np.repeat(levels.level, 2)


def _draw(frame: Frame, shards: dict[int, _Shard], limit: float) -> None:
    ages, backlogs = frame.axes
    samples: list[Artist] = []
    for place, shard in enumerate(shards.values()):
        style: dict[str, Any] = {
            "color": RUN_COLOURS[place][frame.theme.number],
            "linestyle": RUN_LINES[place],
            "linewidth": 1.6,
        }
        samples += ages.plot(*shard.age, **style)
        backlogs.plot(*shard.backlog, **style)
    labels = [f"shard {number}" for number in shards]
    for mark in (KEPT, LOST):
        gone = [shard.lost if mark == LOST else shard.kept for shard in shards.values()]
        if any(map(len, gone)):
            samples.append(_marks(ages, pd.concat(gone), mark, frame.theme))
            labels.append(MARKS[mark].label)
    for axes in frame.axes:
        frame.time_axis(axes, limit)
        axes.set_ylim(0, max(axes.dataLim.y1, 1e-3) * 1.08)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", color=frame.theme.axis, linewidth=0.6, alpha=0.6)
    ages.set_yticks(*ticks(ages.get_ylim()[1], 5))
    backlogs.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    backlogs.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    frame.legend(samples, labels)


def _marks(axes: Axes, gone: pd.DataFrame, name: str, theme: Theme) -> Line2D:
    """Where records were given up, each at the age it had."""
    mark = MARKS[name]
    face = theme.paper if mark.hollow else mark.face[theme.number]
    edge = mark.edge[theme.number]
    line = axes.plot(
        gone.settled_s, gone.settled_s - gone.written_s, linestyle="none", marker=mark.marker, markersize=2 * mark.size,
        markerfacecolor=face, markeredgecolor=edge, markeredgewidth=1.2, zorder=mark.above, clip_on=False,
    )  # fmt: skip
    return line[0]


def _mapping(run: Run, mapping: str | None) -> str:
    names = list(streams.mappings(run))
    if not names:
        raise ValueError(
            "The run has no mapping of a stream, table, topic, broker or cluster."
        )
    if mapping is None and len(names) > 1:
        raise ValueError(
            f"The run has mappings {', '.join(map(repr, names))}; name one with mapping=."
        )
    if mapping is not None and mapping not in names:
        raise ValueError(
            f"The run has no mapping {mapping!r} of a stream, but {', '.join(map(repr, names))}."
        )
    return mapping or names[0]


def _answer(shards: dict[int, _Shard], ended: float) -> str:
    if not shards:
        return "no record came"
    worst = max(shards, key=lambda shard: shards[shard].worst)
    of = shards[worst]
    who = f"shard {worst}" if len(shards) > 1 else "its shard"
    end = (
        f", most after {spoken(of.worst_at)}"
        if of.settled
        else f" and has not caught up after {spoken(ended)}"
    )
    return f"{who} falls {spoken(of.worst)} behind{end}"


def _ages(shards: dict[int, _Shard]) -> list[str]:
    return [
        f"shard {number}: at most {spoken(shard.worst)}"
        for number, shard in list(shards.items())[:SHOWN]
    ]


def _counts(table: pd.DataFrame) -> list[str]:
    fates = table.fate.value_counts()
    return [f"{count:,} {fate}" for fate, count in fates.items() if count]
