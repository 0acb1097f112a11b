"""What stands after an option, such as `api=poisson:20`, as the part of a scenario it says."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn, TypeVar

import sim
from sim.command_line.calibration_files import (
    calibrated_arrivals,
    calibrated_behaviour,
    is_calibration,
)

Made = TypeVar("Made")


def _events(text: str) -> int:
    events = float(text)
    if not events.is_integer():
        raise sim.ScenarioError(
            f"--traffic: a burst of {text} events cannot come; "
            "write a whole number, such as burst:100."
        )
    return int(events)


def _recorded(path: str) -> sim.Recorded:
    """The arrivals of a table, or of a calibration."""
    if not is_calibration(path):
        return sim.read_arrivals(path)
    return calibrated_arrivals(path)


ARRIVALS: dict[str, Callable[[str], Any]] = {
    "poisson": lambda text: sim.Poisson(per_second=float(text)),
    "constant": lambda text: sim.ConstantRate(per_second=float(text)),
    "burst": lambda text: sim.Burst(events=_events(text)),
    "recorded": _recorded,
}


def _seconds(text: str) -> sim.Constant:
    return sim.Constant(seconds=float(text))


BEHAVIOUR: dict[str, Callable[[str], dict[str, Any]]] = {
    "duration": lambda text: {"handler": _seconds(text)},
    "batch_duration": lambda text: {
        "handler": _seconds(text),
        "batch_processing": "fixed time",
    },
    "error_rate": lambda text: {"error_rate": float(text)},
    "poison_share": lambda text: {"poison_share": float(text)},
    "crash_share": lambda text: {"crash_share": float(text)},
    "sends": lambda text: {"sends": [sim.Output(to=text)]},
    "depends_on": lambda text: {"depends_on": [text]},
}
"""What the command line can say of a function; everything else `sim.Behaviour` takes."""
OUTAGE: dict[str, Callable[[str], dict[str, Any]]] = {
    "slower_by": lambda text: {"slower_by": float(text)},
    "error_share": lambda text: {"error_share": float(text)},
}


def traffics(texts: Iterable[str]) -> list[sim.Traffic]:
    """Events by several texts; those that go into one source come one beside the other."""
    found: list[sim.Traffic] = []
    entries = Counter[str]()
    for each in map(traffic, texts):
        entries[each.into] += 1
        number = entries[each.into]
        name = each.into if number == 1 else f"{each.into}-{number}"
        found.append(each.replace(name=name))
    return found


def traffic(text: str) -> sim.Traffic:
    """Events into a source or trigger: `api=poisson:20`."""
    name, arrivals = pair(text, "--traffic")
    kind, value = arrivals.partition(":")[::2]
    form = (
        f"--traffic {text!r} is not NAME=KIND:NUMBER, "
        f"with {', '.join(ARRIVALS)} as KIND, such as api=poisson:20."
    )
    if not value:
        _ask(form)
    made = _made(form, lambda: ARRIVALS[kind](value))
    return sim.Traffic(into=name, arrivals=made)


def files_named(options: argparse.Namespace) -> Iterator[str]:
    """The files that a run reads, as its options name them."""
    yield options.template
    for text in options.traffic:
        yield text.partition("=")[2].removeprefix("recorded:")
    for text in options.behaviour:
        yield text.partition(",")[0].rpartition("=")[2]


def behaviours(texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """How each function works, by its name; what is said of one in several texts adds up."""
    told: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, fields = behaviour(text)
        told[name] = _joined(told.get(name, {}), fields)
    return told


def behaviour(text: str) -> tuple[str, dict[str, Any]]:
    """How a function works: `Orders=duration:0.2,error_rate:0.05`, or a calibration's file."""
    if is_calibration(text) and "=" not in text:
        return calibrated_behaviour(text)
    name, words = pair(text, "--behaviour")
    first, rest = words.partition(",")[::2]
    known: dict[str, Any] = {}
    if is_calibration(first):
        _, known = calibrated_behaviour(first)
        if not rest:
            return name, known
        words = rest
    form = (
        f"--behaviour {text!r} is not NAME=WORD:VALUE,..., "
        f"with {', '.join(BEHAVIOUR)} as WORD, "
        "such as Orders=duration:0.2,error_rate:0.05, or a calibration's file."
    )
    return name, known | _fields(form, words.split(","), BEHAVIOUR)


def outage(text: str) -> sim.Outage:
    """What is down, from when on and how long, in seconds: `lambda@60+30`."""
    form = (
        f"--outage {text!r} is not NAME@AT+SECONDS, such as lambda@60+30, "
        "or orders-db@60+30,slower_by:2 for a dependency."
    )
    window, *words = text.split(",")
    name, times = window.rpartition("@")[::2]
    at, seconds = times.partition("+")[::2]
    fields = _fields(form, words, OUTAGE)
    return _made(
        form,
        lambda: sim.Outage(
            of=name, at=float(at), seconds=float(seconds), **fields
        ),
    )


def change(text: str) -> sim.Change:
    """A setting that changes at one instant: `orders.visibility_timeout=180@600`."""
    form = (
        f"--change {text!r} is not NAME.SETTING=VALUE@SECONDS, "
        "such as orders.visibility_timeout=180@600."
    )
    path, assigned = text.partition("=")[::2]
    name, setting = path.partition(".")[::2]
    value, at = assigned.rpartition("@")[::2]
    if not (name and setting and value) or setting in sim.Change.model_fields:
        raise sim.ScenarioError(form)
    changed = {setting: _value(value)}
    return _made(form, lambda: sim.Change(of=name, at=float(at), **changed))


def setting(text: str) -> tuple[str, Any]:
    """A setting by its dotted path: `queues.orders.visibility_timeout=180`."""
    path, value = pair(text, "--set")
    return path, _value(value)


def pair(text: str, option: str) -> tuple[str, str]:
    """What stands before and after the first `=`."""
    name, value = text.partition("=")[::2]
    if not name or "=" not in text:
        lacks = "=" if "=" not in text else "name before the ="
        raise sim.ScenarioError(
            f"{option} {text!r} has no {lacks}; write NAME=VALUE."
        )
    return name, value


def _fields(
    form: str,
    words: list[str],
    known: Mapping[str, Callable[[str], dict[str, Any]]],
) -> dict[str, Any]:
    """The fields that WORD:VALUE parts say."""
    fields: dict[str, Any] = {}
    for part in words:
        word, value = part.strip().partition(":")[::2]
        if not value:
            _ask(form)
        fields = _joined(fields, _field(form, known, word, value))
    return fields


def _joined(
    fields: Mapping[str, Any], added: Mapping[str, Any]
) -> dict[str, Any]:
    """Both; lists of both, such as `sends`, one after the other."""
    joined = {**fields, **added}
    for name in fields.keys() & added.keys():
        if isinstance(added[name], list):
            joined[name] = [*fields[name], *added[name]]
    return joined


def _field(
    form: str,
    known: Mapping[str, Callable[[str], dict[str, Any]]],
    word: str,
    value: str,
) -> dict[str, Any]:
    return _made(form, lambda: known[word](value))


def _made(form: str, make: Callable[[], Made]) -> Made:
    """What is made, or the sentence that says how to write it."""
    try:
        return make()
    except sim.ScenarioError:
        raise
    except (KeyError, ValueError, OverflowError):
        _ask(form)


def _ask(form: str) -> NoReturn:
    raise sim.ScenarioError(form) from None


def _value(text: str) -> Any:
    """A number, a truth value or a list as JSON writes it; all else is a text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
