"""The stage on a page without Python, in a real browser: what is seen, and what can be done."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

import sim
from sim.show.stage.message import decode
from sim.show.stage.scene import scene
from tests.support.lab import browser, complaints, new_page
from tests.support.stages import INK, page_of, runs_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SECONDS = 1000


@pytest.fixture(scope="module")
def opened(browser_path) -> Iterator[Browser]:
    with browser(browser_path) as found:
        yield found


@pytest.fixture(scope="module")
def runs():
    return runs_of()


@contextmanager
def shown(
    opened: Browser, runs, folder, view: str = "race", **settings
) -> Iterator[Page]:
    """A page that complains of nothing and asks nobody else for anything."""
    page = new_page(opened, **settings)
    wrong = complaints(page, "file:")
    page.goto(page_of(runs, folder, view))
    page.locator(".stage[data-drawn]").wait_for()
    yield page
    assert wrong == []
    page.close()


def clock(page: Page) -> str:
    return page.locator(".stage-clock").inner_text()


def words(page: Page) -> str:
    return page.locator(".stage-words").inner_text()


def instant(page: Page) -> float:
    return float(page.locator(".stage input[type=range]").input_value())


def test_a_race_rests_where_something_happens_and_is_no_white_box(
    opened, runs, tmp_path
):
    with shown(opened, runs, tmp_path) as page:
        assert re.search(r"\d+ running", words(page))
        assert page.locator("canvas").first.evaluate(INK) > 0.4


def test_the_status_is_of_the_instant_that_the_clock_shows(
    opened, runs, tmp_path
):
    with shown(opened, runs, tmp_path) as page:
        canvas = page.locator("canvas").first
        for key in ("PageDown", "ArrowRight", "ArrowLeft", "Home"):
            canvas.press(key)
            minutes, seconds = re.findall(r"\d+", clock(page))
            told = re.match(
                r"After (?:(\d+) min ?)?(?:([\d.]+) s)?", words(page)
            )
            said = 60 * int(told[1] or 0) + float(told[2] or 0)
            assert abs(said - 60 * int(minutes) - int(seconds)) <= 0.5


def test_time_that_runs_faster_says_so(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path) as page:
        assert "in quiet times" in page.locator(".stage-pace").inner_text()


def test_it_plays_pauses_and_ends(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path) as page:
        canvas = page.locator("canvas").first
        before = instant(page)
        canvas.press(" ")
        page.wait_for_function(
            "document.querySelector('.stage').dataset.frames > 20"
        )
        canvas.press(" ")
        paused = instant(page)
        assert paused > before
        page.wait_for_timeout(300)
        assert instant(page) == paused
        canvas.press("End")
        assert "waiting" not in words(page)
        assert "running" not in words(page)
        assert "32 delivered, 8 told of an error" in words(page)


def test_the_next_failure_is_a_key_away(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path) as page:
        canvas = page.locator("canvas").first
        canvas.press("Home")
        found = []
        for _ in range(3):
            canvas.press("n")
            found.append(instant(page))
        assert found == sorted(set(found))


def test_scrubbing_is_in_true_time(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path) as page:
        scrubber = page.locator(".stage input[type=range]")
        seconds = decode(scene(runs))[0]["seconds"]
        scrubber.fill("5000")
        minutes, rest = re.findall(r"\d+", clock(page))
        assert 60 * int(minutes) + int(rest) == pytest.approx(
            seconds / 2, abs=1
        )


def test_a_click_tells_the_story_and_lights_the_present_line(
    opened, runs, tmp_path
):
    with shown(opened, runs, tmp_path, "ages") as page:
        canvas = page.locator("canvas").first
        page.locator(".stage select[aria-label=rows]").select_option("arrival")
        box = canvas.bounding_box()
        page.mouse.click(box["x"] + 60, box["y"] + 55)
        story = page.locator(".stage-story")
        assert story.inner_text().splitlines()[1].startswith("Event 0")
        page.get_by_role("tab", name="Race").click()
        canvas.press("Home")
        canvas.press("PageDown")
        assert page.locator(".stage-now").count() == 1
        canvas.press("Escape")
        assert not story.is_visible()


def test_hovering_names_event_time_and_rule(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path, "ages") as page:
        box = page.locator("canvas").first.bounding_box()
        lane = box["width"] / 3
        page.mouse.move(box["x"] + lane + lane * 0.8, box["y"] + 400)
        page.wait_for_function(
            "!document.querySelector('.stage-tip').hidden", timeout=10 * SECONDS
        )
        told = page.locator(".stage-tip").inner_text()
        assert re.match(r"Event \d+, arrived after", told)
        assert "waits for the next try (2nd try)" in told
        assert "In the end: delivered" in told


def test_events_are_chosen_by_keyboard(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path) as page:
        canvas = page.locator("canvas").first
        for event, key in ((0, "ArrowDown"), (1, "ArrowDown"), (0, "ArrowUp")):
            canvas.press(key)
            heading = page.locator(".stage-story h5").first.inner_text()
            assert heading.startswith(f"Event {event}")


def test_views_are_switched_by_keyboard(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path, "ages") as page:
        page.get_by_role("tab", name="Ages").press("ArrowRight")
        assert page.locator(".stage").get_attribute("data-view") == "race"


def test_the_picture_in_words_is_kept_for_screen_readers(
    opened, runs, tmp_path
):
    with shown(opened, runs, tmp_path, "ages") as page:
        canvas = page.locator("canvas").first
        assert canvas.get_attribute("role") == "img"
        label = canvas.get_attribute("aria-label")
        assert "Asynchronous: 39 of 40 delivered, 1 lost" in label


@pytest.mark.parametrize("ratio", [1, 2])
def test_it_is_as_sharp_as_the_screen(opened, runs, tmp_path, ratio):
    with shown(opened, runs, tmp_path, device_scale_factor=ratio) as page:
        width, css = page.locator("canvas").first.evaluate(
            "canvas => [canvas.width, canvas.clientWidth]"
        )
        assert width == css * ratio


@pytest.mark.parametrize("width", [700, 1280])
def test_nothing_is_wider_than_the_page(opened, runs, tmp_path, width):
    window = {"width": width, "height": 900}
    with shown(opened, runs, tmp_path, viewport=window) as page:
        page.locator("canvas").first.press("ArrowDown")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_reader_who_wants_nothing_to_move_sees_places_not_journeys(
    opened, runs, tmp_path
):
    with shown(opened, runs, tmp_path, reduced_motion="reduce") as page:
        page.locator("canvas").first.press("n")
        assert "running" in words(page)


def test_the_theme_changes_while_it_plays(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path) as page:
        page.locator("canvas").first.press(" ")
        page.emulate_media(color_scheme="dark")
        page.locator(".stage.stage-dark").wait_for()
        page.emulate_media(color_scheme="light")
        page.locator(".stage:not(.stage-dark)").wait_for()


def test_it_stops_when_it_is_out_of_sight(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path) as page:
        page.locator("canvas").first.press(" ")
        page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<p style=height:4000px>')"
        )
        page.evaluate("window.scrollTo(0, 3000)")
        page.wait_for_function(
            "document.querySelector('.stage-play').textContent.includes('Play')"
        )


@pytest.mark.parametrize("kind", ["png", "svg", "gif"])
def test_a_picture_is_saved_with_title_and_settings(
    opened, runs, tmp_path, kind
):
    with shown(opened, runs, tmp_path) as page:
        with page.expect_download(timeout=120 * SECONDS) as download:
            page.locator(".stage-save").select_option(kind)
        path = tmp_path / f"saved.{kind}"
        download.value.save_as(path)
        if kind == "svg":
            text = " ".join(ET.parse(path).getroot().itertext())
            assert "Poisson, 0.5 a second" in text
            assert "Asynchronous" in text
            return
        with Image.open(path) as image:
            assert image.width >= 560
            assert getattr(image, "n_frames", 1) == (91 if kind == "gif" else 1)


def test_another_scene_keeps_the_view_and_the_instant(opened, runs, tmp_path):
    with shown(opened, runs, tmp_path) as page:
        page.locator("canvas").first.press("n")
        before = clock(page)
        packed = page_of(runs_of(events=30), tmp_path)
        assert packed
        page.evaluate(
            "text => window.shown.show(text)",
            (tmp_path / "page.html").read_text().split("'")[3],
        )
        assert clock(page) == before
        assert page.locator(".stage").get_attribute("data-view") == "race"


def test_a_browser_without_a_canvas_gets_sentences(opened, runs, tmp_path):
    page = new_page(opened)
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(page_of(runs, tmp_path, "ages"))
    assert "cannot draw" in page.locator(".stage-nothing").inner_text()
    assert "39 of 40 delivered" in words(page)
    page.close()


def test_an_empty_run_and_a_single_event_are_shown(opened, tmp_path):
    for events in (1, 0):
        few = {
            name: run.scenario.replace(seconds=0.001) if not events else run
            for name, run in runs_of(events=1).items()
        }
        if not events:
            few = sim.simulate(few, seed=6)
        with shown(opened, few, tmp_path) as page:
            assert words(page).startswith("After")


def test_tens_of_thousands_of_throttles_are_a_crowd_that_can_be_read(
    opened, tmp_path
):
    many = runs_of(events=3000, per_second=50, reserved_concurrent_executions=2)
    with shown(opened, many, tmp_path) as page:
        canvas = page.locator("canvas").first
        canvas.press("PageDown")
        assert re.search(r"Synchronous: \d", words(page))
        assert canvas.evaluate(INK) > 0.3
