"""Playgrounds in a real browser, from a disk and from a web server: each control, and each link."""

import os

import pytest

from sim.show.site.write import SAMPLE, write_playgrounds
from tests.support.lab import browser
from tests.support.paths import ROOT
from tests.support.play_pages import opened, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = ROOT / "sim/show/stage/source/node_modules/axe-core/axe.min.js"
FAILS = "functions.worker.behaviour.error_rate"
LESSON = "00-start-here"


@pytest.fixture(scope="module")
def chromium(browser_path):
    with browser(browser_path) as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "site"
    write_playgrounds(out, sample=True)
    return out


@pytest.fixture(scope="module")
def disk(site):
    return site.as_uri()


def lesson(disk: str, state: str = "", query: str = "") -> str:
    return f"{disk}/play/{LESSON}.html{query}{state}"


@pytest.mark.parametrize("name", SAMPLE)
def test_a_page_opens_from_a_disk_and_every_control_works(chromium, disk, name):
    with opened(chromium, f"{disk}/play/{name}.html") as play:
        for slider in play.sliders():
            for key in ("End", "Home", "ArrowRight"):
                slider.press(key)
                play.settle()
        for button in play.page.locator(".panel-control-row button").all():
            button.click()
            play.settle()
        for label in play.page.locator(".panel-settings select").all():
            for value in label.locator("option").all()[:4]:
                label.select_option(value.get_attribute("value"))
                play.settle()
        for tab in play.page.get_by_role("tab").all():
            if tab.is_visible():
                tab.click()
                play.settle()
        play.page.get_by_role("button", name="Reset").click()
        play.page.get_by_role("button", name="Pin this run").click()
        play.settle()
        assert (
            "Pinned: preset=" in play.page.locator(".panel-pinned").inner_text()
        )
        play.page.get_by_role("button", name="Drop the pin").click()
        play.page.get_by_label("story of event").fill("3")
        play.page.get_by_label("story of event").press("Enter")
        play.page.locator(".stage-story").get_by_text("Event 3").wait_for()
        assert play.page.locator(".panel-complaint:visible").count() == 0
        assert play.wrong == []
        outside = [
            url
            for url in play.requests
            if not url.startswith(("file:", "blob:", "data:"))
        ]
        assert outside == []


@pytest.mark.parametrize("name", SAMPLE)
def test_a_page_opens_from_a_plain_web_server(chromium, site, name):
    with (
        served(site) as address,
        opened(chromium, f"{address}/play/{name}.html") as play,
    ):
        play.tab("cost")
        play.page.get_by_text("for a million events").first.wait_for()
        play.tab("deploy")
        play.page.locator(".panel-code").first.wait_for()
        own = [
            url
            for url in play.requests
            if url.startswith((address, "blob:", "data:"))
        ]
        assert own == play.requests
        assert [
            one
            for one in play.wrong
            if "favicon" not in one and "404" not in one
        ] == []


def test_what_is_seen_first_moves(chromium, disk):
    with opened(chromium, lesson(disk)) as play:
        frames = "Number(document.querySelector('.panel-stage > .stage').dataset.frames)"
        play.page.wait_for_function(f"{frames} > 5")


def test_nothing_moves_for_who_wants_stillness(chromium, disk):
    with opened(chromium, lesson(disk), reduced_motion="reduce") as play:
        play.page.wait_for_timeout(500)
        assert (
            play.page.locator(".panel-stage > .stage").get_attribute(
                "data-frames"
            )
            is None
        )


def test_a_link_is_a_state_that_opens_afresh(chromium, disk):
    """Settings, tab, pin, event and instant are in the address."""
    with opened(chromium, lesson(disk)) as play:
        play.page.get_by_role("button", name="Pin this run").click()
        play.settle()
        play.page.get_by_label("error rate", exact=True).press("Home")
        play.settle()
        play.page.get_by_label("story of event").fill("7")
        play.page.get_by_label("story of event").press("Enter")
        play.page.locator(".stage-picture canvas").press("End")
        play.page.locator(".stage-picture canvas").press("PageUp")
        play.settle()
        kept = seen(play)
        address = play.page.url
    assert all(
        word in address for word in ("event=7", "instant=", "pinned=", FAILS)
    )
    with opened(chromium, address) as again:
        assert seen(again) == kept
        assert again.wrong == []


