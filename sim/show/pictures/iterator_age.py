"""How far a stream's readers are behind: the oldest record's age and the backlog, by shard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.arrays import Floats
from sim.phrases import spoken
from sim.results.intervals import oldest, open_intervals
from sim.results.run import Run
from sim.results.usage import streams
from sim.scenario.arguments import checked
from sim.scenario.errors import ScenarioError
from sim.show.drawing.axis_numbers import axis_number
from sim.show.drawing.frame import Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import (
    MARKS,
    MOST_CURVES,
    RUN_LINES,
    Theme,
    run_colour,
    theme_named,
)
from sim.show.drawing.time_units import axis_end, axis_unit, ticks

LEFT, BETWEEN = 0.75, 0.75  # inches, with room for numbers
MOST_SHARDS = MOST_CURVES
GIVEN_UP = {
    "destination": "parked",
    "lost": "lost",
}
"""The marks of records that were given up, and their ends; what was handled is not lost."""

NOTHING = pd.DataFrame({"end": []})
# seconds, and an age in seconds or a number of records
Points = tuple[Floats, Floats]


@checked
def iterator_age(
    run: Run,
    mapping: str | None = None,
    *,
    title: str | None = None,
    pinned: Run | None = None,
    theme: str = "light",
) -> Picture:
    """Draw, a line for each shard, the age of its oldest record, and how many there are.

    These are the records that are not done with. `mapping`: by default the only one of a stream,
    table, topic, broker or cluster; several must be named, else `ScenarioError` is raised. Of many
    shards the six that fall furthest behind are shown. Marks are records that were given up.
    `title`: by default what happened. `pinned`: an earlier run, whose shards are grey.
    """
    name = _mapping_name(run, mapping)
    shards = _histories(run, name)
    before = (
        [] if pinned is None else _furthest_behind(_histories(pinned, name))
    )
    frame = Frame(2, theme_named(theme), left=LEFT, between=BETWEEN)
    last = [shard.last for shard in (*shards, *before)]
    limit = axis_end(max(last, default=1.0), frame.most_ticks)
    shown = _furthest_behind(shards)
    _draw(frame, shown, before, min(limit, max(run.ended_s, 1.0)))
    answer = iterator_age_title(shards, run.ended_s)
    greatest = max((shard.worst for shard in shards), default=1.0)
    headings = [
        f"Age of the oldest record, in {axis_unit(greatest).name}",
        "Records not yet done",
    ]
    ages = [
        f"shard {shard.number}: at most {spoken(shard.worst)}"
        for shard in shown
    ]
    parts = list(ages)
    if len(shown) < len(shards):
        few = f"the {len(shown)} furthest behind of {len(shards)} shards"
        parts.insert(0, few)
    frame.set_texts(
        title or f"{name}: {answer}", headings, [parts, _counts(shards)]
    )
    listed = "; ".join(ages)
    frame.set_alternative(
        f"How far mapping {name} is behind: {answer}. {listed}.", {name: run}
    )
    return frame.figure


def _histories(run: Run, mapping: str) -> list[_ShardHistory]:
    """The shards that a mapping reads, in order of their numbers."""
    records = streams.records(run)
    records = records[records.trigger == mapping]
    records = records[records.written_s.notna()]
    return [
        _ShardHistory(number, records[records["shard"] == number], run.ended_s)
        for number in sorted(set(records["shard"].tolist()))
    ]


class _ShardHistory:
    """The records of one shard over time."""

    def __init__(
        self, number: int, records: pd.DataFrame, ended: float
    ) -> None:
        start = records.written_s.to_numpy(float)
        end = records.settled_s.fillna(ended).to_numpy(float)
        self.number = number
        self.records = records
        self.settled = not records.settled_s.isna().any()
        self.ages = _ages(start, end)
        self.backlog = _backlog(start, end, ended)
        at, age = self.ages
        self.worst = float(age.max(initial=0.0))
        self.worst_at = float(at[age.argmax()])
        self.last = float(end.max(initial=0.0))


def _ages(start: Floats, end: Floats) -> Points:
    """The age of the oldest record, a saw-tooth.

    It grows with time, and falls to the age of the next record when the oldest one is done with.
    """
    records = oldest(start, end)
    since, until = records.start, records.end
    time = np.c_[since, since, until, until]
    zero = np.zeros(len(since))
    age_first = since - records.began
    age_last = until - records.began
    age = np.c_[zero, age_first, age_last, zero]
    # where one follows at once on the one before, the age does not fall to 0
    follows = np.r_[False, since[1:] <= until[:-1]]
    is_followed = np.r_[follows[1:], False]
    always = np.ones(len(since), bool)
    shown = np.c_[~follows, always, always, ~is_followed]
    return _from_zero(time[shown]), _from_zero(age[shown])


def _from_zero(values: Floats) -> Floats:
    return np.concatenate([[0.0], values])


def _backlog(start: Floats, end: Floats, ended: float) -> Points:
    """How many records are not done with."""
    stretches = open_intervals(start, end, ended)
    time = np.c_[stretches.start, stretches.end].ravel()
    return time, np.repeat(stretches.level, 2)


def _furthest_behind(shards: list[_ShardHistory]) -> list[_ShardHistory]:
    """The shards that a picture has room for, in order of their numbers."""
    worst_first = sorted(shards, key=lambda shard: -shard.worst)
    return sorted(worst_first[:MOST_SHARDS], key=lambda shard: shard.number)


def _draw(
    frame: Frame,
    shards: list[_ShardHistory],
    before: list[_ShardHistory],
    limit: float,
) -> None:
    ages, backlogs = frame.axes
    samples: list[Artist] = []
    labels = []
    for shard in before:
        grey: dict[str, Any] = {"color": frame.theme.pinned, "linewidth": 1.2}
        samples = [*ages.plot(*shard.ages, **grey)]
        backlogs.plot(*shard.backlog, **grey)
        labels = ["shards of the pinned run"]
    for place, shard in enumerate(shards):
        style: dict[str, Any] = {
            "color": run_colour(place, frame.theme),
            "linestyle": RUN_LINES[place],
            "linewidth": 1.6,
        }
        samples += ages.plot(*shard.ages, **style)
        backlogs.plot(*shard.backlog, **style)
        labels.append(f"shard {shard.number}")
    records = (
        pd.concat([shard.records for shard in shards]) if shards else NOTHING
    )
    for mark, end in GIVEN_UP.items():
        given_up = records[records.end == end]
        if len(given_up):
            samples.append(_draw_marks(ages, given_up, mark, frame.theme))
            labels.append(MARKS[mark].label)
    frame.legend(samples, labels)
    _number(frame, limit)


def _number(frame: Frame, limit: float) -> None:
    """Number the axes."""
    ages, backlogs = frame.axes
    for axes in frame.axes:
        frame.time_axis(axes, limit)
        axes.set_ylim(0, max(axes.dataLim.y1, 1e-3) * 1.08)
        frame.value_axis(axes)
    ages.set_yticks(*ticks(ages.get_ylim()[1], 5))
    backlogs.yaxis.set_major_locator(
        MaxNLocator(5, steps=[1, 2, 5, 10], integer=True)
    )
    backlogs.yaxis.set_major_formatter(axis_number)


def _draw_marks(
    axes: Axes, records: pd.DataFrame, name: str, theme: Theme
) -> Line2D:
    """Where records were given up, each at the age it had."""
    mark = MARKS[name]
    (line,) = axes.plot(
        records.settled_s,
        records.settled_s - records.written_s,
        linestyle="none",
        marker=mark.marker,
        markersize=2 * mark.size,
        markerfacecolor=theme.background
        if mark.hollow
        else theme.pick(mark.face),
        markeredgecolor=theme.pick(mark.edge),
        markeredgewidth=1.2,
        zorder=mark.zorder,
        clip_on=False,
    )
    return line


def iterator_age_title(shards: list[_ShardHistory], ended: float) -> str:
    """In which shard a record waits longest, how long, and whether the shard catches up."""
    if not shards:
        return "no record came"
    worst = max(shards, key=lambda shard: shard.worst)
    who = f"shard {worst.number}" if len(shards) > 1 else "its shard"
    answer = f"the oldest record of {who} is {spoken(worst.worst)} old"
    if worst.settled:
        after = spoken(worst.worst_at)
        return f"{answer} after {after}; then the shard catches up"
    return f"{answer}; the shard has not caught up after {spoken(ended)}"


def _counts(shards: list[_ShardHistory]) -> list[str]:
    if not shards:
        return []
    ends = pd.concat([shard.records.end for shard in shards]).value_counts()
    return [f"{count:,} {end}" for end, count in ends.items() if count]


def _mapping_name(run: Run, mapping: str | None) -> str:
    names = list(streams.mappings(run))
    known = ", ".join(map(repr, names))
    if not names:
        raise ScenarioError(
            "The run has no mapping of a stream, table, topic, broker or cluster."
        )
    if mapping is None and len(names) > 1:
        raise ScenarioError(
            f"The run has mappings {known}; name one with mapping=."
        )
    if mapping is not None and mapping not in names:
        raise ScenarioError(
            f"The run has no mapping {mapping!r} of a stream, but {known}."
        )
    return mapping or names[0]
