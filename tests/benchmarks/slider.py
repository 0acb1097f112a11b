"""From the arrow key to the new picture, in a browser: `python -m tests.benchmarks.slider`."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.page import pages
from tests.support.lab import PanelPage

MOVES = 15
LABEL = "error rate"
PANEL = """\
import sim

work = sim.Behaviour(handler=sim.LogNormal(median=0.4, p99=2.5), error_rate=0.2)
worker = sim.Function(
    name="worker", runtime="python3.13", memory_size=512, timeout=10, behaviour=work
)
arrivals = sim.Poisson(per_second={rate}, events={events})
systems = {{
    kind: sim.Scenario(
        functions=[worker],
        triggers=[sim.trigger(kind, function="worker")],
        traffic=[sim.Traffic(name="orders", into=kind, arrivals=arrivals)],
        seconds=300,
    )
    for kind in {kinds}
}}
sim.show.panel({{"preset": systems}}, ["functions.worker.behaviour.error_rate"], seed=6)
"""
ROWS = {  # what the panel shows, and the target in milliseconds
    "40 events in three models": (
        PANEL.format(
            kinds=["invoke", "sns", "sqs_standard"], rate=0.5, events=40
        ),
        120,
    ),
    "600 events in one model": (
        PANEL.format(kinds=["sns"], rate=5, events=600),
        200,
    ),
}

# Milliseconds until a picture after the next key is decoded; null if none comes, as a small step
# may change nothing.
MEASURE = """image => {
    window.measured = new Promise(resolve => {
        let pressed = null;
        const press = () => { pressed = performance.now(); };
        window.addEventListener("keydown", press, {capture: true, once: true});
        const watcher = new MutationObserver(() => {
            watcher.disconnect();
            const painted = () => resolve(performance.now() - pressed);
            image.decode().then(() => requestAnimationFrame(painted));
        });
        watcher.observe(image, {attributes: true, attributeFilter: ["src"]});
        setTimeout(() => { watcher.disconnect(); resolve(null); }, 1500);
    });
}"""


def main() -> None:
    """Print one line a panel: the median of its moves, and the target."""
    print(
        f"{'arrow key to new picture, ms':32}{'median':>8}{'p90':>8}{'target':>8}"
    )
    with pages() as opened:
        for name, (code, target) in ROWS.items():
            with opened(code) as page:
                times = sorted(moves(page))
            print(
                f"{name:32}{median(times):8.0f}{times[int(0.9 * len(times))]:8.0f}{target:8}",
                flush=True,
            )


def moves(page: Page) -> list[float]:
    """Milliseconds of each move that changed the picture; the first two are practice."""
    panel = PanelPage(page)
    handle, image = (
        panel.slider(LABEL).locator(".noUi-handle"),
        panel.image.element_handle(),
    )
    handle.focus()
    times: list[float] = []
    for _ in range(4 * MOVES):
        page.evaluate(MEASURE, image)
        page.keyboard.press("ArrowRight")
        time = page.evaluate("window.measured")
        page.wait_for_timeout(100)
        times += [time] if time is not None else []
        if len(times) == MOVES + 2:
            break
    return times[2:]


if __name__ == "__main__":
    main()
