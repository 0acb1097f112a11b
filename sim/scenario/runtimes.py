"""Lambda's runtimes: which there are, since when one is deprecated, and how fast one starts.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from sim import facts

SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
OWN = ("provided", "custom")
"""Runtimes of one's own, which start a compiled program: here one in Go (a choice)."""
COMPILED = "go"
LANGUAGE = re.compile(r"dotnet|[a-z]*")  # dotnetcore is .NET, too
LINUX = re.compile(r"(.*)\.al(\d{1,4})")
"""A runtime by the Amazon Linux below it."""
NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")

Version = tuple[int, ...]


class Name(NamedTuple):
    """A runtime's name without its numbers, its version, and its Amazon Linux (0: not named)."""

    pattern: str
    version: Version
    linux: int


@cache
def problem(runtime: str, package_type: str) -> str | None:
    """Why this is no runtime; None if it is one, or will be by the way AWS calls them.

    Images hold versions that AWS has left out for zip packages, such as .NET 9.
    """
    if runtime in _named(package_type) or _is_later(runtime, package_type):
        return None
    near = get_close_matches(runtime, _named(package_type), n=1, cutoff=0.7)
    meant = f"; did you mean {near[0]!r}?" if near else "."
    return f"Lambda has no runtime {runtime!r} ({SOURCE}){meant}"


def deprecation(runtime: str) -> str | None:
    """Since when a runtime is deprecated, and what can still be done; None: it is not."""
    row = _known().get(runtime)
    if row is None or not _is_deprecated(row):
        return None
    created = _allowed("created", row.create_blocked, row.date)
    updated = _allowed("updated", row.update_blocked, row.date)
    since = f"deprecated since {row.deprecated}"
    return f"{since}; a function {created} and {updated}"


def retirement(runtime: str) -> Iterator[str]:
    """A sentence on a deprecated runtime; of another one, none."""
    retired = deprecation(runtime)
    if retired is not None:
        yield f"runtime {runtime!r} is {retired} ({SOURCE})."


def _allowed(done: str, blocked: str, today: str) -> str:
    if blocked > today:
        return f"can be {done} until {blocked}"
    return f"can no longer be {done} (since {blocked})"


def cold_start(runtime: str, package_type: str) -> facts.ColdStart:
    """The measured cold start of a runtime, or of the nearest version of its language."""
    rows = _measured(package_type) or facts.cold_starts()
    return _nearest(rows, runtime) or _nearest(rows, COMPILED) or rows[0]


def restore(runtime: str) -> facts.ColdStart:
    """The measured restore of the nearest version; of other languages than Java that of Java 21."""
    rows = facts.restores()
    return _nearest(rows, runtime) or rows[-1]


def not_measured(runtime: str, package_type: str) -> str | None:
    """What is taken for a runtime whose cold starts were not measured; None: they were."""
    taken = cold_start(runtime, package_type)
    if taken.runtime == runtime:
        return None
    return f"those of {taken.runtime!r} are taken, {taken.evidence}"


def _nearest(
    rows: Iterable[facts.ColdStart], runtime: str
) -> facts.ColdStart | None:
    language, wanted = _language(runtime), _as_number(runtime)

    def distance(row: facts.ColdStart) -> float:
        return abs(_as_number(row.runtime) - wanted)

    same = [row for row in rows if _language(row.runtime) == language]
    return min(same, key=distance, default=None)


@cache
def _as_number(runtime: str) -> float:
    """A version as a number in which 3.13 is later than 3.9."""
    whole, *decimals = _version(runtime) or (0,)
    return whole + sum(decimals) / 100


@cache
def _language(runtime: str) -> str:
    """The language of a name; a framework within a language is one of its own."""
    program = runtime.partition(" (")[0]
    found = LANGUAGE.match(program)
    if " " in program or found is None:
        return program
    return COMPILED if found[0] in OWN else found[0]


def _version(runtime: str) -> Version:
    name = runtime.partition(" (")[0].partition(".al")[0]
    return tuple(int(number) for number in NUMBER.findall(name))


def _is_later(runtime: str, package_type: str) -> bool:
    """Whether a name is as AWS's of today, with a later version or Amazon Linux."""
    today = [
        each for each in _in_use() if each.pattern == _name(runtime).pattern
    ]
    if package_type == "Image":
        return bool(today)
    later = _name(runtime)
    newest = max((each.version for each in today), default=later.version)
    linux = max((each.linux for each in today), default=later.linux)
    return later.version > newest or later.linux > linux


@cache
def _in_use() -> list[Name]:
    """The names that AWS gives out today."""
    rows = facts.runtimes()
    return [_name(row.runtime) for row in rows if not _is_deprecated(row)]


def _name(runtime: str) -> Name:
    found = LINUX.fullmatch(runtime)
    pattern = NUMBER.sub("N", found[1] if found else runtime)
    if found is None:
        return Name(pattern, _version(runtime), 0)
    return Name(f"{pattern}.al", _version(runtime), int(found[2]))


def _is_deprecated(row: facts.Runtime) -> bool:
    """On the day of the table, so that a year later the same program says the same."""
    return row.deprecated != "" and row.deprecated <= row.date


def _named(package_type: str) -> list[str]:
    return [*_known(), *(row.runtime for row in _measured(package_type))]


@cache
def _known() -> dict[str, facts.Runtime]:
    return {row.runtime: row for row in facts.runtimes()}


@cache
def _measured(package_type: str) -> tuple[facts.ColdStart, ...]:
    package = package_type.lower()
    return tuple(
        row for row in facts.cold_starts() if row.package_type == package
    )
