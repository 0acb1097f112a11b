"""Lambda's metrics of asynchronous events.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#async-invocation-metrics
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.results.cloudwatch.datapoints import Samples
from sim.results.cloudwatch.functions import by_function
from sim.results.result import Result

EVENT_COLUMNS = ["delivery", "function", "accepted_s", "settled_s", "condition"]


def event_metrics(
    run: Result, ran: pd.DataFrame, refused: pd.DataFrame
) -> Iterator[Samples]:
    """Received: once an event. Age: once an attempt. Dropped: 1, or 0 for an event that succeeded.

    A batch of a subscriber is one event of Lambda's queue.
    `ran` and `refused`: the tables of `usage.runs`.
    """
    known = run.deliveries[EVENT_COLUMNS]
    accepted = known[known.accepted_s.notna()]
    accepted = accepted[~accepted.delivery.isin(run.trace.followers)]
    yield from by_function(
        "AsyncEventsReceived", "Count", accepted.function, accepted.accepted_s
    )
    yield from _ages(run, ran, refused)
    stopped = known[known.condition == "RecursiveInvocation"]
    yield from by_function(
        "RecursiveInvocationsDropped",
        "Count",
        stopped.function,
        stopped.settled_s,
    )
    left = accepted[accepted.condition != ""]
    yield from by_function(
        "AsyncEventsDropped",
        "Count",
        left.function,
        left.settled_s,
        left.condition != "Success",
    )


def _ages(
    run: Result, ran: pd.DataFrame, refused: pd.DataFrame
) -> Iterator[Samples]:
    """The age of an event at each attempt, since Lambda has accepted it."""
    columns = ["function", "delivery", "at_s"]
    began = ran.rename(columns={"start_s": "at_s"})
    tried = pd.concat([began[columns], refused[columns]], ignore_index=True)
    accepted_s = run.deliveries.accepted_s.to_numpy()[tried.delivery.to_numpy()]
    milliseconds = ((tried.at_s - accepted_s) * 1000).round(3)
    tried = tried.assign(age=milliseconds)[~np.isnan(accepted_s)]
    yield from by_function(
        "AsyncEventAge", "Milliseconds", tried.function, tried.at_s, tried.age
    )