def seen(play) -> list[str]:
    """What a reader sees of a state."""
    return [
        play.numbers,
        play.title,
        play.page.locator(".stage-story").inner_text(),
        play.page.locator(".panel-pinned").inner_text(),
        play.page.locator(".stage-clock").inner_text(),
        play.hash,
    ]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (f"#{FAILS}=0.24", "the nearest that was is 25 %"),
        ("#preset=nobody", "There is no preset “nobody”"),
        ("#seed=7", "The runs of this page have seed 6"),
        ("#tab=latency", "is in JupyterLab alone"),
        ("#event=4000", "There is no event 4000 here"),
        ("#instant=soon", "There is no instant soon here"),
        (
            "#functions.other.timeout=3",
            "This page has no “functions.other.timeout”",
        ),
        ("#%E0%A4%A; ;;=", "cannot be read"),
        (f"#{FAILS}=many", "was not simulated"),
        ("#pinned=%22preset=nobody%22", "There is no preset “nobody”"),
    ],
)
def test_a_bad_address_gives_the_nearest_state_and_a_word(
    chromium, disk, state, word
):
    with opened(chromium, lesson(disk, state)) as play:
        assert word in play.page.locator("#play-notice").inner_text()
        assert "Synchronous" in play.numbers
        assert play.wrong == []


def test_a_typed_value_off_the_list_goes_to_the_nearest_with_a_word(
    chromium, disk
):
    with opened(chromium, lesson(disk)) as play:
        field = play.page.get_by_label("error rate, typed")
        field.fill("3 %")
        field.press("Enter")
        play.settle()
        assert field.input_value() == "0 %"
        assert (
            "error rate 0.03 was not simulated"
            in play.page.locator(".panel-notice").inner_text()
        )


def test_an_embedded_page_is_the_panel_alone(chromium, disk):
    with opened(chromium, lesson(disk, query="?embed")) as play:
        assert play.page.locator(".play-head").is_hidden()
        assert play.page.locator(".play-tools").is_hidden()
        assert play.page.locator(".panel-stage > .stage").is_visible()


def test_an_embedded_page_takes_the_theme_of_the_page_around_it(chromium, disk):
    address = lesson(disk, query="?embed")
    with opened(chromium, address, color_scheme="light") as play:
        play.page.evaluate("postMessage({stageTheme: 'dark'}, '*')")
        play.page.locator(".lambda-panel.panel-dark").wait_for()
        play.page.evaluate("postMessage({stageTheme: 'auto'}, '*')")
        play.page.locator(".lambda-panel:not(.panel-dark)").wait_for()


@pytest.mark.parametrize("name", SAMPLE)
def test_a_page_fits_a_phone(chromium, disk, name):
    with opened(chromium, f"{disk}/play/{name}.html", has_touch=True) as play:
        play.page.set_viewport_size({"width": 360, "height": 740})
        play.settle()
        width = play.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360


@pytest.mark.parametrize("kind", ["picture", "animation"])
def test_a_picture_is_saved(chromium, disk, kind):
    with opened(chromium, lesson(disk)) as play:
        with play.page.expect_download() as saving:
            play.page.get_by_role("button", name=f"Save {kind}").click()
        assert saving.value.suggested_filename.endswith(
            {"picture": ".png", "animation": ".gif"}[kind]
        )


def test_the_notebook_and_the_cell_are_named(chromium, disk):
    with opened(chromium, lesson(disk)) as play:
        play.page.get_by_text("Open in JupyterLab").click()
        text = play.page.locator(".play-lab").inner_text()
        assert "notebooks/00-start-here.ipynb" in text
        assert "cell 18" in text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", SAMPLE)
def test_axe_finds_nothing_serious(chromium, disk, name, theme):
    """https://github.com/dequelabs/axe-core"""
    if not AXE.exists() and not os.environ.get("CI"):
        pytest.skip("axe-core is not installed: `make cdk` does")
    with opened(
        chromium,
        f"{disk}/play/{name}.html",
        color_scheme=theme,
        bypass_csp=True,
    ) as play:
        play.page.add_script_tag(path=str(AXE))
        for tab in play.page.get_by_role("tab").all():
            if tab.is_visible():
                tab.click()
                play.settle()
                found = play.page.evaluate("axe.run()")
                serious = [
                    (one["id"], one["nodes"][0]["html"][:200])
                    for one in found["violations"]
                    if one["impact"] in ("serious", "critical")
                ]
                assert serious == []
