"""What a run writes down besides spans and deliveries: one row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

OUTPUT = "output to"
"""The edge along which a handler sends on, with the target after it."""
NEXT = "next"
"""The edge from one task of a state machine to the next, with its name after it."""
CAUGHT = "catch"
"""The edge from a task that has failed to the one that catches it, with its name after it."""
TUMBLING_WINDOW = "tumbling window"
"""The edge to a window's final invocation: Lambda makes it, nobody puts a record."""
AUTHORIZER_FAILURE = "500 Internal Server Error"
UNAUTHORIZED = "401 Unauthorized"
FORBIDDEN = "403 Forbidden"
"""What a client is told as the authorizer failed, had nobody to ask about, or denies."""
HANDED_OVER = "pipe"
"""The edge along which a pipe hands events to Lambda's own queue, and is done with them."""
UNHEARD = "caller timed out"
"""The last answer of a call whose caller, a handler, has been cut itself: nobody hears it."""
MESSAGE_MOVE = "message move task"
"""The edge along which a message goes back from a dead-letter queue to its source."""

SECOND_COPY = 0
"""The number of the attempt at a second copy of an event: it counts as none of the event's own."""


def latest_version(version: int) -> int:
    """The number, from -1 down, of `$LATEST` beside an alias with the code of a version; and back.

    `version`: 0 is what is there first.
    """
    return -1 - version


class Child(NamedTuple):
    """An event that another event caused, along a named edge, at a time in microseconds."""

    parent: int
    edge: str
    time: int
    identity: int
    delivery: int  # the parent's delivery that caused it
    target: str  # the resource it was sent to


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An answer after which the caller tried again."""

    delivery: int
    attempt: int
    time: int  # microseconds
    told: int  # its place in `Trace.answers`


@dataclass(frozen=True, slots=True)
class Discard:
    """Records of one shard that a mapping gave up together, or a subscriber's batch."""

    deliveries: tuple[int, ...]
    condition: int
    calls: int  # how often the function was called with them
    outcome: int  # of the last call; 0: the function was never called
    shard: int  # -1: it is no shard's
    time: int  # microseconds


class TargetCall(NamedTuple):
    """One call of a subscriber's target with these events; times in microseconds."""

    subscriber: str
    deliveries: tuple[int, ...]
    tries: int  # which try it is, from 1 on
    start: int
    end: int
    outcome: int


class PipeCall(NamedTuple):
    """One execution of a pipe, with the records of a batch; times in microseconds."""

    pipe: str
    deliveries: tuple[int, ...]
    start: int
    end: int
    outcome: int  # of the execution; a `Reason`: a function of the pipe was throttled
    failed: int  # how many of its records are to be tried again


@dataclass(frozen=True, slots=True)
class TumblingWindow:
    """The state with which a tumbling window ended; times in microseconds."""

    delivery: int  # the final invocation
    shard: int
    start: int
    end: int
    records: int  # how many the function had gathered in it


class EnvironmentStart(NamedTuple):
    """An execution environment that was started; times in microseconds."""

    started: int
    resource: int
    number: int
    version: int  # 0: what is there first; below 0: `latest_version`
    kind: int
    init: int


class Allocation(NamedTuple):
    """Provisioned concurrency from a time on, in microseconds: asked for, and ready."""

    time: int
    resource: int
    version: int  # 0: what is there first
    requested: int
    allocated: int
    status: str  # IN_PROGRESS, READY or FAILED
    status_reason: str  # why it has failed
