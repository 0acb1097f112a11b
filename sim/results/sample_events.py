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
from typing import Any, NamedTuple
from urllib.parse import quote

from sim import facts
from sim.results.events import arrival, check_event, payload, uuid
from sim.results.result import Result
from sim.scenario.arguments import Number, checked
from sim.scenario.errors import ScenarioError
from sim.scenario.schedule_expressions import epoch
from sim.scenario.subscriber import Subscriber
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import Trigger

FOLDER = facts.DATA / "events"


class Slot(NamedTuple):
    """A place in a sample event, and the template of what goes there, with names in {}."""

    path: tuple[str, ...]
    template: str


class Codec(NamedTuple):
    """How a text inside an event is opened, and how it is closed again."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


@checked
def sample_event(
    kind: str, run: Result | None = None, event: Number | None = None
) -> Any:
    """An event as this kind of trigger hands it to the function: AWS's JSON in Python.

    It is a copy, yours to change. With `run` and `event` it carries that event's id, arrival, key
    and content; an event without a key has its id as the key. Raises `ScenarioError` for an unknown
    kind or event, and if only one of `run` and `event` is given.
    """
    sample = json.loads(_text(trigger_kind(kind).kind))
    if run is None and event is None:
        return sample
    if run is None or event is None:
        raise ScenarioError(
            "A sample event is filled from a run and an event of it: give both or neither."
        )
    check_event(run, event)
    values = _values(run, event, kind)
    for slot in _slots()[kind]:
        sample = _put(sample, slot.path, _filled(slot.template, values))
    if any(_hands_over_one(one, kind) for one in run.triggers):
        return sample[0]
    return sample


def _hands_over_one(trigger: Trigger, kind: str) -> bool:
    """Whether a trigger of this kind hands an event over that others put into an array."""
    if not isinstance(trigger, Subscriber) or trigger.kind != kind:
        return False
    return trigger.hands_over_one


@cache
def _text(kind: str) -> str:
    return (FOLDER / f"{kind}.json").read_text(encoding="utf-8")


@cache
def _slots() -> dict[str, list[Slot]]:
    slots: dict[str, list[Slot]] = {}
    with (FOLDER / "slots.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            slot = Slot(tuple(row["path"].split("/")), row["value"])
            slots.setdefault(row["kind"], []).append(slot)
    return slots


def _values(run: Result, event: int, kind: str) -> dict[str, Any]:
    """What templates may name."""
    content = payload(run, event)
    body = content if isinstance(content, str) else json.dumps(content)
    identifier = uuid(run, event, "sample", kind)
    key = str(identifier)
    if isinstance(content, dict):
        key = str(content.get("key", key))
    return {
        "id": str(identifier),
        "hexadecimal": identifier.hex,
        "number": str(identifier.int),
        "key": key,
        "quoted_key": quote(key, safe=""),
        "payload": content,
        "body": body,
        "size": len(body.encode()),
        "md5": md5(body.encode(), usedforsecurity=False).hexdigest(),
        **_times(arrival(run, event)),
    }


def _times(microseconds: int) -> dict[str, Any]:
    """One instant in the ways in which AWS's services write it."""
    at = epoch() + timedelta(milliseconds=microseconds // 1000)
    since_1970 = at - datetime.fromtimestamp(0, UTC)
    milliseconds = since_1970 // timedelta(milliseconds=1)
    local = at.strftime("%Y-%m-%dT%H:%M:%S")
    precise = f"{local}.{milliseconds % 1000:03}"
    month = MONTHS[at.month - 1]
    return {
        "ms": milliseconds,
        "ms_text": str(milliseconds),
        "second": milliseconds // 1000,
        "seconds": milliseconds / 1000,
        "iso": f"{precise}Z",
        "iso_offset": f"{precise}+0000",
        "iso_seconds": f"{local}Z",
        "iso_basic": at.strftime("%Y%m%dT%H%M%SZ"),
        "log_time": f"{at.day:02}/{month}/{at.year}:{at:%H:%M:%S} +0000",
        "mail_date": format_datetime(at),
    }


# In any locale, which `strftime` would heed.
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
)


def _filled(template: str, values: dict[str, Any]) -> Any:
    """The template's text; a template that is nothing but one name keeps the value's type."""
    name = template.removeprefix("{").removesuffix("}")
    if name in values and template == f"{{{name}}}":
        return values[name]
    return template.format(**values)


def _put(node: Any, path: tuple[str, ...], value: Any) -> Any:
    """The node with a value in this place of it; texts on the way are opened and closed again."""
    if not path:
        return value
    step = path[0]
    rest = path[1:]
    if step in CODECS:
        codec = CODECS[step]
        return codec.write(_put(codec.read(node), rest, value))
    place = int(step) if isinstance(node, list) else step
    node[place] = _put(node[place], rest, value)
    return node


def _from_base64(text: str) -> str:
    return base64.b64decode(text).decode()


def _to_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _from_bytes(numbers: list[int]) -> str:
    return bytes(numbers).decode()


def _to_bytes(text: str) -> list[int]:
    return list(text.encode())


def _from_gzip(text: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(text)))


def _to_gzip(content: Any) -> str:
    compressed = gzip.compress(json.dumps(content).encode(), mtime=0)
    return base64.b64encode(compressed).decode()


CODECS = {
    "@base64": Codec(_from_base64, _to_base64),
    "@bytes": Codec(_from_bytes, _to_bytes),
    "@gzip": Codec(_from_gzip, _to_gzip),
    "@json": Codec(json.loads, json.dumps),
}
