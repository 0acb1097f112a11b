"""The pictures that move at the top of a lesson: made from runs, small, and still where asked."""

import re
import xml.etree.ElementTree as ET

import pytest
from playwright.sync_api import sync_playwright

from sim.show.lesson import opening
from tests.support.lessons import FOLDER, names_of, read
from tests.support.paths import ROOT

NAMES = {
    "00-start-here": "first-orders.svg",
    "01-synchronous": "three-clients.svg",
    "02-asynchronous": "failed-or-throttled.svg",
    "03-queues": "slower-than-its-queue.svg",
    "04-streams": "one-bad-record.svg",
    "05-schedules-and-third-parties": "midnight.svg",
    "06-concurrency-and-cold-starts": "shared-concurrency.svg",
    "07-compare": "one-rush.svg",
    "08-your-own-template": "packed-and-mailed.svg",
    "09-the-reference-system": "calm-shop.svg",
    "10-the-catalogue": "any-trigger.svg",
    "11-your-own-function": "logged-or-refused.svg",
}
MOST_BYTES = 300_000
NO_MOTION = "--force-prefers-reduced-motion"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return opening.pictures()


def test_docs_hold_what_make_docs_writes(made):
    """`make docs` writes them anew."""
    for name, text in made.items():
        kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert kept == text, name


def test_a_picture_is_small_and_holds_no_script(made):
    """https://developer.mozilla.org/en-US/docs/Web/SVG/Guides/SVG_as_an_image"""
    for name, text in made.items():
        ET.fromstring(text)
        assert len(text.encode()) < MOST_BYTES, name
        assert "<script" not in text
        assert "href" not in text


def test_each_order_is_a_dot_that_ends_where_its_run_ends(made):
    """The picture says of 40 orders what the runs say."""
    text = made["first-orders.svg"]
    ended = re.findall(r"<circle .*fill: var\(--(\w+)\)", text)
    runs = opening.runs("first-orders.svg")
    delivered = [run.summary().delivered for run in runs.values()]
    assert len(ended) == 40 * len(runs)
    assert ended.count("done") == sum(delivered)
    for count in delivered:
        assert f">{count} done</text>" in text


def test_one_run_has_a_lane_for_each_shard_or_function(made):
    for name, lanes in (
        ("one-bad-record.svg", ["Shard 0", "Shard 1"]),
        ("shared-concurrency.svg", ["Orders", "Report"]),
    ):
        found = re.findall(r'class="name"[^>]*>([^<]+)<', made[name])
        assert found == lanes, name


def test_what_waits_after_a_failed_run_has_the_colour_of_a_failure(made):
    """Above orders wait after failed runs, below after throttles."""
    kept = r"translate\((?:2[5-9]|3\d)\d?px, (\d+)px\); fill: var\(--(\w+)\)"
    found = re.findall(kept, made["failed-or-throttled.svg"])
    assert {(int(y) > 100, colour) for y, colour in found} == {
        (False, "fails"),
        (True, "waits"),
    }


def test_how_many_ended_how_is_told_only_at_the_end(made):
    """And at once where less motion is asked for."""
    text = made["first-orders.svg"]
    assert "@keyframes total {0%, 79.9% {opacity: 0}\n80%, 100%" in text
    assert '<text class="small total"' in text
    assert "{.meanwhile {display: none}" in text


def test_the_picture_of_lesson_00_has_the_lesson_s_systems_and_other_luck():
    lesson = names_of("00-start-here.ipynb")
    runs = opening.runs("first-orders.svg")
    assert {name: run.scenario for name, run in runs.items()} == lesson[
        "systems"
    ]
    assert lesson["runs"]["Synchronous"].seed != opening.SEED


def test_a_lesson_s_first_cell_shows_its_picture_before_anything_is_run():
    assert sorted(NAMES.values()) == sorted(opening.OPENINGS)
    for lesson, name in NAMES.items():
        first = read(FOLDER / f"{lesson}.ipynb").cells[0]
        assert f"](../docs/{name})" in first.source, lesson


@pytest.mark.slow
@pytest.mark.parametrize(("flags", "moves"), [([], True), ([NO_MOTION], False)])
def test_it_moves_in_a_page_and_stands_still_where_less_motion_is_asked_for(
    flags, moves, made, tmp_path, browser_path
):
    """https://www.w3.org/TR/mediaqueries-5/#prefers-reduced-motion"""
    (tmp_path / "orders.svg").write_text(made["first-orders.svg"])
    page_file = tmp_path / "page.html"
    page_file.write_text('<img src="orders.svg">')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", *flags]
        )
        page = browser.new_page()
        page.goto(page_file.as_uri())
        page.wait_for_timeout(1000)
        first = page.screenshot()
        page.wait_for_timeout(3000)
        assert (page.screenshot() != first) is moves
        browser.close()
