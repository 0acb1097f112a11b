"""The visual language of every picture: one meaning, one mark, and never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from matplotlib.path import Path

from sim.scenario.errors import ScenarioError

Shape = Literal["bar", "blunt bar", "line", "dotted", "marker", "stroke"]
Colours = tuple[str, str]  # in the light theme, in the dark theme
LineStyle = Literal["-"] | tuple[float, Sequence[float]]


@dataclass(frozen=True)
class Theme:
    """The colours of a page, light or dark, and how wide its pictures are, in inches."""

    number: int  # 0 for light, 1 for dark
    background: str
    text: str
    secondary: str  # of less important text
    axis: str
    pinned: str = "#7F8792"  # of a pinned run, at `PINNED_OPACITY`
    width: float = 9.5

    def pick(self, colours: Colours) -> str:
        """The colour for this theme."""
        return colours[self.number]


LIGHT = Theme(
    number=0,
    background="#FFFFFF",
    text="#20242B",
    secondary="#5A6270",
    axis="#B5BBC4",
)
DARK = Theme(
    number=1,
    background="#20242B",
    text="#FFFFFF",
    secondary="#B5BBC4",
    axis="#5A6270",
)
THEMES = {"light": LIGHT, "dark": DARK}
PINNED_OPACITY = 0.35

CIRCLED_CROSS = Path.make_compound_path(
    Path.circle(),
    Path([(-0.55, -0.55), (0.55, 0.55)]),
    Path([(-0.55, 0.55), (0.55, -0.55)]),
)
DIAMOND = Path([(0, -1), (0.8, 0), (0, 1), (-0.8, 0), (0, -1)], closed=True)
CROSS = Path([(-1, -1), (1, 1), (-1, 1), (1, -1)], [1, 2, 1, 2])
STROKE = Path([(0, -1), (0, 1)])


@dataclass(frozen=True)
class Mark:
    """How one meaning is drawn.

    `edge` has the hue of `face`, and the contrast that a pale face lacks; where rows are thinner
    than an outline it is the only colour. `shift` moves a marker to the right of its instant, so
    that it does not cover the bar that it ends.
    """

    label: str
    shape: Shape
    face: Colours
    edge: Colours
    zorder: int
    height: float = 0.68  # a bar's part of its row
    hatched: bool = False
    hollow: bool = False
    waits: bool = False  # nothing works meanwhile
    marker: Path = field(default=STROKE, compare=False)
    size: float = 3.6  # half a marker's height, in points
    width: float = 1.6  # of a marker's lines, in points
    shift: float = 0.0  # in points


TEXT: Colours = (LIGHT.text, DARK.text)
SUCCESS: Colours = ("#009E73", "#009E73")
FAILURE: Colours = ("#D55E00", "#D55E00")
WAITING: Colours = ("#8A93A0", "#8A93A0")
PALE: Colours = ("#C9CED6", "#4A5260")
THROTTLED: Colours = ("#CC79A7", "#CC79A7")

# In the legend's order. Orange on white and the pale wait have less than 3:1 contrast, hence their
# edges.
MARKS = {
    "source": Mark(
        "on its way to Lambda", "line", WAITING, WAITING, 1, waits=True
    ),
    "queue": Mark(
        "waits in a queue", "bar", PALE, WAITING, 2, height=0.3, waits=True
    ),
    "idle": Mark("idle", "bar", PALE, WAITING, 2, height=0.2, waits=True),
    "init": Mark(
        "init (cold start)",
        "bar",
        ("#E69F00", "#E69F00"),
        ("#B37A00", "#E69F00"),
        5,
        height=0.4,  # lower than work, so that no failure looks like it
    ),
    "success": Mark("handler succeeds", "bar", SUCCESS, SUCCESS, 4),
    "failure": Mark("handler fails", "bar", FAILURE, FAILURE, 6, hatched=True),
    "timeout": Mark(
        "handler times out", "blunt bar", FAILURE, FAILURE, 6, hatched=True
    ),
    "running": Mark(
        "handler still runs", "bar", ("#FFFFFF", "#20242B"), SUCCESS, 4
    ),
    "wait": Mark(
        "waits for the next try", "dotted", WAITING, WAITING, 2, waits=True
    ),
    "throttle": Mark(
        "throttled", "marker", THROTTLED, THROTTLED, 7, marker=CROSS, size=2.9
    ),
    "dead letter": Mark(
        "dead-letter queue",
        "marker",
        TEXT,
        TEXT,
        9,
        marker=DIAMOND,
        size=4.6,
        shift=6.5,
    ),
    "destination": Mark(
        "on-failure destination",
        "marker",
        TEXT,
        TEXT,
        9,
        hollow=True,
        marker=DIAMOND,
        size=4.6,
        shift=15.5,
    ),
    "lost": Mark(
        "dropped or expired",
        "marker",
        TEXT,
        TEXT,
        9,
        hollow=True,
        marker=CIRCLED_CROSS,
        size=4.6,
        shift=6.5,
    ),
    "told success": Mark(
        "caller told: success",
        "stroke",
        SUCCESS,
        SUCCESS,
        8,
        width=1.2,
    ),
    "told error": Mark(
        "caller told: error",
        "stroke",
        FAILURE,
        FAILURE,
        8,
        width=2.4,
    ),
}

# Curves in one set of axes: hues that mean nothing else, and a line style each; the rest is grey.
RUN_COLOURS: tuple[Colours, ...] = (
    ("#0072B2", "#56B4E9"),
    TEXT,
    ("#7B4FB5", "#B7A6E0"),
    ("#8C510A", "#D8A15C"),
    ("#5C7A00", "#B5C334"),
    ("#00767A", "#4FC3C7"),
)
RUN_LINES: tuple[LineStyle, ...] = (
    "-",
    (0, (4, 1.5)),
    (0, (1, 1.2)),
    (0, (6, 1.5, 1, 1.5)),
    (0, (8, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
)
MOST_CURVES = len(RUN_COLOURS)


def run_colour(number: int, theme: Theme) -> str:
    """The colour of the curve of this number: its own for the first six, grey for others."""
    colour = RUN_COLOURS[number] if number < MOST_CURVES else WAITING
    return theme.pick(colour)


def run_line(number: int) -> LineStyle:
    """The line of the curve of this number."""
    return RUN_LINES[number] if number < MOST_CURVES else "-"


def theme_named(name: str | Theme) -> Theme:
    """The theme of this name, or this one; raises `ScenarioError` for any but light and dark."""
    if isinstance(name, Theme):
        return name
    if name not in THEMES:
        raise ScenarioError(
            f"There is no theme {name!r}; choose {' or '.join(THEMES)}."
        )
    return THEMES[name]
