"""The dashboard: the compare panel and the catalogue as an app, as `make dashboard` shows it."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import nbformat
import pytest
from playwright.sync_api import Browser, Page
from websocket import create_connection

from sim.scenario.trigger_catalogue import catalogue
from tests.support.lab import (
    PATIENCE,
    ROOT,
    WINDOW,
    PanelPage,
    address,
    browser,
    free_port,
    new_page,
    server,
    soon,
)
from tests.support.lessons import LESSONS
from tests.support.looks import PAPER

CONFIG = ROOT / "jupyter" / "voila.py"
NOTEBOOK = ROOT / "dashboard" / "compare-and-catalogue.ipynb"
COMMAND = (
    "voila",
    f"--Voila.config_file_paths={CONFIG.parent.name}",
    str(NOTEBOOK.relative_to(ROOT)),
)
SCREENSHOTS = ROOT / "tests" / "screenshots"


def test_the_makefile_starts_the_notebook_that_there_is():
    assert f"$(RUN) {' '.join(COMMAND)} $(LAB_FLAGS)" in (
        ROOT / "Makefile"
    ).read_text("utf-8")
    assert NOTEBOOK.is_file()
    assert CONFIG.is_file()


def test_the_dashboard_is_kept_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [
        cell.id
        for cell in notebook.cells
        if cell.get("outputs") or cell.get("execution_count")
    ] == []


def test_the_dashboard_names_the_commands_that_open_the_lessons():
    first = nbformat.read(NOTEBOOK, as_version=4).cells[0].source
    assert "`make lab`" in first
    assert "`make site`" in first


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[str]:
    """The address of the app, with its token."""
    folders = tmp_path_factory.mktemp("dashboard")
    command = (*COMMAND, "--no-browser", f"--port={free_port()}")
    with server(folders, *command) as process:
        yield address(process, folders)


@pytest.fixture(scope="module")
def chromium(browser_path) -> Iterator[Browser]:
    with browser(browser_path) as opened:
        yield opened


def opened(
    chromium: Browser, url: str, **window: int
) -> tuple[Page, list[str], set[str]]:
    """The app with both panels drawn, the errors on its console, and the hosts that it asks."""
    page = new_page(chromium, viewport={**WINDOW, **window})
    errors: list[str] = []
    hosts: set[str] = set()
    page.on(
        "console",
        lambda message: (
            errors.append(message.text) if message.type == "error" else None
        ),
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request", lambda asked: hosts.add(urlsplit(asked.url).hostname or "")
    )
    page.goto(url)
    for number in range(2):
        PanelPage(page, number)  # waits until it is drawn
    assert page.get_by_text("Loading widget").count() == 0
    return page, errors, hosts


@pytest.mark.browser
def test_the_app_shows_both_panels_and_no_code_and_they_move_by_keyboard(
    app, chromium
):
    page, errors, hosts = opened(chromium, app)
    assert page.get_by_text("import sim").count() == 0
    assert page.locator(".cm-editor, .jp-InputArea-editor").count() == 0
    assert page.locator(".trigger-card a[href*=lab]").count() == 0
    shown = page.locator("body").inner_text()
    assert [each.stem for each in LESSONS if each.stem not in shown] == []
    for number in range(2):
        another_error_rate(PanelPage(page, number))
    another_trigger(PanelPage(page, 1))
    assert errors == []
    assert hosts <= {"localhost", ""}
    page.close()


def another_error_rate(panel: PanelPage) -> None:
    """One key on the slider: picture, words and readouts are others."""
    words, rows = panel.words, panel.rows
    panel.press("error rate", "PageUp")
    assert soon(panel.page, lambda: panel.words != words and panel.rows != rows)
    assert panel.complaint == ""
    SCREENSHOTS.mkdir(exist_ok=True)
    panel.page.screenshot(path=SCREENSHOTS / f"dashboard-{len(rows)}.png")


def another_trigger(panel: PanelPage) -> None:
    """To the load balancer; all that is shown is new."""
    panel.open("card")
    before, words = panel.move, panel.words
    service = catalogue()["alb"].service
    panel.panel.get_by_label("trigger (57)").select_option(service)
    panel.wait_for_another(before)
    card = panel.panel.locator(".trigger-card")
    assert "data/deploy/alb/" in card.inner_text()
    assert list(panel.rows) == [service]
    assert panel.words != words


def answer(app: str, path: str = "", with_token: bool = True) -> int:
    """The status with which a server answers at last."""
    parts = urlsplit(app)
    query = f"?{parts.query}" if with_token else ""
    asked = f"{parts.scheme}://{parts.netloc}/{path}{query}"
    opener = build_opener(HTTPCookieProcessor())
    try:
        with opener.open(asked, timeout=PATIENCE) as found:
            shown = found.read()
    except HTTPError as error:
        return error.code
    return 401 if b'name="password"' in shown else 200


@pytest.mark.slow
def test_the_app_shows_its_notebook_to_who_has_the_token_and_nothing_else(app):
    """https://voila.readthedocs.io/en/stable/deploy.html"""
    assert answer(app) == 200
    assert answer(app, with_token=False) == 401
    others = (
        "lab", "tree", "api/kernels", "api/contents", "api/terminals", "voila/tree",
        "voila/render/notebooks/00-start-here.ipynb", "notebooks/00-start-here.ipynb",
        "voila/files/compare-and-catalogue.ipynb", "voila/files/../README.md",
        "files/README.md", "voila/files/README.md", "voila/files/docs/panel.png",
        "voila/files/build/site/../../README.md", "voila/files/build/site/%2e%2e/kept",
    )  # fmt: skip
    assert {path: answer(app, path) for path in others} == dict.fromkeys(
        others, 403
    )


