"""What the entries of logs say together: one row a run, and what was counted beside the runs."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Integers
from sim.calibration.entries import TIME, Entry, seconds_of
from sim.calibration.insights_rows import message_of_row
from sim.calibration.messages import (
    LONGEST_MS,
    OK,
    TIMEOUT,
    Failed,
    Initialized,
    Message,
    Named,
    Report,
    Start,
    Unread,
    read_event,
    read_message,
)
from sim.calibration.metric_exports import Metrics

UNTOLD = -1
STATUS_WORDS = ("succeeded", "failed", "timeout", "crashed")
NUMBERS = ("time", "duration", "billed", "memory", "used", "init", "restore")
MEMORY = 10_240
"""MB: a larger size is a broken line."""


class Observations:
    """Gathers entries in columns of numbers: a run takes 70 bytes."""

    def __init__(self) -> None:
        self.unread: Counter[str] = Counter()
        self.said: Counter[str] = Counter()
        self.metrics = Metrics(self.unread)
        self.functions: Counter[str] = Counter()
        self.own_inits: list[tuple[Initialized, float]] = []
        self.timeouts: Counter[float] = Counter()
        self._numbers = {name: array("d") for name in NUMBERS}
        self._status = array("b")
        self._stream = array("i")
        self._function = array("i")
        self._request = array("Q")
        self._key = array("Q")
        self._starts = array("Q")
        self._failed: dict[int, tuple[int, float]] = {}
        self._pending: dict[tuple[str, str], int] = {}
        self._streams: dict[str, int] = {}
        self._groups: dict[str, int] = {}

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
        match message:
            case Report():
                self._add(message, entry)
            case Start(request):
                self._starts.append(_number_of(request))
            case Initialized():
                self.own_inits.append((message, entry.time))
            case Failed():
                self._fail(message, entry)
            case Named(function):
                self.functions[function] += 1
            case Unread(kind):
                self.unread[kind] += 1

    def _add(self, report: Report, entry: Entry) -> None:
        if report.duration > LONGEST_MS or report.memory > MEMORY:
            self.unread["broken report"] += 1
            return
        time = entry.time
        if isnan(time) and isinstance(entry.what, str):
            time = _time_in(entry.what)
        request = _number_of(report.request)
        moment = "" if isnan(time) else round(time * 1000)
        self._key.append(
            _number_of(f"{report.request} {report.duration:.2f} {moment}")
        )
        self._request.append(request)
        told = (time, *report[1:7])
        for column, number in zip(self._numbers.values(), told, strict=True):
            column.append(number)
        status = report.status
        pending = self._told_before(entry.stream, report.request)
        self._status.append(pending if status is None else status)
        self._stream.append(_place(self._streams, entry.stream))
        self._function.append(_place(self._groups, entry.group))

    def _told_before(self, stream: str, request: str) -> int:
        """How a run ended, by a line before its report."""
        of_stream = self._pending.pop((stream, ""), UNTOLD)
        return self._pending.pop((stream, request), of_stream)

    def _fail(self, failed: Failed, entry: Entry) -> None:
        if failed.status != TIMEOUT:
            self._pending[entry.stream, failed.request] = failed.status
            return
        least = 0.0 if isnan(failed.timeout_s) else 990 * failed.timeout_s
        self._failed[_number_of(failed.request)] = (TIMEOUT, least)
        if least:
            self.timeouts[failed.timeout_s] += 1

    def runs(self) -> pd.DataFrame:
        """One row a run, in order of time; each report counts once, however often it was read.

        Columns: end_s (Unix epoch, NaN if unknown), duration_s, billed_s, memory_size and
        max_memory_used (MB), init_s and restore_s (NaN: none), status, environment (its stream,
        -1: unknown), log_group, request. Times in seconds.
        """
        _, first = np.unique(_column(self._key, np.uint64), return_index=True)
        first = np.sort(first)
        self.said["reports read twice"] = len(self._key) - len(first)
        numbers = {
            name: _column(column, np.float64)[first]
            for name, column in self._numbers.items()
        }
        request = _column(self._request, np.uint64)[first]
        told = _column(self._status, np.int8)[first]
        status = self._statuses(request, told, numbers["duration"])
        table = pd.DataFrame(
            {
                "end_s": numbers["time"],
                "duration_s": numbers["duration"] / 1000,
                "billed_s": numbers["billed"] / 1000,
                "memory_size": numbers["memory"],
                "max_memory_used": numbers["used"],
                "init_s": numbers["init"] / 1000,
                "restore_s": numbers["restore"] / 1000,
                "status": _words(STATUS_WORDS, status),
                "environment": self._environments(first),
                "log_group": _words(
                    list(self._groups) or [""],
                    _column(self._function, np.int32)[first],
                ),
                "request": request,
            }
        )
        return table.sort_values("end_s", kind="stable", ignore_index=True)

    @property
    def unfinished(self) -> int:
        """How many runs have a start and no report."""
        started = np.unique(_column(self._starts, np.uint64))
        reported = _column(self._request, np.uint64)
        return int((~np.isin(started, reported)).sum())

    def _statuses(self, request: Any, told: Any, duration: Any) -> Integers:
        """How each run ended; what no line tells has succeeded."""
        status: Integers = np.where(told == UNTOLD, OK, told).astype(np.int64)
        late = {
            _number_of(request): (status, 0.0)
            for (_, request), status in self._pending.items()
        }
        failed = late | self._failed
        known = np.isin(request, np.array(list(failed), np.uint64))
        for place in np.flatnonzero(known & (told == UNTOLD)).tolist():
            how, least = failed[int(request[place])]
            if duration[place] >= least:
                status[place] = how
        return status

    def _environments(self, rows: Any) -> Integers:
        numbers = _column(self._stream, np.int32)[rows].astype(np.int64)
        unknown = self._streams.get("", -1)
        return np.where(numbers == unknown, -1, numbers)


def gathered(entries: Iterable[Entry]) -> Observations:
    """All that these entries say."""
    observations = Observations()
    for entry in entries:
        observations.take(entry)
    return observations


def _time_in(text: str) -> float:
    """The time that an event in JSON has of its own."""
    found = TIME.search(text) if text.startswith("{") else None
    return seconds_of(found[0]) if found else nan


def _number_of(request: str) -> int:
    """A number of 64 bits for a request, as short as a column can hold it."""
    digest = blake2b(request.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _place(known: dict[str, int], name: str) -> int:
    return known.setdefault(name, len(known))


def _column(values: array[Any], kind: Any) -> Any:
    return np.frombuffer(values, dtype=kind) if values else np.empty(0, kind)


def _words(words: Any, numbers: Any) -> Any:
    return pd.Categorical.from_codes(numbers, pd.Index(list(words)))
