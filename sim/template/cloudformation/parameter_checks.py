"""What a template says of a parameter's value, which AWS checks before anything else.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST_VALUE = 100
MOST_CHOICES = 1_000_000
"""A value above these many characters, or a pattern with more ways to match, is not tried."""
CHARACTER_CLASS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]")
REPEAT = re.compile(r"\{\d*(?:,\d*)?\}|[*+?|]")


def refused_values(
    name: str, value: Any, declaration: Mapping[str, Any]
) -> Iterator[str]:
    """A sentence for everything that AWS would refuse of a parameter's value."""
    start = f"Parameter {name!r} is {str(value)[:60]!r}, but"
    parameter_type = str(declaration.get("Type"))
    items = _items(value, parameter_type)
    yield from _not_allowed(start, items, declaration)
    if "Number" in parameter_type:
        yield from _out_of_range(start, items, declaration)
    else:
        yield from _wrong_length(start, str(value), declaration)
    yield from _wrong_pattern(start, str(value), declaration)


def _items(value: Any, parameter_type: str) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    if "List" in parameter_type:
        return [part.strip() for part in str(value).split(",")]
    return [str(value)]


def _not_allowed(
    start: str, items: list[str], declaration: Mapping[str, Any]
) -> Iterator[str]:
    allowed = declaration.get("AllowedValues")
    if not isinstance(allowed, list):
        return
    texts = [str(each) for each in allowed]
    if not set(items) <= set(texts):
        yield f"{start} allowed are {', '.join(texts)[:200]}."


def _out_of_range(
    start: str, items: list[str], declaration: Mapping[str, Any]
) -> Iterator[str]:
    least = _number(declaration.get("MinValue"), -math.inf)
    most = _number(declaration.get("MaxValue"), math.inf)
    for item in items:
        number = _number(item, math.nan)
        if math.isnan(number):
            yield f"{start} its Type is Number."
        elif number < least:
            yield f"{start} its MinValue is {least:g}."
        elif number > most:
            yield f"{start} its MaxValue is {most:g}."


def _wrong_length(
    start: str, text: str, declaration: Mapping[str, Any]
) -> Iterator[str]:
    if len(text) < _number(declaration.get("MinLength"), 0):
        yield f"{start} its MinLength is {declaration['MinLength']}."
    if len(text) > _number(declaration.get("MaxLength"), math.inf):
        yield f"{start} its MaxLength is {declaration['MaxLength']}."


def _wrong_pattern(
    start: str, text: str, declaration: Mapping[str, Any]
) -> Iterator[str]:
    """The whole value must match; Java's patterns that Python does not read are not checked."""
    pattern = declaration.get("AllowedPattern")
    if not isinstance(pattern, str) or len(text) > LONGEST_VALUE:
        return
    if _choices(pattern) > MOST_CHOICES:
        return
    try:
        matches = re.fullmatch(pattern, text)
    except (re.error, OverflowError):
        return
    if matches is None:
        yield f"{start} its AllowedPattern is {pattern[:100]}."


def _choices(pattern: str) -> float:
    """In how many ways a pattern may match, at most; without end where a group is repeated."""
    plain = CHARACTER_CLASS.sub("x", pattern)
    if re.search(r"\)[*+{?]", plain):
        return math.inf
    choices = 1
    for repeat in REPEAT.findall(plain):
        choices *= _choices_of(repeat)
        if choices > MOST_CHOICES:
            break
    return choices


def _choices_of(repeat: str) -> int:
    if repeat in ("?", "|"):
        return 2
    bounds = repeat.strip("{}").split(",")
    if repeat.startswith("{") and len(bounds) == 1:
        return 1
    most = bounds[-1]
    if not most.isdigit():
        return LONGEST_VALUE
    return min(int(most), LONGEST_VALUE) - int(bounds[0] or 0) + 1


def _number(value: Any, otherwise: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise
