"""The panel in a real browser, with answers that come when a test wants: what a hand can do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.lab import PanelPage, browser, new_page
from tests.support.panels import panel_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TIMEOUT = "timeout"
RESERVED = "reserved concurrency"
LATE = 1000  # milliseconds


@pytest.fixture(scope="module")
def opened(browser_path) -> Iterator[Browser]:
    with browser(browser_path) as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    return panel_page(tmp_path_factory.mktemp("panel"))


@pytest.fixture
def page(opened, address) -> Iterator[Page]:
    """A fresh page; what its console complains of is an error of the test."""
    found = new_page(opened, has_touch=True)
    complaints: list[str] = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.goto(address)
    yield found
    assert complaints == []
    found.close()


@pytest.fixture
def panel(page) -> PanelPage:
    return PanelPage(page)


def asks(page: Page) -> list[dict]:
    return page.evaluate("window.asks")


def place(panel: PanelPage, label: str, share: float) -> tuple[float, float]:
    """A point on a slider."""
    box = panel.slider(label).bounding_box()
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def test_the_picture_follows_while_the_mouse_is_down(page, panel):
    page.mouse.move(*place(panel, TIMEOUT, 0.4))
    page.mouse.down()
    for share in range(45, 95, 5):
        before = panel.move
        page.mouse.move(*place(panel, TIMEOUT, share / 100))
        panel.wait_for_another(before)
    page.mouse.up()
    values = [ask["values"][0] for ask in asks(page)]
    assert values == sorted(values)
    assert len(set(values)) > 8


def test_the_latest_value_wins_and_none_waits_behind_another(page, panel):
    page.evaluate(f"window.delay = {LATE}")
    before = panel.move
    for _ in range(12):
        panel.slider(TIMEOUT).press("ArrowRight")
    panel.wait_for_another(before)
    moves = asks(page)
    assert moves[-1]["values"][0] == 22
    assert len(moves) < 12
    assert panel.move == moves[-1]["move"]


def test_what_is_late_is_said_to_be_simulated(page, panel):
    veil = panel.panel.locator(".panel-shown > .stage-veil")
    page.evaluate(f"window.delay = {LATE}")
    before = panel.move
    panel.slider(TIMEOUT).press("ArrowRight")
    assert veil.is_hidden()
    veil.wait_for()
    assert veil.inner_text() == "Simulating …"
    panel.wait_for_another(before)
    assert veil.is_hidden()


def test_a_slider_reaches_every_whole_number(page, panel):
    panel.slider(TIMEOUT).press("Home")
    for seconds in range(1, 31):
        assert panel.shown(TIMEOUT) == f"{seconds} s"
        panel.slider(TIMEOUT).press("ArrowRight")


def test_not_set_is_a_button_beside_the_slider_and_zero_stands_apart(
    page, panel
):
    button = page.get_by_role("button", name=f"{RESERVED}: not set")
    off = page.get_by_role("button", name=f"{RESERVED}: off: 0")
    assert button.get_attribute("aria-pressed") == "true"
    panel.slider(RESERVED).press("Home")
    assert panel.shown(RESERVED) == "1"
    off.click()
    assert asks(page)[-1]["values"][1] == 0
    button.click()
    assert asks(page)[-1]["values"][1] is None
    assert button.get_attribute("aria-pressed") == "true"
    assert off.get_attribute("aria-pressed") == "false"


def test_a_value_may_be_typed_with_its_unit(page, panel):
    panel.type(TIMEOUT, "0.25 min")
    assert asks(page)[-1]["values"][0] == 15
    assert panel.shown(TIMEOUT) == "15 s"


def test_a_value_beyond_the_range_is_refused_at_its_control_and_the_picture_is_old(
    page, panel
):
    panel.type(TIMEOUT, "31")
    control = panel.panel.locator(".panel-control").first
    assert control.get_by_role("alert").inner_text() == "timeout: 1 to 30 s."
    assert panel.panel.evaluate("node => node.classList.contains('panel-old')")
    panel.press(TIMEOUT, "ArrowLeft")
    assert panel.complaint == ""
    assert not panel.panel.evaluate(
        "node => node.classList.contains('panel-old')"
    )


@pytest.mark.parametrize("text", ["many", "", "-"])
def test_a_word_is_no_value(page, panel, text):
    sent = len(asks(page))
    panel.typed(TIMEOUT).fill(text)
    panel.typed(TIMEOUT).press("Enter")
    assert "is not a number" in panel.complaint
    assert len(asks(page)) == sent


@pytest.mark.parametrize("text", ["-1", "1.5", "a seed", "1000001"])
def test_a_seed_that_is_none_is_refused_in_a_sentence(page, panel, text):
    sent = len(asks(page))
    seed = page.get_by_label("seed")
    seed.fill(text)
    seed.press("Enter")
    assert "is not a whole number from 0 to 1,000,000" in panel.complaint
    assert len(asks(page)) == sent


def test_a_preset_sets_every_control_and_asks_once(page, panel):
    sent = len(asks(page))
    before = panel.move
    page.get_by_label("preset").select_option("narrow")
    panel.wait_for_another(before)
    assert len(asks(page)) == sent + 1
    assert panel.shown(TIMEOUT) == "3 s"
    assert panel.slider(RESERVED).is_disabled()


def test_a_pin_shows_differences_by_meaning_and_can_be_dropped(page, panel):
    page.get_by_role("button", name="Pin this run").click()
    page.get_by_text("timeout 10 s").wait_for()
    assert (
        panel.panel.locator(".panel-better").inner_text()
        == "↑\N{NO-BREAK SPACE}+3"
    )
    assert (
        panel.panel.locator(".panel-worse").inner_text()
        == "↑\N{NO-BREAK SPACE}+2"
    )
    assert page.locator(".stage-legend").get_by_text("pinned").count() == 1
    page.get_by_role("button", name="Drop the pin").click()
    page.get_by_role("button", name="Pin this run").wait_for()
    assert [ask["pin"] for ask in asks(page)][-2:] == ["keep", "drop"]


def test_each_number_is_explained_on_hover_and_to_a_screen_reader(panel):
    heads = panel.panel.locator("table.readout abbr")
    titles = [head.get_attribute("title") for head in heads.all()]
    assert titles == [
        f"What {name} counts" for name in ("delivered", "lost", "p99")
    ]


def test_tabs_go_with_the_arrow_keys(page, panel):
    page.get_by_role("tab", name="ages").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".stage[data-view=race]").wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.get_by_text("Resources: {}").wait_for()
    assert asks(page)[-1]["tab"] == "deploy"


def test_a_finger_moves_a_slider(page, panel):
    before = panel.move
    page.touchscreen.tap(*place(panel, TIMEOUT, 0.9))
    panel.wait_for_another(before)
    assert asks(page)[-1]["values"][0] > 20


def test_the_story_of_an_event_stands_beside_the_picture(page, panel):
    panel.panel.locator(".stage-picture canvas").press("ArrowDown")
    number = page.get_by_label("story of event").input_value()
    assert number.isdigit()
    page.get_by_label("story of event").fill("2")
    page.get_by_label("story of event").press("Enter")
    page.locator(".stage-story").get_by_role(
        "heading", name="Event 2"
    ).first.wait_for()


@pytest.mark.parametrize("width", [1280, 980])
def test_a_panel_of_three_models_is_at_most_780_pixels_high(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    for tab in ("ages", "race"):
        page.get_by_role("tab", name=tab).click()
        page.locator(f".stage[data-view={tab}]").wait_for()
        assert page.locator(".lambda-panel").bounding_box()["height"] <= 780


def test_a_picture_that_is_too_high_is_shown_smaller_with_its_legend(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("tab", name="latency").click()
    picture = page.locator(".panel-svg")
    picture.locator("svg").wait_for()
    shown, whole = picture.evaluate(
        "one => [one.clientHeight, one.scrollHeight]"
    )
    assert whole <= shown + 1
    assert page.locator(".lambda-panel").bounding_box()["height"] <= 780


@pytest.mark.parametrize("width", [690, 360])
def test_a_narrow_panel_stacks_and_is_not_cut(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    settings = page.locator(".panel-settings").bounding_box()
    result = page.locator(".panel-result").bounding_box()
    assert settings["y"] + settings["height"] <= result["y"] + 5
    assert page.evaluate("document.documentElement.scrollWidth") <= width
