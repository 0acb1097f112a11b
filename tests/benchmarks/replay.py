"""How many frames a second the Replay paints, in a browser: `python -m tests.benchmarks.replay`."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.page import pages

SECONDS = 8
TARGET = 60
REPLAY = """\
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
sim.show.replay(sim.simulate(system, seed=6, drain=True))
"""
ROWS = {
    "40 events, asynchronous": REPLAY.format(kind="sns", rate=0.5, events=40),
    "600 events, asynchronous": REPLAY.format(kind="sns", rate=5, events=600),
    "600 events, queue": REPLAY.format(
        kind="sqs_standard", rate=20, events=600
    ),
}

# Plays for some seconds: when each frame began, and how many milliseconds of it the Replay's own
# drawing took.
MEASURE = """seconds => new Promise(resolve => {
    const asked = window.requestAnimationFrame.bind(window), begun = [], spent = [];
    window.requestAnimationFrame = draw => asked(at => {
        const start = performance.now();
        draw(at);
        begun.push(at);
        spent.push(performance.now() - start);
    });
    const buttons = [...document.querySelectorAll('.replay button')];
    const [play] = buttons.filter(button => button.textContent === 'Play');
    play.click();
    setTimeout(() => {
        play.click();
        window.requestAnimationFrame = asked;
        resolve([begun, spent]);
    }, 1000 * seconds);
})"""


def main() -> None:
    """Print one line a run: frames a second, time between two, and what drawing one takes."""
    print(
        f"{'':28}{'frames/s':>10}{'target':>8}{'ms apart, p99':>15}{'ms to draw':>12}{'p99':>8}"
    )
    with pages() as opened:
        for name, code in ROWS.items():
            with opened(code) as page:
                apart, spent = played(page)
            rate = f"{name:28}{1000 * len(apart) / sum(apart):10.0f}{TARGET:8}{_p99(apart):15.1f}"
            print(f"{rate}{median(spent):12.2f}{_p99(spent):8.2f}", flush=True)


def played(page: Page) -> tuple[list[float], list[float]]:
    """Milliseconds from frame to frame, and of drawing each, while the Replay plays."""
    page.locator(".replay canvas").first.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    begun, spent = page.evaluate(MEASURE, SECONDS)
    return [later - earlier for earlier, later in pairwise(begun)], spent


def _p99(values: list[float]) -> float:
    return sorted(values)[int(0.99 * len(values))]


if __name__ == "__main__":
    main()
