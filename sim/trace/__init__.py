"""What happened, as the engine wrote it down."""

from sim.trace.deliveries import Deliveries, column
from sim.trace.records import (
    AUTHORIZER_FAILURE,
    FORBIDDEN,
    MESSAGE_MOVE,
    OUTPUT,
    SECOND_COPY,
    TUMBLING_WINDOW,
    UNAUTHORIZED,
    UNHEARD,
    Allocation,
    Child,
    Discard,
    EarlierAnswer,
    EnvironmentStart,
    TargetCall,
    TumblingWindow,
    latest_version,
)
from sim.trace.trace import MICROSECONDS, Trace
from sim.trace.words import Condition, Fate, Initialization, Outcome, Stage

__all__ = [
    "AUTHORIZER_FAILURE",
    "FORBIDDEN",
    "MESSAGE_MOVE",
    "MICROSECONDS",
    "OUTPUT",
    "SECOND_COPY",
    "TUMBLING_WINDOW",
    "UNAUTHORIZED",
    "UNHEARD",
    "Allocation",
    "Child",
    "Condition",
    "Deliveries",
    "Discard",
    "EarlierAnswer",
    "EnvironmentStart",
    "Fate",
    "Initialization",
    "Outcome",
    "Stage",
    "TargetCall",
    "Trace",
    "TumblingWindow",
    "column",
    "latest_version",
]
