"""Lambda's metrics of functions: invocations and how they ended.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.results.cloudwatch.datapoints import LAMBDA, REGION, Metric, Samples


def function_metrics(
    ran: pd.DataFrame, refused: pd.DataFrame
) -> Iterator[Samples]:
    """Invocations, durations, errors and throttles, from the tables of `usage.runs`."""
    done = ran[ran.outcome != ""]
    yield from by_function("Invocations", "Count", done.function, done.start_s)
    milliseconds = done.duration_s * 1000
    yield from by_function(
        "Duration", "Milliseconds", done.function, done.start_s, milliseconds
    )
    extended = done[done.extension_s > 0]
    yield from by_function(
        "PostRuntimeExtensionsDuration",
        "Milliseconds",
        extended.function,
        extended.start_s,
        extended.extension_s * 1000,
    )
    tried = _tried(done, refused)
    for name in ("Errors", "Throttles"):
        yield from by_function(
            name, "Count", tried.function, tried.at_s, tried[name]
        )


def by_function(
    name: str, unit: str, function: pd.Series[Any], at: Any, value: Any = 1.0
) -> Iterator[Samples]:
    """The samples of all functions together, and of each; `at` in seconds, `value` by default 1."""
    functions = pd.Categorical(function)
    instants = np.asarray(at, float)
    values = np.broadcast_to(np.asarray(value, float), instants.shape)
    yield Samples(Metric(LAMBDA, name, REGION, unit), instants, values)
    for place in np.unique(functions.codes):
        mine = functions.codes == place
        each = functions.categories[place]
        metric = Metric(LAMBDA, name, f"FunctionName={each}", unit)
        if mine.all():
            yield Samples(metric, instants, values)
        else:
            yield Samples(metric, instants[mine], values[mine])


def _tried(done: pd.DataFrame, refused: pd.DataFrame) -> pd.DataFrame:
    """One row an attempt: function, at_s, and 0 or 1 in Errors and in Throttles.

    A throttled attempt is no error.
    """
    ran = done[["function"]].assign(
        at_s=done.start_s, Errors=done.error.astype(float), Throttles=0.0
    )
    throttled = refused[["function", "at_s"]].assign(Errors=0.0, Throttles=1.0)
    return pd.concat([ran, throttled])
