"""YAML as CloudFormation reads it: its tags are functions, and dates, OFF and octal numbers stay what was written.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from sim.template.errors import TemplateError, needed
from sim.template.text.token import Token

FUNCTIONS = (
    *(
        "And",
        "Base64",
        "Cidr",
        "Equals",
        "FindInMap",
        "GetAtt",
        "GetAZs",
        "If",
        "ImportValue",
        "Join",
        "Length",
    ),
    *(
        "Not",
        "Or",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
        "Contains",
        "EachMemberEquals",
        "RefAll",
    ),
    *("EachMemberIn", "ValueOf", "ValueOfAll"),
)
TAGS = {
    "!Ref": "Ref",
    "!Condition": "Condition",
    **{f"!{name}": f"Fn::{name}" for name in FUNCTIONS},
}
PLAIN = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "map", "seq")
}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(
    r"[-+]?([0-9]{1,300}\.[0-9]{0,300}|\.[0-9]{1,300})([eE][-+]?[0-9]{1,3})?"
)
WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
}
WORDS |= {
    word: value
    for value in (True, False)
    for word in (f"{value}", f"{value}".lower(), f"{value}".upper())
}


def tokens(text: str) -> Iterator[Token]:
    """The parts of the only document in the text; raises `TemplateError` where it is not YAML."""
    yaml = needed("yaml", "PyYAML")
    documents = 0
    try:
        for event in yaml.parse(
            text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        ):
            name = type(event).__name__
            documents += name == "DocumentStartEvent"
            if documents > 1:
                raise TemplateError(
                    [
                        f"Line {event.start_mark.line + 1}: a second document begins; a template is one."
                    ]
                )
            token = _token(name, event)
            if token is not None:
                yield token
    except yaml.YAMLError as error:
        raise TemplateError([_sentence(error)]) from None
    except RecursionError:
        raise TemplateError(["The text is nested too deeply to be read."]) from None


def _token(name: str, event: Any) -> Token | None:
    if name.startswith(("Stream", "Document")):
        return None
    line = event.start_mark.line + 1
    if name == "AliasEvent":
        return Token("alias", event.anchor, line)
    if name.endswith("EndEvent"):
        return Token("close", None, line)
    tag = _function(event.tag, line)
    if name == "ScalarEvent":
        written = (
            event.style or event.tag == "tag:yaml.org,2002:str" or (tag and event.value)
        )
        return Token(
            "value",
            event.value if written else scalar(event.value),
            line,
            tag,
            event.anchor,
        )
    return Token(
        "open", "{" if name == "MappingStartEvent" else "[", line, tag, event.anchor
    )


def _function(tag: str | None, line: int) -> str | None:
    if tag is None or tag == "!" or tag in PLAIN:
        return None
    if tag not in TAGS:
        shown = tag.replace("tag:yaml.org,2002:", "!!")[:60]
        raise TemplateError(
            [f"Line {line}: the tag {shown} is none of CloudFormation's."]
        )
    return TAGS[tag]


def scalar(text: str) -> Any:
    """What a plain YAML word stands for: a number, true, false, nothing, or itself."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _sentence(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    reason = (
        getattr(error, "problem", None)
        or getattr(error, "reason", None)
        or "not readable"
    )
    tab = (
        " (is it a tab? YAML takes spaces only)"
        if "cannot start any token" in str(reason)
        else ""
    )
    return f"{f'Line {mark.line + 1}: ' if mark else ''}not YAML: {reason}{tab}."
