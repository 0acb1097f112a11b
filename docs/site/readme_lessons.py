"""The lessons' table of the README: title, question and minutes of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from docs.site.places import ROOT

ROW = re.compile(
    r"^\| \[(\d\d) (.+?)\]\(notebooks/(.+?)\.ipynb\) \| (.+?) \| (\d+) \|$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class ReadmeLesson:
    """A row of the table."""

    number: str
    title: str
    stem: str
    question: str
    minutes: str


@cache
def readme_lessons() -> dict[str, ReadmeLesson]:
    """The rows by the notebook's name without its suffix."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [ReadmeLesson(*found) for found in ROW.findall(text)]
    return {row.stem: row for row in rows}
