"""The dashboard: the compare panel and the catalogue as an app, as `make dashboard` shows it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from sim.scenario.trigger_catalogue import catalogue
from tests.support.lab import (
    ROOT,
    WINDOW,
    Lab,
    PanelPage,
    browser,
    lab,
    new_page,
    soon,
)

CONFIG = ROOT / "jupyter" / "dashboard_config.py"
NOTEBOOK = ROOT / "dashboard" / "compare-and-catalogue.ipynb"
SCREENSHOTS = ROOT / "tests" / "screenshots"
CORNER = """image => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, 1, 1).data[0];
}"""


def test_the_makefile_starts_the_notebook_that_there_is():
    assert (
        f"--config={CONFIG.relative_to(ROOT)}"
        in (ROOT / "Makefile").read_text()
    )
    assert f"/voila/render/{NOTEBOOK.relative_to(ROOT)}" in CONFIG.read_text()
    assert NOTEBOOK.is_file()


def test_the_dashboard_is_kept_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [
        cell.id
        for cell in notebook.cells
        if cell.get("outputs") or cell.get("execution_count")
    ] == []


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Lab]:
    with lab(tmp_path_factory.mktemp("dashboard"), config=CONFIG) as started:
        yield started


@pytest.fixture(scope="module")
def chromium(browser_path) -> Iterator[Browser]:
    with browser(browser_path) as opened:
        yield opened


def opened(
    chromium: Browser, address: str, **window: int
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
    page.goto(address)
    page.locator("img.widget-image").nth(1).wait_for()
    return page, errors, hosts


@pytest.mark.browser
def test_the_app_shows_both_panels_and_no_code_and_they_move_by_keyboard(
    server, chromium
):
    page, errors, hosts = opened(chromium, server.url)
    assert "/voila/render/" in page.url
    assert page.get_by_text("import sim").count() == 0
    assert page.locator(".cm-editor, .jp-InputArea-editor").count() == 0
    for number in range(2):
        another_error_rate(PanelPage(page, number))
    another_trigger(PanelPage(page, 1))
    assert errors == []
    assert hosts <= {"127.0.0.1", ""}
    page.close()


def another_error_rate(panel: PanelPage) -> None:
    """One key on the slider: picture, words and readouts are others."""
    words, rows = panel.words, panel.rows
    panel.press("error rate", "PageDown")
    assert soon(panel.page, lambda: panel.words != words and panel.rows != rows)
    assert panel.complaint == ""
    SCREENSHOTS.mkdir(exist_ok=True)
    panel.page.screenshot(path=SCREENSHOTS / f"dashboard-{len(rows)}.png")


def another_trigger(panel: PanelPage) -> None:
    """By keyboard to the synchronous ones, then to the load balancer; all that is shown is new."""
    picture, words = panel.image.get_attribute("src"), panel.words
    panel.cell.get_by_role("button", name="synchronous (21)", exact=True).press(
        "Enter"
    )
    panel.wait_for_another(picture)
    picture = panel.image.get_attribute("src")
    panel.cell.locator("select").select_option(catalogue()["alb"].service)
    panel.wait_for_another(picture)
    card = panel.cell.locator(".trigger-card")
    assert soon(panel.page, lambda: "data/deploy/alb/" in card.inner_text())
    assert list(panel.rows) == [catalogue()["alb"].service]
    assert panel.words != words


@pytest.mark.browser
def test_a_card_leads_to_the_folder_in_jupyterlab(server, chromium):
    page, _, _ = opened(chromium, server.url)
    with page.expect_popup() as popup:
        page.locator(".trigger-card").get_by_text("data/deploy/sns/").click()
    popup.value.wait_for_url("**/lab/tree/data/deploy/sns*")
    popup.value.close()
    page.close()


@pytest.mark.browser
def test_a_dark_page_has_dark_pictures_and_a_narrow_one_is_not_cut(
    server, chromium
):
    dark, _, _ = opened(
        chromium,
        f"{server.url}/voila/render/{NOTEBOOK.relative_to(ROOT)}?theme=dark",
    )
    assert soon(
        dark,
        lambda: dark.locator("img.widget-image").first.evaluate(CORNER) < 64,
    )
    dark.close()
    narrow, _, _ = opened(chromium, server.url, width=700)
    assert narrow.locator("img.widget-image").first.evaluate(CORNER) == 255
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 700
    narrow.close()
