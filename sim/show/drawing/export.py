"""A picture as a file, with the words below it that a picture alone lacks.

They say what it shows, and with which settings.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.markup import visible
from sim.results.run import Run
from sim.scenario.errors import ScenarioError

FORMATS = (".png", ".svg", ".pdf")
LINE_LETTERS = 130
FONT_SIZE = 9  # points
LINE_HEIGHT = 0.17  # inches
MARGIN = 0.12  # inches around the words
LEFT = 0.35  # inches
SETTINGS_LINES = 6
WITHOUT_TITLE = "#5A6270"


def save(
    figure: Figure,
    path: str | Path,
    caption: str,
    runs: Mapping[str, Run],
    dpi: float,
) -> Path:
    """Write a figure with its caption and its runs' settings below it; returns where.

    See `Picture.save`.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise ScenarioError(
            f"A picture is saved as {', '.join(FORMATS)}, but {path.name!r} ends otherwise."
        )
    caption = visible(caption)
    lines = [*textwrap.wrap(caption, LINE_LETTERS), *_settings(runs)]
    width, height = figure.get_size_inches()
    below = LINE_HEIGHT * len(lines) + 2 * MARGIN
    words = figure.text(
        LEFT / width,
        -MARGIN / height,
        "\n".join(lines),
        fontsize=FONT_SIZE,
        verticalalignment="top",
        linespacing=1.3,
        color=_colour(figure),
    )
    keep_as_text(figure)
    try:
        figure.savefig(
            path,
            dpi=dpi,
            bbox_inches=Bbox([[0, -below], [width, height]]),
            facecolor=figure.get_facecolor(),
            metadata=_metadata(path, caption, runs),
        )
    finally:
        words.remove()
    return path


def keep_as_text(figure: Figure) -> None:
    """Have the words of a figure drawn as they are: `$` begins no formula, codes are shown."""
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        text.set_parse_math(False)
        words = text.get_text()
        if visible(words) != words:
            text.set_text(visible(words))


def _colour(figure: Figure) -> Any:
    """The colour of the title, which suits the theme."""
    return figure.texts[0].get_color() if figure.texts else WITHOUT_TITLE


def _settings(runs: Mapping[str, Run]) -> list[str]:
    lines = []
    for name, run in runs.items():
        text = f"{name}, seed {run.seed}: {_changed_settings(run)}"
        wrapped = textwrap.wrap(visible(text), LINE_LETTERS)
        if len(wrapped) > SETTINGS_LINES:
            wrapped = wrapped[: SETTINGS_LINES - 1]
            wrapped.append("(all settings: in this file's data)")
        lines += wrapped
    return lines


def _changed_settings(run: Run) -> str:
    """The settings that are not AWS's defaults, as short as JSON can be read."""
    settings = run.scenario.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(settings, ensure_ascii=False).replace('"', "")


def _metadata(
    path: Path, caption: str, runs: Mapping[str, Run]
) -> dict[str, Any]:
    settings = {
        name: {
            "seed": run.seed,
            "scenario": run.scenario.model_dump(mode="json"),
        }
        for name, run in runs.items()
    }
    text = json.dumps(settings)
    match path.suffix.lower():
        case ".png":
            return {"Title": caption, "Description": text}
        case ".svg":
            return {"Title": caption, "Description": text, "Date": None}
        case _:
            return {"Title": caption, "Subject": text, "CreationDate": None}
