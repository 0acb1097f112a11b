"""Sample events: what the handler receives, by kind of trigger, filled in for a simulated event.

`data/events/<kind>.json` is a whole event; `data/events/slots.csv` says what of it belongs to the
single event: a path into the JSON, in which `@base64` and its like open an encoded text, and the
value that goes there.
"""

from __future__ import annotations

import base64
import csv
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from hashlib import md5
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sim import facts
from sim.results import invocation_records
from sim.results.result import Result
from sim.results.story.story import known_event
from sim.scenario.errors import ScenarioError
from sim.scenario.trigger_catalogue import trigger_kind
from sim.workload import draws

FOLDER = facts.DATA / "events"


def sample_event(kind: str, run: Result | None = None, event: int | None = None) -> Any:
    """An event as this kind of trigger hands it to the function, as AWS's JSON in Python; yours to change.

    With `run` and `event` it carries that event's id, arrival, key and content; an event without a
    key has its id as the key. Raises `ScenarioError` for an unknown kind or event, and if only one
    of `run` and `event` is given.
    """
    sample = json.loads(_text(trigger_kind(kind).kind))
    if run is None and event is None:
        return sample
    if run is None or event is None:
        raise ScenarioError(
            "A sample event is filled from a run and an event of it: give both or neither."
        )
    known_event(run, event)
    values = _values(run, event, kind)
    for path, template in _slots()[kind]:
        sample = _put(sample, path, _filled(template, values))
    return sample


@cache
def _text(kind: str) -> str:
    return (FOLDER / f"{kind}.json").read_text(encoding="utf-8")


@cache
def _slots() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    slots: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    with (FOLDER / "slots.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            slots.setdefault(row["kind"], []).append(
                (tuple(row["path"].split("/")), row["value"])
            )
    return slots


def _values(run: Result, event: int, kind: str) -> dict[str, Any]:
    payload = invocation_records.payload(run, event)
    high, low = (
        draws.key("sample", half, invocation_records.identity_of(run, event), kind)
        for half in ("high", "low")
    )
    identifier = UUID(int=high << 64 | low, version=4)
    key, body = str(payload.get("key", identifier)), json.dumps(payload)
    return {
        "id": str(identifier),
        "hexadecimal": identifier.hex,
        "number": str(identifier.int),
        "key": key,
        "quoted_key": quote(key, safe=""),
        "payload": payload,
        "body": body,
        "size": len(body.encode()),
        "md5": md5(body.encode(), usedforsecurity=False).hexdigest(),
        **_times(_arrival(run, event)),
    }


def _arrival(run: Result, event: int) -> int:
    roots = len(run.workload.time)
    return (
        int(run.workload.time[event])
        if event < roots
        else run.trace.children[event - roots].time
    )


def _times(microseconds: int) -> dict[str, Any]:
    """One instant in the ways in which AWS's services write it."""
    epoch = datetime.fromtimestamp(facts.fact("record.epoch").value, UTC)
    at = epoch + timedelta(milliseconds=microseconds // 1000)
    milliseconds = (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
    local = at.strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "ms": milliseconds,
        "ms_text": str(milliseconds),
        "second": milliseconds // 1000,
        "seconds": milliseconds / 1000,
        "iso": f"{local}.{milliseconds % 1000:03}Z",
        "iso_offset": f"{local}.{milliseconds % 1000:03}+0000",
        "iso_seconds": f"{local}Z",
        "iso_basic": at.strftime("%Y%m%dT%H%M%SZ"),
        "log_time": f"{at.day:02}/{MONTHS[at.month - 1]}/{at.year}:{at:%H:%M:%S} +0000",
        "mail_date": format_datetime(at),
    }


MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)  # in any locale


def _filled(template: str, values: dict[str, Any]) -> Any:
    """The template's text; a template that is one name and nothing else keeps the value's own type."""
    name = template[1:-1]
    return values[name] if template == f"{{{name}}}" else template.format(**values)


def _put(node: Any, path: tuple[str, ...], value: Any) -> Any:
    if not path:
        return value
    step, *rest = path
    if step in CODECS:
        read, write = CODECS[step]
        return write(_put(read(node), tuple(rest), value))
    place = int(step) if isinstance(node, list) else step
    node[place] = _put(node[place], tuple(rest), value)
    return node


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _zipped(content: Any) -> str:
    return base64.b64encode(
        gzip.compress(json.dumps(content).encode(), mtime=0)
    ).decode()


CODECS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "@base64": (lambda text: base64.b64decode(text).decode(), _base64),
    "@bytes": (
        lambda numbers: bytes(numbers).decode(),
        lambda text: list(text.encode()),
    ),
    "@gzip": (
        lambda text: json.loads(gzip.decompress(base64.b64decode(text))),
        _zipped,
    ),
    "@json": (json.loads, json.dumps),
}
