"""Every control, tab, preset, pick, pin, save and copy of panels, in a browser: `make panels`.

`python -m tests.panel_proof 03-queues compare` looks at these notebooks only. Prints what is
wrong: a complaint of the console or of a hidden exception, a panel that is too high, a table that
is cut, a move that nothing follows. The exit status is 1 if anything is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial

from playwright.sync_api import Browser, Error, Locator

from sim.show.panel.panel import Panel
from tests.conftest import installed_browser
from tests.support.lab import PanelPage, browser, complaints, new_page
from tests.support.lessons import LESSONS
from tests.support.live_panels import LivePanel, panels_of
from tests.support.looks import HIGHEST, show, tabs_of
from tests.support.paths import ROOT

DASHBOARD = ROOT / "dashboard" / "compare-and-catalogue.ipynb"
HIDDEN = re.compile(r"\b[A-Z]\w*(Error|Exception)\b(?! responses)")
CUT = """panel => [...panel.querySelectorAll(".panel-readouts, .panel-shown, .panel-settings")]
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.className)"""
SHARES = (0.1, 0.35, 0.6, 0.95)
KEYS = ("Home", "End", "PageUp", "PageDown", "ArrowLeft", "ArrowRight")
TYPED = ("1", "-1", "1e99", "nonsense", "", "2 min")
NUMBERS = {
    "seed": ("7", "seven", "-1"),
    "story of event": ("0", "5", "999999", "x", ""),
}
SAVED = ("png", "svg", "gif")
LEAST_SAVED = 100  # bytes
PRESET = re.compile("^(preset|day)$")
OPTIONS = "list => [...list.options].map(each => each.value)"
PATIENCE = 15_000  # milliseconds

Deed = tuple[str, Callable[[], object]]


def main(names: list[str]) -> int:
    """Look at the panels of these notebooks, or of all; returns how much is wrong."""
    path = installed_browser()
    if path is None:
        sys.exit("No Chromium or Chrome on PATH.")
    panels = [
        (f"{notebook.stem}, panel {number}", panel)
        for notebook in (*LESSONS, DASHBOARD)
        if not names or any(map(notebook.stem.startswith, names))
        for number, panel in enumerate(panels_of(notebook))
    ]  # before there is a browser, whose event loop would be theirs
    wrong = done = 0
    with browser(path) as opened:
        for name, panel in panels:
            proof = Proof(opened, panel)
            for sentence in proof.all_wrong():
                wrong += 1
                print(f"{name}: {sentence}", flush=True)
            done += proof.done
            print(f"{name}: {proof.done} deeds", flush=True)
    print(f"{done:,} deeds: {wrong} wrong.")
    return wrong


class Proof:
    """One panel in a browser, and all that can be done with it; `done` counts it."""

    def __init__(self, opened: Browser, panel: Panel) -> None:
        self.page = new_page(opened, has_touch=True)
        self.page.set_default_timeout(PATIENCE)
        self.heard = complaints(self.page)
        self.panel: PanelPage = LivePanel(self.page, panel).shown
        self.root = self.panel.panel
        self.touch = self.page.context.new_cdp_session(self.page)
        self.done = 0

    def all_wrong(self) -> Iterator[str]:
        """Do all; a sentence for each thing that is wrong, when it becomes so."""
        last: list[str] = []
        for name, deed in self.deeds():
            self.done += 1
            try:
                deed()
            except (Error, AssertionError) as error:
                first = str(error).split("\n", 1)[0]
                yield f"{name}: {type(error).__name__} {first}"
            now = list(self.wrong_now())
            yield from (f"{name}: {what}" for what in now if what not in last)
            last = now
        self.page.close()

    def wrong_now(self) -> Iterator[str]:
        """What is wrong with what is shown."""
        while self.heard:
            yield self.heard.pop()
        if HIDDEN.search(self.panel.complaint):
            yield self.panel.complaint
        box = self.root.bounding_box()
        if box is None or box["height"] > HIGHEST:
            yield f"it is {box and round(box['height'])} pixels high"
        yield from (f"{part} is cut" for part in self.root.evaluate(CUT))

    def deeds(self) -> Iterator[Deed]:
        """All that a hand can do; a tab that is open stays open for what comes next."""
        yield from self._tabs()
        yield from self._controls()
        for preset in self._options(self.root.get_by_label(PRESET)):
            yield preset
            yield from self._controls()
        yield from self._lists(".panel-settings .panel-choices select")
        yield from self._numbers()
        yield "pin", partial(self._press_button, "Pin this run")
        slider = self.root.locator("input[type=range]:enabled:visible").first
        yield "beside the pin", partial(self._press, slider, "PageUp")
        yield from self._tabs()
        yield "unpin", partial(self._press_button, "Drop the pin")
        yield "copy", self._copy

    # -- tabs, and what is in them

    def _tabs(self) -> Iterator[Deed]:
        for tab in tabs_of(self.panel):
            yield f"tab {tab}", partial(show, self.panel, tab)
            yield from self._lists(".panel-shown .panel-choices select")
            if self.root.locator(".panel-stage").is_visible():
                yield from self._stage(tab)

    def _stage(self, tab: str) -> Iterator[Deed]:
        for kind in SAVED if tab == "race" else SAVED[:2]:
            yield f"{tab}: save {kind}", partial(self._save, kind)
        canvas = self.root.locator("canvas").first
        for key in ("ArrowDown", "ArrowUp", "Escape", "n", "Home", "PageDown"):
            yield f"{tab}: key {key}", partial(canvas.press, key)
        for share in SHARES:
            yield f"{tab}: pointed at", partial(self._point, canvas, share)

    def _save(self, kind: str) -> None:
        with self.page.expect_download() as download:
            self.root.locator(".stage-save").select_option(kind)
        assert download.value.path().stat().st_size > LEAST_SAVED

    def _point(self, canvas: Locator, share: float) -> None:
        box = canvas.bounding_box()
        assert box
        where = {"x": share * box["width"], "y": share * box["height"]}
        canvas.hover(position=where)
        canvas.click(position=where)

    def _lists(self, selector: str) -> Iterator[Deed]:
        lists = self.root.locator(selector)
        for number in range(lists.count()):
            yield from self._options(lists.nth(number))

    def _options(self, one: Locator) -> Iterator[Deed]:
        """Each option that is still offered when its turn comes, the first one at last."""
        if one.count():
            first, *others = one.evaluate(OPTIONS)
            for value in (*others, first):
                yield f"option {value}", partial(self._choose, one, value)

    def _choose(self, one: Locator, value: str) -> None:
        if value in one.evaluate(OPTIONS) and one.input_value() != value:
            before = self.panel.move
            one.select_option(value)
            self.panel.wait_for_another(before)

    # -- settings

    def _controls(self) -> Iterator[Deed]:
        controls = self.root.locator(".panel-control:not(.panel-absent)")
        for number in range(controls.count()):
            yield from self._control(controls.nth(number))

    def _control(self, one: Locator) -> Iterator[Deed]:
        name = one.get_attribute("data-path")
        slider = one.locator("input[type=range]")
        for key in KEYS:
            yield f"{name}: {key}", partial(self._press, slider, key)
        yield f"{name}: mouse", partial(self._drag, slider)
        yield f"{name}: finger", partial(self._swipe, slider)
        for button in one.get_by_role("button").all():
            yield f"{name}: a button", partial(self._press, button, "Enter")
        for text in TYPED:
            field = one.get_by_role("textbox")
            yield f"{name}: {text!r} typed", partial(self._type, field, text)
        yield f"{name}: reset", partial(self._press_button, "Reset")

    def _press(self, one: Locator, key: str) -> None:
        one.press(key)
        self._settle()

    def _press_button(self, name: str) -> None:
        self.root.get_by_role("button", name=name).click()
        self._settle()

    def _type(self, field: Locator, text: str) -> None:
        field.fill(text)
        self._press(field, "Enter")

    def _drag(self, slider: Locator) -> None:
        self.page.mouse.move(*self._places(slider)[0])
        self.page.mouse.down()
        for place in self._places(slider):
            self.page.mouse.move(*place)
        self.page.mouse.up()
        self._settle()

    def _swipe(self, slider: Locator) -> None:
        first, *others = self._places(slider)
        self._touch("touchStart", first)
        for place in others:
            self._touch("touchMove", place)
        self._touch("touchEnd")
        self._settle()

    def _touch(self, kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        message = {"type": kind, "touchPoints": points}
        self.touch.send("Input.dispatchTouchEvent", message)

    def _places(self, slider: Locator) -> list[tuple[float, float]]:
        """Points along a slider, in view."""
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        middle = box["y"] + box["height"] / 2
        return [(box["x"] + share * box["width"], middle) for share in SHARES]

    def _numbers(self) -> Iterator[Deed]:
        for label, texts in NUMBERS.items():
            field = self.root.get_by_label(label, exact=True)
            for text in texts:
                yield f"{label} {text!r}", partial(self._type, field, text)
        yield "reset", partial(self._press_button, "Reset")

    def _copy(self) -> None:
        self.root.get_by_role("button", name="Copy settings").click()
        self.root.get_by_role("button", name="Copied").wait_for()

    def _settle(self) -> None:
        """Wait for what has been asked for, if anything."""
        self.panel.wait_for_another(-2)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
