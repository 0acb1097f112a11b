"""The stage: frames a second, size and time of a scene: `python -m tests.benchmarks.stage`."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.page import pages

SECONDS = 8
TARGET = 60
RACE = """\
import sim

work = sim.Behaviour(handler=sim.LogNormal(median=0.4, p99=2.5), error_rate=0.2)
worker = sim.Function(
    name="worker", runtime="python3.13", memory_size=512, timeout=10, behaviour=work
)
arrivals = sim.Poisson(per_second={rate}, events={events})
system = sim.Scenario(
    functions=[worker],
    triggers=[sim.trigger("{kind}", function="worker")],
    traffic=[sim.Traffic(name="orders", into="{kind}", arrivals=arrivals)],
    seconds=300,
)
run = sim.simulate(system, seed=6)
stage = sim.show.race(run)
display(stage)
"""
ROWS = {
    "40 events, asynchronous": RACE.format(kind="sns", rate=0.5, events=40),
    "600 events, asynchronous": RACE.format(kind="sns", rate=5, events=600),
    "600 events, queue": RACE.format(kind="sqs_standard", rate=20, events=600),
}

# Plays for some seconds: when each frame began, and how many milliseconds of it the stage's own
# drawing took.
MEASURE = """seconds => new Promise(resolve => {
    const asked = window.requestAnimationFrame.bind(window), begun = [], spent = [];
    window.requestAnimationFrame = draw => asked(at => {
        const start = performance.now();
        draw(at);
        begun.push(at);
        spent.push(performance.now() - start);
    });
    const play = document.querySelector('.stage-play');
    play.click();
    setTimeout(() => {
        play.click();
        window.requestAnimationFrame = asked;
        resolve([begun, spent]);
    }, 1000 * seconds);
})"""


SCENE = """\
from statistics import median
from time import perf_counter
from sim.show.stage.scene import scene

def made():
    begun = perf_counter()
    scene({"run": run})
    return 1000 * (perf_counter() - begun)

print("bytes and ms:", len(scene({"run": run})), median(made() for _ in range(20)))
"""
# Milliseconds from the click that runs the cell to the first picture of a stage.
FIRST = """() => new Promise(resolve => {
    let clicked = performance.now();
    window.addEventListener("click", () => { clicked = performance.now(); }, true);
    const watcher = new MutationObserver(() => {
        if (!document.querySelector(".stage[data-drawn]")) return;
        watcher.disconnect();
        requestAnimationFrame(() => resolve(performance.now() - clicked));
    });
    watcher.observe(document.body, {childList: true, subtree: true, attributes: true});
})"""


def main() -> None:
    """Print one line a run: frames a second and their times, bytes and time of the scene."""
    print(
        f"{'':28}{'frames/s':>10}{'target':>8}{'ms apart, p99':>15}{'ms to draw':>12}{'p99':>8}"
        f"{'bytes':>9}{'ms':>7}{'first paint':>13}"
    )
    with pages(FIRST) as opened:
        for name, code in ROWS.items():
            with opened(code + SCENE) as page:
                first = page.evaluate("window.first")
                apart, spent = played(page)
                size, took = re.findall(
                    r"[\d.]+",
                    page.locator(".jp-OutputArea-output pre").inner_text(),
                )
            rate = f"{name:28}{1000 * len(apart) / sum(apart):10.0f}{TARGET:8}{_p99(apart):15.1f}"
            scene = f"{int(size):9,}{float(took):7.1f}{first:10.0f} ms"
            print(
                f"{rate}{median(spent):12.2f}{_p99(spent):8.2f}{scene}",
                flush=True,
            )


def played(page: Page) -> tuple[list[float], list[float]]:
    """Milliseconds from frame to frame, and of drawing each, while the race plays."""
    page.locator(".stage canvas").first.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    begun, spent = page.evaluate(MEASURE, SECONDS)
    return [later - earlier for earlier, later in pairwise(begun)], spent


def _p99(values: list[float]) -> float:
    return sorted(values)[int(0.99 * len(values))]


if __name__ == "__main__":
    main()
