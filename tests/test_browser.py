"""The lessons in a real JupyterLab, started as `make lab` does, in a real browser, moved by keyboard."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

import sim
from sim.show.deploy import FORMS
from sim.show.units import spoken
from tests.lab import ROOT, WINDOW, Lab, PanelPage, browser, lab, log_messages, open_notebook, prompts, run_all
from tests.lessons import LESSONS, cells, names_of, read

pytestmark = pytest.mark.browser
SCREENSHOTS = ROOT / "tests" / "screenshots"
LABEL = "error rate"
MOVES = 3

WATCH = """
import json, threading
from sim.show import Panel
threads = []
moving, *_ = [made for made in Out.values() if isinstance(made, Panel)]
slider = next(one for one in moving.sliders.values() if one.description == %r)
slider.observe(lambda change: threads.append(threading.current_thread().name), "value")
"""

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


KEYS = {"01-synchronous": "PageUp"}  # where nothing fails at first, the error rate can only go up


@dataclass
class Visit:
    """What was seen in one lesson."""

    lesson: Path
    prompts: list[str]
    errors: list[str]
    hosts: set[str]
    messages: int
    popups: int
    moves: list[dict[str, object]]
    distances: list[float]
    threads: list[str]


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
    page = chromium.new_page(viewport=WINDOW)
    hosts: set[str] = set()
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).hostname or ""))
    open_notebook(page, server.url, f"notebooks/{request.param.name}")
    run_all(page)
    photograph(page, request.param.stem)
    moves, distances, threads = moved(page, server, KEYS.get(request.param.stem, "PageDown"))
    page.screenshot(path=SCREENSHOTS / f"{request.param.stem}-moved.png")
    errors = page.locator('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type$="stderr"]')
    yield Visit(
        request.param, prompts(page), errors.all_inner_texts(), hosts, log_messages(page),
        page.locator(".Toastify__toast").count(), moves, distances, threads,
    )  # fmt: skip
    page.close()
    server.end_kernels()


def moved(page: Page, server: Lab, key: str) -> tuple[list[dict[str, object]], list[float], list[str]]:
    """Some moves of one slider: what the panel shows before and after each; what else that has moved."""
    with server.kernel() as kernel:
        kernel.execute_interactive(WATCH % LABEL, store_history=False, timeout=30)
        panel = PanelPage(page)
        panel.cell.evaluate(FOLLOW)
        shown = [panel_now(panel)]
        for _ in range(MOVES):
            panel.press(LABEL, key)
            page.wait_for_timeout(200)
            shown.append(panel_now(panel))
        printed: list[str] = []
        kernel.execute_interactive(
            "print(json.dumps(threads))", store_history=False, timeout=30,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )  # fmt: skip
    return shown, page.evaluate("window.distances"), json.loads("".join(printed))


def panel_now(panel: PanelPage) -> dict[str, object]:
    return {
        "picture": panel.image.get_attribute("src"),
        "value": panel.shown(LABEL),
        "rows": panel.rows,
        "words": panel.words,
        "complaint": panel.complaint,
    }


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


def preset(lesson: str) -> tuple[dict[str, sim.Scenario], str, int]:
    """The first preset of a lesson's panel by name, the path that its slider changes, and the seed."""
    names = names_of(lesson)
    if lesson.startswith("01"):
        first = "at once, 10 times"
        return {first: names["storms"][first]}, "functions.orders.behaviour.error_rate", 1
    if lesson.startswith("00"):
        return names["systems"], "functions.worker.behaviour.error_rate", 6
    return {"failing handler": names["system"]}, "functions.ListenerFunction.behaviour.error_rate", 3


def test_every_cell_runs_and_none_complains(visit):
    unfolded = [cell for cell in cells(read(visit.lesson), "code") if not cell.metadata.get("jupyter")]
    assert len(visit.prompts) == len(unfolded)
    assert all(any(letter.isdigit() for letter in prompt) for prompt in visit.prompts)
    assert visit.errors == []


def test_nothing_is_logged_unseen_and_nothing_pops_up(visit):
    """JupyterLab shows a callback's exception nowhere else: https://github.com/jupyter-widgets/ipywidgets/issues/1971."""
    assert visit.messages == 0
    assert visit.popups == 0


def test_no_other_host_is_asked(visit):
    assert visit.hosts <= {"127.0.0.1", ""}


def test_each_move_by_keyboard_brings_another_picture_and_other_words(visit):
    assert len(visit.moves) == MOVES + 1
    for part in ("picture", "value", "rows", "words"):
        values = [json.dumps(move[part]) for move in visit.moves]
        assert len(set(values)) == len(values), part
    assert {move["complaint"] for move in visit.moves} == {""}


def test_what_the_panel_says_is_what_the_simulation_gives(visit):
    scenarios, path, seed = preset(visit.lesson.name)
    for move in visit.moves:
        share = int(move["value"].removesuffix("%")) / 100
        assert move["rows"].keys() == scenarios.keys()
        for name, scenario in scenarios.items():
            summary = sim.simulate(scenario.changed(path, share), seed=seed, drain=True).summary()
            counts = [str(summary[count]) for count in ("delivered", "told", "parked", "lost")]
            times = [spoken(summary.p50_s), spoken(summary.p99_s), f"{summary.runs_per_delivery:.2f}"]
            assert move["rows"][name] == counts + times
            assert f"of {summary.deliveries} events, {summary.delivered} delivered" in move["words"]


def test_the_page_below_the_panel_does_not_move(visit):
    assert len(visit.distances) > 10
    assert max(visit.distances) - min(visit.distances) < 1


def test_callbacks_stay_on_the_main_thread_as_the_shipped_settings_say(visit):
    """Without them, JupyterLab sends all moves but the first to a subshell's thread."""
    assert visit.threads == ["MainThread"] * MOVES


def test_the_deploy_tab_copies_its_code(server, chromium):
    """https://developer.mozilla.org/en-US/docs/Web/API/Clipboard_API."""
    context = chromium.new_context(viewport=WINDOW, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    open_notebook(page, server.url, "notebooks/02-asynchronous.ipynb")
    run_all(page)
    panel = PanelPage(page)
    panel.cell.get_by_role("button", name="deploy", exact=True).click()
    scenario, _, _ = preset("02-asynchronous.ipynb")
    for name, form in FORMS.items():
        panel.cell.get_by_role("button", name=name, exact=True).click()
        written = sim.write_template(next(iter(scenario.values())), to=form)
        panel.cell.locator(".deploy pre", has_text=written.splitlines()[1]).first.wait_for()
        panel.cell.get_by_role("button", name="Copy", exact=True).first.click()
        panel.cell.get_by_role("button", name="Copied", exact=True).first.wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == written
        page.screenshot(path=SCREENSHOTS / f"deploy-{form}.png")
    context.close()
    server.end_kernels()
