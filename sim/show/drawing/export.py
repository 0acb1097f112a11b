"""A picture as a file, with the words under it that a picture alone lacks: what it shows, and of which settings."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sim.results.run import Run
from sim.scenario.errors import ScenarioError

FORMATS = (".png", ".svg", ".pdf")
LETTERS, SIZE = 190, 7.5  # of a line, and of a letter in points
LINE, MARGIN = 0.145, 0.12  # a line's height and the space around the words, in inches
SETTINGS_LINES = 6


def save(
    figure: Figure, path: str | Path, caption: str, runs: Mapping[str, Run]
) -> Path:
    """Write a figure with its caption and its runs' settings below it; returns where.

    See `Picture.save`.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise ScenarioError(
            f"A picture is saved as {', '.join(FORMATS)}, but {path.name!r} ends otherwise."
        )
    lines = [*textwrap.wrap(caption, LETTERS), *_settings(runs)]
    width, height = figure.get_size_inches()
    below = LINE * len(lines) + 2 * MARGIN
    words = figure.text(
        0.35 / width, -MARGIN / height, "\n".join(lines), fontsize=SIZE, verticalalignment="top", linespacing=1.3,
        color=figure.axes[0].xaxis.label.get_color() if figure.axes else "#5A6270",
    )  # fmt: skip
    try:
        figure.savefig(
            path,
            bbox_inches=Bbox([[0, -below], [width, height]]),
            facecolor=figure.get_facecolor(),
            metadata=_metadata(path, caption, runs),
        )
    finally:
        words.remove()
    return path


def _settings(runs: Mapping[str, Run]) -> list[str]:
    lines = []
    for name, run in runs.items():
        told = textwrap.wrap(f"{name}, seed {run.seed}: {_different(run)}", LETTERS)
        lines += (
            told
            if len(told) <= SETTINGS_LINES
            else [*told[: SETTINGS_LINES - 1], "(all settings: in this file's data)"]
        )
    return lines


def _different(run: Run) -> str:
    """The settings that are not AWS's defaults, as short as JSON can be read."""
    settings = run.scenario.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(settings, ensure_ascii=False).replace('"', "")


def _metadata(path: Path, caption: str, runs: Mapping[str, Run]) -> dict[str, Any]:
    every = json.dumps(
        {
            name: {"seed": run.seed, "scenario": run.scenario.model_dump(mode="json")}
            for name, run in runs.items()
        }
    )
    if path.suffix.lower() == ".png":
        return {"Title": caption, "Description": every}
    if path.suffix.lower() == ".svg":
        return {"Title": caption, "Description": every, "Date": None}
    return {"Title": caption, "Subject": every, "CreationDate": None}
