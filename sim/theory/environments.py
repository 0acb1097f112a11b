"""How long execution environments live, and how often a request finds none."""

from __future__ import annotations

from math import exp, expm1, log

from sim.scenario.arguments import Amount, PositiveAmount, Seconds, checked
from sim.scenario.errors import ScenarioError

LONGEST = 1e300
"""What is longer, in mean gaps between requests, is for ever."""


@checked
def mean_life(per_second: PositiveAmount, idle_seconds: Seconds) -> float:
    """Mean seconds from an environment's first request until it expires.

    For Poisson arrivals of requests that take no time. It is gone `idle_seconds` after the first
    gap that long: the busy period of a queue with endless servers, each taking `idle_seconds`.
    https://en.wikipedia.org/wiki/M/M/%E2%88%9E_queue
    """
    requests = per_second * idle_seconds
    if requests > log(LONGEST):
        raise ScenarioError(
            f"An environment that is asked {requests:g} times in its idle time lives for ever."
        )
    return expm1(requests) / per_second


@checked
def cold_share(per_second: Amount, idle_seconds: Seconds) -> float:
    """The share of requests that find no environment: those after a gap that long.

    For Poisson arrivals of requests that take no time.

    https://en.wikipedia.org/wiki/Poisson_point_process
    """
    return exp(-per_second * idle_seconds)
