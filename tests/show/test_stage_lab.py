"""The stage in a real JupyterLab: one widget that survives what people do with notebooks."""

import pytest

from tests.support.lab import (
    browser,
    lab,
    new_page,
    notebook_of,
    open_notebook,
    run_all,
    soon,
)
from tests.support.stages import INK

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CELLS = (
    (
        "import sim\n"
        "from tests.support.stages import runs_of\n"
        "stage = sim.show.race(runs_of())\n"
        "stage"
    ),
    "stage",  # a second view of the same widget
    *["print('\\n' * 40)"] * 12,  # so much that the first cell leaves the page
)


@pytest.fixture(scope="module")
def notebook():
    with notebook_of("stage-under-test", *CELLS) as path:
        yield path


@pytest.fixture(scope="module")
def page(browser_path, notebook, tmp_path_factory):
    """The notebook with its cells run; what the console complains of is an error of the test."""
    folder = tmp_path_factory.mktemp("lab")
    with lab(folder) as server, browser(browser_path) as opened:
        found = new_page(opened)
        complaints: list[str] = []
        found.on("pageerror", lambda error: complaints.append(str(error)))
        open_notebook(found, server.url, notebook)
        run_all(found)
        found.locator(".stage[data-drawn]").first.scroll_into_view_if_needed()
        yield found
        assert complaints == []


def stages(page):
    return page.locator(".stage[data-drawn]")


def test_a_story_is_fetched_when_somebody_asks_and_both_views_tell_it(page):
    stages(page).first.locator("canvas").first.press("ArrowDown")
    for number in (0, 1):
        story = stages(page).nth(number).locator(".stage-story")
        story.get_by_role("heading", name="Event 0").first.wait_for()
        assert story.locator("a[href^='https://docs.aws.amazon.com']").count()
    stages(page).nth(1).locator("canvas").first.press("Escape")
    story = stages(page).first.locator(".stage-story")
    assert soon(page, lambda: not story.is_visible())


def test_one_switch_turns_both_views_and_each_has_its_own_time(page):
    first, second = stages(page).nth(0), stages(page).nth(1)
    first.get_by_role("tab", name="Ages").click()
    assert soon(page, lambda: second.get_attribute("data-view") == "ages")
    first.get_by_role("tab", name="Race").click()
    assert soon(page, lambda: second.get_attribute("data-view") == "race")
    first.locator("canvas").first.press("End")
    ends = first.locator(".stage-clock").inner_text()
    assert second.locator(".stage-clock").inner_text() != ends


def test_keys_play_and_do_nothing_to_the_notebook(page):
    cells = page.locator(".jp-Cell").count()
    canvas = stages(page).first.locator("canvas").first
    for key in ("n", "n", "Home", " "):
        canvas.press(key)
    page.wait_for_function(
        "document.querySelector('.stage').dataset.frames > 10"
    )
    canvas.press(" ")
    assert page.locator(".jp-Cell").count() == cells


def test_the_theme_of_the_lab_changes_while_it_plays(page):
    canvas = stages(page).first.locator("canvas").first
    canvas.press("Home")
    canvas.press(" ")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.locator(".stage.stage-dark").first.wait_for()
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    page.locator(".stage:not(.stage-dark)").first.wait_for()
    canvas.press(" ")


def test_it_is_drawn_again_when_its_cell_comes_back_into_the_page(page):
    page.locator(".jp-Cell").last.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    stages(page).first.scroll_into_view_if_needed()
    canvas = stages(page).first.locator("canvas").first
    assert soon(page, lambda: canvas.evaluate(INK) > 0.3)


def test_it_is_there_again_when_its_cell_is_run_again(page):
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(1500)
    assert soon(page, lambda: stages(page).count() >= 1)
    canvas = stages(page).first.locator("canvas").first
    assert soon(page, lambda: canvas.evaluate(INK) > 0.3)
