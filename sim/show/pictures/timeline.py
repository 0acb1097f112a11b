"""The timeline: what happens to each event, or in each execution environment, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.arrays import Floats
from sim.phrases import plural, spoken
from sim.results.run import Run
from sim.scenario.arguments import PositiveSeconds, checked
from sim.show.drawing.frame import BETWEEN, LEFT, TEXT_SIZE, Frame
from sim.show.drawing.legend import legend_sample, pinned_sample
from sim.show.drawing.marks import LEAST_WIDTH, PixelSize, draw_marks
from sim.show.drawing.picture import Picture
from sim.show.drawing.span_layout import (
    EMPTY,
    END,
    ROW,
    START,
    SpanLayout,
    layout_by_environment,
    layout_by_event,
)
from sim.show.drawing.theme import MARKS, Theme, theme_named
from sim.show.drawing.time_units import shared_end
from sim.show.drawing.words import shortened
from sim.show.pictures import captions, titles
from sim.show.pictures.captions import Runs, earlier_runs, runs_by_name

By = Literal["event", "environment"]
LAYOUTS = {"event": layout_by_event, "environment": layout_by_environment}
LEAST_ROWS = 6
WORK = ("success", "failure", "timeout")
TOLD = ("told success", "told error")
ROOM_FOR_KINDS = 1.0  # inches
LINE = 14  # pixels
AT_THE_RUN = 12  # pixels: who is told so soon after a run is told at its end


@checked
def timeline(
    runs: Runs,
    *,
    by: By = "event",
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str | Theme = "light",
    seconds: PositiveSeconds | None = None,
) -> Picture:
    """Draw what happens over time, a panel a run: each event is a row, the same in every panel.

    `runs`: a run, or several by name. `by="environment"`: each execution environment is a row.
    `title`: by default the answer that the runs give. `pinned`: earlier runs, grey, behind those of
    the same name. `theme`: light or dark. `seconds`: where the time axes end. By default all panels
    have one axis that fits the longest run; what lies beyond twenty times the time of the arrivals
    (and beyond 15 minutes) is told and not drawn.
    """
    by_name = runs_by_name(runs)
    layouts = [LAYOUTS[by](run) for run in by_name.values()]
    room = ROOM_FOR_KINDS * any(any(each.kinds) for each in layouts)
    frame = Frame(
        len(by_name), theme_named(theme), LEFT + room, between=BETWEEN + room
    )
    behind = [
        LAYOUTS[by](run) if run else EMPTY
        for run in earlier_runs(by_name, pinned)
    ]
    limit = seconds or shared_end(
        [layout.seconds for layout in (*layouts, *behind)],
        captions.last_arrival(by_name),
        frame.most_ticks,
    )
    rows = max([LEAST_ROWS, *(each.rows for each in (*layouts, *behind))])
    width, height = frame.pixels
    pixel = PixelSize(limit / width, rows / height)
    shown = _draw(frame, layouts, behind, limit, pixel, rows)
    _explain(frame, shown, pixel.rows_are_thin, pinned is not None)
    answer, lines = _words(by_name, by)
    for parts, layout in zip(lines, layouts, strict=True):
        parts.extend(_beyond(layout, limit, by))
    frame.set_texts(title or answer, captions.headings(by_name), lines)
    frame.set_alternative(captions.describe(by_name, pinned), by_name)
    return frame.figure


@checked
def environments(
    runs: Runs,
    *,
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str | Theme = "light",
    seconds: PositiveSeconds | None = None,
) -> Picture:
    """Draw what each execution environment does: `timeline` with environments as rows."""
    return timeline(
        runs,
        by="environment",
        title=title,
        pinned=pinned,
        theme=theme,
        seconds=seconds,
    )


def _draw(
    frame: Frame,
    layouts: list[SpanLayout],
    behind: list[SpanLayout],
    limit: float,
    pixel: PixelSize,
    rows: int,
) -> set[str]:
    """Draw all panels with one scale; returns the meanings that can be seen."""
    shown: set[str] = set()
    for axes, layout, earlier in zip(frame.axes, layouts, behind, strict=True):
        axes.set_ylim(rows - 0.5, -0.5)
        frame.time_axis(axes, limit)
        before = _seen(earlier, limit, pixel)
        draw_marks(axes, frame.theme, before, pixel, pinned=True)
        places = _seen(layout, limit, pixel)
        draw_marks(axes, frame.theme, places, pixel)
        _name_rows(axes, layout.kinds, pixel)
        shown |= set(places)
    return shown


def _name_rows(axes: Axes, kinds: Sequence[str], pixel: PixelSize) -> None:
    """Name each row that is of another kind than the one above, where lines have room."""
    named: list[int] = []
    for row, kind in enumerate(kinds):
        is_new = row == 0 or kind != kinds[row - 1]
        if is_new and (not named or row - named[-1] > LINE * pixel.rows):
            named.append(row)
    axes.set_yticks(
        named,
        [shortened(kinds[row], ROOM_FOR_KINDS, TEXT_SIZE) for row in named],
    )
    axes.tick_params(axis="y", length=0)


def _seen(
    layout: SpanLayout, limit: float, pixel: PixelSize
) -> dict[str, Floats]:
    places = layout.until(limit)
    for told in TOLD:
        if told in places:
            places[told] = told_at_run(places, told, pixel)
    return pixel.seen(places)


def told_at_run(
    places: Mapping[str, Floats], told: str, pixel: PixelSize
) -> Floats:
    """Where callers are told: at the end of the run's bar, if it is about then."""
    marks = places[told].copy()
    runs = [places[meaning] for meaning in WORK if meaning in places]
    if not runs:
        return marks
    bars = pd.DataFrame(np.concatenate(runs)[:, [START, END, ROW]])
    bars.columns = pd.Index(["start", "end", "row"])
    bars["drawn"] = np.maximum(
        bars.end, bars.start + LEAST_WIDTH * pixel.seconds
    )
    heard = pd.DataFrame({"at": marks[:, END], "row": marks[:, ROW]})
    heard["place"] = heard.index
    near: Any = AT_THE_RUN * pixel.seconds
    last = pd.merge_asof(
        heard.sort_values("at"),
        bars.sort_values("end"),
        left_on="at",
        right_on="end",
        by="row",
        tolerance=near,
    ).set_index("place")
    at_the_run = last.drawn.reindex(heard.index).fillna(heard["at"])
    marks[:, [START, END]] = at_the_run.to_numpy()[:, None]
    return marks


def _explain(frame: Frame, shown: set[str], thin: bool, pinned: bool) -> None:
    """Set the legend: only what occurs."""
    marks = [mark for meaning, mark in MARKS.items() if meaning in shown]
    samples = [legend_sample(mark, frame.theme, thin) for mark in marks]
    labels = [mark.label for mark in marks]
    if pinned:
        samples.append(pinned_sample(frame.theme))
        labels.append("pinned run")
    frame.legend(samples, labels)


def _words(runs: Mapping[str, Run], by: By) -> tuple[str, list[list[str]]]:
    """The title, and the parts of the line of each panel."""
    first, *_ = runs.values()
    if by == "event":
        lines = [captions.counts_line(run, first) for run in runs.values()]
        return titles.events_title(runs), lines
    lines = [captions.environments_line(run) for run in runs.values()]
    return titles.environments_title(runs), lines


def _beyond(layout: SpanLayout, limit: float, by: By) -> list[str]:
    """What a panel's axis leaves out."""
    rows = layout.rows_beyond(limit)
    if not rows:
        return []
    return [
        f"{plural(rows, by)} beyond this axis, until {spoken(layout.seconds)}"
    ]
