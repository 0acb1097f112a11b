"""What people read beside the code: links lead somewhere, the layout is true, the code runs."""

import re
import subprocess
from functools import cache
from pathlib import Path

import codespell_lib
import pytest

from tests.support.documents import DOCUMENTS, anchors, name, prose
from tests.support.paths import ROOT
from tests.support.rows import holds_for_each

every_document = holds_for_each(
    {name(document): document for document in DOCUMENTS}
)
# British too, or a word of AWS's.
ALLOWED = {
    "parallelization",
    "practices",
    "program",
    "routing",
    "stories",
    "story",
    "utilization",
}


@cache
def american() -> set[str]:
    """American spellings of words that have another one in British English."""
    path = (
        Path(codespell_lib.__file__).parent
        / "data"
        / "dictionary_en-GB_to_en-US.txt"
    )
    pairs = [
        line.partition("->")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return (
        {word.strip() for _, _, words in pairs for word in words.split(",")}
        - {""}
        - ALLOWED
    )


def links(document: Path) -> list[str]:
    return re.findall(
        r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", prose(document)
    )


@every_document
def test_internal_links_lead_to_files_and_headings_that_exist(document):
    local = [
        one or other
        for one, other in links(document)
        if "://" not in (one or other)
    ]
    for path, _, anchor in (link.partition("#") for link in local):
        target = document.parent / path if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), anchor


@every_document
def test_external_links_are_https_and_name_a_host(document):
    addresses = re.findall(r"\w+://[^\s)>\"]*", prose(document))
    well_formed = re.compile(
        r"https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(/[\x21-\x7e]*)?"
    )
    assert [
        address for address in addresses if not well_formed.fullmatch(address)
    ] == []


@every_document
def test_spelling_is_british(document):
    """Words that are wrong everywhere are what `make lint` looks for."""
    words = re.findall(
        r"\w+", re.sub(r"\w+://\S+|\]\([^)]*\)", "", prose(document)).lower()
    )
    assert american().intersection(words) == set()


README = ROOT / "README.md"
PAGES = sorted((ROOT / "docs").glob("*.md"))


def test_the_readme_leads_with_a_picture_and_two_commands_and_fits_three_screens():
    lines = README.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120
    picture = next(n for n, line in enumerate(lines) if line.startswith("!["))
    commands = next(
        n for n, line in enumerate(lines) if line.startswith("make ")
    )
    assert picture < commands < 30
    assert lines[commands + 1].startswith("make ")
    assert not lines[commands + 2].startswith("make ")


@holds_for_each({page.name: page for page in PAGES})
def test_each_page_is_linked_from_the_readme_and_leads_back(page):
    assert f"(docs/{page.name})" in README.read_text(encoding="utf-8")
    assert "(../README.md)" in page.read_text(encoding="utf-8")


def code(document: Path) -> list[str]:
    """The Python of a page, block by block; what has `...` for the reader's own is left out."""
    blocks = re.findall(
        r"```python\n(.*?)```", document.read_text("utf-8"), re.DOTALL
    )
    return [block for block in blocks if "..." not in block]


def test_the_readmes_code_runs():
    names: dict[str, object] = {}
    for block in code(README):
        exec(block, names)
    assert "run" in names


@pytest.mark.slow
@holds_for_each({page.name: page for page in PAGES if code(page)})
def test_the_code_of_each_page_runs(page):
    names: dict[str, object] = {}
    for block in code(page):
        exec(block, names)


# -- the layout
# ----------------------------------------------------------------------------------------------

CONTRIBUTING = ROOT / "CONTRIBUTING.md"


def rows_of_the_layout() -> list[tuple[list[str], str]]:
    """The places of each row, and what is said of them."""
    layout = re.split(
        r"^## ", CONTRIBUTING.read_text("utf-8"), flags=re.MULTILINE
    )
    (section,) = [part for part in layout if part.startswith("Layout")]
    rows = re.findall(r"^\| (`.+?) \| (.+) \|$", section, re.MULTILINE)
    return [(re.findall(r"`([^`]+)`", places), said) for places, said in rows]


def kept_at_the_top() -> set[str]:
    """What git keeps at the top of the repository, folders with a slash."""
    listed = subprocess.run(
        ["git", "ls-files"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git repository")
    paths = [Path(line) for line in listed.stdout.splitlines()]
    return {f"{path.parts[0]}{'/' * (len(path.parts) > 1)}" for path in paths}


def rooms() -> set[str]:
    """The folders of `sim/`, and the modules beside them."""
    modules = {
        path
        for path in (ROOT / "sim").rglob("*.py*")
        if "__pycache__" not in path.parts
    }
    folders = {
        f"{path.parent.relative_to(ROOT).as_posix()}/" for path in modules
    }
    beside = {
        f"sim/{path.name}" for path in modules if path.parent.name == "sim"
    }
    return folders - {"sim/"} | beside


def test_the_layout_names_every_room_and_nothing_that_is_not_there():
    named = [place for places, _ in rows_of_the_layout() for place in places]
    assert sorted(set(named)) == sorted(named), "a place stands twice"
    assert set(named) == kept_at_the_top() - {"sim/"} | rooms()


def test_every_module_and_test_that_the_papers_name_is_there():
    named = re.findall(
        r"`((?:sim|tests|data|docs|notebooks)/[\w./-]+)`",
        CONTRIBUTING.read_text("utf-8"),
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
