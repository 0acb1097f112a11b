"""The README's pictures, from a real JupyterLab in a real browser.

`python -m tests.support.screens` writes `docs/*.png`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.conftest import installed_browser
from tests.support.lab import (
    ROOT,
    PanelPage,
    browser,
    lab,
    new_page,
    open_notebook,
    run_all,
    uncover,
)


def main() -> None:
    """Open each lesson, bring it to the moment worth seeing, and keep that part of the screen."""
    path = installed_browser()
    if path is None:
        sys.exit("No Chromium or Chrome on PATH.")
    with (
        lab(Path(tempfile.mkdtemp(prefix="screens-"))) as started,
        browser(path) as opened,
    ):
        for lesson, scenes in SCENES.items():
            page = new_page(opened)
            open_notebook(page, started.url, f"notebooks/{lesson}.ipynb")
            run_all(page)
            uncover(page)
            page.wait_for_timeout(2000)
            for name, scene in scenes.items():
                keep(page, scene(page), ROOT / "docs" / f"{name}.png")
            page.close()
            started.end_kernels()


def panel(page: Page) -> Locator:
    """Three models under a slider; the run before it moved is pinned, grey behind the new one."""
    moved = PanelPage(page)
    moved.cell.get_by_role("button", name="Pin this run").click()
    for _ in range(2):
        moved.press("error rate", "PageUp")
    return moved.cell.locator(".jp-OutputArea-output")


def race(page: Page) -> Locator:
    """The same orders some time after the first failures, and the story of one of them."""
    shown = page.locator(".stage[data-view=race]")
    canvas = shown.locator("canvas").first
    for key in ["Home", *["PageDown"] * 3, *["ArrowDown"] * 26]:
        canvas.press(key)
    shown.locator(".stage-story-line").first.wait_for()
    canvas.evaluate("node => node.blur()")
    return shown


def compare(page: Page) -> Locator:
    """The day on which the database failed, through four designs."""
    return page.locator(".jp-Cell", has=page.locator(".lambda-picture")).nth(1)


SCENES = {
    "00-start-here": {"panel": panel, "race": race},
    "07-compare": {"compare": compare},
}


def keep(page: Page, seen: Locator, path: Path) -> None:
    """Write what can be seen of a part of the page."""
    # what comes into sight is laid out only then, and moves the rest
    for _ in range(3):
        seen.evaluate("node => node.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(500)
    part, window = (
        seen.bounding_box(),
        page.locator(".jp-WindowedPanel-outer").first.bounding_box(),
    )
    assert part
    assert window
    height = min(part["height"], window["y"] + window["height"] - part["y"])
    page.screenshot(path=path, clip={**part, "height": height})
    size = f"{part['width']:.0f} x {height:.0f}, {path.stat().st_size / 1000:.0f} kB"
    print(f"{path.relative_to(ROOT)}: {size}")


if __name__ == "__main__":
    main()
