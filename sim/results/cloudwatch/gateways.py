"""API Gateway's metrics of its calls.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from sim.results.cloudwatch.datapoints import (
    API_GATEWAY,
    Metric,
    Samples,
    occurrences,
    samples,
)
from sim.results.result import Result
from sim.results.usage.calls import calls


class Gateway(NamedTuple):
    """What a kind of API calls its dimension, and errors of the client and of the server."""

    dimension: str
    client_error: str
    server_error: str


REST = Gateway("ApiName", "4XXError", "5XXError")
HTTP = Gateway("ApiId", "4xx", "5xx")
GATEWAYS = {"apigw_rest": REST, "apigw_rest_stream": REST, "apigw_http": HTTP}


def gateway_metrics(run: Result) -> Iterator[Samples]:
    """One sample a call that was answered, at the time it came (a choice).

    Average is the rate of errors. Here the API itself takes no time, so Latency and
    IntegrationLatency are the same.
    """
    made = calls(run, GATEWAYS)
    answered = made[made.told_s.notna()]
    for (trigger, kind), mine in answered.groupby(["trigger", "kind"]):
        gateway = GATEWAYS[str(kind)]
        yield from _samples(gateway, f"{gateway.dimension}={trigger}", mine)


def _samples(
    gateway: Gateway, dimensions: str, mine: pd.DataFrame
) -> Iterator[Samples]:
    yield occurrences(Metric(API_GATEWAY, "Count", dimensions), mine.at_s)
    for name, first_digit in (
        (gateway.client_error, "4"),
        (gateway.server_error, "5"),
    ):
        is_error = mine.told.str.startswith(first_digit)
        yield samples(
            Metric(API_GATEWAY, name, dimensions), mine.at_s, is_error
        )
    milliseconds = ((mine.told_s - mine.at_s) * 1000).round(3)
    for name in ("Latency", "IntegrationLatency"):
        metric = Metric(API_GATEWAY, name, dimensions, "Milliseconds")
        yield samples(metric, mine.at_s, milliseconds)
