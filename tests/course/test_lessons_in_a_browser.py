"""The lessons in JupyterLab, started as `make lab` does, in a real browser, moved by keyboard."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

import sim
from sim.phrases import amount, counted, percent, spoken
from sim.show.panel.deploy_tab import FORMATS
from tests.support.lab import (
    PATIENCE,
    ROOT,
    Lab,
    PanelPage,
    browser,
    lab,
    log_messages,
    new_page,
    open_notebook,
    prompts,
    run_all,
    soon,
    uncover,
)
from tests.support.lessons import LESSONS, cells, names_of, read

pytestmark = pytest.mark.browser
SCREENSHOTS = ROOT / "tests" / "screenshots"
MOVES = 3

# The kernel tells what the lesson's panel simulates; in which threads its callbacks run; how often
# it has redrawn.
WATCH = """
import json, threading
from sim.show import Panel
from sim.show.lesson.cover import Cover
threads = []
shown = list(Out.values())
shown += [made for cover in shown if isinstance(cover, Cover) for made in cover.contents]
moving, *_ = [made for made in shown if isinstance(made, Panel)]
moving.observe(lambda change: threads.append(threading.current_thread().name), "asked")
"""
ASK = """print(json.dumps({
    "systems": {name: run.scenario.model_dump_json() for name, run in moving.runs.items()},
    "seed": moving.answer["seed"], "redraws": moving.redraws, "threads": threads,
    "labels": [control["label"] for control, is_there in zip(
        moving.form["controls"], moving.form["presets"][0]["has"]) if is_there],
}))"""

# How far the cell below the panel is from the panel's top, each time the browser paints.
FOLLOW = """cell => {
    const below = cell.nextElementSibling;
    window.distances = [];
    const look = () => {
        window.distances.push(below.getBoundingClientRect().top - cell.getBoundingClientRect().top);
        window.requestAnimationFrame(look);
    };
    look();
}"""


@dataclass
class Move:
    """What the panel shows after a key was pressed, and what the kernel then says of it."""

    number: int
    value: str
    rows: dict[str, list[str]]
    words: str
    complaint: str
    kernel: dict[str, Any]


@dataclass
class Visit:
    """What was seen in one lesson."""

    lesson: Path
    prompts: list[str]
    errors: list[str]
    hosts: set[str]
    messages: int
    popups: int
    moves: list[Move]
    controls: dict[str, bool]
    readouts: list[str]
    distances: list[float]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Lab]:
    with lab(tmp_path_factory.mktemp("lab")) as started:
        yield started


@pytest.fixture(scope="module")
def chromium(browser_path) -> Iterator[Browser]:
    with browser(browser_path) as opened:
        yield opened


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def visit(request, server, chromium) -> Iterator[Visit]:
    page = new_page(chromium)
    try:
        yield visited(page, server, request.param)
    finally:  # else one lesson's trouble would be every later one's
        page.close()
        server.end_kernels()


def visited(page: Page, server: Lab, lesson: Path) -> Visit:
    """Open a lesson, run all, photograph it and move every control."""
    hosts: set[str] = set()
    page.on(
        "request", lambda asked: hosts.add(urlsplit(asked.url).hostname or "")
    )
    open_notebook(page, server.url, f"notebooks/{lesson.name}")
    run_all(page)
    photograph(page, lesson.stem)
    uncover(page)
    moves, controls, distances = moved(page, server)
    page.screenshot(path=SCREENSHOTS / f"{lesson.stem}-moved.png")
    errors = page.locator(
        '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type$="stderr"]'
    )
    return Visit(
        lesson, prompts(page), errors.all_inner_texts(), hosts, log_messages(page),
        page.locator(".Toastify__toast").count(), moves, controls,
        PanelPage(page).readouts, distances,
    )  # fmt: skip


def moved(
    page: Page, server: Lab
) -> tuple[list[Move], dict[str, bool], list[float]]:
    """Some moves of an error rate or the first slider, then one of each other: was it redrawn?

    What else has moved?
    """
    with server.kernel() as kernel:
        kernel.execute_interactive(WATCH, store_history=False, timeout=PATIENCE)
        panel = PanelPage(page)
        panel.cell.evaluate(FOLLOW)
        labels = asked(kernel)["labels"]
        rates = [label for label in labels if "error rate" in label]
        first, *_ = [*rates, *labels]
        others = [label for label in labels if label != first]
        key = "PageUp" if panel.in_lower_half(first) else "PageDown"
        moves = [seen(panel, first, asked(kernel))]
        for _ in range(MOVES):
            panel.press(first, key)
            moves.append(seen(panel, first, asked(kernel)))
        distances = page.evaluate("window.distances")
        return (
            moves,
            {label: is_redrawn(panel, label, kernel) for label in others},
            distances,
        )


def seen(panel: PanelPage, label: str, kernel: dict[str, Any]) -> Move:
    return Move(
        panel.move,
        panel.shown(label),
        panel.rows,
        panel.words,
        panel.complaint,
        kernel,
    )


def is_redrawn(panel: PanelPage, label: str, kernel: Any) -> bool:
    """Whether a key on this slider changes its value and the panel, without a complaint."""
    value, redraws = panel.shown(label), asked(kernel)["redraws"]
    key = "ArrowLeft" if panel.at_highest(label) else "ArrowRight"
    panel.slider(label).press(key)
    redrawn = soon(panel.page, lambda: asked(kernel)["redraws"] > redraws)
    return redrawn and panel.shown(label) != value and not panel.complaint


def asked(kernel: Any) -> dict[str, Any]:
    printed: list[str] = []
    kernel.execute_interactive(
        ASK, store_history=False, timeout=PATIENCE,
        output_hook=lambda message: printed.append(message["content"].get("text", "")),
    )  # fmt: skip
    return json.loads("".join(printed))


def photograph(page: Page, name: str) -> None:
    """A screenshot of every screenful, for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    for old in SCREENSHOTS.glob(f"{name}-*.png"):
        old.unlink()
    scroller = page.locator(".jp-WindowedPanel-outer").first
    scroller.evaluate("node => node.scrollTo(0, 0)")
    for number in range(1, 100):
        page.wait_for_timeout(300)
        page.screenshot(path=SCREENSHOTS / f"{name}-{number:02}.png")
        before = scroller.evaluate("node => node.scrollTop")
        scroller.evaluate("node => node.scrollBy(0, node.clientHeight - 60)")
        if scroller.evaluate("node => node.scrollTop") == before:
            return


