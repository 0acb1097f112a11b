"""Documents with one thing wrong in them: dropped, renamed, of another type, doubled, or huge."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2.5,
    10**30,
    1e400,
    "",
    "x" * 100_000,
    "${",
    "${A}" * 1_000,
    "arn:aws:lambda:::",
    "\ue000F.Arn\ue003",
    "\u202e\U0001f600\0\ud800é\r\n",
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
    {"Ref": "AWS::NoValue"},
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
    {"Fn::Cidr": ["10.0.0.0/8", 256, 8]},
)
FUNCTIONS = (
    "Ref",
    "Fn::Sub",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::Select",
    "Fn::Split",
    "Fn::ImportValue",
    "Fn::Base64",
    "Fn::FindInMap",
    "Fn::ToJsonString",
    "Fn::Length",
    "Fn::GetAZs",
    "Fn::ForEach::Loop",
)
DEEPEST = 150
"""As deep as Python's own copies go within its limit of frames."""

Place = tuple[Any, Any]
"""What holds a value, and by which key or number."""


def wrong_text(text: str, drawn: random.Random) -> tuple[str, str]:
    """What was done to a text's lines, and the text."""
    lines = text.split("\n")
    at = drawn.randrange(len(lines))
    done = drawn.choice(
        ["drop", "double", "indent", "cut", "swap", "nest", "letter", "end"]
    )
    if done == "drop":
        del lines[at]
    elif done == "double":
        lines.insert(at, lines[at])
    elif done == "indent":
        lines[at] = " " * drawn.randint(1, 4) + lines[at]
    elif done == "cut":
        lines[at] = lines[at][: drawn.randint(0, 20)]
    elif done == "nest":
        lines[at] += drawn.choice("[{-\"'|>&*!?") * drawn.choice([1, 10_000])
    elif done == "letter":
        letter = drawn.choice(["\t", "\0", "\ufeff", "\x85", "\ud800", "é", ""])
        place = drawn.randint(0, len(lines[at]))
        lines[at] = lines[at][:place] + letter + lines[at][place + 1 :]
    elif done == "end":
        lines = [*lines[:at], lines[at][: drawn.randint(0, 20)]]
    else:
        lines[at] = lines[at].replace(
            ":", drawn.choice([" ", ":\t", ": &a ", ": *a ", ": !Sub "])
        )
    return f"{done} line {at + 1}", "\n".join(lines)


def wrong_document(document: Any, drawn: random.Random) -> tuple[str, str]:
    """What was done to a document, at one place or a few, and the document as JSON."""
    document = copy.deepcopy(document)
    done = [_spoil(document, drawn) for _ in range(drawn.choice([1, 1, 2, 4]))]
    return ", ".join(done), json.dumps(document)


def _spoil(document: Any, drawn: random.Random) -> str:
    places = list(_places(document))
    if not places:
        return "nothing"
    container, key = drawn.choice(places)
    done = drawn.choice(list(WAYS))
    WAYS[done]((container, key), places, drawn)
    return f"{done} {key}"


def _places(value: Any) -> Iterator[Place]:
    """Every place in a document."""
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


def _drop(place: Place, _: list[Place], drawn: random.Random) -> None:
    container, key = place
    del container[key]


def _rename(place: Place, _: list[Place], drawn: random.Random) -> None:
    container, key = place
    name = drawn.choice(
        [f"{key}s", str(key)[1:], str(key).lower(), "Fn::Sub", "Ref", ""]
    )
    if isinstance(container, dict):
        container[name] = container.pop(key)
    else:
        container.append(container[key])


def _retype(place: Place, _: list[Place], drawn: random.Random) -> None:
    container, key = place
    container[key] = copy.deepcopy(drawn.choice(WRONG_VALUES))


def _enlarge(place: Place, _: list[Place], drawn: random.Random) -> None:
    container, key = place
    container[key] = copy.deepcopy(drawn.choice(HUGE))


def _double(place: Place, _: list[Place], drawn: random.Random) -> None:
    container, key = place
    again = copy.deepcopy(container[key])
    if isinstance(container, dict):
        container[f"{key}Again"] = again
    else:
        container.insert(key, again)


def _wrap(place: Place, _: list[Place], drawn: random.Random) -> None:
    """The value becomes the argument of a function."""
    container, key = place
    value = container[key]
    argument = drawn.choice([value, [value], [value] * 2, [value] * 3])
    container[key] = {drawn.choice(FUNCTIONS): argument}


def _deepen(place: Place, _: list[Place], drawn: random.Random) -> None:
    container, key = place
    in_lists = drawn.random() < 0.5
    for _level in range(drawn.choice([1, 3, DEEPEST])):
        value = container[key]
        container[key] = [value] if in_lists else {str(key): value}


def _exchange(place: Place, places: list[Place], drawn: random.Random) -> None:
    """Two values change places: of the same key, such as Type, if there is another."""
    container, key = place
    same = [each for each in places if each[1] == key and each[0] != container]
    other, its_key = drawn.choice(same or places)
    value = copy.deepcopy(other[its_key])
    other[its_key] = copy.deepcopy(container[key])
    container[key] = value


WAYS = {
    "drop": _drop,
    "rename": _rename,
    "retype": _retype,
    "double": _double,
    "enlarge": _enlarge,
    "wrap": _wrap,
    "deepen": _deepen,
    "exchange": _exchange,
}
