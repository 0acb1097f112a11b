"""Links of the repository's Markdown, led to the pages of the site."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from docs.site.places import example_folder, page_of
from docs.site.words import term_of

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
FILE_LINK = re.compile(
    r'<a (?:data-lab-path="|href="\.\./(?=(?:data|docs|notebooks)/))([^"]+)"'
)
"""A link of a lesson's output to a file of the repository, in JupyterLab's way or as an address."""
SECTION_LINK = re.compile(r'<a href="#([^"]+)"')
"""A link to a heading, whose place on a page is in small letters."""
PICTURES = (".svg", ".png", ".gif")


@dataclass
class LinkedFiles:
    """Files of the repository to which pages link: those that need a page, and pictures."""

    files: set[str] = field(default_factory=set)
    pictures: set[str] = field(default_factory=set)


class Links:
    """Rewrites the links of one page; `linked` collects what else they need."""

    def __init__(self, page: str, source: str, linked: LinkedFiles) -> None:
        self.page, self.linked = page, linked
        self.folder = PurePosixPath(source).parent

    def rewritten(self, text: str) -> str:
        """Markdown in which each link outside code leads to a page of the site."""
        return _outside_code(text, lambda part: LINK.sub(self._link, part))

    def in_html(self, html: str) -> str:
        """The HTML of an output, in which each link leads to a page or heading of the site."""
        led = FILE_LINK.sub(self._file_link, html)
        return SECTION_LINK.sub(_section_link, led)

    def _file_link(self, found: re.Match[str]) -> str:
        path, _, anchor = found[1].partition("#")
        where = f"#{anchor.lower()}" if anchor else ""
        page = page_of(path)
        if page.startswith("files/"):
            self.linked.files.add(path)
        return f'<a href="{self.to(page)}.html{where}"'

    def to(self, page: str) -> str:
        """The way from this page to another, or to a file."""
        return os.path.relpath(page, PurePosixPath(self.page).parent)

    def _link(self, found: re.Match[str]) -> str:
        is_picture, words, address = found.groups()
        if "://" in address or address.startswith(("#", "mailto:")):
            return found[0]
        path, _, anchor = address.partition("#")
        inside = os.path.normpath(self.folder / path)
        if is_picture or inside.endswith(PICTURES):
            return f"{is_picture}[{words}]({self._picture(inside)})"
        return self._page_link(words, inside, anchor)

    def _picture(self, path: str) -> str:
        self.linked.pictures.add(path)
        return self.to(f"pictures/{PurePosixPath(path).name}")

    def _page_link(self, words: str, path: str, anchor: str) -> str:
        words = LINK.sub(self._link, words)
        page = page_of(path)
        if page == "glossary":
            term = term_of(words)
            return (
                f"{{term}}`{_plain(words)} <{term}>`"
                if term
                else self._way(words, page, "")
            )
        folder = example_folder(path)
        if folder:
            anchor = _slug(
                PurePosixPath(path).relative_to(f"data/deploy/{folder}")
            )
        elif page.startswith("files/"):
            self.linked.files.add(path)
        return self._way(words, page, anchor)

    def _way(self, words: str, page: str, anchor: str) -> str:
        where = f"#{anchor}" if anchor else ""
        return f"[{words}]({self.to(page)}.md{where})"


def _section_link(found: re.Match[str]) -> str:
    return f'<a href="#{found[1].lower()}"'


def _plain(words: str) -> str:
    return re.sub(r"[*`]", "", words)


def _slug(path: PurePosixPath) -> str:
    """The anchor of a file on the page of its folder; "" for what has none."""
    text = str(path)
    if text in (".", "README.md") or not path.suffix:
        return ""
    return re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """A text in which everything but fenced blocks is changed; code inside a link's words stays."""
    parts = re.split(r"(^```.*?^```)", text, flags=re.DOTALL | re.MULTILINE)
    parts[::2] = [change(part) for part in parts[::2]]
    return "".join(parts)
