"""Write all playgrounds into the folder of a site."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sim.show.site.free_playground import free_playground
from sim.show.site.game_day_playground import game_day_playground
from sim.show.site.index_script import PlaygroundScripts
from sim.show.site.lesson_playground import choices, lesson_playground
from sim.show.site.making import (
    forget_others,
    make_all,
    states_of,
    tasks_of,
)
from sim.show.site.page import page
from sim.show.site.playground import Playground
from sim.show.site.preview import preview

SHOW = Path(__file__).parents[1]
SHARED = (
    SHOW / "stage" / "stage.css",
    SHOW / "panel" / "panel.css",
    SHOW / "panel" / "panel_page.js",
    SHOW / "panel" / "play.js",
    SHOW / "site" / "play.css",
)
KEPT = "playground-runs"


def write_playgrounds(
    out: Path, sample: bool = False, only: Sequence[str] | None = None
) -> tuple[int, int]:
    """Write `out/play`; returns how many pieces were made anew, and how many states there are.

    What was made earlier is kept beside `out`. `sample`: fewer playgrounds; `only`: these.
    """
    found = [playground_of(name, sample) for name in names(sample, only)]
    kept = out.parent / KEPT
    tasks = tasks_of(found)
    made = make_all(tasks, kept)
    if not sample and only is None:
        forget_others(tasks, kept)
    folder = out / "play"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in SHARED:
        shutil.copy(path, folder)
    for playground in found:
        _write(playground, kept, folder)
    return made, sum(len(list(states_of(one))) for one in found)


def names(sample: bool, only: Sequence[str] | None) -> list[str]:
    """The names of the playgrounds to write."""
    if only is not None:
        return list(only)
    return SAMPLE if sample else [*choices(), *OTHERS]


OTHERS = {"free": free_playground, "game-day": game_day_playground}
"""Playgrounds that are no lesson's."""
SAMPLE = ["00-start-here", "free", "game-day"]


def playground_of(name: str, sample: bool) -> Playground:
    """The playground of this name."""
    if name in OTHERS:
        return OTHERS[name](sample)
    return lesson_playground(name, sample)


def _write(playground: Playground, kept: Path, folder: Path) -> None:
    PlaygroundScripts(playground, kept, folder).write()
    runs = len([t for t in tasks_of([playground]) if t.is_alone])
    text = page(playground, runs)
    (folder / f"{playground.name}.html").write_text(text, encoding="utf-8")
    (folder / f"{playground.name}.png").write_bytes(preview(playground))
