"""The facts of `data/` as DataFrames."""

from __future__ import annotations

import pandas as pd

from sim import facts
from sim.scenario.trigger_catalogue import catalogue


def quotas() -> pd.DataFrame:
    """Defaults, ranges and fixed numbers.

    Columns: name, value, minimum, maximum, unit, help, evidence, source, date, model_field.
    """
    return pd.DataFrame(facts.quotas())


def prices() -> pd.DataFrame:
    """What AWS charges.

    Columns: name, value, unit, help, evidence, source, date.
    """
    return pd.DataFrame(facts.prices()).drop(
        columns=["minimum", "maximum", "model_field"]
    )


def cold_starts() -> pd.DataFrame:
    """Measured init by runtime, all in one year.

    Columns: runtime, package_type, median, p95, p99, unit, handler times, evidence, source.
    """
    return pd.DataFrame(facts.cold_starts())


def runtimes() -> pd.DataFrame:
    """Every runtime that the API takes, and until when AWS supports it.

    Columns: runtime, cdk_constant, deprecated, create_blocked, update_blocked, evidence, source,
    date.
    """
    return pd.DataFrame(facts.runtimes())


def latencies() -> pd.DataFrame:
    """Latency from trigger to function.

    Columns: name, p10, p50, p90, p99, unit, help, evidence, source, date.
    """
    return pd.DataFrame(facts.latencies())


def triggers() -> pd.DataFrame:
    """The trigger catalogue: one row for each kind that `sim.trigger` knows."""
    return pd.DataFrame(list(catalogue().values()))
