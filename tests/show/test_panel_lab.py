"""A panel in a real JupyterLab: it follows mouse, keys and fingers, and survives what people do."""

from collections.abc import Callable

import pytest

import sim
from tests.support.lab import (
    PanelPage,
    browser,
    complaints,
    lab,
    log_messages,
    new_page,
    notebook_of,
    open_notebook,
    run_all,
    soon,
)
from tests.support.looks import PAPER, show, tabs_of
from tests.support.stages import INK, systems

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RATE = "functions.worker.behaviour.error_rate"
SEED = 6
LABEL = "error rate"
PANEL = f"""\
import sim
from tests.support.stages import systems

heavy = systems(200_000, 700)
presets = {{"calm": systems(error_rate=0), "one in four fails": systems(), "heavy": heavy}}
rate = sim.show.Control("{RATE}", label="{LABEL}")
panel = sim.show.panel(presets, [rate, "functions.worker.timeout"], seed={SEED})
panel"""
CELLS = (
    PANEL,
    "panel",  # a second view of the same panel
    *["print('\\n' * 40)"] * 8,  # so much that the panels leave the page
)


@pytest.fixture(scope="module")
def notebook():
    with notebook_of("panel-under-test", *CELLS) as path:
        yield path


@pytest.fixture(scope="module")
def page(browser_path, notebook, tmp_path_factory):
    """The notebook with its cells run; nothing may be complained of at the end."""
    folder = tmp_path_factory.mktemp("lab")
    with lab(folder) as server, browser(browser_path) as opened:
        allowed = ["clipboard-read", "clipboard-write"]
        found = new_page(opened, has_touch=True, permissions=allowed)
        open_notebook(found, server.url, notebook)
        errors = complaints(found)
        run_all(found)
        yield found
        assert errors == []
        assert log_messages(found) == 0
        assert found.locator(".Toastify__toast").count() == 0


@pytest.fixture
def panel(page) -> PanelPage:
    """The first view, on its first preset, without a pin."""
    first = PanelPage(page)
    before = first.move
    first.panel.get_by_label("preset").select_option("one in four fails")
    first.wait_for_another(before)
    drop = first.panel.get_by_role("button", name="Drop the pin")
    if drop.count():
        drop.click()
    show(first, "ages")
    return first


def other(page) -> PanelPage:
    """The second view of the same panel."""
    return PanelPage(page, 1)


def place(panel: PanelPage, share: float) -> tuple[float, float]:
    """A point on the slider, in view."""
    slider = panel.slider(LABEL)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def answers_of_drag(panel: PanelPage, go: Callable[[float], None]) -> list[int]:
    """The moves that are drawn while a hand goes along the slider, before it lets go."""
    drawn = []
    for share in range(30, 80, 5):
        before = panel.move
        go(share / 100)
        panel.wait_for_another(before)
        drawn.append(panel.move)
    return drawn


def simulated(panel: PanelPage) -> dict[str, str]:
    """How many events are delivered where the slider stands, by run."""
    rate = float(panel.shown(LABEL).removesuffix("%")) / 100
    runs = sim.simulate(systems(error_rate=rate), seed=SEED)
    return {name: str(run.summary().delivered) for name, run in runs.items()}


def delivered(panel: PanelPage) -> dict[str, str]:
    """How many are, as the panel says."""
    return {name: row[0] for name, row in panel.rows.items()}


def test_both_views_follow_while_the_mouse_is_down(page, panel):
    page.mouse.move(*place(panel, 0.25))
    page.mouse.down()
    drawn = answers_of_drag(
        panel, lambda at: page.mouse.move(*place(panel, at))
    )
    seconds = delivered(other(page))
    page.mouse.up()
    assert len(set(drawn)) == 10
    assert delivered(panel) == simulated(panel) == seconds
    assert other(page).shown(LABEL) == panel.shown(LABEL)


def test_a_finger_drags_a_slider_and_the_picture_follows(page, panel):
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: float) -> None:
        where = [
            dict(zip("xy", place(panel, at), strict=True)) for at in points
        ]
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": where}
        )

    touch("touchStart", 0.25)
    drawn = answers_of_drag(panel, lambda at: touch("touchMove", at))
    touch("touchEnd")
    assert len(set(drawn)) == 10
    assert delivered(panel) == simulated(panel)


def test_each_key_is_drawn_and_the_notebook_takes_none(page, panel):
    cells = page.locator(".jp-Cell").count()
    for key in ("ArrowRight", "PageUp", "ArrowUp", "Home", "End"):
        panel.press(LABEL, key)
        assert delivered(panel) == simulated(panel)
    assert page.locator(".jp-Cell").count() == cells


def test_every_tab_shows_something_in_both_views(page, panel):
    tabs = tabs_of(panel)
    assert tabs == [
        "ages", "race", "latency", "fates", "CloudWatch", "cost", "deploy"
    ]  # fmt: skip
    for tab in [*tabs[1:], tabs[0]]:
        panel.open(tab)
        assert panel.complaint == ""
        for view in (panel, other(page)):
            chosen = view.panel.locator("[role=tab][aria-selected=true]")
            assert soon(
                page, lambda chosen=chosen, tab=tab: chosen.inner_text() == tab
            )
            shown = view.panel.locator(
                ".panel-shown canvas, .panel-picture :is(svg, table, pre)"
            )
            assert soon(
                page,
                lambda shown=shown: shown.locator("visible=true").count() > 0,
            )


