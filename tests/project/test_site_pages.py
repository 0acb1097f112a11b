"""The course as pages: what Sphinx makes of lessons, tables and docstrings, in a real browser."""

import functools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.support.lab import browser, complaints, new_page
from tests.support.paths import ROOT
from tests.support.rows import holds_for_each
from tests.support.site import built_sample, page, pages, targets

pytestmark = pytest.mark.slow
LESSON = "lessons/00-start-here.html"
KINDS = (
    "index.html",
    "start.html",
    LESSON,
    "catalogue/index.html",
    "catalogue/sns.html",
    "cheat-sheet.html",
    "glossary.html",
    "decision-guide.html",
    "api/theory.html",
    "more/command-line.html",
    "search.html",
)
"""A page of each kind."""
AXE = ROOT / "sim/show/stage/source/node_modules/axe-core/axe.min.js"
MADE_BY_SPHINX = ("genindex.html", "py-modindex.html", "search.html")
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return built_sample(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def opened(browser_path) -> Iterator[Browser]:
    with browser(browser_path) as found:
        yield found


class Quiet(SimpleHTTPRequestHandler):
    """A plain web server that writes no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def shown(opened: Browser, base: str, name: str, **settings) -> Iterator[Page]:
    """A page that complains of nothing and asks nobody else for anything."""
    found = new_page(opened, **settings)
    wrong = complaints(found, base)
    found.goto(f"{base}/{name}")
    yield found
    assert wrong == []
    found.close()


# -- the files


def test_every_internal_link_leads_to_a_page_and_a_place_in_it(site):
    broken = [
        f"{path.relative_to(site)}: {link}"
        for path in pages(site)
        for link, file, place in targets(path)
        if not file.exists()
        or (place and file.suffix == ".html" and place not in page(file).names)
    ]
    assert broken == []


def test_pages_are_linked_both_ways(site):
    linked = {
        path: {file for _, file, _ in targets(path)} for path in pages(site)
    }
    both = (
        ("index.html", LESSON),
        (LESSON, "glossary.html"),
        (LESSON, "api/theory.html"),
        ("catalogue/sns.html", "lessons/02-asynchronous.html"),
        ("catalogue/sns.html", "catalogue/index.html"),
    )
    for one, other in both:
        assert site / other in linked[site / one], (one, other)
        assert site / one in linked[site / other], (other, one)


def test_nothing_is_loaded_from_another_host(site):
    for path in pages(site):
        assert not [one for one in page(path).loads if "//" in one], path
    for style in (site / "_static").rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        loaded = re.findall(
            r"""(?:url\(|@import)\s*["']?(?:https?:)?//""", text
        )
        assert not loaded, style


def test_every_page_says_what_it_is(site):
    """https://ogp.me/"""
    for path in pages(site):
        said = page(path).said
        if path.name in MADE_BY_SPHINX:
            continue
        assert said.get("description"), path
        assert said.get("og:title"), path
        picture = said["og:image"]
        assert (site / picture.lstrip("/")).exists(), (path, picture)


def test_no_page_tells_a_result_before_its_script_has_run(site):
    text = (site / LESSON).read_text(encoding="utf-8")
    outputs = re.findall(r'<div class="covered-outputs"( hidden)?>', text)
    assert len(outputs) >= 5
    assert set(outputs) == {" hidden"}


# -- in a browser


@pytest.mark.browser
@holds_for_each({name: name for name in KINDS})
def test_a_page_opens_from_the_disk(name, opened, site):
    with shown(opened, site.as_uri(), name) as found:
        assert "What happens to my event?" in found.title()


@pytest.mark.browser
@holds_for_each({name: name for name in KINDS})
def test_a_page_opens_from_a_web_server_and_fits_a_phone(name, opened, address):
    phone = {"width": 360, "height": 740}
    with shown(opened, address, name, viewport=phone) as found:
        width = found.evaluate("document.documentElement.scrollWidth")
        assert width <= phone["width"], name


@pytest.mark.browser
def test_the_search_finds_a_word_without_a_server(opened, site):
    with shown(opened, site.as_uri(), "search.html?q=visibility") as found:
        results = found.locator("#search-results li a")
        results.first.wait_for()
        assert any(
            "glossary" in str(one.get_attribute("href"))
            for one in results.all()
        )


@pytest.mark.browser
def test_a_prediction_covers_its_result_until_it_is_locked(opened, site):
    with shown(opened, site.as_uri(), LESSON) as found:
        form = found.locator("form.prediction")
        outputs = found.locator(".covered-outputs")
        form.locator("button").click()
        assert (
            "whole number from 0 to 40"
            in form.locator("[role=status]").inner_text()
        )
        assert not outputs.first.is_visible()
        form.locator("input").fill("31")
        form.locator("button").click()
        assert found.locator(".comparison:visible").inner_text() == (
            "You guessed 31; the result is 32: close."
        )
        assert all(one.is_visible() for one in outputs.all())
        assert form.locator("input").is_disabled()


@pytest.mark.browser
def test_a_result_is_shown_without_a_guess_to_those_who_ask(opened, site):
    with shown(opened, site.as_uri(), LESSON) as found:
        found.locator(".cover button").first.click()
        assert (
            found.locator(".comparison:visible").inner_text()
            == "The result: 32."
        )


@pytest.mark.browser
def test_a_stage_moves_and_tells_a_story(opened, site):
    with shown(opened, site.as_uri(), LESSON) as found:
        found.locator(".cover button").first.click()
        stage = found.locator(".live-stage").first
        stage.scroll_into_view_if_needed()
        stage.locator(".stage[data-drawn]").wait_for()
        stage.get_by_role("tab", name="Race").click()
        stage.locator("canvas").first.press("ArrowDown")
        assert "arrives" in stage.locator(".stage-story").inner_text()


@pytest.mark.browser
def test_pictures_turn_dark_with_the_page_that_its_reader_has_chosen(
    opened, site
):
    with shown(opened, site.as_uri(), LESSON, color_scheme="light") as found:
        picture = found.locator(".lambda-picture").first
        opening = found.locator("article img").first
        assert paper(picture) == ""
        found.evaluate("document.body.dataset.theme = 'dark'")
        assert paper(picture) == "#20242B"
        assert opening.evaluate("one => getComputedStyle(one).colorScheme") == (
            "dark"
        )


def paper(picture: Locator) -> str:
    """The colour that a picture takes for white; empty while it stays white."""
    return picture.evaluate(
        "one => getComputedStyle(one).getPropertyValue('--lambda-ffffff')"
    )


@pytest.mark.browser
def test_the_catalogue_is_searched_and_filtered(opened, site):
    with shown(opened, site.as_uri(), "catalogue/index.html") as found:
        rows = found.locator("table.catalogue tbody tr:visible")
        words = found.get_by_role("searchbox", name="search")
        every = rows.count()
        words.fill("kinesis")
        assert 0 < rows.count() < every
        words.fill("")
        found.get_by_label("who tries again").select_option("Lambda, twice")
        assert 0 < rows.count() < every
        told = found.locator(".catalogue-filters output").inner_text()
        assert told == f"{rows.count()} kinds"


@pytest.mark.browser
@holds_for_each(
    {
        f"{name} {scheme}": (name, scheme)
        for name in KINDS
        for scheme in ("light", "dark")
    }
)
def test_axe_finds_nothing_serious(case, opened, address):
    """https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md"""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make cdk")
    name, scheme = case
    with shown(opened, address, name, color_scheme=scheme) as found:
        found.add_script_tag(path=AXE)
        report = found.evaluate(
            "axe.run(document, {resultTypes: ['violations'], preload: false})"
        )
    serious = [
        (one["id"], [node["target"] for node in one["nodes"]][:3])
        for one in report["violations"]
        if one["impact"] in SERIOUS
    ]
    assert serious == [], name
