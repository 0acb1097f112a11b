"""What people read beside the code: each link leads somewhere, and the spelling is British."""

import re
from functools import cache
from pathlib import Path

import codespell_lib

from tests.support.documents import DOCUMENTS, anchors, name, prose
from tests.support.rows import holds_for_each

every_document = holds_for_each({name(document): document for document in DOCUMENTS})
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
        Path(codespell_lib.__file__).parent / "data" / "dictionary_en-GB_to_en-US.txt"
    )
    pairs = [
        line.partition("->") for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return (
        {word.strip() for _, _, words in pairs for word in words.split(",")}
        - {""}
        - ALLOWED
    )


def links(document: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", prose(document))


@every_document
def test_internal_links_lead_to_files_and_headings_that_exist(document):
    local = [
        one or other for one, other in links(document) if "://" not in (one or other)
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
