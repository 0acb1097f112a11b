"""The course's pages, built for tests: where they are, and what their HTML says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.paths import ROOT

SPHINX = Path(
    os.environ.get("SITE_PYTHON", ROOT / ".venv" / "site" / "bin" / "python")
)
LOADING = {
    "img": "src",
    "script": "src",
    "iframe": "src",
    "link": "href",
    "source": "src",
}
"""What a browser loads by itself."""


def built_sample(folder: Path) -> Path:
    """The sample of the site, in a folder; skipped where Sphinx is not installed, but not in CI."""
    if not SPHINX.exists():
        reason = f"no Sphinx in {SPHINX}: make site"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    site = folder / "site"
    command = [sys.executable, "-m", "docs.site", str(site), "--sample"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return site


class _Links(HTMLParser):
    """Collects what a page names, links to, loads, and says of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.said: dict[str, str] = {}

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        values = {name: value or "" for name, value in attrs}
        self.names.update(
            values[key] for key in ("id", "name") if key in values
        )
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in LOADING and values.get(LOADING[tag]):
            self.loads.append(values[LOADING[tag]])
        if tag == "meta":
            name = values.get("name") or values.get("property", "")
            self.said[name] = values.get("content", "")


@cache
def page(path: Path) -> _Links:
    """What a page's HTML says."""
    links = _Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def pages(site: Path) -> list[Path]:
    """All pages, without those that Sphinx makes of the code."""
    return sorted(
        path
        for path in site.rglob("*.html")
        if not {"_modules", "play"} & set(path.relative_to(site).parts)
    )


def targets(path: Path) -> Iterator[tuple[str, Path, str]]:
    """Each link of a page inside the site: as written, the file, and the place in it."""
    for link in page(path).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or parts.path == "#":
            continue
        file = (path.parent / unquote(parts.path)).resolve()
        yield link, file if parts.path else path, unquote(parts.fragment)
