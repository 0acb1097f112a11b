"""The instants of a log, however they are written, as seconds from the first one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sim import facts


def seconds_of(instants: Any) -> Any:
    """Seconds from the first instant, of Unix epoch times, ISO 8601 times or `datetime`s.

    Small numbers are seconds from the start already; what is no instant is left to others.
    """
    if isinstance(instants, str) or not isinstance(instants, Iterable):
        return instants
    moments = [_moment(instant) for instant in instants]
    if not moments or not all(isinstance(one, float) for one in moments):
        return moments
    return from_the_first(moments)


def from_the_first(seconds: list[float]) -> list[float]:
    """Unix epoch seconds or milliseconds as seconds from the first; others as they are."""
    first = seconds[0] if seconds else 0.0
    is_epoch = first >= facts.fact("Recorded.epoch_seconds_from").value
    if not is_epoch or min(seconds) < first:
        return seconds
    in_milliseconds = (
        first >= facts.fact("Recorded.epoch_milliseconds_from").value
    )
    unit = 1000.0 if in_milliseconds else 1.0
    return [round((second - first) / unit, 6) for second in seconds]


def epoch_seconds(moment: datetime) -> float:
    """Unix epoch seconds of a moment, in UTC unless it says."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


def _moment(instant: Any) -> Any:
    if isinstance(instant, datetime):
        return epoch_seconds(instant)
    if isinstance(instant, str):
        try:
            return epoch_seconds(datetime.fromisoformat(instant))
        except ValueError:
            return instant
    is_number = isinstance(instant, (int, float))
    return (
        float(instant)
        if is_number and not isinstance(instant, bool)
        else instant
    )
