"""The timeline: what happens to each event, or in each execution environment, over time."""

from __future__ import annotations

from typing import Any, Literal

from matplotlib.artist import Artist

from sim.results.run import Run
from sim.show.drawing import legend
from sim.show.drawing import theme as look
from sim.show.drawing.fast_png import encoded
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.mark_artists import Grain, Layer
from sim.show.drawing.span_layout import NOTHING, by_environment, by_event
from sim.show.drawing.theme import MARKS
from sim.show.drawing.time_units import axis_end
from sim.show.pictures import captions, titles
from sim.show.pictures.captions import Runs, named

By = Literal["event", "environment"]
DRAWINGS = {"event": by_event, "environment": by_environment}
SPARE = 0.4  # a frame is kept while the data fill this part of it
LEAST_ROWS = 6


class Timeline:
    """A timeline that is kept: `update` puts other runs into the same frame, `png` draws it.

    The frame (axes, their ticks, the legend) changes only when the data no longer fit or would look
    lost in it, or when other marks occur; with `seconds` the time axes never change. Not to be used
    from two threads at once.
    """

    def __init__(
        self,
        runs: Runs,
        *,
        by: By = "event",
        title: str | None = None,
        pinned: Runs | None = None,
        theme: str = "light",
        seconds: float | None = None,
    ) -> None:
        self._by, self._given_title, self._seconds = by, title, seconds
        self._theme = look.theme(theme)
        self._frame = Frame(len(named(runs)), self._theme)
        self._ghosts = [
            Layer(axes, self._theme, ghost=True) for axes in self._frame.axes
        ]
        self._layers = [Layer(axes, self._theme) for axes in self._frame.axes]
        self._limits = [0.0] * len(self._layers)
        self._rows = 0
        self._explained: tuple[set[str], bool, bool] = (set(), False, False)
        self._background: Any = None
        self.update(runs, pinned)

    @property
    def figure(self) -> Picture:
        """The figure, always the same object."""
        return self._frame.figure

    @property
    def text(self) -> str:
        """What the picture shows, in words."""
        return self._frame.figure.text_alternative

    def update(self, runs: Runs, pinned: Runs | None = None) -> None:
        """Show other runs, as many as before; raises `ValueError` for another number of them.

        `pinned` runs stand behind those of the same name, grey; so what is grey is what has
        changed.
        """
        runs = named(runs)
        if len(runs) != len(self._layers):
            raise ValueError(
                f"This timeline has {len(self._layers)} panels, so it cannot show {len(runs)} runs."
            )
        drawings = [DRAWINGS[self._by](run) for run in runs.values()]
        ghosts = [
            DRAWINGS[self._by](run) if run else NOTHING for run in _beside(runs, pinned)
        ]
        self._fit_rows(max(drawing.rows for drawing in [*drawings, *ghosts]))
        shown: set[str] = set()
        for number, (drawing, ghost) in enumerate(zip(drawings, ghosts, strict=True)):
            self._fit_time(number, max(drawing.seconds, ghost.seconds))
            grain = Grain(
                self._limits[number] / self._frame.pixels[0],
                self._rows / self._frame.pixels[1],
            )
            places = grain.visible(drawing.places)
            self._ghosts[number].show(grain.visible(ghost.places), grain)
            self._layers[number].show(places, grain)
            shown |= set(places)
        self._explain(shown, grain.thin, pinned is not None)
        self._say(runs, pinned)

    def png(self) -> bytes:
        """The picture as PNG; the frame is drawn only if it has changed."""
        canvas, moving = self._frame.canvas, self._moving
        if self._background is None:
            self._background = self._frame.background(moving)
        canvas.restore_region(self._background)
        for artist in moving:
            artist.draw(canvas.get_renderer())
        return encoded(canvas)

    @property
    def _moving(self) -> list[Artist]:
        marks = [
            mark for layer in [*self._ghosts, *self._layers] for mark in layer.visible
        ]
        return [*marks, *self._frame.texts]

    def _fit_rows(self, needed: int) -> None:
        if not _fits(needed, self._rows):
            self._rows, self._background = max(needed, LEAST_ROWS), None
            for axes in self._frame.axes:
                axes.set_ylim(self._rows - 0.5, -0.5)

    def _fit_time(self, number: int, needed: float) -> None:
        if self._limits[number] and (
            self._seconds or _fits(needed, self._limits[number])
        ):
            return
        self._limits[number] = self._seconds or axis_end(needed, self._frame.most_ticks)
        self._frame.time_axis(self._frame.axes[number], self._limits[number])
        self._background = None

    def _explain(self, shown: set[str], thin: bool, pinned: bool) -> None:
        if (shown, thin, pinned) == self._explained:
            return
        self._explained, self._background = (shown, thin, pinned), None
        marks = [mark for meaning, mark in MARKS.items() if meaning in shown]
        samples, labels = (
            [legend.sample(mark, self._theme, thin) for mark in marks],
            [mark.label for mark in marks],
        )
        if pinned:
            samples, labels = (
                [*samples, legend.ghost_sample(self._theme)],
                [*labels, "pinned run"],
            )
        self._frame.legend(samples, labels)

    def _say(self, runs: dict[str, Run], pinned: Runs | None) -> None:
        first = next(iter(runs.values()))
        if self._by == "event":
            lines = [captions.line(run, first) for run in runs.values()]
            title = titles.answer(runs)
        else:
            lines = [captions.environments_line(run) for run in runs.values()]
            title = titles.of_environments(runs)
        self._frame.say(self._given_title or title, captions.headings(runs), lines)
        self._frame.figure.text_alternative, self._frame.figure.runs = (
            captions.describe(runs, pinned),
            runs,
        )


def timeline(
    runs: Runs,
    *,
    by: By = "event",
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str = "light",
    seconds: float | None = None,
) -> Picture:
    """Draw what happens over time, a panel a run: each event is a row, in order of arrival, the same in every panel.

    `runs`: a run, or several by name. `by="environment"`: each execution environment is a row.
    `title`: by default the answer that the runs give. `pinned`: earlier runs, grey, behind those of
    the same name. `theme`: light or dark. `seconds`: where the time axes end; by default each fits
    its run.
    """
    return Timeline(
        runs, by=by, title=title, pinned=pinned, theme=theme, seconds=seconds
    ).figure


def environments(
    runs: Runs,
    *,
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str = "light",
    seconds: float | None = None,
) -> Picture:
    """Draw what each execution environment does: `timeline` with environments as rows."""
    return timeline(
        runs, by="environment", title=title, pinned=pinned, theme=theme, seconds=seconds
    )


def _fits(needed: float, limit: float) -> bool:
    return SPARE * limit <= needed <= limit


def _beside(runs: dict[str, Run], pinned: Runs | None) -> list[Run | None]:
    """For each run the pinned one of its name; or of its place, if no name is known."""
    earlier = {} if pinned is None else named(pinned)
    if not set(earlier) & set(runs):
        earlier = dict(zip(runs, earlier.values(), strict=False))
    return [earlier.get(name) for name in runs]
