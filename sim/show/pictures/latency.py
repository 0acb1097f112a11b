"""Latency: the share of a run's events that are delivered within a time, on a logarithmic axis."""

from __future__ import annotations

import numpy as np

from sim.results.phrases import spoken
from sim.results.run import Run
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.span_layout import Floats
from sim.show.drawing.theme import RUN_COLOURS, run_line, theme
from sim.show.drawing.time_units import LOG_TICKS, log_label
from sim.show.pictures import captions, titles
from sim.show.pictures.captions import Runs, named

LEFT, RIGHT = (
    0.85,
    2.6,
)  # inches: room for the numbers, and for each curve's name at its end
NAME_ROOM = 0.17  # of the axis's height, between the names of two curves
PERCENTILES = (
    (0.5, "p50", False),
    (0.99, "p99", True),
)  # and whether its point is filled


def latency(runs: Runs, *, title: str | None = None, theme: str = "light") -> Picture:
    """Draw how long events take from arrival to success: a curve a run, p50 and p99 of the delivered, and who never.

    A curve ends below 100 % where events are never delivered; its label says how many.
    """
    return _Distribution(named(runs), theme).picture(title)


class _Distribution:
    def __init__(self, runs: dict[str, Run], theme_name: str) -> None:
        self.theme, self.runs = theme(theme_name), runs
        self.frame = Frame(1, self.theme, LEFT, RIGHT)
        (self.axes,) = self.frame.axes
        self.times = {name: _times(run) for name, run in runs.items()}

    def picture(self, title: str | None) -> Picture:
        self._scales()
        heights = apart([self._share(name) for name in self.runs])
        for number, (name, height) in enumerate(zip(self.runs, heights, strict=True)):
            self._curve(number, name, height)
        how = [
            "share of all events delivered within this time",
            "○ p50 and ● p99 of the delivered",
        ]
        self.frame.say(
            title or titles.of_latency(self.runs), ["From arrival to success"], [how]
        )
        self.frame.figure.text_alternative, self.frame.figure.runs = (
            captions.describe(self.runs),
            self.runs,
        )
        return self.frame.figure

    def _share(self, name: str) -> float:
        return len(self.times[name]) / max(
            captions.numbers(self.runs[name]).deliveries, 1
        )

    def _curve(self, number: int, name: str, height: float) -> None:
        times, share = self.times[name], self._share(name)
        colour = RUN_COLOURS[number % len(RUN_COLOURS)][self.theme.number]
        low, high = self.axes.get_xlim()
        x = np.concatenate([[low], times, [high]])
        y = np.concatenate(
            [[0], np.arange(1, len(times) + 1) / max(len(times), 1) * share, [share]]
        )
        line = run_line(number)
        self.axes.plot(
            x, y, drawstyle="steps-post", color=colour, linewidth=2, linestyle=line
        )
        for quantile, label, filled in PERCENTILES if len(times) else ():
            seconds = float(np.quantile(times, quantile))
            self._point(
                seconds, quantile * share, f"{label} {spoken(seconds)}", colour, filled
            )
        self.axes.annotate(
            "\n".join([name, *self._told(name)]), (1, height), (10, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", color=colour, fontsize=9, va="center", annotation_clip=False,
        )  # fmt: skip

    def _point(
        self, seconds: float, share: float, label: str, colour: str, filled: bool
    ) -> None:
        face = colour if filled else self.theme.paper
        self.axes.plot(
            [seconds],
            [share],
            "o",
            color=colour,
            markersize=6,
            markerfacecolor=face,
            zorder=5,
        )
        if len(self.runs) == 1:
            place, side = ((-8, 5), "right") if filled else ((8, -12), "left")
            self.axes.annotate(
                label,
                (seconds, share),
                place,
                textcoords="offset points",
                color=colour,
                fontsize=9,
                ha=side,
            )

    def _told(self, name: str) -> list[str]:
        n = captions.numbers(self.runs[name])
        missing = n.deliveries - n.delivered
        percentiles = (
            [f"p50 {spoken(n.half)} · p99 {spoken(n.p99)}"] if n.delivered else []
        )
        if not missing:
            return [*percentiles, f"all {n.deliveries:,} delivered"]
        what = "still under way" if n.in_flight == missing else "not delivered"
        return [*percentiles, f"{_percent(missing / n.deliveries)} {what}"]

    def _scales(self) -> None:
        everything = np.concatenate(
            [np.maximum(times, 0.001) for times in self.times.values()] or [np.ones(1)]
        )
        low, high = _limits(everything)
        self.axes.set_xscale("log")
        self.axes.set_xlim(low, high)
        positions = [tick for tick in LOG_TICKS if low <= tick <= high]
        self.axes.set_xticks(positions, [log_label(tick) for tick in positions])
        self.axes.minorticks_off()
        self.axes.set_ylim(0, 1.06)
        self.axes.set_yticks(
            [0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"]
        )
        self.axes.grid(axis="y", color=self.theme.axis, linewidth=0.6, alpha=0.6)
        self.axes.tick_params(axis="y", length=0)


def _times(run: Run) -> Floats:
    mine = (run.deliveries.parent.to_numpy() < 0) & (
        run.deliveries.fate == "succeeded"
    ).to_numpy()
    return np.sort(run.deliveries.latency_s.to_numpy()[mine])


def _limits(times: Floats) -> tuple[float, float]:
    """The ticks around all times, at least a factor of ten apart."""
    low, high = (float(times.min()), float(times.max())) if len(times) else (0.1, 1.0)
    below = max((tick for tick in LOG_TICKS if tick <= low), default=LOG_TICKS[0])
    above = min((tick for tick in LOG_TICKS if tick >= high), default=high)
    return below, max(above, below * 10)


def _percent(share: float) -> str:
    return f"{100 * share:.{0 if share >= 0.095 else 1}f} %"


def apart(shares: list[float], room: float = NAME_ROOM) -> list[float]:
    """Heights for the names of curves: beside their ends, but apart from each other."""
    heights = [0.0] * len(shares)
    order = sorted(range(len(shares)), key=lambda number: -shares[number])
    below, above = 2.0, -room
    for number in order:
        below = heights[number] = min(shares[number], below - room)
    for number in reversed(order):
        above = heights[number] = max(heights[number], above + room)
    return heights