def test_another_theme_of_the_lab_repaints_stage_and_picture(page, panel):
    panel.open("fates")
    paper = panel.panel.locator(".panel-svg svg")
    assert soon(page, lambda: paper.evaluate(PAPER) == 255)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert soon(page, lambda: paper.evaluate(PAPER) < 64)
    page.locator(".lambda-panel.panel-dark").first.wait_for()
    panel.open("ages")
    panel.panel.locator(".panel-stage .stage-dark").first.wait_for()
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    page.locator(".lambda-panel:not(.panel-dark)").first.wait_for()


def test_it_is_drawn_again_when_its_cell_comes_back_into_the_page(page, panel):
    page.locator(".jp-Cell").last.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    back = PanelPage(page)
    canvas = back.panel.locator("canvas").first
    assert soon(page, lambda: canvas.evaluate(INK) > 0.1)
    back.press(LABEL, "PageUp")
    assert delivered(back) == simulated(back)


def test_a_pin_says_what_is_better_in_both_views_and_can_be_dropped(
    page, panel
):
    panel.panel.get_by_role("button", name="Pin this run").click()
    drop = panel.panel.get_by_role("button", name="Drop the pin")
    drop.wait_for()
    panel.press(LABEL, "Home")
    for view in (panel, other(page)):
        better = view.panel.locator(".panel-better")
        assert soon(page, lambda better=better: better.count() > 0)
    show(panel, "cost")
    show(panel, "latency")
    panel.panel.get_by_text("pinned", exact=False).first.wait_for()
    assert panel.complaint == ""
    drop.click()
    assert soon(page, lambda: panel.panel.locator(".panel-better").count() == 0)


@pytest.mark.parametrize("kind", ["png", "svg", "gif"])
def test_the_stage_of_a_panel_is_saved(page, panel, tmp_path, kind):
    begins = {"png": b"\x89PNG", "svg": b"<svg", "gif": b"GIF89a"}
    with page.expect_download() as download:
        panel.panel.locator(".stage-save").select_option(kind)
    path = tmp_path / f"saved.{kind}"
    download.value.save_as(path)
    assert begins[kind] in path.read_bytes()[:200]


def test_a_seed_draws_other_events_and_a_word_is_none(page, panel):
    before, rows = panel.move, panel.rows
    seed = panel.panel.get_by_label("seed")
    seed.fill("7")
    seed.press("Enter")
    panel.wait_for_another(before)
    assert panel.rows != rows
    seed.fill("seven")
    seed.press("Enter")
    assert "is not a whole number from 0 to 1,000,000" in panel.complaint


def test_beyond_the_range_is_one_sentence_at_the_control_beside_the_last_picture(
    page, panel
):
    rows = panel.rows
    panel.type(LABEL, "150")
    for view in (panel, other(page)):
        old = view.panel.locator("css=:scope.panel-old")
        assert soon(page, lambda old=old: old.count() == 1)
        control = view.panel.locator(f'[data-path="{RATE}"]')
        assert (
            control.get_by_role("alert")
            .inner_text()
            .count("but this control takes")
            == 1
        )
    assert panel.rows == rows
    panel.type(LABEL, "10")
    assert panel.complaint == ""
    assert delivered(panel) == simulated(panel)


def test_a_move_over_two_seconds_stops_at_a_whole_second_and_says_so(
    page, panel
):
    before = panel.move
    panel.panel.get_by_label("preset").select_option("heavy")
    notice = panel.panel.locator(".panel-notice:not([hidden])")
    notice.wait_for()
    panel.wait_for_another(before)
    assert "Stopped at" in notice.inner_text()
    assert "long to simulate" in notice.inner_text()


def test_what_copy_settings_gives_opens_the_same_panel(page, panel):
    panel.type(LABEL, "40")
    show(panel, "fates")
    panel.panel.get_by_role("button", name="Copy settings").click()
    panel.panel.get_by_role("button", name="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    presets = {"calm": systems(error_rate=0), "one in four fails": systems()}
    same = sim.show.panel(
        presets,
        [sim.show.Control(RATE, label=LABEL), "functions.worker.timeout"],
        seed=SEED,
        settings=text,
    )
    assert same.settings == text
    assert same.answer["tab"] == "fates"
    assert {
        name: str(run.summary().delivered) for name, run in same.runs.items()
    } == delivered(panel)


def test_cells_that_run_again_show_one_panel_each_and_both_follow(page, panel):
    first = panel.panel.element_handle()
    run_all(page)
    assert soon(page, lambda: not first.is_visible())
    assert page.locator(".lambda-panel").count() == 2
    again, second = PanelPage(page), other(page)
    assert again.shown(LABEL) == second.shown(LABEL) == "0 %"
    again.press(LABEL, "PageUp")
    assert delivered(again) == simulated(again)
    assert soon(page, lambda: delivered(second) == delivered(again))
