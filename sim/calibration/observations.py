"""What the entries of logs say: columns of numbers, a run in each row, and what stands beside."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from hashlib import blake2b
from math import inf, isnan, nan
from typing import NamedTuple

from sim import facts
from sim.calibration.entry import TIME, Entry, seconds_of
from sim.calibration.message_lines import read_message
from sim.calibration.messages import (
    LONGEST_MS,
    OK,
    TIMEOUT,
    Begun,
    Failed,
    Initialized,
    Message,
    Report,
    Start,
    Unread,
)
from sim.calibration.metric_exports import Metrics
from sim.calibration.platform_events import read_event
from sim.calibration.rows import message_of_row

UNTOLD = -1
NUMBERS = ("time", "duration", "billed", "memory", "used", "init", "restore")
MOST_MEMORY = facts.fact("Function.memory_size").maximum or inf
"""MB: a larger size is a broken line."""
AHEAD = 1.0
"""Seconds: an init that ended so long before its first run was nobody's wait (a choice)."""
FUNCTION_OF_STREAM = re.compile(r"\d{4}/\d\d/\d\d/([A-Za-z0-9_-]{1,64})\[")
"""A log group that functions share has their names in those of its streams."""


class Whose(NamedTuple):
    """The stream and the function of an entry, as numbers."""

    stream: int
    function: int


class OwnInit(NamedTuple):
    """An init or a restore with a line of its own."""

    message: Initialized
    time: float
    whose: Whose


class Observations:
    """Gathers entries in columns of numbers: a run takes 90 bytes."""

    def __init__(self) -> None:
        self.unread: Counter[str] = Counter()
        self.said: Counter[str] = Counter()
        self.metrics = Metrics(self.unread)
        self.own_inits: dict[OwnInit, None] = {}
        self.streams: dict[str, int] = {"": 0}
        self.functions: dict[str, int] = {"": 0}
        self.of_stream: dict[int, int] = {}  # functions that streams have told
        self.pending: dict[tuple[int, str], int] = {}
        self.numbers = {name: array("d") for name in NUMBERS}
        self.status = array("b")
        self.failed_init = array("b")
        self.is_ahead = array("b")
        self.stream = array("i")
        self.function = array("i")
        self.request = array("Q")
        self.key = array("Q")
        self.started = array("Q")
        self.started_function = array("i")
        self.late = array("Q")
        self.late_status = array("b")
        self.late_limit = array("d")
        self._whose: dict[tuple[str, str], Whose] = {}
        self._begun: dict[int, tuple[float, bool]] = {}
        self._failed_inits: dict[int, int] = {}

    def take(self, entry: Entry) -> None:
        """Take one entry of a log."""
        self.said["entries"] += 1
        what = entry.what
        if isinstance(what, str):
            message = read_message(what)
        elif "Timestamps" in what:
            self.metrics.add(what)
            return
        elif "type" in what and "record" in what:
            message = read_event(what)
        else:
            message = message_of_row(what)
        if message is not None:
            self._take(message, entry)
        else:
            self.said["silent"] += 1

    def _take(self, message: Message, entry: Entry) -> None:
        whose = self._whose_is(entry)
        match message:
            case Report():
                self._add(message, entry, whose)
            case Start(request, function):
                self.started.append(number_of(request))
                named = _place(self.functions, function)
                self.started_function.append(named or whose.function)
            case Begun(function, is_provisioned):
                named = _place(self.functions, function)
                self.of_stream[whose.stream] = named or whose.function
                self._begun[whose.stream] = (entry.time, is_provisioned)
            case Initialized():
                self.own_inits[OwnInit(message, entry.time, whose)] = None
                if message.status != OK:
                    self._failed_inits[whose.stream] = message.status
            case Failed():
                self._fail(message, whose)
            case Unread(kind):
                self.unread[kind] += 1

    def _whose_is(self, entry: Entry) -> Whose:
        known = self._whose.get((entry.stream, entry.group))
        if known is not None:
            return known
        own = FUNCTION_OF_STREAM.match(entry.stream)
        name = own[1] if own else entry.group.rpartition("/")[2]
        whose = Whose(
            _place(self.streams, entry.stream), _place(self.functions, name)
        )
        self._whose[entry.stream, entry.group] = whose
        return whose

    def _add(self, report: Report, entry: Entry, whose: Whose) -> None:
        if report.duration > LONGEST_MS or report.memory > MOST_MEMORY:
            self.unread["broken report"] += 1
            return
        time = entry.time
        if isnan(time) and isinstance(entry.what, str):
            time = _time_in(entry.what)
        moment = "" if isnan(time) else round(time * 1000)
        self.key.append(
            number_of(f"{report.request} {report.duration:.2f} {moment}")
        )
        self.request.append(number_of(report.request))
        told = (time, *report[1:7])
        for column, number in zip(self.numbers.values(), told, strict=True):
            column.append(number)
        status = report.status
        before = self._told_before(whose.stream, report.request)
        self.status.append(before if status is None else status)
        self.failed_init.append(self._failed_inits.pop(whose.stream, OK))
        self.is_ahead.append(self._is_ahead(report, time, whose.stream))
        self.stream.append(whose.stream)
        self.function.append(whose.function)

    def _told_before(self, stream: int, request: str) -> int:
        """How a run ended, by a line before its report."""
        of_stream = self.pending.pop((stream, ""), UNTOLD)
        return self.pending.pop((stream, request), of_stream)

    def _is_ahead(self, report: Report, time: float, stream: int) -> bool:
        """Whether init had ended long before the run came.

        So it is with provisioned concurrency, and where Lambda initialises environments itself.
        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        if isnan(report.init) or not stream:
            return False
        begun, is_provisioned = self._begun.pop(stream, (nan, False))
        ready = begun + report.init / 1000
        return is_provisioned or time - report.duration / 1000 - ready > AHEAD

    def _fail(self, failed: Failed, whose: Whose) -> None:
        if failed.status != TIMEOUT:
            self.pending[whose.stream, failed.request] = failed.status
            return
        self.late.append(number_of(failed.request))
        self.late_status.append(failed.status)
        self.late_limit.append(failed.timeout_s)


def number_of(request: str) -> int:
    """A number of 64 bits for a request, as short as a column can hold it."""
    digest = blake2b(request.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _time_in(text: str) -> float:
    """The time that an event in JSON has of its own."""
    found = TIME.search(text) if text.startswith("{") else None
    return seconds_of(found[0]) if found else nan


def _place(known: dict[str, int], name: str) -> int:
    return known.setdefault(name, len(known))
