"""Templates with one thing wrong in them: dropped, renamed, of another type, doubled, or huge.

`python -m tests.support.template_mutants 5000 7` reads so many, drawn by this seed, and prints each
that does not end in a reading or a sentence, or takes long.
"""

import copy
import json
import math
import random
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sim
from sim.template.text.load import load_text
from tests.support.paths import ROOT

LONGEST_SECONDS = 2.0
"""Of the processor, not of the clock: a busy machine makes no difference."""
PLACES = (
    "tests/template/templates/*.yaml",
    "tests/template/templates/*.json",
    "data/deploy/*/*.yaml",
)
WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    1e400,
    "",
    "x" * 100_000,
    "${",
    "${A}" * 1_000,
    "arn:aws:lambda:::",
    "\ue000F.Arn\ue003",
    [],
    {},
    [[]],
    [None],
    {"Ref": "Nobody"},
    {"Fn::GetAtt": ["Nobody", "Arn"]},
    {"Fn::Select": [9, ["a"]]},
    {"Fn::If": ["Never", 1, 2]},
    {"Fn::Sub": ["${a}", {"a": []}]},
    {"Fn::Join": ["", {"Ref": "AWS::NotificationARNs"}]},
    {
        "Fn::Transform": {
            "Name": "AWS::Include",
            "Parameters": {"Location": "/etc/passwd"},
        }
    },
)
HUGE = (
    [0] * 50_000,
    {f"k{number}": 0 for number in range(50_000)},
    {"Fn::Join": ["y" * 1_000, ["a"] * 5_000]},
)


def templates() -> list[Path]:
    """The project's own templates."""
    found = (path for place in PLACES for path in ROOT.glob(place))
    return sorted(path for path in found if "reads_as" not in path.name)


def mutants(seed: int) -> Iterator[tuple[str, str]]:
    """What was done to which template, and the text that came of it, without end."""
    documents = {
        path.relative_to(ROOT): path.read_text(encoding="utf-8")
        for path in templates()
    }
    drawn = random.Random(seed)
    while True:
        path = drawn.choice(list(documents))
        if drawn.random() < 0.2:
            done, text = _wrong_text(documents[path], drawn)
        else:
            done, text = _wrong_document(load_text(documents[path]), drawn)
        yield f"{path}: {done}", text


def broken(text: str, longest: float = math.inf) -> str:
    """What is wrong with how a text is read, in so many seconds; empty if nothing is."""
    start = time.process_time()
    try:
        reading = sim.read_template(text + "\n")
        reading.advise()
    except sim.ScenarioError as error:
        if len(str(error)) > 100_000:
            return f"a sentence of {len(str(error)):,} characters"
    except Exception:
        return traceback.format_exc(limit=-3)
    seconds = time.process_time() - start
    return f"{seconds:.1f} s" if seconds > longest else ""


def _wrong_text(text: str, drawn: random.Random) -> tuple[str, str]:
    """A text whose lines are not all as they were."""
    lines = text.split("\n")
    at = drawn.randrange(len(lines))
    done = drawn.choice(["drop", "double", "indent", "cut", "swap"])
    if done == "drop":
        del lines[at]
    elif done == "double":
        lines.insert(at, lines[at])
    elif done == "indent":
        lines[at] = " " * drawn.randint(1, 4) + lines[at]
    elif done == "cut":
        lines = [*lines[:at], lines[at][: drawn.randint(0, 20)]]
    else:
        lines[at] = lines[at].replace(
            ":", drawn.choice([" ", ":\t", ": &a ", ": *a ", ": !Sub "])
        )
    return f"{done} line {at + 1}", "\n".join(lines)


def _wrong_document(document: Any, drawn: random.Random) -> tuple[str, str]:
    """A document with something wrong at one place or two."""
    document = copy.deepcopy(document)
    done = [_spoil(document, drawn) for _ in range(drawn.choice([1, 1, 2]))]
    return ", ".join(done), json.dumps(document)


def _spoil(document: Any, drawn: random.Random) -> str:
    places = list(_places(document))
    if not places:
        return "nothing"
    container, key = drawn.choice(places)
    done = drawn.choice(
        ["drop", "rename", "retype", "retype", "double", "huge"]
    )
    if done == "drop":
        del container[key]
    elif done == "rename" and isinstance(container, dict):
        name = drawn.choice(
            [f"{key}s", str(key)[1:], str(key).lower(), "Fn::Sub", "Ref", ""]
        )
        container[name] = container.pop(key)
    elif done == "double" and isinstance(container, dict):
        container[f"{key}Again"] = copy.deepcopy(container[key])
    elif done == "huge":
        container[key] = copy.deepcopy(drawn.choice(HUGE))
    else:
        container[key] = copy.deepcopy(drawn.choice(WRONG_VALUES))
    return f"{done} {key}"


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document: what holds it, and by which key or number."""
    keys = (
        list(value)
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    )
    for key in keys:
        yield value, key
        yield from _places(value[key])


if __name__ == "__main__":
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    failures = 0
    for number, (done, text) in enumerate(mutants(seed)):
        if number == count:
            break
        wrong = broken(text, LONGEST_SECONDS)
        if wrong:
            failures += 1
            print(f"{number}: {done}\n{wrong}", flush=True)
    print(f"{count} templates, {failures} failures")
    sys.exit(failures > 0)
