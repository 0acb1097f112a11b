"""From key or mouse to the new picture, now and earlier: `python -m tests.benchmarks.slider`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

from playwright.sync_api import Locator, Page

from tests.benchmarks.earlier import earlier_project
from tests.benchmarks.page import pages

ROUNDS = 2
MOVES = 15
PRACTICE = 2
DRAG = 3  # seconds
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
ROWS = {
    "40 events in three models": PANEL.format(
        kinds=["invoke", "sns", "sqs_standard"], rate=0.5, events=40
    ),
    "600 events in one model": PANEL.format(kinds=["sns"], rate=5, events=600),
}
EARLIER = "import sys\n\nsys.path.insert(0, {folder!r})\n"

# Milliseconds until a picture after the next key is painted; null if none comes, as a small step of
# the earlier panel may change nothing.
NOW_PAINTED = """panel => {
    const sent = Number(panel.dataset.sent ?? 0);
    window.measured = new Promise(resolve => {
        let pressed = null;
        const press = () => { pressed = performance.now(); };
        window.addEventListener("keydown", press, {capture: true, once: true});
        const watcher = new MutationObserver(() => {
            if (pressed === null || Number(panel.dataset.move) <= sent) return;
            watcher.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - pressed));
        });
        watcher.observe(panel, {attributes: true, attributeFilter: ["data-move"]});
        setTimeout(() => { watcher.disconnect(); resolve(null); }, 5000);
    });
}"""
EARLIER_PAINTED = """image => {
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
# When each picture was painted, from now on, and when the mouse was let go.
WATCH_DRAG = """panel => {
    window.painted = [];
    window.released = null;
    const release = () => { window.released = performance.now(); };
    window.addEventListener("pointerup", release, {capture: true, once: true});
    const painted = () => requestAnimationFrame(() => window.painted.push(performance.now()));
    const watched = {attributes: true, attributeFilter: ["data-move"]};
    new MutationObserver(painted).observe(panel, watched);
}"""

Opened = Callable[[str], AbstractContextManager[Page]]


def main() -> None:
    """Print a line for each panel: now and earlier, in turns, and what a drag brings."""
    print(
        f"{'milliseconds':28}{'now':>8}{'p90':>8}{'earlier':>9}{'p90':>8}{'ratio':>8}"
        f"{'redraws/s in a drag':>22}{'release to last':>17}"
    )
    with pages() as opened, earlier_project() as folder:
        for name, code in ROWS.items():
            print(f"{name:28}{row(opened, code, folder)}", flush=True)


def row(opened: Opened, code: str, folder: Path | None) -> str:
    """The numbers of one panel."""
    now: list[float] = []
    earlier: list[float] = []
    for _ in range(ROUNDS):
        with opened(code) as page:
            now += moves(page, slider(page), panel(page), NOW_PAINTED)
            rate, last = drag(page)
        if folder:
            with opened(EARLIER.format(folder=str(folder)) + code) as page:
                handle = page.locator(".noUi-handle").first
                image = page.locator("img.widget-image").first
                earlier += moves(page, handle, image, EARLIER_PAINTED)
    before = (
        f"{median(earlier):9.0f}{p90(earlier):8.0f}{median(now) / median(earlier):8.2f}"
        if earlier
        else f"{'no history':>25}"
    )
    return f"{median(now):8.0f}{p90(now):8.0f}{before}{rate:22.1f}{last:17.0f}"


def panel(page: Page) -> Locator:
    """The panel as it is now."""
    return page.locator(".lambda-panel").first


def slider(page: Page) -> Locator:
    """Its only slider."""
    return page.get_by_role("slider", name="error rate", exact=True).first


def moves(
    page: Page, handle: Locator, watched: Locator, measure: str
) -> list[float]:
    """Milliseconds of each key that changed the picture; the first ones are practice."""
    node = watched.element_handle()
    handle.focus()
    times: list[float] = []
    for _ in range(4 * MOVES):
        page.evaluate(measure, node)
        page.keyboard.press("ArrowRight")
        time = page.evaluate("window.measured")
        page.wait_for_timeout(100)
        times += [time] if time is not None else []
        if len(times) == MOVES + PRACTICE:
            break
    return times[PRACTICE:]


def drag(page: Page) -> tuple[float, float]:
    """Redraws a second while the mouse is down, and milliseconds from its release to the last."""
    box = slider(page).bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    panel(page).evaluate(WATCH_DRAG)
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    begun = page.evaluate("performance.now()")
    while (
        share := (page.evaluate("performance.now()") - begun) / 1000 / DRAG
    ) < 1:
        page.mouse.move(box["x"] + (0.2 + 0.6 * share) * box["width"], middle)
    page.mouse.up()
    page.wait_for_timeout(2000)
    painted, released = page.evaluate("[window.painted, window.released]")
    during = [at for at in painted if at <= released]
    last = max(painted, default=released) - released
    return len(during) / (released - begun) * 1000, last


def p90(values: list[float]) -> float:
    """The value that nine of ten stay below."""
    return sorted(values)[int(0.9 * len(values))]


if __name__ == "__main__":
    main()