def test_every_cell_runs_and_none_complains(visit):
    unfolded = [
        cell
        for cell in cells(read(visit.lesson), "code")
        if not cell.metadata.get("jupyter")
    ]
    assert len(visit.prompts) == len(unfolded)
    assert all(
        any(letter.isdigit() for letter in prompt) for prompt in visit.prompts
    )
    assert visit.errors == []


def test_nothing_is_logged_unseen_and_nothing_pops_up(visit):
    """JupyterLab shows a callback's exception nowhere else: https://github.com/jupyter-widgets/ipywidgets/issues/1971."""
    assert visit.messages == 0
    assert visit.popups == 0


def test_no_other_host_is_asked(visit):
    assert visit.hosts <= {"127.0.0.1", ""}


def test_each_move_by_keyboard_is_drawn_and_they_bring_other_numbers(visit):
    assert len(visit.moves) == MOVES + 1
    for part in ("number", "value"):
        values = [getattr(move, part) for move in visit.moves]
        assert len(set(values)) == len(values), part
    first, *_, last = visit.moves
    assert first.rows != last.rows
    assert first.words != last.words
    assert {move.complaint for move in visit.moves} == {""}


def test_every_control_of_the_panel_can_be_moved_by_keyboard(visit):
    assert [
        label for label, redrawn in visit.controls.items() if not redrawn
    ] == []


def test_what_the_panel_says_is_what_the_simulation_gives(visit):
    for move in visit.moves:
        systems = move.kernel["systems"]
        runs = {
            name: sim.simulate(
                sim.Scenario.model_validate_json(text), move.kernel["seed"]
            )
            for name, text in systems.items()
        }
        assert move.rows.keys() == systems.keys()
        for name, run in runs.items():
            expected = said_of(run.summary())
            said = dict(zip(visit.readouts, move.rows[name], strict=True))
            assert {
                readout: text
                for readout, text in said.items()
                if expected.get(readout, text) != text
            } == {}


def said_of(summary):
    """What a panel says of the counts, the shares and the times of a summary, by readout."""
    counts = [
        "delivered", "told", "parked", "lost", "given_up", "in_flight", "throttles", "duplicates",
    ]  # fmt: skip
    runs = summary.runs_per_delivery * summary.deliveries
    return {
        **{
            count.replace("_", " "): counted(summary[count]) for count in counts
        },
        "cold share": percent(summary.cold_share),
        "p50": spoken(summary.p50_s),
        "p99": spoken(summary.p99_s),
        "runs per event": amount(runs / summary.journeys),
    }


def test_the_page_below_the_panel_does_not_move(visit):
    assert len(visit.distances) > 10
    assert max(visit.distances) - min(visit.distances) < 1


def test_callbacks_stay_on_the_main_thread_as_the_shipped_settings_say(visit):
    """Without them, JupyterLab sends all moves but the first to a subshell's thread."""
    assert visit.moves[-1].kernel["threads"] == ["MainThread"] * MOVES


def test_the_deploy_tab_copies_its_code(server, chromium):
    """https://developer.mozilla.org/en-US/docs/Web/API/Clipboard_API."""
    page = new_page(chromium, permissions=["clipboard-read", "clipboard-write"])
    open_notebook(page, server.url, "notebooks/02-asynchronous.ipynb")
    run_all(page)
    uncover(page)
    panel = PanelPage(page)
    panel.open("deploy")
    scenario = names_of("02-asynchronous.ipynb")["system"]
    for form, name in FORMATS.items():
        panel.panel.locator(
            ".panel-shown > .panel-choices select"
        ).select_option(name)
        written = sim.write_template(scenario, to=form)
        panel.panel.locator(
            ".panel-code pre", has_text=written.splitlines()[1]
        ).first.wait_for()
        copy = panel.panel.locator("button.panel-copy").first
        copy.click()
        copy.filter(has_text="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == written
        page.screenshot(path=SCREENSHOTS / f"deploy-{form}.png")
    page.close()
    server.end_kernels()
