"""How long a lesson takes: what is read, what is looked at, what is tried."""

import re
from pathlib import Path

from tests.support.documents import prose
from tests.support.lessons import cells, read, tagged

WORDS_A_MINUTE = 120  # technical English, by a reader who is not native
LINES_A_MINUTE = 8  # of code
A_FIGURE = 0.5  # minutes, for what a cell shows
AN_EXERCISE = 5
A_PANEL = 5
A_GAME_DAY = 15


def minutes_of(lesson: Path) -> float:
    """The minutes that the words and steps of a lesson need."""
    notebook = read(lesson)
    words = re.findall(r"\S*\w\S*", re.sub(r"\]\([^)]*\)", "]", prose(lesson)))
    code = [
        cell
        for cell in cells(notebook, "code")
        if not cell.metadata.get("tags")
    ]
    lines = sum(len(cell.source.splitlines()) for cell in code)
    games = sum("sim.show.game_day(" in cell.source for cell in code)
    exercises = len(tagged(notebook, "exercise"))
    return (
        len(words) / WORDS_A_MINUTE
        + lines / LINES_A_MINUTE
        + A_FIGURE * len(code)
        + AN_EXERCISE * exercises
        + A_PANEL
        + A_GAME_DAY * games
    )
