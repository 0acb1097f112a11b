"""A lesson worked through in a real JupyterLab, as a learner who first guesses and answers wrongly.

`python -m tests.support.walk [03 05 ...]` walks through all lessons, or some, by mouse and then by
keyboard, says what it saw, and keeps pictures of it in `tests/screenshots/`: the mouse's at 1280 x
900 in the light theme, the keyboard's at twice the density in the dark one.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Locator, Page

from tests.conftest import installed_browser
from tests.course.usual_answers import WRONG
from tests.support.lab import (
    ROOT,
    Lab,
    PanelPage,
    browser,
    lab,
    new_page,
    open_notebook,
    run_all,
    soon,
)
from tests.support.learner import solution_in
from tests.support.lessons import LESSONS, cells, read, tagged

Hand = Literal["mouse", "keyboard"]
SHOTS = ROOT / "tests" / "screenshots"
DENSITY = {"mouse": 1, "keyboard": 2}
DARK = '{"theme": "JupyterLab Dark"}'


@dataclass
class Walk:
    """What a learner does in one lesson, with a mouse or with keys alone, and what comes of it."""

    page: Page
    lesson: Path
    hand: Hand
    covers: int = 0
    comparisons: list[str] = field(default_factory=list)
    verdicts: dict[str, list[str]] = field(default_factory=dict)
    is_moved: bool = False
    progress: str = ""

    def __post_init__(self) -> None:
        self.notebook = read(self.lesson)
        self.shots = 0

    def whole(self, url: str) -> Walk:
        """From the first cell to the last."""
        open_notebook(self.page, url, f"notebooks/{self.lesson.name}")
        self.photograph("before")
        run_all(self.page)
        self.predict()
        for answer in tagged(self.notebook, "exercise"):
            self.answer(answer)
        self.move_panel()
        self.sum_up()
        return self

    # -- what a learner does

    def predict(self) -> None:
        """Guess each question wrongly and lock it: everything is uncovered."""
        covers = self.page.get_by_role("button", name="Show me anyway")
        self.covers = covers.count()
        for guess in self.page.get_by_label("my guess").all():
            self.guess(guess)
            self.compare()
        assert soon(self.page, lambda: not covers.count())

    def compare(self) -> None:
        """Read the sentence that compares the newest guess with the result."""
        said = self.page.get_by_text("You guessed").nth(len(self.comparisons))
        self.comparisons.append(said.inner_text())
        said.scroll_into_view_if_needed()
        self.photograph("guessed")

    def guess(self, guess: Locator) -> None:
        """Choose the first of several answers, or the lowest number, which is never the result."""
        guess.scroll_into_view_if_needed()
        self.photograph("predict")
        first, keys = guess, self.page.keyboard
        if guess.evaluate("node => node.tagName") == "FIELDSET":
            first = guess.get_by_role("radio").first
        if self.hand == "mouse":
            first.click()
        else:
            first.focus()
        placeholder = first.get_attribute("placeholder")
        if placeholder:
            keys.type(placeholder.split(" from ")[1].split(" to ")[0])
        elif self.hand == "keyboard":
            keys.press("Space")
        if self.hand == "mouse":
            self.page.get_by_role("button", name="Lock my guess").first.click()
        else:
            keys.press("Enter")

    def answer(self, answer: str) -> None:
        """Answer as many do, read what the check says, then answer as the solution does."""
        wrong = f"{answer} = {WRONG[self.lesson.stem][answer][0]}"
        right = solution_in(tagged(self.notebook, "solution")[answer])
        self.verdicts[answer] = [
            self.verdict(answer, code) for code in (wrong, right)
        ]

    def verdict(self, answer: str, code: str) -> str:
        """Write code into an exercise's cell, run it and its check, and read that."""
        place = self.place(tagged(self.notebook, "exercise")[answer])
        check = self.cell(place + 1)
        self.edit(place)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)
        before = check.inner_text()
        for _ in (place, place + 1):
            self.page.keyboard.press("Shift+Enter")
        said = check.locator(".jp-OutputArea-output").last
        assert soon(
            self.page,
            lambda: check.inner_text() != before and said.count() > 0,
        )
        self.photograph(answer)
        return said.inner_text()

    def edit(self, place: int) -> None:
        """Begin to write in a cell."""
        if self.hand == "mouse":
            self.cell(place).scroll_into_view_if_needed()
            self.cell(place).locator(".cm-content").click()
        else:
            self.select(place)
            self.page.keyboard.press("Enter")

    def select(self, place: int) -> None:
        """Go to a cell with the keys of JupyterLab, from the one that is selected."""
        if self.page.evaluate("document.activeElement === document.body"):
            # from what was locked to what comes next
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Escape")
        active = self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active").first
        for _ in range(3 * len(self.notebook.cells)):
            now = int(active.get_attribute("data-windowed-list-index") or 0)
            if now == place:
                return
            self.page.keyboard.press("j" if now < place else "k")
        raise AssertionError(f"cell {place} cannot be reached by keyboard")

    def move_panel(self) -> None:
        """Move the first slider of the panel."""
        panel = PanelPage(self.page)
        slider = panel.panel.get_by_role("slider").first
        before, rows = panel.move, panel.rows
        box = slider.bounding_box()
        is_highest = slider.evaluate("input => input.value === input.max")
        if self.hand == "mouse" and box:
            place = {"x": 0.6 * box["width"], "y": box["height"] / 2}
            slider.click(position=place)
        else:
            slider.press("PageDown" if is_highest else "PageUp")
        panel.wait_for_another(before)
        self.is_moved = panel.rows != rows
        self.photograph("panel")

    def sum_up(self) -> None:
        """Read the last line."""
        *_, last = cells(self.notebook, "code")
        cell = self.cell(self.place(last))
        cell.scroll_into_view_if_needed()
        line = cell.locator(".jp-OutputArea-output", has_text="right").last
        line.wait_for()
        self.progress = (line.text_content() or "").strip()
        self.photograph("end")

    # -- where things are

    def place(self, cell: object) -> int:
        """The place of a cell in its notebook."""
        return self.notebook.cells.index(cell)

    def cell(self, place: int) -> Locator:
        """The cell at a place, as the page shows it."""
        return self.page.locator(
            f".jp-Notebook .jp-Cell[data-windowed-list-index='{place}']"
        ).first

    def photograph(self, name: str) -> None:
        """Keep what is on the screen."""
        SHOTS.mkdir(exist_ok=True)
        self.shots += 1
        self.page.wait_for_timeout(300)
        number = f"{self.shots:02}-{name}"
        file = f"walk-{self.lesson.stem}-{self.hand}-{number}.png"
        self.page.screenshot(path=SHOTS / file)


