"""What queueing theory says of requests that wait for servers."""

from __future__ import annotations

from itertools import count
from math import exp, lgamma, log, sqrt

from sim.scenario.arguments import (
    Amount,
    PositiveAmount,
    Seconds,
    Servers,
    checked,
)
from sim.scenario.errors import ScenarioError

NEGLIGIBLE = 1e-12
"""The part of a sum after which its further terms change nothing that is shown."""
MOST_TERMS = 30_000_000
"""So many terms of a sum take a second or two."""


@checked
def erlang_b(load: Amount, servers: Servers) -> float:
    """The share of requests that are refused where `servers` serve and nobody waits.

    For Poisson arrivals and any service times. `load`: arrivals a second times mean service in s.
    https://en.wikipedia.org/wiki/Erlang_(unit)
    """
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


@checked
def erlang_c(load: Amount, servers: Servers) -> float:
    """The share of requests that wait where nobody is refused.

    For Poisson arrivals and exponential service times. Raises `ScenarioError` if `load` is not
    below `servers`.
    https://en.wikipedia.org/wiki/Erlang_(unit)
    """
    if not load < servers:
        raise ScenarioError(
            f"A load of {load} on {servers} servers: the queue grows for ever; "
            "the load must be below."
        )
    blocked = erlang_b(load, servers)
    return servers * blocked / (servers - load * (1 - blocked))


@checked
def mean_wait(
    per_second: Amount, service_seconds: PositiveAmount, servers: Servers
) -> float:
    """The mean time in the queue of M/M/c, in seconds, over all requests, waiting or not.

    Raises `ScenarioError` as `erlang_c` does. https://en.wikipedia.org/wiki/M/M/c_queue
    """
    load = per_second * service_seconds
    return erlang_c(load, servers) * service_seconds / (servers - load)


@checked
def mean_wait_of_constant_work(
    per_second: Amount, service_seconds: PositiveAmount, servers: Servers
) -> float:
    """The mean time in the queue of M/D/c, in seconds: each service takes exactly as long.

    Crommelin's sum, exact for any number of servers. Raises `ScenarioError` as `erlang_c` does.
    https://en.wikipedia.org/wiki/M/D/c_queue
    """
    load = per_second * service_seconds
    erlang_c(load, servers)  # refuses a queue that grows for ever
    if not load:
        return 0.0
    _check_sum_ends(load, servers)
    wait = 0.0
    for services in count(1):
        more = _wait_longer(services * load, services * servers, load / servers)
        wait += more
        if more < NEGLIGIBLE:
            break
    return service_seconds * wait


def _check_sum_ends(load: float, servers: int) -> None:
    """Refuse a load that is so near to all servers that Crommelin's sum takes for ever."""
    use = load / servers
    terms_decay = servers * (use - 1 - log(use))
    outer_terms = -log(NEGLIGIBLE) / max(terms_decay, NEGLIGIBLE)
    inner_terms = -log(NEGLIGIBLE) / (1 - use)
    if (
        outer_terms * min(inner_terms, 10 * sqrt(outer_terms * load))
        > MOST_TERMS
    ):
        raise ScenarioError(
            f"A load of {load} on {servers} servers is too near to all of them for Crommelin's sum."
        )


def _wait_longer(mean: float, least: int, use: float) -> float:
    """One term of Crommelin's sum, from the Poisson distribution's tail from `least` on."""
    first = exp(least * log(mean) - mean - lgamma(least + 1))
    tail = term = first
    for number in count(least + 1):
        term *= mean / number
        tail += term
        if term < NEGLIGIBLE * tail:
            break
    return tail - (tail - first) / use


@checked
def little(per_second: Amount, seconds: Seconds) -> float:
    """How many are there on average, if so many come and each stays so long: L = lambda x W.

    https://en.wikipedia.org/wiki/Little%27s_law
    """
    return per_second * seconds
