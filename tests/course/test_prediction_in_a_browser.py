"""A prediction in JupyterLab: locked by keyboard, uncovered in place, kept by a second run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.lab import browser, lab, new_page, open_notebook, run_all

pytestmark = pytest.mark.browser
LESSON = "notebooks/00-start-here.ipynb"


@pytest.fixture(scope="module")
def page(tmp_path_factory, browser_path) -> Iterator[Page]:
    """The first lesson after Run All Cells; the tests follow one learner, in order."""
    with (
        lab(tmp_path_factory.mktemp("lab")) as server,
        browser(browser_path) as opened,
    ):
        shown = new_page(opened)
        open_notebook(shown, server.url, LESSON)
        run_all(shown)
        yield shown


def covers(page: Page):
    return page.get_by_role("button", name="Show me anyway")


def lock(page: Page):
    return page.get_by_role("button", name="Lock my guess")


def test_run_all_shows_covers_and_folds_in_place_of_results(page):
    expect(covers(page)).to_have_count(5)
    lock(page).scroll_into_view_if_needed()
    expect(page.get_by_label("my guess")).to_have_value("")
    fold = page.locator("details", has_text="What you saw")
    expect(fold.get_by_text("the function handles 32 orders")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.get_by_text("the function handles 32 orders")).to_be_visible()


def test_a_lock_without_a_guess_says_what_is_missing(page):
    lock(page).click()
    expect(
        page.get_by_text("Write a whole number from 0 to 40 first.")
    ).to_be_visible()
    expect(covers(page)).to_have_count(5)


def test_a_guess_is_locked_by_keyboard_and_reveals_in_every_cell(page):
    page.get_by_label("my guess").focus()
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    expect(lock(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(covers(page)).to_have_count(0)
    sentence = "You guessed 20; the result is 32, 12 more than you thought."
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.locator(".stage[data-view=ages] canvas").first).to_be_attached()


def test_a_cell_that_runs_again_by_keyboard_keeps_the_guess(page):
    cell = page.locator(".jp-CodeCell", has=page.get_by_label("my guess"))
    cell.locator(".jp-InputArea-editor").click()
    before = cell.locator(".jp-InputArea-prompt").inner_text()
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-InputArea-prompt")).not_to_have_text(before)
    expect(page.get_by_label("my guess")).to_have_value("20")
    expect(page.get_by_text("Your guess: 20.")).to_be_visible()


def test_a_solution_unfolds_and_nothing_has_run_it(page):
    fold = page.locator("details", has_text="A solution").first
    code = fold.get_by_text("again.summary()")
    expect(code).to_be_hidden()
    fold.locator("summary").click()
    expect(code).to_be_visible()
    expect(page.get_by_text("Not answered yet.")).to_have_count(3)
