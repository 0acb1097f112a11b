"""The report of a run: what it says first, and that nothing in it runs or fetches but its stage."""

import base64
import json
import re
from hashlib import sha256
from itertools import pairwise

import pytest

import sim
from sim.show.report.html_report import html_report
from sim.show.report.settings_table import settings_table, traffic_table
from sim.show.report.stage_section import stage_section
from tests.support.lab import browser, new_page

ORDERS = sim.Scenario(
    functions=[
        sim.Function(
            name="worker",
            timeout=10,
            event_invoke_config=sim.EventInvokeConfig(maximum_retry_attempts=0),
            behaviour=sim.Behaviour(handler=0.5, error_rate=0.5),
        )
    ],
    triggers=[
        sim.trigger("invoke", function="worker", name="api"),
        sim.trigger("sns", function="worker", name="news"),
    ],
    traffic=[
        sim.Traffic(into="api", arrivals=sim.Burst(events=12)),
        sim.Traffic(into="news", arrivals=sim.Burst(events=8)),
    ],
    seconds=60,
)


@pytest.fixture(scope="module")
def run():
    return sim.simulate(ORDERS, seed=3)


@pytest.fixture(scope="module")
def page(run):
    return html_report(run, "orders.yaml", {}, ["worker: 0.5 s are assumed."])


def test_a_report_says_first_what_became_of_the_events(run, page):
    headings = [
        "<h1>",
        "Of 20 events: ",
        "What was simulated",
        "with seed 3",
        "What was assumed",
        "worker: 0.5 s are assumed.",
        "settings that are not the defaults",
        'id="stage"',
        "Lost: the story of event",
    ]
    places = [page.index(heading) for heading in headings]
    assert places == sorted(places)
    lost = int(run.summary().lost)
    assert f"Of 20 events: {lost} lost, {int(run.summary().told)} told." in page


def test_only_the_scripts_of_the_stage_may_run(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    scripts = re.findall(r"(?s)<script>(.*?)</script>", page)
    hashes = [
        base64.b64encode(sha256(script.encode()).digest()).decode()
        for script in scripts
    ]
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    assert "default-src 'none'" in policy
    assert policy.endswith(f"script-src {allowed}")


def test_the_settings_are_named_as_the_command_line_takes_them(run):
    paths = settings_table(ORDERS).set_index("setting").value
    assert paths["functions.worker.timeout"] == "10"
    changed = ORDERS.with_setting("functions.worker.timeout", 9)
    again = settings_table(changed).set_index("setting").value
    assert again["functions.worker.timeout"] == "9"
    traffic = traffic_table(ORDERS)
    assert "kind" not in traffic.columns, "arrivals says it"
    assert list(traffic.into) == ["api", "news"]
    assert list(traffic.events) == ["12", "8"]


def test_a_function_that_no_event_came_to_is_named_and_has_no_picture():
    functions = [*ORDERS.functions, sim.Function(name="idle")]
    alone = html_report(
        sim.simulate(ORDERS.replace(functions=functions), seed=3), "x", {}
    )
    assert "<p>No event came to idle.</p>" in alone
    assert alone.count('class="picture"') == 3


def test_a_story_is_told_once_however_many_functions_it_meets():
    """What all lanes tell of an event is the same; twelve of them made a page of 65 MB."""
    names = ["a", "b", "c"]
    behaviour = {
        one: sim.Behaviour(sends=[sim.Output(to=following)])
        for one, following in pairwise(names)
    }
    chain = sim.Scenario(
        functions=[
            sim.Function(name=name, behaviour=behaviour.get(name, {}))
            for name in names
        ],
        triggers=[sim.trigger("sns", function="a")],
        traffic=[sim.Traffic(into="sns", arrivals=sim.Burst(events=2))],
    )
    section = stage_section(sim.simulate(chain, seed=1))
    shown = json.loads(re.search(r'id="shown">(.*?)</script>', section)[1])
    assert set(shown["stories"]) == {"0", "1"}


def test_a_long_list_in_the_settings_is_counted():
    arrivals = sim.Recorded(instants=[float(each) for each in range(1000)])
    many = ORDERS.replace(traffic=[sim.Traffic(into="api", arrivals=arrivals)])
    assert "1,000 values" in traffic_table(many).to_string()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (400, "light")])
def test_a_report_works_from_the_disk_within_the_window(
    page, browser_path, tmp_path, width, scheme
):
    """Its paper is white, so the stage's ink is dark whatever the system's theme is."""
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    complaints = []
    with browser(browser_path) as opened:
        window = {"width": width, "height": 900}
        seen = new_page(opened, viewport=window, color_scheme=scheme)
        seen.on("pageerror", lambda error: complaints.append(str(error)))
        seen.on("console", lambda message: complaints.append(message.text))
        seen.goto((tmp_path / "report.html").as_uri())
        picture = seen.locator(".picture img").first
        assert picture.bounding_box()["width"] > 600, "its words can be read"
        seen.locator(".stage[data-drawn]").wait_for()
        seen.locator(".stage canvas").first.focus()
        seen.keyboard.press("ArrowDown")
        seen.locator(".stage-story-line").first.wait_for()
        size = seen.evaluate("document.documentElement.scrollWidth")
        assert seen.locator(".stage-dark").count() == 0
    assert size <= width
    assert complaints == []
