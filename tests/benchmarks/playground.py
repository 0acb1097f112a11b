"""A page without Python: to its first moving picture, a slider's answer, and its size.

`python -m tests.benchmarks.playground` makes a sample of the pages; with the folder of a site it
measures those that are there.
"""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from sim.show.site.write import write_playgrounds
from tests.benchmarks.slider import NOW_PAINTED, p90
from tests.conftest import installed_browser
from tests.support.lab import WINDOW, browser

ROUNDS = 5
KEYS = ("End", "Home")
MOVES = 12
# Milliseconds from the page's start until a picture that moves has been drawn twice.
MOVING = """new Promise(resolve => {
    const look = () => {
        const stage = document.querySelector(".panel-stage > .stage");
        if (Number(stage?.dataset.frames) >= 2) resolve(performance.now());
        else requestAnimationFrame(look);
    };
    look();
})"""


def main() -> None:
    """Print a line for each page."""
    path = installed_browser()
    if path is None:
        sys.exit("No Chromium or Chrome on PATH.")
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else sample()
    print(
        f"{'page':34}{'moves, ms':>10}{'answer, ms':>11}{'p90':>6}"
        f"{'first page, KB':>16}{'with all scenes':>17}"
    )
    with browser(path) as opened:
        for page in sorted((folder / "play").glob("*.html")):
            print(row(opened, page), flush=True)


def sample() -> Path:
    """A sample of the site."""
    folder = Path(tempfile.mkdtemp(prefix="site-")) / "site"
    write_playgrounds(folder, sample=True)
    return folder


def row(opened: Browser, path: Path) -> str:
    """The numbers of one page."""
    first = [moving(opened, path) for _ in range(ROUNDS)]
    times = answers(opened, path)
    needed = needs(path)
    scenes = path.parent.glob(f"parts/{path.stem}-*.js")
    whole = size(needed) + size(scenes)
    return (
        f"{path.stem:34}{median(first):10.0f}{median(times):11.0f}{p90(times):6.0f}"
        f"{size(needed) / 1024:16.0f}{whole / 1024:17.0f}"
    )


def moving(opened: Browser, path: Path) -> float:
    """Milliseconds until something moves, in a fresh context."""
    context = opened.new_context(viewport=WINDOW)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="commit")
    time: float = page.evaluate(MOVING)
    context.close()
    return time


def answers(opened: Browser, path: Path) -> list[float]:
    """Milliseconds of each move of the first slider."""
    page: Page = opened.new_page(viewport=WINDOW)
    page.goto(path.as_uri())
    page.locator(".lambda-panel[data-move]").wait_for()
    page.wait_for_timeout(2000)
    panel = page.locator(".lambda-panel").element_handle()
    slider = page.locator(".panel-settings input[type=range]:enabled").first
    slider.focus()
    times = []
    for number in range(MOVES):
        page.evaluate(NOW_PAINTED, panel)
        page.keyboard.press(KEYS[number % 2])
        time = page.evaluate("window.measured")
        times += [time] if time is not None else []
    page.close()
    return times


def needs(path: Path) -> list[Path]:
    """The page, and the files that it names."""
    names = re.findall(
        r'(?:src|href)="([\w.-]+\.(?:js|css))"', path.read_text()
    )
    return [path, *(path.parent / name for name in names)]


def size(paths: object) -> int:
    """Bytes as a web server sends them, compressed."""
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
