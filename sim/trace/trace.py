"""What a run leaves behind: one packed row a span, columns of deliveries, and lists of the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.trace.deliveries import Deliveries
from sim.trace.records import (
    Allocation,
    Child,
    Discard,
    EarlierAnswer,
    EnvironmentStart,
    PipeCall,
    TargetCall,
    TumblingWindow,
)

MICROSECONDS = 1_000_000
"""Of a second: the engine counts in whole ones, tables show seconds."""

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
# the same fields; of native size, which packs fastest
_SPAN = Struct("@qqiiiihBB")
_pack = _SPAN.pack


@dataclass(slots=True)
class Trace:
    """Everything a run leaves behind: spans, deliveries, what was stored and what was answered."""

    deliveries: Deliveries
    rows: bytearray = field(default_factory=bytearray)
    # By delivery: the failure stores that keep it.
    stores: dict[int, list[str]] = field(default_factory=dict)
    # Events that events caused, numbered after the workload's own.
    children: list[Child] = field(default_factory=list)
    # What was answered; the column `told` of deliveries has places in it.
    answers: list[str] = field(default_factory=lambda: [""])
    earlier_answers: list[EarlierAnswer] = field(default_factory=list)
    discards: list[Discard] = field(default_factory=list)
    # Those that are in one event of Lambda's queue with another delivery, which stands for them.
    followers: set[int] = field(default_factory=set)
    # Those that a handler left out of its answer on purpose.
    left_out: set[int] = field(default_factory=set)
    # Tasks of state machines that failed, and after which a catcher took over.
    caught: set[int] = field(default_factory=set)
    # Tasks of state machines that did not end well after their execution had failed elsewhere.
    stopped: set[int] = field(default_factory=set)
    # Those after which an execution came to a Fail state that nothing caught.
    failed_after: set[int] = field(default_factory=set)
    # By delivery: its shard, where a stream has more than one.
    shards: dict[int, int] = field(default_factory=dict)
    target_calls: list[TargetCall] = field(default_factory=list)
    pipe_calls: list[PipeCall] = field(default_factory=list)
    windows: list[TumblingWindow] = field(default_factory=list)
    # A mapping, a microsecond, and how many pollers it has from then on.
    pollers: list[tuple[str, int, int]] = field(default_factory=list)
    # A queue, and of how many messages a handler changed the visibility there at an instant.
    visibility_changes: list[tuple[str, int]] = field(default_factory=list)
    environments: list[EnvironmentStart] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    # By message and number of its receive: the trigger that received it, where several may.
    receivers: dict[tuple[int, int], int] = field(default_factory=dict)
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
        """Write down what a delivery does from `start` to `end`, in microseconds."""
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
        """The spans as a structured array that shares the trace's memory.

        While it is there, no span can be added.
        """
        spans = np.frombuffer(self.rows, dtype=SPAN_FIELDS)
        spans.flags.writeable = False
        return spans

    @property
    def bytes_per_span(self) -> int:
        """The size of one row."""
        return _SPAN.size
