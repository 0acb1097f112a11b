"""From the command to the first picture, now and earlier: `python -m tests.benchmarks.opening`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.benchmarks.earlier import earlier_project
from tests.conftest import installed_browser
from tests.support.lab import (
    ROOT,
    WINDOW,
    browser,
    lab,
    open_notebook,
    run_all,
)

LESSON = "notebooks/00-start-here.ipynb"
ROUNDS = 3
SETTLED = 1.5  # seconds that `open_notebook` waits after the kernel is ready
# Seconds until a first picture stands in the page, counted from the click that runs all cells.
MEASURE = """() => new Promise(resolve => {
    let clicked = performance.now();
    window.addEventListener("click", () => { clicked = performance.now(); }, true);
    const watcher = new MutationObserver(() => {
        const drawn = ".jp-OutputArea-output img, .jp-OutputArea-output svg, .stage[data-drawn]";
        if (!document.querySelector(drawn)) return;
        watcher.disconnect();
        requestAnimationFrame(() => resolve((performance.now() - clicked) / 1000));
    });
    watcher.observe(document.body, {childList: true, subtree: true, attributes: true});
})"""


def main() -> None:
    """Print the median of each step in seconds, beside that of the earlier panel, in turns."""
    path = installed_browser()
    if path is None:
        sys.exit("No Chromium or Chrome on PATH.")
    with earlier_project() as before:
        projects = {"now": ROOT, **({"earlier": before} if before else {})}
        rounds: dict[str, list[dict[str, float]]] = {
            name: [] for name in projects
        }
        for _ in range(ROUNDS):
            for name, project in projects.items():
                rounds[name].append(opened(path, project))
    print(f"{'seconds':44}" + "".join(f"{name:>10}" for name in rounds))
    for step in rounds["now"][0]:
        times = [
            median(each[step] for each in taken) for taken in rounds.values()
        ]
        print(f"{step:44}" + "".join(f"{time:10.1f}" for time in times))


def opened(path: str, project: Path) -> dict[str, float]:
    """Seconds of each step, once, with a server, a browser and a kernel of its own."""
    folder, start = Path(tempfile.mkdtemp(prefix="opening-")), perf_counter()
    config = project / "jupyter" / "jupyter_lab_config.py"
    with lab(folder, config=config, project=project) as started:
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
