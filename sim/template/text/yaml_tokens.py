"""YAML as CloudFormation reads it.

Its tags are functions, and dates, OFF and octal numbers stay what was written.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from sim.template.errors import TemplateError, import_optional
from sim.template.text.token import Token

FUNCTIONS = (
    "And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap",
    "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select",
    "Split", "Sub", "ToJsonString", "Transform", "ValueOf", "ValueOfAll",
)  # fmt: skip
TAGS = {
    "!Ref": "Ref",
    "!Condition": "Condition",
    **{f"!{name}": f"Fn::{name}" for name in FUNCTIONS},
}
YAML_TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = {
    f"{YAML_TAG}{name}"
    for name in ("str", "int", "float", "bool", "null", "map", "seq")
}
"""Tags that only say what a value is anyway."""
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(
    r"[-+]?([0-9]{1,300}\.[0-9]{0,300}|\.[0-9]{1,300})([eE][-+]?[0-9]{1,3})?"
)
WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""Plain words that are no texts."""


def yaml_tokens(text: str) -> Iterator[Token]:
    """The parts of the only document in the text; raises `TemplateError` where it is not YAML."""
    yaml = import_optional("yaml", "PyYAML")
    fastest_loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = 0
    try:
        for event in yaml.parse(text, Loader=fastest_loader):
            name = type(event).__name__
            documents += name == "DocumentStartEvent"
            if documents > 1:
                line = _line(event)
                raise TemplateError(
                    [
                        f"Line {line}: a second document begins; a template is one."
                    ]
                )
            if not name.startswith(("Stream", "Document")):
                yield _token(name, event)
    except yaml.YAMLError as error:
        raise TemplateError([_sentence(error)]) from None
    except RecursionError:
        raise TemplateError(
            ["The text is nested too deeply to be read."]
        ) from None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _token(name: str, event: Any) -> Token:
    line = _line(event)
    if name == "AliasEvent":
        return Token("alias", event.anchor, line)
    if name.endswith("EndEvent"):
        return Token("close", None, line)
    function = _function_of(event.tag, line)
    if name == "ScalarEvent":
        value = _scalar(event, function)
        return Token("value", value, line, function, event.anchor)
    opening = "{" if name == "MappingStartEvent" else "["
    return Token("open", opening, line, function, event.anchor)


def _function_of(tag: str | None, line: int) -> str | None:
    if tag is None or tag == "!" or tag in PLAIN_TAGS:
        return None
    if tag not in TAGS:
        shown = tag.replace(YAML_TAG, "!!")[:60]
        raise TemplateError(
            [f"Line {line}: the tag {shown} is none of CloudFormation's."]
        )
    return TAGS[tag]


def _scalar(event: Any, function: str | None) -> Any:
    """A single value: a text if it is in quotes or says so, else what its word stands for."""
    is_text = event.style or event.tag == f"{YAML_TAG}str"
    if is_text or (function and event.value):
        return event.value
    return _plain_value(event.value)


def _plain_value(word: str) -> Any:
    """What a plain YAML word stands for: a number, true, false, nothing, or itself."""
    if word in WORDS:
        return WORDS[word]
    if INTEGER.fullmatch(word):
        return int(word)
    if DECIMAL.fullmatch(word):
        number = float(word)
        return number if math.isfinite(number) else word
    return word


def _sentence(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"Line {mark.line + 1}: " if mark else ""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None)
    reason = str(problem or "not readable")
    if "cannot start any token" in reason:
        reason += " (is it a tab? YAML takes spaces only)"
    return f"{place}not YAML: {reason}."
