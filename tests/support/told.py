"""What a lesson tells in its prose, and which triggers it walks through."""

import csv
import re

from tests.support.documents import markdown
from tests.support.lessons import FOLDER
from tests.support.paths import ROOT


def told(lesson: str) -> str:
    """The sentences of a lesson without links, code marks and stress."""
    text = re.sub(r"\]\([^)]*\)", "]", markdown(FOLDER / lesson))
    return re.sub(r"[\[\]*`]", "", text)


def told_by(lesson: str, *phrases: str) -> None:
    """Each of these phrases, with numbers read out of a run, stands in the lesson's sentences."""
    sentences = told(lesson)
    assert [phrase for phrase in phrases if phrase not in sentences] == []


def walked_in(lesson: str) -> set[str]:
    """The kinds of trigger that a lesson walks through."""
    path = ROOT / "data" / "lessons.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["kind"]
            for row in csv.DictReader(file)
            if row["lesson"] == lesson
        }