@contextmanager
def walked(
    server: Lab, opened: Browser, lesson: Path, hand: Hand
) -> Iterator[Walk]:
    """A lesson after somebody has worked through it."""
    page = new_page(opened, device_scale_factor=DENSITY[hand])
    try:
        yield Walk(page, lesson, hand).whole(server.url)
    finally:
        page.close()
        server.end_kernels()


def use_dark_theme(folders: Path) -> None:
    """Have a lab with these folders open in JupyterLab's dark theme."""
    settings = folders / "JUPYTER_CONFIG_DIR" / "lab" / "user-settings"
    settings = settings / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "themes.jupyterlab-settings").write_text(DARK)


def main(names: list[str]) -> None:
    """Walk through lessons by mouse and by keyboard, and say what was seen."""
    path = installed_browser()
    if path is None:
        sys.exit("No Chromium or Chrome on PATH.")
    lessons = [
        lesson
        for lesson in LESSONS
        if not names or lesson.stem.startswith(tuple(names))
    ]
    hands: tuple[Hand, Hand] = ("mouse", "keyboard")
    for hand in hands:
        folders = Path(tempfile.mkdtemp(prefix="walk-"))
        if hand == "keyboard":
            use_dark_theme(folders)
        with lab(folders) as server, browser(path) as opened:
            for lesson in lessons:
                with walked(server, opened, lesson, hand) as walk:
                    sys.stdout.write(f"{walk}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
