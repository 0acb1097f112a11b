"""The operators of AWS's patterns: which service takes which, and what each wants of a value.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import Any

JSON = Any
"""A value as `json.loads` gives it."""

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": eq,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}

COMMON = (
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "equals-ignore-case",
    "anything-but",
    "cidr",
)


@dataclass(frozen=True)
class PatternDialect:
    """What one service takes: its `operators`, and those that may stand inside `anything-but`.

    `ignores_case_in_affixes`: whether prefix and suffix may ignore case. `asks_all_of_an_array`:
    whether anything-but must hold for every value of an array; else for one of them.
    """

    service: str
    source: str
    operators: tuple[str, ...]
    inside_anything_but: tuple[str, ...] = ()
    ignores_case_in_affixes: bool = False
    asks_all_of_an_array: bool = False


LAMBDA = PatternDialect(
    "Lambda",
    "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html",
    COMMON,
)
"""Lambda's page is silent about cidr; AWS's own templates filter queues and brokers by it.

https://github.com/aws-samples/serverless-patterns/tree/main/lambda-esm-sqs-filters-sam
"""
EVENTBRIDGE = PatternDialect(
    "EventBridge",
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html",
    (*COMMON, "wildcard"),
    ("prefix", "suffix", "equals-ignore-case", "wildcard"),
    ignores_case_in_affixes=True,
)
CUSTOM_BUS = PatternDialect(
    "a subscriber of a Custom Event Bus",
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-filtering.html",
    COMMON,
    ("prefix", "suffix", "equals-ignore-case"),
    ignores_case_in_affixes=True,
)
PIPES = PatternDialect(
    "EventBridge Pipes",
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html",
    COMMON,
    ignores_case_in_affixes=True,
)
SNS = PatternDialect(
    "SNS",
    "https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html",
    COMMON,
    ("prefix", "suffix"),
    asks_all_of_an_array=True,
)


def is_number(value: JSON) -> bool:
    """Whether a JSON value is a number; True and False are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def problems_of_operator(
    operator: str, wanted: JSON, dialect: PatternDialect
) -> Iterator[str]:
    """What is wrong with one operator, as the end of a sentence."""
    if operator not in dialect.operators:
        known = ", ".join(sorted(dialect.operators))
        yield f"{operator!r} is no operator of {dialect.service}, which has {known}"
    elif operator == "exists" and not isinstance(wanted, bool):
        yield f"exists is {wanted!r}, but true or false is allowed"
    elif operator == "numeric":
        yield from _problems_of_numeric(wanted)
    elif operator == "anything-but":
        yield from _problems_of_anything_but(wanted, dialect)
    elif operator in ("prefix", "suffix"):
        yield from _problems_of_affix(operator, wanted, dialect)
    elif operator != "exists":
        yield from _problems_of_text(operator, wanted)


def _problems_of_numeric(wanted: JSON) -> Iterator[str]:
    """One comparison with a number, or a lower and an upper bound."""
    allowed = 'such as ["=", 5] or [">", 0, "<=", 5]'
    shown = f"numeric is {wanted!r}, but"
    if not isinstance(wanted, list) or len(wanted) not in (2, 4):
        yield f"{shown} one or two comparisons are allowed, {allowed}"
        return
    for sign, bound in zip(wanted[::2], wanted[1::2], strict=True):
        if not isinstance(sign, str) or sign not in COMPARISONS:
            yield f"{shown} {sign!r} is no comparison; write them {allowed}"
        elif not is_number(bound):
            yield f"{shown} {bound!r} is no number; write them {allowed}"
    if len(wanted) == 4:
        signs = f"{wanted[0]}{wanted[2]}".replace("=", "")
        if signs != "><":
            yield f"{shown} a range has a lower bound, then an upper one, {allowed}"


