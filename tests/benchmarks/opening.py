"""From the command to the first picture in a real browser: `python -m tests.benchmarks.opening`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.conftest import installed_browser
from tests.support.lab import WINDOW, browser, lab, open_notebook, run_all

LESSON = "notebooks/00-start-here.ipynb"
ROUNDS = 3
SETTLED = 1.5  # seconds that `open_notebook` waits after the kernel is ready
# Seconds until a first picture stands in the page, counted from the click that runs all cells.
MEASURE = """() => new Promise(resolve => {
    let clicked = performance.now();
    window.addEventListener("click", () => { clicked = performance.now(); }, true);
    const watcher = new MutationObserver(() => {
        const image = document.querySelector(".jp-OutputArea-output img");
        if (!image) return;
        watcher.disconnect();
        const passed = () => (performance.now() - clicked) / 1000;
        const shown = () => requestAnimationFrame(() => resolve(passed()));
        image.decode().then(shown);
    });
    watcher.observe(document.body, {childList: true, subtree: true});
})"""


def main() -> None:
    """Print the median of each step, in seconds."""
    path = installed_browser()
    if path is None:
        sys.exit("No Chromium or Chrome on PATH.")
    rounds = [opened(path) for _ in range(ROUNDS)]
    for name in rounds[0]:
        print(f"{name:44}{median(steps[name] for steps in rounds):8.1f} s")


def opened(path: str) -> dict[str, float]:
    """Seconds of each step, once, with a server, a browser and a kernel of its own."""
    folder, start = Path(tempfile.mkdtemp(prefix="opening-")), perf_counter()
    with lab(folder) as started:
        answers = perf_counter() - start
        with browser(path) as chromium:
            page = chromium.new_page(viewport=WINDOW)
            start = perf_counter()
            open_notebook(page, started.url, LESSON)
            ready = perf_counter() - start - SETTLED
            page.evaluate(f"() => {{ window.first = ({MEASURE})() }}")
            start = perf_counter()
            run_all(page)
            done = perf_counter() - start
            picture = page.evaluate("window.first")
    return {
        "command to the server's first answer": answers,
        "opening the lesson, its kernel ready": ready,
        "Run All Cells to the first picture": picture,
        "Run All Cells to the last cell": done,
    }


if __name__ == "__main__":
    main()