@pytest.mark.slow
def test_the_app_sends_the_lessons_pages_where_make_site_has_written_them(app):
    """https://voila.readthedocs.io/en/stable/customize.html"""
    page = "build/site/lessons/00-start-here.html"
    found = 200 if (ROOT / page).is_file() else 404
    assert answer(app, f"voila/files/{page}") == found
    assert answer(app, "voila/files/build/site/none.html") == 404


def request(kind: str, **content: str) -> str:
    """A message to the kernel, as a page sends it."""
    header = {"msg_id": kind, "msg_type": kind, "session": "s", "username": ""}
    parts = {"parent_header": {}, "metadata": {}, "buffers": []}
    message = {"header": {**header, "version": "5.3"}, "content": content}
    return json.dumps({**message, **parts, "channel": "shell"})


@pytest.mark.slow
def test_the_app_takes_no_code_from_its_page(app):
    """https://voila.readthedocs.io/en/stable/deploy.html"""
    cookies = CookieJar()
    opener = build_opener(HTTPCookieProcessor(cookies))
    with opener.open(app, timeout=PATIENCE) as page:
        kernel = re.search(rb'"kernelId": "([\w-]+)"', page.read())[1].decode()
    where = f"ws://{urlsplit(app).netloc}/api/kernels/{kernel}/channels"
    socket = create_connection(
        where,
        timeout=PATIENCE,
        cookie="; ".join(f"{one.name}={one.value}" for one in cookies),
    )
    with closing(socket):
        socket.send(request("execute_request", code="open('x', 'w')"))
        socket.send(request("kernel_info_request"))
        kinds = []
        while "kernel_info_reply" not in kinds:
            kinds.append(json.loads(socket.recv())["header"]["msg_type"])
    assert "execute_reply" not in kinds
    assert "execute_input" not in kinds


@pytest.mark.browser
def test_a_dark_page_has_dark_pictures_and_a_narrow_one_is_not_cut(
    app, chromium
):
    dark, _, _ = opened(chromium, f"{app}&theme=dark")
    assert shade(dark) < 64
    dark.close()
    narrow, _, _ = opened(chromium, app, width=700)
    assert shade(narrow) == 255
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 700
    narrow.close()


def shade(page: Page) -> int:
    """The red in the paper of the first panel's latency picture, from 0 to 255."""
    panel = PanelPage(page)
    panel.open("latency")
    assert panel.panel.locator(".panel-svg svg").is_visible()
    return panel.panel.locator(".panel-svg svg").evaluate(PAPER)
