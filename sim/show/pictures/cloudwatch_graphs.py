"""Which graphs the CloudWatch picture has, and which metrics are in each."""

from __future__ import annotations

from dataclasses import dataclass

from sim.show.drawing.theme import FAILURE, RUN_COLOURS, THROTTLED, Colours


@dataclass(frozen=True)
class MetricLine:
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
    lines: tuple[MetricLine, ...]
    colour: Colours = RUN_COLOURS[0]


# In the order, and with the statistics, of a function's Monitor tab; then what comes before Lambda.
GRAPHS = (
    Graph("Invocations", (MetricLine("Invocations", "Sum"),)),
    Graph(
        "Duration",
        (
            MetricLine("Duration", "Maximum"),
            MetricLine("Duration", "Average"),
            MetricLine("Duration", "Minimum"),
        ),
    ),
    Graph("Errors", (MetricLine("Errors", "Sum"),), FAILURE),
    Graph("Throttles", (MetricLine("Throttles", "Sum"),), THROTTLED),
    Graph(
        "Concurrent executions",
        (MetricLine("ConcurrentExecutions", "Maximum"),),
    ),
    Graph(
        "Async events",
        (
            MetricLine("AsyncEventsReceived", "Sum", "received"),
            MetricLine("AsyncEventsDropped", "Sum", "dropped"),
        ),
    ),
    Graph(
        "Async event age",
        (
            MetricLine("AsyncEventAge", "Maximum"),
            MetricLine("AsyncEventAge", "Average"),
        ),
    ),
    Graph(
        "Iterator age",
        (
            MetricLine("IteratorAge", "Maximum"),
            MetricLine("IteratorAge", "Average"),
        ),
    ),
    Graph("Offset lag", (MetricLine("OffsetLag", "Maximum"),)),
    Graph(
        "API latency",
        (MetricLine("Latency", "p99"), MetricLine("Latency", "p50")),
    ),
    Graph(
        "API errors",
        (
            MetricLine("5XXError", "Sum", "5XX"),
            MetricLine("4XXError", "Sum", "4XX"),
            MetricLine("5xx", "Sum"),
            MetricLine("4xx", "Sum"),
        ),
        FAILURE,
    ),
    Graph(
        "Queue: messages",
        (
            MetricLine(
                "ApproximateNumberOfMessagesVisible", "Maximum", "visible"
            ),
            MetricLine(
                "ApproximateNumberOfMessagesNotVisible", "Maximum", "in flight"
            ),
        ),
    ),
    Graph(
        "Queue: age of the oldest",
        (MetricLine("ApproximateAgeOfOldestMessage", "Maximum"),),
    ),
    Graph(
        "Subscriber: events",
        (
            MetricLine("FilterMatched", "Sum", "matched"),
            MetricLine("EventsDelivered", "Sum", "delivered"),
        ),
    ),
    Graph(
        "Subscriber: given up",
        (
            MetricLine("EventsDropped", "Sum", "dropped"),
            MetricLine("OnFailureDestinationDelivered", "Sum", "records kept"),
        ),
        FAILURE,
    ),
    Graph(
        "Queue: empty receives", (MetricLine("NumberOfEmptyReceives", "Sum"),)
    ),
)
