"""Lambda's runtimes: which there are, since when one is deprecated, and how fast one starts.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

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


def _allowed(done: str, blocked: str, today: str) -> str:
    if blocked > today:
        return f"can be {done} until {blocked}"
    return f"can no longer be {done} (since {blocked})"


def cold_start(runtime: str, package_type: str) -> facts.ColdStart:
    """The measured cold start of a runtime, or of the nearest version of its language."""
    rows = _measured(package_type)
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


def _as_number(runtime: str) -> float:
    """A version as a number in which 3.13 is later than 3.9."""
    major, minor, *_ = (*_version(runtime), 0, 0)
    return major + minor / 100


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
    pattern, version, linux = _parts(runtime)
    if pattern not in _newest():
        return False
    newest_version, newest_linux = _newest()[pattern]
    is_later = version > newest_version or linux > newest_linux
    return is_later or package_type == "Image"


@cache
def _newest() -> dict[str, tuple[Version, int]]:
    """The latest version and the latest Amazon Linux of each way of naming in use today."""
    newest: dict[str, tuple[Version, int]] = {}
    for row in facts.runtimes():
        if not _is_deprecated(row):
            pattern, version, linux = _parts(row.runtime)
            latest = newest.get(pattern, (version, linux))
            newest[pattern] = (max(version, latest[0]), max(linux, latest[1]))
    return newest


def _parts(runtime: str) -> tuple[str, Version, int]:
    """A name without its numbers, its version, and its Amazon Linux (0: not in the name)."""
    found = LINUX.fullmatch(runtime)
    name = found[1] if found else runtime
    pattern = NUMBER.sub("N", name) + (".al" if found else "")
    return pattern, _version(runtime), int(found[2]) if found else 0


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
