"""HTML: the one place where text becomes a part of a page, and an address becomes a link."""

from __future__ import annotations

import html
import re

ADDRESS = re.compile(r"https://[^\s<>\"'`]+")
"""What becomes a link: nothing but https, as far as no quote or bracket ends it."""
AFTER_ADDRESS = ".,;:!?)"
"""What ends a sentence and not an address."""
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing, also of what follows them."""
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that a terminal obeys, but line ends and tabs, and that XML and UTF-8 do not allow."""

PAGE = re.compile(r"#[\w-]+|\.\./[\w./-]+")
"""Where a lesson's output leads: a heading of the lesson, or a file beside its folder."""


class Html(str):
    """Text that is HTML already; all other text is escaped before it gets into a page."""

    __slots__ = ()


def escaped(text: object) -> Html:
    """Any text as a part of a page or of an attribute: nothing in it is markup."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(str(text)))


def isolated(text: str) -> Html:
    """As `escaped`; marks of writing direction in it do not turn what stands beside it."""
    safe = escaped(text)
    return Html(f"<bdi>{safe}</bdi>") if DIRECTIONS.search(text) else safe


def link(address: str, text: str | None = None, title: str = "") -> Html:
    """A link to an https address; what is no such address is only its text.

    `title`: what a browser shows beside the link while somebody points at it.
    """
    shown = isolated(address if text is None else text)
    if not ADDRESS.fullmatch(address):
        return shown
    where = f'href="{escaped(address)}" target="_blank"'
    if title:
        where += f' title="{escaped(title)}"'
    return Html(f"<a {where}>{shown}</a>")


def page_link(path: str, text: str) -> Html:
    """A link from a lesson's output to a heading of the lesson or a file of this repository.

    What is no such path (`#Heading`, `../data/...`) is only its text.
    """
    if not PAGE.fullmatch(path):
        return isolated(text)
    return Html(f'<a href="{escaped(path)}">{isolated(text)}</a>')


def with_code(text: str) -> Html:
    """A sentence as a part of a page; what stands between backticks in it is set as code."""
    parts = [isolated(part) for part in text.split("`")]
    inside = [f"<code>{part}</code>" for part in parts[1::2]]
    parts[1::2] = [Html(part) for part in inside]
    return Html("".join(parts))


def linked(text: str) -> Html:
    """A text as a part of a page, with the https addresses in it as links."""
    parts: list[str] = []
    end = 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(AFTER_ADDRESS)
        parts += [isolated(text[end : found.start()]), link(address)]
        end = found.start() + len(address)
    return Html("".join([*parts, isolated(text[end:])]))


def visible(text: str) -> str:
    """A text for a terminal or a picture: control characters are shown, and not obeyed."""
    return CONTROLS.sub(_code, DIRECTIONS.sub(_code, text))


def _code(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