def _problems_of_anything_but(
    wanted: JSON, dialect: PatternDialect
) -> Iterator[str]:
    if isinstance(wanted, dict):
        yield from _problems_inside_anything_but(wanted, dialect)
        return
    values = wanted if isinstance(wanted, list) else [wanted]
    sound = [isinstance(v, str) or is_number(v) for v in values]
    if not values or not all(sound):
        yield f"anything-but is {wanted!r}, but texts or numbers are allowed"


def _problems_inside_anything_but(
    wanted: dict[str, JSON], dialect: PatternDialect
) -> Iterator[str]:
    for operator, texts in wanted.items():
        if operator not in dialect.inside_anything_but:
            yield f"{dialect.service} takes no {operator!r} inside anything-but"
            continue
        for text in texts if isinstance(texts, list) else [texts]:
            yield from _problems_of_text(operator, text)
    if len(wanted) != 1:
        yield f"anything-but is {wanted!r}, but one operator is allowed in it"


def _problems_of_affix(
    operator: str, wanted: JSON, dialect: PatternDialect
) -> Iterator[str]:
    ignores_case = isinstance(wanted, dict) and list(wanted) == [
        "equals-ignore-case"
    ]
    if ignores_case and dialect.ignores_case_in_affixes:
        wanted = wanted["equals-ignore-case"]
    yield from _problems_of_text(operator, wanted)


def _problems_of_text(operator: str, wanted: JSON) -> Iterator[str]:
    if not isinstance(wanted, str):
        yield f"{operator} is {wanted!r}, but a text is allowed"
    elif operator == "wildcard" and "**" in wanted:
        yield f"wildcard is {wanted!r}, but two * in a row are not allowed"
    elif operator == "cidr" and _network(wanted) is None:
        yield f"cidr is {wanted!r}, but a range such as '10.0.0.0/24' is allowed"


def meets(operator: str, wanted: JSON, value: JSON) -> bool:
    """Whether one value of an event meets an operator; `exists` asks for a place, not a value."""
    match operator:
        case "numeric":
            return is_number(value) and _lies_between(wanted, value)
        case "anything-but":
            return not _is_among(wanted, value)
        case "cidr":
            return isinstance(value, str) and _is_in_network(wanted, value)
        case _:
            return isinstance(value, str) and _text_meets(
                operator, wanted, value
            )


def _lies_between(wanted: list[Any], value: float) -> bool:
    bounds = zip(wanted[::2], wanted[1::2], strict=True)
    return all(COMPARISONS[sign](value, bound) for sign, bound in bounds)


def _is_among(wanted: JSON, value: JSON) -> bool:
    """Whether a value is one of those that anything-but keeps out."""
    if isinstance(wanted, dict):
        ((operator, texts),) = wanted.items()
        each = texts if isinstance(texts, list) else [texts]
        return any(meets(operator, text, value) for text in each)
    if isinstance(value, bool):
        return False
    kept_out: list[Any] = wanted if isinstance(wanted, list) else [wanted]
    return value in kept_out


def _text_meets(operator: str, wanted: JSON, value: str) -> bool:
    if isinstance(wanted, dict):
        wanted = wanted["equals-ignore-case"].casefold()
        value = value.casefold()
    match operator:
        case "prefix":
            return value.startswith(str(wanted))
        case "suffix":
            return value.endswith(str(wanted))
        case "equals-ignore-case":
            return value.casefold() == str(wanted).casefold()
        case _:
            return _wildcard(str(wanted)).fullmatch(value) is not None


@cache
def _wildcard(text: str) -> re.Pattern[str]:
    """A star stands for any characters, one after a backslash for itself."""
    parts = re.split(r"(\\.|\*)", text)
    written = [
        ".*" if part == "*" else re.escape(re.sub(r"^\\(.)$", r"\1", part))
        for part in parts
    ]
    return re.compile("".join(written), re.DOTALL)


def _network(text: str) -> Any:
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None


def _is_in_network(wanted: str, value: str) -> bool:
    try:
        return bool(ip_address(value) in _network(wanted))
    except ValueError:
        return False
