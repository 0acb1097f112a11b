"""What a command is given: files, folders in which templates and plans are looked for, or `-`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path

import sim
from sim import facts
from sim.encodings import encoding_of
from sim.markup import visible
from sim.template.text.other_formats import check_format

STANDARD_INPUT = "-"
STANDARD_INPUTS_NAME = "<stdin>"
TEMPLATES = ("template.yaml", "template.yml", "template.json")
CDK, NESTED = ".template.json", ".nested.template.json"
SERVERLESS = "cloudformation-template-update-stack.json"
LEFT_OUT = ("node_modules", "venv", "__pycache__", "site-packages")
"""Folders in which other people's templates lie; those with a dot are left out, too."""
SERVERLESS_FOLDER = ".serverless"
MOST_ENTRIES = 50_000
DEEPEST = 12
"""How many entries a folder may have, and how far down they are looked at."""
BEGINNING = 4096
"""Bytes of a file by which a plan is told from other JSON."""
LOOKED_FOR = (
    "template.yaml, cdk.out/*.template.json, .serverless/"
    f"{SERVERLESS}, and plans of Terraform in JSON"
)


@dataclass(frozen=True)
class Source:
    """A template or plan: its name in sentences, and what `sim.read_template` takes."""

    name: str
    template: Path | str
    is_found: bool = False  # in a folder, where it may have no function


def sources(given: Iterable[str]) -> list[Source]:
    """What a command is given, each once; raises `ScenarioError` for a folder without templates."""
    found: dict[str, Source] = {}
    for each in given:
        for one in _sources(each):
            found.setdefault(normpath(one.name), one)
    return list(found.values())


def source(given: str) -> Source:
    """A file, or the text that comes in."""
    if given == STANDARD_INPUT:
        return Source(STANDARD_INPUTS_NAME, _standard_input())
    return Source(_named(given), Path(given))


def _named(path: Path | str) -> str:
    """A path in one line, also where its name is no text: Linux takes any bytes."""
    return visible(str(path)).replace("\n", "\\n")


def _sources(given: str) -> Iterator[Source]:
    path = Path(given)
    if given == STANDARD_INPUT or not path.is_dir():
        yield source(given)
    else:
        inside = sorted(_templates_in(path))
        if not inside:
            for file in sorted(path.iterdir()):
                check_format(str(file))  # says what to give in its place
            raise sim.ScenarioError(f"{given} has none of {LOOKED_FOR}.")
        for file in inside:
            yield Source(_named(file), file, is_found=True)


def _standard_input() -> str:
    """The text that comes in, as much of it as the longest plan may have."""
    if sys.stdin is None:  # as `<&-` closes it in a shell
        raise sim.ScenarioError(f"{STANDARD_INPUTS_NAME} is closed.")
    limit = facts.fact("plan.bytes").value
    encoded = sys.stdin.buffer.read(limit + 1)
    try:
        text = encoded.decode(encoding_of(encoded))
    except UnicodeDecodeError:
        raise sim.ScenarioError(
            f"{STANDARD_INPUTS_NAME} is no UTF-8 text."
        ) from None
    return f"{text}\n"  # a line alone would be a path


def _templates_in(folder: Path) -> Iterator[Path]:
    """The templates and plans in a folder; links are not followed out of it."""
    root = folder.resolve()
    entries = 0
    for place, folders, files in os.walk(folder, onerror=_unlisted):
        here = Path(place)
        is_deepest = len(here.relative_to(folder).parts) >= DEEPEST
        folders[:] = [] if is_deepest else filter(_is_own, sorted(folders))
        entries += len(folders) + len(files)
        if entries > MOST_ENTRIES:
            raise sim.ScenarioError(
                f"{folder} has more than {MOST_ENTRIES:,} entries: name its templates."
            )
        for name in files:
            file = here / name
            if _is_template(file) and file.resolve().is_relative_to(root):
                yield file


def _unlisted(error: OSError) -> None:
    """Raise `ScenarioError` for a folder that cannot be looked into."""
    raise sim.ScenarioError(
        f"{error.filename} cannot be searched: {error.strerror}."
    ) from None


def _is_own(folder: str) -> bool:
    is_hidden = folder.startswith(".") and folder != SERVERLESS_FOLDER
    return not is_hidden and folder not in LEFT_OUT


def _is_template(file: Path) -> bool:
    name = file.name
    if name in TEMPLATES:
        return True
    if name.endswith(CDK):
        return not name.endswith(NESTED)
    if file.parent.name == SERVERLESS_FOLDER:
        return name == SERVERLESS
    return name.endswith(".json") and _is_plan(file)


def _is_plan(file: Path) -> bool:
    """Whether JSON begins as plans do."""
    if not file.is_file():  # nothing comes from a pipe until somebody writes
        return False
    try:
        with file.open("rb") as opened:
            beginning = opened.read(BEGINNING)
    except OSError:
        return False
    text = beginning.decode(encoding_of(beginning), errors="ignore")
    return '"format_version"' in text and '"terraform_version"' in text
