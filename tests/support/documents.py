"""What people read, as tests read it: the pages in Markdown, and the prose of the lessons."""

import re
from pathlib import Path

from tests.support.lessons import LESSONS, kept, text
from tests.support.paths import ROOT

READMES = [
    path
    for path in (ROOT / "data" / "deploy").rglob("README.md")
    if "node_modules" not in path.parts
]
DOCUMENTS = (
    sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *READMES])
    + LESSONS
)


def name(document: Path) -> str:
    """A document's path in the repository."""
    return document.relative_to(ROOT).as_posix()


def markdown(document: Path) -> str:
    """A document's Markdown; of a lesson the cells between the code."""
    return (
        text(kept(document), "markdown")
        if document.suffix == ".ipynb"
        else document.read_text(encoding="utf-8")
    )


def prose(document: Path) -> str:
    """A document's Markdown without its code."""
    return re.sub(r"```.*?```|`[^`]*`", "", markdown(document), flags=re.DOTALL)


def anchors(document: Path) -> set[str]:
    """Where a link may lead to in a document, in GitHub's spelling of its headings."""
    headings = re.findall(
        r"^#+ (.+)$",
        re.sub(r"```.*?```", "", markdown(document), flags=re.DOTALL),
        re.MULTILINE,
    )
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }
