"""Text never becomes code, wherever it comes from; a panel says what went wrong, and works on."""

import ast
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

import sim
from sim import markup
from sim.command_line.main import main
from sim.command_line.statuses import FINE
from sim.course.glossary_tables import Sentences
from sim.results.html_table import html_table
from sim.show.lesson.prediction import predict
from sim.show.lesson.trigger_card import sample_events
from sim.show.panel import bills, deploy_tab, words
from sim.show.panel.panel import panel
from sim.show.pictures.pictures import PICTURES
from sim.show.pictures.timeline import timeline
from sim.show.report import stage_section
from sim.show.report.html_report import html_report
from sim.show.stage.stage import race

PACKAGE = Path(sim.__file__).parent
PLANTED = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    'https://e/"><script>alert(1)</script>',
    "https://e/' onmouseover='alert(1)",
    "javascript:alert(1)",
    "a & b \"c\" 'd' `e` <i>",
    "\x1b[31mred\x1b[0m",
    "left \u202egninepo\u202c \u200fright",
    "`<b>` $x^{2$ and $\\frac$",
)
TIMEOUT = "functions.f.timeout"


class Tags(HTMLParser):
    """What a browser would make of a page: its tags, attributes, and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def assert_no_code(page: str) -> Tags:
    found = Tags(page)
    assert not {"script", "i", "iframe", "object"} & set(found.tags), page
    assert not [name for name, _ in found.attributes if name[:2] == "on"], page
    for name, value in found.attributes:
        if name == "src":
            assert value.startswith("data:image/svg+xml;base64,")
        if name == "href":
            assert value.startswith("https://")
    return found


def scenario(name: str = "f") -> sim.Scenario:
    return sim.Scenario(
        functions=[sim.Function(name="f", timeout=3)],
        triggers=[sim.trigger("function_url", function="f", name="api")],
        traffic=[
            sim.Traffic(name=name, into="api", arrivals=sim.Burst(events=2))
        ],
        seconds=5,
    )


def pages(text: str) -> dict[str, str]:
    """Every HTML that is made, with the text in each place that a user can write in."""
    run = sim.simulate(scenario(text), seed=1)
    runs = {text: run}
    table = pd.DataFrame({text: [text, 1.5, None]}, index=[text, "b", "c"])
    shown = panel({text: {text: run.scenario}}, [TIMEOUT])
    shown.pin()
    return {
        "report": without_its_scripts(html_report(run, text, {text: table})),
        "words": words.words(runs, runs),
        "bills": bills.bills(runs, runs),
        "complaint": words.complaint(text),
        "code": deploy_tab.code_section(text, run.scenario, "sam"),
        "sample": sample_events(runs, 0),
        "question": _without_style(predict(text).box.children[0].value),
        "pinned": shown.answer["words"],
        "stage": "".join(html_of(line) for line in race(run, event=0).story),
        "sentences": _without_style(Sentences(table.map(str))._repr_html_()),
        "table": html_table(table),
    }


def without_its_scripts(page: str) -> str:
    """A report without its two scripts, which are always the same, and without its data."""
    for script in (stage_section.SCRIPT, stage_section.OPENING):
        whole = f"<script>{script}</script>"
        assert page.count(whole) == 1
        page = page.replace(whole, "")
    data = re.compile('<script type="application/json".*?</script>', re.DOTALL)
    return data.sub("", page, count=1)


def html_of(line: dict) -> str:
    """A line of a stage's story, or its heading."""
    return line.get("heading") or line["text"]


def _without_style(page: str) -> str:
    return re.sub("<style>.*?</style>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("text", PLANTED)
def test_no_text_of_a_user_becomes_code_in_any_page(text):
    for name, page in pages(text).items():
        found = assert_no_code(page)
        if name in ("report", "question", "table"):
            assert " ".join(text.split()) in " ".join(found.text.split()), name


TEMPLATE = {
    "Resources": {
        "F": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "a.b",
                "Code": {"ZipFile": "PLANTED"},
                "Description": "PLANTED",
            },
        },
        "U": {
            "Type": "AWS::Lambda::Url",
            "Properties": {
                "TargetFunctionArn": {"Ref": "F"},
                "AuthType": "NONE",
            },
        },
        "O": {"Type": "PLANTED"},
        "PLANTED": {"Type": "PLANTED", "Properties": {"PLANTED": "PLANTED"}},
    }
}


@pytest.mark.parametrize("text", PLANTED)
def test_no_text_of_a_template_becomes_code_in_its_report(
    text, tmp_path, capsys
):
    planted = json.dumps(TEMPLATE).replace("PLANTED", json.dumps(text)[1:-1])
    template = tmp_path / "template.json"
    template.write_text(planted)
    page = tmp_path / "page.html"
    arguments = ["--traffic", "U=burst:2", "--html", str(page)]
    status = main(["run", str(template), *arguments])
    assert status == FINE, capsys.readouterr().err
    written = page.read_text(encoding="utf-8")
    found = assert_no_code(without_its_scripts(written))
    assert text in found.text
    main(["check", str(template)])
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err  # a terminal would obey
    assert "\u202e" not in said.out + said.err


def test_a_link_is_an_https_address_and_nothing_else():
    assert markup.link("https://e/a?b&c", "d").startswith(
        '<a href="https://e/a?b&amp;c"'
    )
    for address in ("http://e/", "javascript:x", 'https://e/" x', "data:,x"):
        assert "<a" not in markup.link(address, "d")
    quoted = Tags(markup.linked("'https://e/a' b \"https://e/a\""))
    assert [value for _, value in quoted.attributes][::2] == ["https://e/a"] * 2
    assert Tags(markup.linked("See (https://e/a). http://b")).attributes == [
        ("href", "https://e/a"),
        ("target", "_blank"),
    ]


OWN_LINKS = {
    "deploy_tab.py": 1,  # within JupyterLab
    "page.py": 2,  # from a playground to the pages beside it
}


def test_one_module_makes_every_link_and_escapes_every_text():
    for path in PACKAGE.rglob("*.py"):
        if path.name == "markup.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^(import html|from html import)", text, re.M)
        assert "html.escape" not in text, path
        assert "render_links" not in text, path
        assert text.count("<a ") == OWN_LINKS.get(path.name, 0), path


def test_nothing_that_a_user_gives_is_executed_or_unpickled():
    forbidden = {"eval", "exec", "compile", "__import__"}
    modules = {"pickle", "cloudpickle", "marshal", "shelve", "dill"}
    for path in PACKAGE.rglob("*.py"):
        if path.name == "lesson_panel.py":
            continue  # runs the course's own notebooks while the site is made
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in forbidden, path
            if isinstance(node, ast.Import):
                assert not modules & {each.name for each in node.names}, path
            if isinstance(node, ast.ImportFrom):
                assert node.module not in modules, path
            if isinstance(node, ast.Attribute):
                names = {"read_pickle", "unsafe_load", "FullLoader"}
                assert node.attr not in names, path


@pytest.mark.parametrize("text", PLANTED)
def test_names_of_runs_stay_text_in_pictures_and_their_svg(text, tmp_path):
    runs = {
        text: sim.simulate(scenario(text)),
        "b": sim.simulate(scenario("b")),
    }
    for name in ("timeline", "latency"):
        assert PICTURES[name](runs).png()
    figure = timeline(runs)
    drawn = figure.save(tmp_path / "picture.svg")
    with mpl.rc_context({"svg.fonttype": "none"}):
        words = figure.save(tmp_path / "words.svg")
    for path in (drawn, words):
        tags = {each.tag.split("}")[-1] for each in ET.parse(path).iter()}
        assert not tags & {"script", "img", "i", "b", "a"}


@pytest.mark.parametrize("text", PLANTED)
def test_a_story_in_a_notebook_is_markdown_without_a_users_markup(text):
    story = sim.simulate(scenario(text)).story(0)
    heading = story._repr_markdown_().split("\n")[0]
    assert heading.count("`") == 2
    assert "\x1b" not in str(story)
    outside = re.sub("`[^`]*`", "", story._repr_markdown_())
    assert "<script" not in outside
    assert "<img" not in outside


@pytest.mark.parametrize(
    ("path", "is_link"),
    [
        ("#Play", True),
        ("../data/deploy/sns/README.md", True),
        ("javascript:alert(1)", False),
        ("//example.com", False),
        ('../x" onclick="alert(1)', False),
    ],
)
def test_a_lesson_s_output_links_only_to_its_headings_and_files(path, is_link):
    assert ("href" in markup.page_link(path, "there")) == is_link
