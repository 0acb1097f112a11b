"""What happened, as the engine wrote it down: one packed row a span, and a few columns a delivery."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import IntEnum
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MICROSECONDS = 1_000_000
"""Of a second: the engine counts in whole ones, tables show seconds."""


class Stage(IntEnum):
    """What a delivery is doing during a span."""

    SOURCE = 0  # on its way from the source to Lambda
    QUEUE = 1  # waits in Lambda's event queue, or visible in an SQS queue
    INIT = 2  # its execution environment initialises
    HANDLER = 3  # the handler works on it
    RETRY = 4  # waits for the next attempt
    VISIBILITY = 5  # hidden in an SQS queue until the visibility timeout ends
    THROTTLE = 6  # an attempt was refused: an instant
    SUPPRESSED_INIT = (
        7  # init again, inside the invoke and under the function's timeout
    )
    SYSTEM_ERROR = 8  # Lambda could not try: an instant
    EXTENSION = 9  # external extensions work on, after the answer
    RESTORE = 10  # its execution environment is restored from a snapshot
    CONNECTION = 11  # within its handler: waits for its turn at a dependency
    CALL = 12  # within its handler: a dependency works on its call

    @property
    def label(self) -> str:
        """The word that tables show."""
        return _spelled(self.name)


class Outcome(IntEnum):
    """How a span ended. Four of them are the `Reason` of a throttled Invoke.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """

    NONE = 0
    SUCCEEDED = 1
    FAILED = 2
    TIMEOUT = 3
    CRASHED = 4
    NOT_REACHED = 5  # the batch ended before this record's turn
    IN_FLIGHT = 6  # the simulation ended first
    ConcurrentInvocationLimitExceeded = 7
    ReservedFunctionConcurrentInvocationLimitExceeded = 8
    FunctionInvocationRateLimitExceeded = 9
    ReservedFunctionInvocationRateLimitExceeded = 10
    ServiceException = 11  # Lambda itself is down: no throttle
    ProvisionedThroughputExceeded = 12  # a shard takes no more writes in this second

    @property
    def label(self) -> str:
        """The word that tables show."""
        return "" if self is Outcome.NONE else _spelled(self.name)


class Fate(IntEnum):
    """What became of a delivery in the end: exactly one of these."""

    IN_FLIGHT = 0
    SUCCEEDED = 1
    FAILED = 2  # the caller was told of a failure
    REJECTED = 3  # throttled, and the caller was told
    DEAD_LETTERED = 4  # kept in one or more failure stores
    DROPPED = 5  # lost: nobody was told, nothing was kept
    EXPIRED = 6  # lost: it became too old
    FILTERED = 7

    @property
    def label(self) -> str:
        """The word that tables show."""
        return "dead-lettered" if self is Fate.DEAD_LETTERED else _spelled(self.name)


class Condition(IntEnum):
    """Why Lambda let go of an asynchronous event or of a stream's record, in the words of its invocation record.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    """

    NONE = 0
    Success = 1
    RetriesExhausted = 2
    EventAgeExceeded = 3
    ZeroReservedConcurrency = 4
    RecursiveInvocation = 5  # AWS documents the stop, not its name in the record
    RetryAttemptsExhausted = 6  # of a stream's batch
    RecordAgeExceeded = 7  # of a stream's record

    @property
    def label(self) -> str:
        """The word that tables show."""
        return "" if self is Condition.NONE else self.name


class Initialization(IntEnum):
    """How an execution environment came to be, in the words of `AWS_LAMBDA_INITIALIZATION_TYPE`.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """

    ON_DEMAND = 0
    PROVISIONED_CONCURRENCY = 1
    SNAP_START = 2

    @property
    def label(self) -> str:
        """The word that tables show."""
        return self.name.replace("_", "-").lower()


def _spelled(name: str) -> str:
    return name.replace("_", " ").lower() if name.isupper() else name


SPAN_FIELDS = np.dtype(
    [
        ("start", "i8"),  # microseconds
        ("end", "i8"),
        ("delivery", "i4"),
        ("attempt", "i4"),
        ("environment", "i4"),  # -1: none
        ("invocation", "i4"),  # -1: of this delivery alone
        ("resource", "i2"),
        ("stage", "u1"),
        ("outcome", "u1"),
    ]
)
_SPAN = Struct("@qqiiiihBB")  # the same fields; of native size, which packs fastest
_pack = _SPAN.pack


