"""Playgrounds to look at: a sample of them on a disk, and what a reader does with a page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.support.lab import PATIENCE, WINDOW

DRAWN = ".lambda-panel[data-move]"


class PlayPage:
    """An open page of a playground, and what was wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.wrong: list[str] = []
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: object) -> None:
        if message.type in ("error", "warning"):  # type: ignore[attr-defined]
            self.wrong.append(message.text)  # type: ignore[attr-defined]

    def open(self, address: str) -> PlayPage:
        """Go there, and wait until something is drawn."""
        self.page.goto(address)
        self.page.locator(DRAWN).wait_for()
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until what was asked for last is drawn, and the address says so."""
        self.page.wait_for_function(
            "() => { const {sent, move} = document.querySelector('.lambda-panel').dataset;"
            " return !sent || Number(move) >= Number(sent) }"
        )
        self.page.wait_for_timeout(400)

    @property
    def numbers(self) -> str:
        """The readouts."""
        return self.page.locator("table.readout").inner_text()

    @property
    def title(self) -> str:
        return self.page.locator(".stage-title").inner_text()

    @property
    def said(self) -> str:
        """What the page says of a state that it does not have."""
        return self.page.locator(
            "#play-notice, .panel-notice"
        ).all_inner_texts()[0] + " ".join(
            self.page.locator(".panel-notice").all_inner_texts()
        )

    @property
    def hash(self) -> str:
        return self.page.evaluate("location.hash")

    def sliders(self) -> list[Locator]:
        return self.page.locator(".panel-settings input[type=range]").all()

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()
        self.settle()


@contextmanager
def opened(
    browser: Browser, address: str, **options: object
) -> Iterator[PlayPage]:
    """A page in a context of its own."""
    context = browser.new_context(viewport=WINDOW, **options)
    yield PlayPage(context.new_page()).open(address)
    context.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a plain web server for a folder."""
    quiet = type(
        "Quiet",
        (SimpleHTTPRequestHandler,),
        {"log_message": lambda *_: None},
    )
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def whole_number(text: str) -> int:
    """The first whole number in a text."""
    found = re.search(r"\d+", text.replace(",", ""))
    assert found
    return int(found[0])
