"""AWS's numbers, and this project's where AWS is silent: rows of `data/`, each with its source."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

_PACKAGE = Path(__file__).parent
# An installed package carries its data inside; in the repository the folder lies beside it.
DATA = (
    _PACKAGE / "data"
    if (_PACKAGE / "data").is_dir()
    else _PACKAGE.parent / "data"
)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One quota, default, choice or price, with where it comes from.

    `value` is the default or the fixed number, None if nothing is set; a bound that is None does
    not exist. `evidence` is `AWS` or `HashiCorp`, `measured` with its years, or `choice`; a
    choice's source is the page that is silent on it, or the measurement behind it. `model_field` is
    the field of AWS's API or of CloudFormation that holds it, if there is one.
    """

    name: str
    value: Any
    minimum: int | float | None = None
    maximum: int | float | None = None
    unit: str
    help: str
    evidence: str
    source: str
    date: str
    model_field: str = ""


@dataclass(frozen=True, kw_only=True)
class ColdStart:
    """How long init takes for a runtime, and on average its first run at two memory sizes.

    In `unit`. Measured in one year, with hello-world functions of 512 MB on x86_64; placing the
    environment and loading the code come on top. Of a restore by SnapStart: how long that takes.
    """

    runtime: str
    package_type: str
    median: float
    p95: float
    p99: float
    unit: str
    handler_128_mb: float
    handler_512_mb: float
    samples: int
    evidence: str
    source: str
    date: str


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """A name that the API takes for a runtime, and the days on which AWS begins to retire it.

    Since `deprecated` it gets no more patches; from `create_blocked` on no function can be created
    with it, and from `update_blocked` on none updated. Days as of `date`; empty: AWS names none.
    `cdk_constant` is its name in CDK, empty if it has none there.
    """

    runtime: str
    cdk_constant: str
    deprecated: str
    create_blocked: str
    update_blocked: str
    evidence: str
    source: str
    date: str


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long a kind of trigger takes to bring an event to the function: percentiles in `unit`."""

    name: str
    p10: float
    p50: float
    p90: float
    p99: float
    unit: str
    help: str
    evidence: str
    source: str
    date: str


@dataclass(frozen=True, kw_only=True)
class PackageSize:
    """How long a cold start with a package of this size takes in `unit`, with the first run."""

    size_mb: float
    cold_start: float
    unit: str
    evidence: str
    source: str
    date: str


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """CloudWatch's metrics of an API or a load balancer, by the kind of its trigger.

    `word` says what it is, `requests`, `client_errors` and `server_errors` are names of metrics,
    and so are `latencies`, with a space between two. `sends_zeros`: yes where a request without an
    error is a 0 among the errors.
    """

    kind: str
    word: str
    namespace: str
    dimension: str
    requests: str
    client_errors: str
    server_errors: str
    latencies: str
    sends_zeros: str
    evidence: str
    source: str
    date: str
    note: str


_Row = TypeVar(
    "_Row", Fact, ColdStart, Runtime, Latency, PackageSize, FrontDoor
)
_Found = TypeVar("_Found")


@cache
def quotas() -> tuple[Fact, ...]:
    """Defaults, ranges and fixed numbers of the settings, AWS's and this project's own."""
    with (DATA / "models" / "fields.csv").open(encoding="utf-8") as lines:
        held = {
            row["fact"]: row["model_field"] for row in csv.DictReader(lines)
        }
    rows = _read("quotas.csv", Fact)
    return tuple(
        replace(row, model_field=held.get(row.name, "")) for row in rows
    )


@cache
def prices() -> tuple[Fact, ...]:
    """What AWS charges in us-east-1, in US dollars, and the sizes of its price tiers."""
    return _read("prices.csv", Fact)


@cache
def cold_starts() -> tuple[ColdStart, ...]:
    """Measured cold starts, by runtime and package type."""
    return _read("cold_starts.csv", ColdStart)


@cache
def restores() -> tuple[ColdStart, ...]:
    """Measured restores by SnapStart, by runtime."""
    return _read("restores.csv", ColdStart)


@cache
def runtimes() -> tuple[Runtime, ...]:
    """Every runtime that the API takes."""
    return _read("runtimes.csv", Runtime)


@cache
def latencies() -> tuple[Latency, ...]:
    """Latency from trigger to function start, by kind of trigger."""
    return _read("latencies.csv", Latency)


@cache
def package_sizes() -> tuple[PackageSize, ...]:
    """Measured cold starts by the size of the package, smallest first."""
    return _read("package_sizes.csv", PackageSize)


@cache
def front_doors() -> dict[str, FrontDoor]:
    """The metrics of APIs and load balancers, by kind of trigger."""
    return {row.kind: row for row in _read("front_doors.csv", FrontDoor)}


def front_doors_by_dimension() -> dict[str, list[FrontDoor]]:
    """The same, those together whose metrics are told apart by the same dimension."""
    found: dict[str, list[FrontDoor]] = {}
    for door in front_doors().values():
        found.setdefault(door.dimension, []).append(door)
    return found


def fact(name: str) -> Fact:
    """The quota or price of this name; `KeyError` names the nearest known one."""
    return _find(_facts(), name, "fact")


def most(of: Fact) -> int | float:
    """The largest value of a setting: its own maximum, or what the simulator can count to."""
    if of.maximum is not None:
        return of.maximum
    bound = {"s": "seconds", "ms": "milliseconds"}.get(of.unit, "count")
    return fact(f"bound.{bound}").value  # type: ignore[no-any-return]


def cold_start(runtime: str, package_type: str = "zip") -> ColdStart:
    """How this runtime starts as a "zip" or an "image"; `KeyError` names the nearest known one."""
    return _find(
        _by_runtime(package_type), runtime, f"{package_type} cold start for"
    )


def latency(kind: str) -> Latency:
    """The latency of this kind of trigger; `KeyError` names the nearest known kind."""
    known = {row.name: row for row in latencies()}
    return _find(known, kind, "latency for")


@cache
def _facts() -> dict[str, Fact]:
    return {row.name: row for row in quotas() + prices()}


@cache
def _by_runtime(package_type: str) -> dict[str, ColdStart]:
    rows = [row for row in cold_starts() if row.package_type == package_type]
    return {row.runtime: row for row in rows}


def _find(table: Mapping[str, _Found], name: str, what: str) -> _Found:
    if name in table:
        return table[name]
    near = get_close_matches(name, table, n=1)
    if not near:
        near = get_close_matches(name, table, n=3, cutoff=0)
    meant = " or ".join(map(repr, near))
    known = f"did you mean {meant}?" if near else "none is known."
    raise KeyError(f"There is no {what} {name!r}; {known}")


def _read(file: str, kind: type[_Row]) -> tuple[_Row, ...]:
    """The rows of a table, each as a `kind`, whose fields are the table's columns."""
    texts = {field.name for field in fields(kind) if field.type == "str"}
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, strict=True))
    return tuple(kind(**_cells(row, texts)) for row in rows)


def _cells(row: Mapping[str, str], texts: set[str]) -> dict[str, Any]:
    return {
        column: cell if column in texts else _number(cell)
        for column, cell in row.items()
    }


def _number(text: str) -> int | float | None:
    if not text:
        return None
    return int(text) if text.removeprefix("-").isdigit() else float(text)
