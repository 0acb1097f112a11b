"""Which graphs the CloudWatch picture has: a metric each, with its statistics."""

from __future__ import annotations

from collections.abc import Iterable

from sim.show.drawing.theme import FAILURE, RUN_COLOURS, THROTTLED, Colours

# In the order, and with the statistics, of a function's Monitor tab; then what comes before Lambda.
STATISTICS = {
    "Invocations": ("Sum",),
    "Duration": ("Maximum", "Average", "Minimum"),
    "Errors": ("Sum",),
    "Throttles": ("Sum",),
    "ConcurrentExecutions": ("Maximum",),
    "ProvisionedConcurrentExecutions": ("Maximum",),
    "ProvisionedConcurrencyUtilization": ("Maximum",),
    "ProvisionedConcurrencySpilloverInvocations": ("Sum",),
    "AsyncEventsReceived": ("Sum",),
    "AsyncEventsDropped": ("Sum",),
    "AsyncEventAge": ("Maximum", "Average"),
    "IteratorAge": ("Maximum", "Average"),
    "OffsetLag": ("Maximum",),
    "Latency": ("p99", "p50"),
    "5XXError": ("Sum",),
    "4XXError": ("Sum",),
    "5xx": ("Sum",),
    "4xx": ("Sum",),
    "ExecutionError": ("Sum",),
    "ClientError": ("Sum",),
    "HTTPCode_ELB_5XX_Count": ("Sum",),
    "HTTPCode_ELB_4XX_Count": ("Sum",),
    "ApproximateNumberOfMessagesVisible": ("Maximum",),
    "ApproximateNumberOfMessagesNotVisible": ("Maximum",),
    "ApproximateAgeOfOldestMessage": ("Maximum",),
    "FilterMatched": ("Sum",),
    "EventsDelivered": ("Sum",),
    "EventsDropped": ("Sum",),
    "OnFailureDestinationDelivered": ("Sum",),
    "NumberOfEmptyReceives": ("Sum",),
}
LEVELS = ("ClaimedAccountConcurrency", "UnreservedConcurrentExecutions")
COLOURS: dict[str, Colours] = {
    "Throttles": THROTTLED,
    **dict.fromkeys(
        (
            "Errors",
            "5XXError",
            "4XXError",
            "5xx",
            "4xx",
            "ExecutionError",
            "ClientError",
            "HTTPCode_ELB_5XX_Count",
            "HTTPCode_ELB_4XX_Count",
            "AsyncEventsDropped",
            "EventsDropped",
            "OnFailureDestinationDelivered",
        ),
        FAILURE,
    ),
}


def in_order(metrics: Iterable[str]) -> list[str]:
    """Metrics in the console's order; those that its Monitor tab has not come last, by name."""
    known = list(STATISTICS)
    found = set(metrics)
    return [name for name in known if name in found] + sorted(
        found.difference(known)
    )


def statistics(metric: str, unit: str) -> tuple[str, ...]:
    """The statistics of a metric that are drawn."""
    if metric in STATISTICS:
        return STATISTICS[metric]
    is_sum = unit == "Count" and metric not in LEVELS
    return ("Sum",) if is_sum else ("Maximum",)


def colour(metric: str, place: int) -> Colours:
    """The colour of a line; that of the first one tells what the metric means."""
    first = COLOURS.get(metric, RUN_COLOURS[0])
    return first if place == 0 else RUN_COLOURS[place]
