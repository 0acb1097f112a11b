"""Which graphs the CloudWatch picture has, and which metrics are in each."""

from __future__ import annotations

from dataclasses import dataclass

from sim.show.drawing.theme import FAILURE, RUN_COLOURS, THROTTLED, Colours


@dataclass(frozen=True)
class Line:
    """A metric with one of its statistics; `short` stands for the metric in the graph's key."""

    metric: str
    statistic: str
    short: str = ""

    @property
    def label(self) -> str:
        """What the graph's key says."""
        return f"{self.short} {self.statistic}".strip()


@dataclass(frozen=True)
class Graph:
    """One small picture: its heading, and the lines in it."""

    heading: str
    lines: tuple[Line, ...]
    colour: Colours = RUN_COLOURS[0]


# In the order, and with the statistics, of a function's Monitor tab; then what comes before Lambda.
GRAPHS = (
    Graph("Invocations", (Line("Invocations", "Sum"),)),
    Graph(
        "Duration",
        (
            Line("Duration", "Maximum"),
            Line("Duration", "Average"),
            Line("Duration", "Minimum"),
        ),
    ),
    Graph("Errors", (Line("Errors", "Sum"),), FAILURE),
    Graph("Throttles", (Line("Throttles", "Sum"),), THROTTLED),
    Graph("Concurrent executions", (Line("ConcurrentExecutions", "Maximum"),)),
    Graph(
        "Async events",
        (
            Line("AsyncEventsReceived", "Sum", "received"),
            Line("AsyncEventsDropped", "Sum", "dropped"),
        ),
    ),
    Graph(
        "Async event age",
        (Line("AsyncEventAge", "Maximum"), Line("AsyncEventAge", "Average")),
    ),
    Graph(
        "Iterator age",
        (Line("IteratorAge", "Maximum"), Line("IteratorAge", "Average")),
    ),
    Graph("Offset lag", (Line("OffsetLag", "Maximum"),)),
    Graph("API latency", (Line("Latency", "p99"), Line("Latency", "p50"))),
    Graph(
        "API errors",
        (
            Line("5XXError", "Sum", "5XX"),
            Line("4XXError", "Sum", "4XX"),
            Line("5xx", "Sum"),
            Line("4xx", "Sum"),
        ),
        FAILURE,
    ),
    Graph(
        "Queue: messages",
        (
            Line("ApproximateNumberOfMessagesVisible", "Maximum", "visible"),
            Line("ApproximateNumberOfMessagesNotVisible", "Maximum", "in flight"),
        ),
    ),
    Graph(
        "Queue: age of the oldest",
        (Line("ApproximateAgeOfOldestMessage", "Maximum"),),
    ),
    Graph("Queue: empty receives", (Line("NumberOfEmptyReceives", "Sum"),)),
)
