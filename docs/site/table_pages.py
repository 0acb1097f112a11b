"""Cheat sheet, glossary and decision guide: pages made from the course's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import nbformat

from docs.site.front_matter import front_matter
from docs.site.lesson_pages import raw
from docs.site.links import LinkedFiles, Links
from docs.site.places import ROOT
from docs.site.readme_lessons import readme_lessons
from docs.site.words import terms
from sim.course.glossary_tables import cheat_sheet
from sim.results.html_table import html_table

GUIDE = "07-compare"
SEE_ALSO = (
    "Each kind of trigger has its own rules in the [catalogue](catalogue/index.md); the words are "
    "in the [glossary](glossary.md)."
)
HEADING = "## The decision guide"


def cheat_sheet_page() -> str:
    """The rules of the models beside each other."""
    description = (
        "Who waits, who tries again, what is given up, and where it stays."
    )
    table = html_table(
        cheat_sheet().reset_index(), address_text="read", index=False
    )
    return "\n\n".join(
        [
            front_matter("Cheat sheet", description, "cheat-sheet"),
            "# Cheat sheet: what happens to my event?",
            f"{description} {SEE_ALSO}",
            raw(
                f'<div class="table-place sentences" tabindex="0">{table}</div>'
            ),
        ]
    )


def glossary_page(lessons_of: Mapping[str, Sequence[str]]) -> str:
    """Each term, its meaning, its source and the lessons that use it."""
    description = "The words of the course, each with AWS's page."
    entries = "\n".join(
        _entry(term, lessons_of.get(term, ())) for term in terms()
    )
    return "\n\n".join(
        [
            front_matter("Glossary", description, "glossary"),
            "# Glossary",
            description,
            f"````{{glossary}}\n{entries}````",
        ]
    )


def _entry(term: str, lessons: Sequence[str]) -> str:
    meaning, source = terms()[term]
    used = ", ".join(
        f"[{readme_lessons()[stem].title}](lessons/{stem}.md)"
        for stem in lessons
    )
    shown = f" Lessons: {used}." if used else ""
    read = f" [Read]({source})." if str(source).startswith("https") else ""
    return f"{term}\n  {meaning}{read}{shown}\n"


def decision_guide_page(linked: LinkedFiles) -> str:
    """The guide of the lesson that proves it."""
    description = (
        "Which trigger should I choose? Each row is a claim that runs prove."
    )
    lines = _guide().splitlines()
    rows = "\n".join(line for line in lines if line.startswith("|"))
    links = Links("decision-guide", f"notebooks/{GUIDE}.ipynb", linked)
    lesson = readme_lessons()[GUIDE]
    where = f"lesson [{lesson.number} {lesson.title}](lessons/{GUIDE}.md)"
    return "\n\n".join(
        [
            front_matter("Decision guide", description, "decision-guide"),
            "# Decision guide",
            f"{description} They are in {where}, and so are the numbers.",
            links.rewritten(rows),
            f"The rules behind it are in the [cheat sheet](cheat-sheet.md). {SEE_ALSO}",
        ]
    )


def _guide() -> str:
    notebook = nbformat.read(ROOT / f"notebooks/{GUIDE}.ipynb", as_version=4)
    (cell,) = [one for one in notebook.cells if HEADING in one.source]
    return str(cell.source).partition(HEADING)[2]
