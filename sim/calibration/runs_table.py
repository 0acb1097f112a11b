"""The runs that logs show, as a table: each report once, however often it was read."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Booleans, Floats, Integers
from sim.calibration.messages import OK, TIMEOUT
from sim.calibration.observations import (
    UNTOLD,
    Observations,
    number_of,
)

STATUS_WORDS = ("succeeded", "failed", "timeout", "crashed")
SHORTER = 0.99
"""A run that was cut may be so much shorter than its timeout, by clocks (a choice)."""
HALF_MS = 0.5
"""Billed durations are whole milliseconds, rounded up: so much is added on average."""


def runs_table(observations: Observations) -> pd.DataFrame:
    """One row a run, in the order of their reports.

    Columns: end_s (Unix epoch, NaN if unknown), duration_s, memory_size and max_memory_used (MB),
    init_s and restore_s (NaN: none), init_ahead_s (of an init that ended long
    before the run came), failed_init (how an init before the run ended, if it did not succeed),
    status, timeout_s (NaN if not told), environment (its stream, -1: unknown), function (empty:
    unknown), request. Times in seconds.
    """
    first = _first_of_each(observations)
    numbers = {
        name: _column(column, np.float64)[first]
        for name, column in observations.numbers.items()
    }
    request = _column(observations.request, np.uint64)[first]
    told = _column(observations.status, np.int8)[first]
    status, limit = _statuses(observations, request, told, numbers["duration"])
    failed_init = _column(observations.failed_init, np.int8)[first]
    init = _with_hidden(numbers, told, failed_init)
    is_ahead = _column(observations.is_ahead, np.int8)[first] > 0
    return pd.DataFrame(
        {
            "end_s": numbers["time"],
            "duration_s": numbers["duration"] / 1000,
            "memory_size": numbers["memory"],
            "max_memory_used": numbers["used"],
            "init_s": np.where(is_ahead, np.nan, init) / 1000,
            "restore_s": numbers["restore"] / 1000,
            "init_ahead_s": np.where(is_ahead, init, np.nan) / 1000,
            "failed_init": _words(STATUS_WORDS, failed_init),
            "status": _words(STATUS_WORDS, status),
            "timeout_s": limit,
            "environment": _column(observations.stream, np.int32)[first] - 1,
            "function": _words(
                observations.functions, _functions(observations, first, request)
            ),
            "request": request,
        }
    )


def unfinished(observations: Observations, function: str) -> int:
    """How many runs, of this function or one that is not told, have a start and no report."""
    of = _column(observations.started_function, np.int32)
    place = observations.functions.get(function, 0)
    is_meant = (of == 0) | (of == place)
    started = np.unique(_column(observations.started, np.uint64)[is_meant])
    reported = _column(observations.request, np.uint64)
    return int((~np.isin(started, reported)).sum())


def _first_of_each(observations: Observations) -> Integers:
    """The rows that are no repetition."""
    key = _column(observations.key, np.uint64)
    _, first = np.unique(key, return_index=True)
    observations.said["reports read twice"] = len(key) - len(first)
    return np.sort(first)


def _with_hidden(
    numbers: dict[str, Floats], told: Integers, failed_init: Integers
) -> Floats:
    """Inits with those that are billed and not printed, as with a run that did not succeed.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    init = numbers["init"]
    over = numbers["billed"] - numbers["duration"] - HALF_MS
    is_silent = np.isnan(init) & np.isnan(numbers["restore"])
    is_silent &= failed_init == OK
    is_hidden = is_silent & (told > OK) & (over > 1)
    return np.where(is_hidden, over, init)


def _functions(
    observations: Observations, rows: Integers, request: Any
) -> Integers:
    """Whose each run is, by its stream or group, by its start, or by its stream's init."""
    of: Integers = _column(observations.function, np.int32)[rows].astype(
        np.int64
    )
    started = _column(observations.started, np.uint64)
    named = _column(observations.started_function, np.int32)
    is_named = named > 0
    if is_named.any():
        known, index = np.unique(started[is_named], return_index=True)
        place = np.searchsorted(known, request).clip(max=len(known) - 1)
        is_told = (of == 0) & (known[place] == request)
        of[is_told] = named[is_named][index][place[is_told]]
    by_stream = np.zeros(len(observations.streams), np.int64)
    for stream, function in observations.of_stream.items():
        by_stream[stream] = function
    streams = _column(observations.stream, np.int32)[rows]
    is_open = (of == 0) & (streams > 0)
    of[is_open] = by_stream[streams[is_open]]
    return of


def _statuses(
    observations: Observations, request: Any, told: Integers, duration: Floats
) -> tuple[Integers, Floats]:
    """How each run ended, and its timeout if told; what no line tells has succeeded."""
    status: Integers = np.where(told == UNTOLD, OK, told).astype(np.int64)
    pending = {
        number_of(request): how
        for (_, request), how in observations.pending.items()
    }
    is_silent = told == UNTOLD
    for how in set(pending.values()):
        requests = [one for one, ended in pending.items() if ended == how]
        is_so = np.isin(request, np.array(requests, np.uint64))
        status[is_silent & is_so] = how
    limit, is_late = _limits(observations, request)
    is_cut = is_silent & is_late & ~(duration < SHORTER * 1000 * limit)
    status[is_cut] = TIMEOUT
    return status, np.where(status == TIMEOUT, limit, np.nan)


def _limits(
    observations: Observations, request: Any
) -> tuple[Floats, Booleans]:
    """The timeout that a line tells of each run, and whether a line tells that it was cut."""
    late = _column(observations.late, np.uint64)
    limit = np.full(len(request), np.nan)
    if not len(late):
        return limit, np.zeros(len(request), bool)
    told = _column(observations.late_limit, np.float64)
    order = np.lexsort((np.isnan(told), late))  # a time before none
    known, index = np.unique(late[order], return_index=True)
    place = np.searchsorted(known, request).clip(max=len(known) - 1)
    is_late: Booleans = known[place] == request
    limit[is_late] = told[order][index][place[is_late]]
    return limit, is_late


def _column(values: array[Any], kind: Any) -> Any:
    return np.frombuffer(values, dtype=kind) if values else np.empty(0, kind)


def _words(words: Any, numbers: Any) -> Any:
    return pd.Categorical.from_codes(numbers, pd.Index(list(words)))