@dataclass(slots=True)
class Deliveries:
    """One entry a delivery; times in microseconds, -1 where there is none."""

    event: array[int]
    trigger: array[int]
    arrived: array[int]
    accepted: array[int]
    settled: array[int]
    told_at: array[int]
    fate: array[int]
    told: array[int]
    condition: array[int]
    runs: array[int]
    successes: array[int]
    receives: array[int]

    @classmethod
    def of(
        cls, event: NDArray[Any], trigger: NDArray[Any], arrived: NDArray[Any]
    ) -> Deliveries:
        """Deliveries that have not begun yet."""
        count = len(event)
        never = [array("q", [-1]) * count for _ in range(3)]
        zero = [array("b", [0]) * count for _ in range(3)]
        none = [array("H", [0]) * count for _ in range(3)]
        return cls(
            column("i", event),
            column("h", trigger),
            column("q", arrived),
            *never,
            *zero,
            *none,
        )

    def __len__(self) -> int:
        return len(self.event)

    def append(self, event: int, trigger: int, arrived: int) -> int:
        """Add a delivery that began while the simulation ran; returns its number."""
        number = len(self.event)
        if number == len(self.fate):
            self._reserve(1024)  # at once: nine values one by one take longer
        self.event.append(event)
        self.trigger.append(trigger)
        self.arrived.append(arrived)
        return number

    def _reserve(self, count: int) -> None:
        """Make room in the columns of what becomes of deliveries."""
        for times in (self.accepted, self.settled, self.told_at):
            times.extend([-1] * count)
        for codes in (self.fate, self.told, self.condition):
            codes.extend([0] * count)
        for counts in (self.runs, self.successes, self.receives):
            counts.extend([0] * count)

    def trim(self) -> None:
        """Give back the room that was not needed, at the end of the simulation."""
        for name in self.__slots__:
            del getattr(self, name)[len(self) :]


OUTPUT = "output to"  # the edge along which a handler sends on, and the target
TUMBLING_WINDOW = "tumbling window"  # the edge to a window's final invocation: Lambda makes it, nobody puts a record
# the edge along which a message goes back from a dead-letter queue to its source
MESSAGE_MOVE = "message move task"


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
    """An answer after which the caller tried again, at a time in microseconds; `told` counts in `Trace.answers`."""

    delivery: int
    attempt: int
    time: int
    told: int


@dataclass(frozen=True, slots=True)
class Discard:
    """Records of one shard that a mapping gave up together, after `calls` runs of which the last had this outcome."""

    deliveries: tuple[int, ...]
    condition: int
    calls: int
    outcome: int  # 0: the function was never called
    shard: int
    time: int  # microseconds


@dataclass(frozen=True, slots=True)
class TumblingWindow:
    """The state with which a window ended: how many records the function had gathered in it; microseconds."""

    delivery: int  # the final invocation
    shard: int
    start: int
    end: int
    records: int


class EnvironmentStart(NamedTuple):
    """An execution environment that was started; times in microseconds, version 0 is there first."""

    started: int
    resource: int
    number: int
    version: int
    kind: int
    init: int


class Allocation(NamedTuple):
    """Provisioned concurrency from a time on, in microseconds: asked for, and ready."""

    time: int
    resource: int
    version: int
    requested: int
    allocated: int


@dataclass(slots=True)
class Trace:
    """Everything a run leaves behind: packed spans, deliveries, what was stored and what was answered."""

    deliveries: Deliveries
    rows: bytearray = field(default_factory=bytearray)
    stores: dict[int, list[str]] = field(
        default_factory=dict
    )  # failure stores by delivery
    children: list[Child] = field(
        default_factory=list
    )  # events that events caused, after the workload's own
    answers: list[str] = field(default_factory=lambda: [""])  # what `told` counts
    earlier_answers: list[EarlierAnswer] = field(default_factory=list)
    discards: list[Discard] = field(default_factory=list)
    shards: dict[int, int] = field(
        default_factory=dict
    )  # by delivery, where a stream has more than one
    windows: list[TumblingWindow] = field(default_factory=list)
    pollers: list[tuple[str, int, int]] = field(
        default_factory=list
    )  # mapping, microsecond, how many from then on
    environments: list[EnvironmentStart] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    ended: int = -1  # microseconds

    def add_span(
        self,
        delivery: int,
        attempt: int,
        stage: int,
        start: int,
        end: int,
        resource: int,
        outcome: int = 0,
        environment: int = -1,
        invocation: int = -1,
    ) -> None:
        """Write down what a delivery has done, or will have done by `end`; times in microseconds."""
        self.rows += _pack(
            start,
            end,
            delivery,
            attempt,
            environment,
            invocation,
            resource,
            stage,
            outcome,
        )

    @property
    def spans(self) -> NDArray[Any]:
        """The spans as a structured array that shares the trace's memory."""
        return np.frombuffer(bytes(self.rows), dtype=SPAN_FIELDS)

    @property
    def bytes_per_span(self) -> int:
        """The size of one row."""
        return _SPAN.size


def column(code: str, values: NDArray[Any]) -> array[int]:
    """Copy numbers into a compact column of the array type `code`."""
    result = array(code)
    result.frombytes(np.ascontiguousarray(values, dtype=np.dtype(code)).tobytes())
    return result
