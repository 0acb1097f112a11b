"""The timeline: what happens to each event, or in each execution environment, over time."""

from __future__ import annotations

from typing import Any, Literal

from matplotlib.artist import Artist

from sim.results.run import Run
from sim.scenario.arguments import PositiveSeconds, checked
from sim.scenario.errors import ScenarioError
from sim.show.drawing.fast_png import encode_png
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.legend import legend_sample, pinned_sample
from sim.show.drawing.marks import MarkArtists, PixelSize
from sim.show.drawing.span_layout import (
    EMPTY,
    SpanLayout,
    layout_by_environment,
    layout_by_event,
)
from sim.show.drawing.theme import MARKS, theme_named
from sim.show.drawing.time_units import axis_end
from sim.show.pictures import captions, titles
from sim.show.pictures.captions import Runs, runs_by_name

By = Literal["event", "environment"]
LAYOUTS = {"event": layout_by_event, "environment": layout_by_environment}
LEAST_FILLED = 0.4  # a frame is kept while the data fill this part of it
LEAST_ROWS = 6


class Timeline:
    """A timeline that is kept: `update` puts other runs into the same frame, `png` draws it.

    The frame (axes, their ticks, the legend) changes only when the data no longer fit or would look
    lost in it, or when other marks occur; with `seconds` the time axes never change. Not to be used
    from two threads at once.
    """

    @checked
    def __init__(
        self,
        runs: Runs,
        *,
        by: By = "event",
        title: str | None = None,
        pinned: Runs | None = None,
        theme: str = "light",
        seconds: PositiveSeconds | None = None,
    ) -> None:
        self._by = by
        self._given_title = title
        self._seconds = seconds
        self._theme = theme_named(theme)
        self._frame = Frame(len(runs_by_name(runs)), self._theme)
        self._pinned_marks = self._mark_artists(pinned=True)
        self._marks = self._mark_artists(pinned=False)
        self._limits = [0.0] * len(self._marks)
        self._rows = 0
        self._explained: tuple[set[str], bool, bool] = (set(), False, False)
        self._background: Any = None
        self.update(runs, pinned)

    def _mark_artists(self, pinned: bool) -> list[MarkArtists]:
        return [
            MarkArtists(axes, self._theme, pinned) for axes in self._frame.axes
        ]

    @property
    def figure(self) -> Picture:
        """The figure, always the same object."""
        return self._frame.figure

    @property
    def text(self) -> str:
        """What the picture shows, in words."""
        return self._frame.figure.text_alternative

    @checked
    def update(self, runs: Runs, pinned: Runs | None = None) -> None:
        """Show other runs, as many as before; raises `ScenarioError` for another number of them.

        `pinned` runs stand behind those of the same name, grey; so what is grey is what has
        changed.
        """
        runs = runs_by_name(runs)
        pinned = pinned or None
        if len(runs) != len(self._marks):
            raise ScenarioError(
                f"This timeline has {len(self._marks)} panels, so it cannot show {len(runs)} runs."
            )
        make = LAYOUTS[self._by]
        layouts = [make(run) for run in runs.values()]
        behind = [
            make(run) if run else EMPTY for run in _earlier_runs(runs, pinned)
        ]
        self._fit_rows(max(layout.rows for layout in (*layouts, *behind)))
        shown: set[str] = set()
        for number, (layout, earlier) in enumerate(
            zip(layouts, behind, strict=True)
        ):
            shown |= self._fill(number, layout, earlier)
        self._explain(shown, self._pixel(0).rows_are_thin, pinned is not None)
        self._set_texts(runs, pinned)

    def png(self) -> bytes:
        """The picture as PNG; the frame is drawn only if it has changed."""
        canvas, moving = self._frame.canvas, self._moving
        if self._background is None:
            self._background = self._frame.background(moving)
        canvas.restore_region(self._background)
        for artist in moving:
            artist.draw(canvas.get_renderer())
        return encode_png(canvas)

    @property
    def _moving(self) -> list[Artist]:
        every = (*self._pinned_marks, *self._marks)
        marks = [artist for panel in every for artist in panel.visible]
        return [*marks, *self._frame.texts]

    def _pixel(self, number: int) -> PixelSize:
        width, height = self._frame.pixels
        return PixelSize(self._limits[number] / width, self._rows / height)

    def _fill(
        self, number: int, layout: SpanLayout, earlier: SpanLayout
    ) -> set[str]:
        """Fill a panel; returns the meanings that can be seen."""
        self._fit_time(number, max(layout.seconds, earlier.seconds))
        pixel = self._pixel(number)
        places = pixel.visible(layout.places)
        self._pinned_marks[number].show(pixel.visible(earlier.places), pixel)
        self._marks[number].show(places, pixel)
        return set(places)

    def _fit_rows(self, needed: int) -> None:
        if _fits(needed, self._rows):
            return
        self._rows = max(needed, LEAST_ROWS)
        for axes in self._frame.axes:
            axes.set_ylim(self._rows - 0.5, -0.5)
        self._background = None

    def _fit_time(self, number: int, needed: float) -> None:
        limit = self._limits[number]
        if limit and (self._seconds or _fits(needed, limit)):
            return
        limit = self._seconds or axis_end(needed, self._frame.most_ticks)
        self._limits[number] = limit
        self._frame.time_axis(self._frame.axes[number], limit)
        self._background = None

    def _explain(self, shown: set[str], thin: bool, pinned: bool) -> None:
        """Set the legend, if it has to change."""
        if (shown, thin, pinned) == self._explained:
            return
        self._explained = shown, thin, pinned
        marks = [mark for meaning, mark in MARKS.items() if meaning in shown]
        samples = [legend_sample(mark, self._theme, thin) for mark in marks]
        labels = [mark.label for mark in marks]
        if pinned:
            samples.append(pinned_sample(self._theme))
            labels.append("pinned run")
        self._frame.legend(samples, labels)
        self._background = None

    def _set_texts(self, runs: dict[str, Run], pinned: Runs | None) -> None:
        first, *_ = runs.values()
        if self._by == "event":
            lines = [captions.counts_line(run, first) for run in runs.values()]
            title = titles.events_title(runs)
        else:
            lines = [captions.environments_line(run) for run in runs.values()]
            title = titles.environments_title(runs)
        title = self._given_title or title
        self._frame.set_texts(title, captions.headings(runs), lines)
        self._frame.set_alternative(captions.describe(runs, pinned), runs)


@checked
def timeline(
    runs: Runs,
    *,
    by: By = "event",
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str = "light",
    seconds: PositiveSeconds | None = None,
) -> Picture:
    """Draw what happens over time, a panel a run: each event is a row, the same in every panel.

    `runs`: a run, or several by name. `by="environment"`: each execution environment is a row.
    `title`: by default the answer that the runs give. `pinned`: earlier runs, grey, behind those of
    the same name. `theme`: light or dark. `seconds`: where the time axes end; by default each fits
    its run.
    """
    return Timeline(
        runs, by=by, title=title, pinned=pinned, theme=theme, seconds=seconds
    ).figure


@checked
def environments(
    runs: Runs,
    *,
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str = "light",
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


def _fits(needed: float, limit: float) -> bool:
    return LEAST_FILLED * limit <= needed <= limit


def _earlier_runs(
    runs: dict[str, Run], pinned: Runs | None
) -> list[Run | None]:
    """For each run the pinned one of its name; or of its place, if no name is known."""
    earlier = {} if pinned is None else runs_by_name(pinned)
    if not set(earlier) & set(runs):
        earlier = dict(zip(runs, earlier.values(), strict=False))
    return [earlier.get(name) for name in runs]
