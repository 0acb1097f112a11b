"""The game day's widget: what it shows and does, without a browser and in a real one."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import sim
from sim.course.game.drawn_incident import draw
from sim.show.lesson.game_day import NIGHTS, NOT_YET, SCORE
from sim.show.lesson.metric_charts import charts
from tests.support.lab import (
    browser,
    lab,
    new_page,
    open_notebook,
    run_all,
    soon,
)

BUG = 4
CAUSE = draw(BUG).cause.name
LOWEST = 780  # pixels of a window of 1280 by 900


def said(widget) -> str:
    """What an HTML widget says, as one line."""
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", widget.value)
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


@pytest.fixture(scope="module")
def begun():
    """A game that nobody moves on."""
    return sim.show.game_day(BUG)


# -- without a browser


def test_a_game_opens_at_its_first_alarm_with_charts_of_what_rings(begun):
    assert "Game day 4 : an API and its function" in said(begun.clock)
    assert f"{begun.game.clock} 28 min of your shift left" in said(begun.clock)
    assert (
        "orders-api , since 03:12: Runs failed in three minutes on end"
        in said(begun.alarms)
    )
    assert begun.resource.value == "orders-api"
    assert said(begun.page).startswith("Invocations Sum")
    assert begun.page.value.count("<svg") == len(
        charts(begun.game.console, "orders-api")
    )


def test_each_chart_says_in_words_what_it_draws(begun):
    labels = re.findall(r'role="img" aria-label="([^"]+)"', begun.page.value)
    assert len(labels) == begun.page.value.count("<svg")
    assert all(
        re.search(r"last .*, at most .* to 03:1\d$", one) for one in labels
    )


def test_nothing_tells_the_cause_before_the_end(begun):
    shown = [begun.clock, begun.alarms, begun.page, begun.done]
    assert not [one for one in shown if CAUSE in html.unescape(one.value)]
    assert SCORE not in begun.view.options
    assert len(begun.cause.options) > 4


def test_a_button_without_a_choice_says_so_in_one_sentence(begun):
    begun.name.click()
    assert "Choose a cause first." in said(begun.error)
    begun.act.click()
    assert "Choose what to change, and how, first." in said(begun.error)
    assert begun.game.done == []


def test_every_choice_and_button_has_a_name(begun):
    for choice in (begun.cause, begun.of, begun.repair, begun.resource):
        assert choice.description
    for button in (
        begun.wait_1,
        begun.wait_5,
        begun.name,
        begun.act,
        begun.end,
    ):
        assert button.description
        assert button.tooltip


@pytest.mark.slow
def test_a_game_is_played_by_its_widgets_to_the_score_and_once_more():
    made = sim.show.game_day(BUG)
    made.wait_1.click()
    assert "03:13" in said(made.clock)
    made.cause.value = CAUSE
    made.name.click()
    made.of.value = "orders-api"
    made.repair.value = "roll back its code"
    made.act.click()
    assert "03:16 Done: orders-api: roll back its code." in said(made.done)
    made.view.value = "logs"
    assert "REPORT RequestId" in said(made.page)
    made.view.value = "queues"
    assert said(made.page) == "This system has no queue."
    made.end.click()
    assert made.view.value == SCORE
    assert made.act.disabled
    words = said(made.page)
    assert f"You said: “{CAUSE}” You found it." in words
    assert "best repair" in words
    assert "01-synchronous.ipynb" in words
    made.view.value = NIGHTS
    (stage,) = made.stage.children
    assert stage.view == "race"
    assert stage.story
    made.again.click()
    assert SCORE not in made.view.options
    assert not made.act.disabled
    assert made.of.value == NOT_YET
    assert said(made.error) == ""


# -- in a real JupyterLab, in a real browser

NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "game",
            "metadata": {},
            "outputs": [],
            "source": f"import sim\n\nsim.show.game_day({BUG})",
        }
    ],
    "metadata": {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        }
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture(scope="module")
def opened(browser_path: str) -> Iterator[Browser]:
    with browser(browser_path) as found:
        yield found


@pytest.fixture
def page(opened: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page with the game at its start."""
    notebook = tmp_path / "game.ipynb"
    notebook.write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    own = tmp_path / "lab"
    own.mkdir()
    with lab(own, f"--ServerApp.root_dir={tmp_path}") as found:
        shown = new_page(opened)
        open_notebook(shown, found.url, "game.ipynb")
        run_all(shown)
        shown.locator(".game-charts svg").first.wait_for()
        yield shown
        shown.close()


def fits(page: Page) -> bool:
    box = page.locator(".game-day").first.bounding_box()
    return box is not None and box["height"] <= LOWEST


def says(page: Page, text: str) -> bool:
    shown = page.locator(".game-day").first
    return soon(page, lambda: text in shown.inner_text())


@pytest.mark.slow
@pytest.mark.browser
def test_an_incident_is_played_by_mouse(page):
    assert fits(page)
    page.get_by_role("button", name="Wait 1 min").click()
    assert says(page, "03:13")
    page.get_by_role("button", name="logs").click()
    assert says(page, "[ERROR] Exception: The handler failed.")
    page.get_by_label("cause").select_option(CAUSE)
    page.get_by_role("button", name="This is the cause").click()
    assert says(page, f"You say: {CAUSE}")
    page.get_by_label("change").select_option("orders-api")
    page.get_by_label("by", exact=True).select_option(
        "roll back its code (3 min)"
    )
    page.get_by_role("button", name="Do it").click()
    assert says(page, "03:16 Done: orders-api: roll back its code.")
    page.get_by_role("button", name="Wait 5 min").click()
    assert says(page, "No alarm rings.")
    page.get_by_role("button", name="Hand over").click()
    assert says(page, "You found it.")
    assert fits(page)
    page.get_by_role("button", name="the three nights").click()
    assert says(page, "nothing done")
    assert fits(page)


@pytest.mark.slow
@pytest.mark.browser
def test_an_incident_is_played_by_keyboard(page):
    def press(name: str) -> None:
        page.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")

    def choose(label: str, text: str) -> None:
        page.get_by_label(label, exact=True).focus()
        page.keyboard.type(text)

    press("Wait 1 min")
    assert says(page, "03:13")
    page.keyboard.press("Tab")
    assert focused(page) == "Wait 5 min"
    choose("cause", CAUSE)
    press("This is the cause")
    assert says(page, f"You say: {CAUSE}")
    choose("change", "orders-api")
    assert soon(
        page,
        lambda: (
            page.get_by_label("by", exact=True).locator("option").count() > 1
        ),
    )
    choose("by", "roll back")
    press("Do it")
    assert says(page, "03:16 Done: orders-api: roll back its code.")
    press("Hand over")
    assert says(page, "You found it.")
    assert focused(page) == "Play it again"
    press("Play it again")
    assert soon(page, lambda: focused(page) == "Wait 1 min")


def focused(page: Page) -> str:
    """The words of what the next key goes to."""
    return page.evaluate("document.activeElement.textContent").strip()
