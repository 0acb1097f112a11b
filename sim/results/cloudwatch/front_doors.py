"""Metrics of APIs and load balancers: their requests, errors and latency.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim import facts
from sim.results.cloudwatch.datapoints import (
    Metric,
    Samples,
    occurrences,
    samples,
)
from sim.results.result import Result
from sim.results.usage.calls import calls
from sim.results.usage.own_answers import own_answers

CLIENT_ERROR = "4"
SERVER_ERROR = ("5", "error frame")
"""How what a caller is told begins."""


def front_door_metrics(run: Result) -> Iterator[Samples]:
    """One sample a call that was answered, at the time it came.

    What a front door answers itself, as its own throttle, counts at the time of the answer, and has
    no latency (choices). Average is the rate of errors. Here the door itself takes no time, so
    Latency and IntegrationLatency are the same.
    """
    doors = facts.front_doors()
    made = calls(run, doors)
    own = own_answers(run, doors)
    own = own.assign(at_s=own.told_s, told_s=float("nan"))
    answered = made[made.told_s.notna()]
    heard = pd.concat([answered, own], ignore_index=True)
    for (trigger, kind), mine in heard.groupby(["trigger", "kind"]):
        yield from _samples(doors[str(kind)], str(trigger), mine)


def _samples(
    door: facts.FrontDoor, trigger: str, mine: pd.DataFrame
) -> Iterator[Samples]:
    dimensions = f"{door.dimension}={trigger}"
    requests = Metric(door.namespace, door.requests, dimensions)
    yield occurrences(requests, mine.at_s)
    for name, beginning in (
        (door.client_errors, CLIENT_ERROR),
        (door.server_errors, SERVER_ERROR),
    ):
        metric = Metric(door.namespace, name, dimensions)
        is_error = mine.told.str.startswith(beginning)
        sent = mine.at_s if door.sends_zeros else mine.at_s[is_error]
        yield samples(metric, sent, is_error[sent.index])
    milliseconds = ((mine.told_s - mine.at_s) * 1000).round(3)
    for name in door.latencies.split():
        metric = Metric(door.namespace, name, dimensions, "Milliseconds")
        yield samples(metric, mine.at_s, milliseconds)
