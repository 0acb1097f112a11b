"""How each panel of each lesson looks: `python -m tests.support.looks 00-start-here`.

For every tab its width and height in a window of 1280 x 900, and a screenshot in tests/screenshots,
light at 1x and dark at 2x. Without names: all lessons.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.conftest import installed_browser
from tests.support.lab import (
    ROOT,
    WINDOW,
    Lab,
    PanelPage,
    browser,
    complaints,
    lab,
    log_messages,
    new_page,
    open_notebook,
    run_all,
    uncover,
)
from tests.support.lessons import LESSONS

SCREENSHOTS = ROOT / "tests" / "screenshots"
HIGHEST = 780
SETTLED = 400
"""Milliseconds until a picture that a change has asked for is drawn."""
PAPER = """svg => {
    const fills = [...svg.querySelectorAll("path, rect")].map(each => getComputedStyle(each).fill);
    const paper = fills.find(fill => fill.startsWith("rgb("));
    return paper ? Number(paper.match(/\\d+/)[0]) : NaN; // none while it is being replaced
}"""
"""The red in a picture's paper, from 0 to 255."""


def main(names: list[str]) -> None:
    """Print a line for each tab of each panel."""
    path = installed_browser()
    if path is None:
        sys.exit("No Chromium or Chrome on PATH.")
    SCREENSHOTS.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="looks-"))
    with lab(folder) as started, browser(path) as opened:
        for lesson in LESSONS:
            if not names or lesson.stem in names:
                page = new_page(opened)
                look_at(page, started, lesson)
                page.close()
                started.end_kernels()


def look_at(page: Page, started: Lab, lesson: Path) -> None:
    """Run a lesson, and look at its panels."""
    errors = complaints(page)
    open_notebook(page, started.url, f"notebooks/{lesson.name}")
    run_all(page)
    uncover(page)
    for number in range(page.locator(".lambda-panel").count()):
        look_at_panel(page, PanelPage(page, number), f"{lesson.stem}-{number}")
    print(f"{lesson.stem}: {log_messages(page)} messages, {errors}", flush=True)


def tabs_of(panel: PanelPage) -> list[str]:
    """The names of the tabs that are there."""
    return panel.panel.locator("[role=tab]:not([hidden])").all_text_contents()


def look_at_panel(page: Page, panel: PanelPage, name: str) -> None:
    """Open each tab; then again on a dark page with twice the pixels."""
    tabs = tabs_of(panel)
    for tab in tabs:
        show(panel, tab)
        print(f"{name} {tab}: {size(panel)}", flush=True)
        photograph(panel, f"panel-{name}-{tab}")
    with dark(page):
        for tab in tabs:
            show(panel, tab)
            photograph(panel, f"panel-{name}-{tab}-dark")
    show(panel, tabs[0])


def show(panel: PanelPage, tab: str) -> None:
    """Open a tab and let it settle."""
    button = panel.panel.get_by_role("tab", name=tab, exact=True)
    if button.get_attribute("aria-selected") != "true":
        panel.open(tab)
    panel.page.wait_for_timeout(SETTLED)


def size(panel: PanelPage) -> str:
    """Its width and height, and what is too large."""
    box = panel.panel.bounding_box()
    assert box
    sides = panel.panel.evaluate(
        "node => [...node.querySelectorAll('.panel-shown, .panel-readouts, .panel-picture')]"
        ".filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.className)"
    )
    words = f"{box['width']:.0f} x {box['height']:.0f}"
    if box["height"] > HIGHEST:
        words += " TOO HIGH"
    return f"{words} {'wider: ' + ', '.join(sides) if sides else ''}".rstrip()


def photograph(panel: PanelPage, name: str) -> None:
    """A screenshot of the panel."""
    panel.panel.scroll_into_view_if_needed()
    panel.panel.screenshot(path=SCREENSHOTS / f"{name}.png")


@contextmanager
def dark(page: Page) -> Iterator[None]:
    """A dark page with two pixels for each."""
    session = page.context.new_cdp_session(page)
    metrics = {**WINDOW, "deviceScaleFactor": 2, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", metrics)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.wait_for_timeout(SETTLED)
    yield
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    session.send("Emulation.clearDeviceMetricsOverride")
    page.wait_for_timeout(SETTLED)


if __name__ == "__main__":
    main(sys.argv[1:])
