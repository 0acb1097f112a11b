"""What mathematics says, for the tests and for the lessons' "check it with maths"."""

from __future__ import annotations

from itertools import count
from math import (
    ceil,
    comb,
    cos,
    exp,
    expm1,
    lgamma,
    log,
    log1p,
    pi,
    sin,
    sqrt,
    tan,
)
from statistics import NormalDist

from sim import facts
from sim.scenario.arguments import (
    Amount,
    Number,
    PositiveAmount,
    PositiveNumber,
    Seconds,
    Servers,
    Share,
    checked,
)
from sim.scenario.errors import ScenarioError

NEGLIGIBLE = 1e-12
"""The part of a sum after which its further terms change nothing that is shown."""


LONGEST = 1e300
"""What is longer, in mean gaps between requests, is for ever."""
MOST_TERMS = 30_000_000
"""So many terms of a sum take a second or two."""
EXACT = 1000
"""Up to so many trials or degrees of freedom a sum is made term by term."""


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


@checked
def binomial(successes: Number, trials: PositiveNumber, share: Share) -> float:
    """The probability of so many successes in independent trials, each with probability `share`.

    https://en.wikipedia.org/wiki/Binomial_distribution
    """
    failures = trials - successes
    if failures < 0:
        return 0.0
    if trials > EXACT:
        return _binomial_of_many(successes, trials, share)
    return comb(trials, successes) * share**successes * (1 - share) ** failures


def _binomial_of_many(successes: int, trials: int, share: float) -> float:
    """The same by logarithms: the number of ways is too large for a float."""
    failures = trials - successes
    if share in (0, 1):
        return float(share * trials == successes)
    ways = lgamma(trials + 1) - lgamma(successes + 1) - lgamma(failures + 1)
    return exp(ways + successes * log(share) + failures * log1p(-share))


@checked
def standard_error(share: Share, trials: PositiveNumber) -> float:
    """How far a share that is counted lies from the true `share`: one standard deviation.

    Counted in so many independent trials.

    https://en.wikipedia.org/wiki/Binomial_distribution
    """
    return sqrt(share * (1 - share) / trials)


@checked
def student_t(level: Share, degrees: PositiveNumber) -> float:
    """How many standard errors a mean's interval of this level reaches to each side.

    For normally distributed numbers. `degrees` of freedom: how many numbers there are, less one.
    https://en.wikipedia.org/wiki/Student%27s_t-distribution
    """
    if level == 1:
        raise ScenarioError(
            "student_t: level is 1, but no interval holds all: it must be below 1."
        )
    if degrees > EXACT:
        return _student_t_of_many(level, degrees)
    low, high = 0.0, pi / 2
    for _ in range(60):  # halves the angle whose tangent is t / sqrt(degrees)
        middle = (low + high) / 2
        if _within(middle, degrees) < level:
            low = middle
        else:
            high = middle
    return sqrt(degrees) * tan(low)


def _student_t_of_many(level: float, degrees: int) -> float:
    """Close to the normal distribution: the first terms of the Cornish-Fisher expansion.

    https://en.wikipedia.org/wiki/Cornish%E2%80%93Fisher_expansion
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / degrees + second / degrees**2


def _within(angle: float, degrees: PositiveNumber) -> float:
    """The probability that |t| / sqrt(degrees) stays below the tangent of this angle.

    A finite sum of cosines. https://en.wikipedia.org/wiki/Student%27s_t-distribution
    """
    odd = degrees % 2
    total = 0.0
    term = cos(angle) ** odd
    for k in range(1 + odd, degrees, 2):
        total += term
        term *= k / (k + 1) * cos(angle) ** 2
    if odd:
        return 2 / pi * (angle + sin(angle) * total)
    return sin(angle) * total


@checked
def all_fail(error_rate: Share, tries: Number) -> float:
    """The share of events on which every one of `tries` independent runs fails: p^n.

    https://en.wikipedia.org/wiki/Independence_(probability_theory)
    """
    return error_rate**tries


@checked
def mean_runs(error_rate: Share, tries: Number) -> float:
    """The mean runs of an event that is tried until it succeeds, `tries` times at most.

    1 + p + p^2 + ...

    https://en.wikipedia.org/wiki/Geometric_series
    """
    if error_rate == 1:
        return float(tries)
    return (1 - error_rate**tries) / (1 - error_rate)


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


@checked
def poller_concurrency(seconds: Seconds) -> float:
    """The batches that a queue's mapping works on at once: 5 + 300 a minute.

    `seconds`: how long ago messages began to wait. Limits of the account, of the function and of
    `MaximumConcurrency` come on top of the ceiling of 1,250.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    """
    grown = _mapping("concurrency_per_minute") * seconds / 60
    reached = _mapping("start_concurrency") + grown
    return min(reached, _mapping("concurrency_ceiling"))


@checked
def backlog_gone(
    messages: Amount,
    per_second: Amount,
    batch_seconds: PositiveAmount,
    batch_size: PositiveNumber,
) -> float:
    """When a backlog of so many messages is gone, in seconds, as a fluid.

    Each batch at once takes `batch_size` messages in `batch_seconds`, the batches at once grow as
    `poller_concurrency` says, and `per_second` more messages come. Raises `ScenarioError` if
    even all pollers together are no faster than that.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    """
    each = batch_size / batch_seconds
    start = _mapping("start_concurrency")
    ceiling = _mapping("concurrency_ceiling")
    growth = _mapping("concurrency_per_minute") / 60 * each
    # Messages a second that the backlog shrinks by at first.
    surplus = start * each - per_second
    time = (sqrt(surplus * surplus + 2 * growth * messages) - surplus) / growth
    grown = (ceiling - start) * each / growth
    if time <= grown:
        return time
    if ceiling * each <= per_second:
        raise ScenarioError(
            f"{per_second} messages/s come, "
            f"but {ceiling} batches take {ceiling * each} at most."
        )
    left = messages - surplus * grown - growth * grown * grown / 2
    return float(grown + left / (ceiling * each - per_second))


@checked
def events_per_poller(
    average_kb: PositiveAmount,
    batch_seconds: PositiveAmount,
    batch_size: PositiveNumber,
) -> float:
    """The messages a second that one provisioned poller of a queue takes, by AWS's formula.

    AWS's text gives 100 for 3 KB, 0.1 s and batches of 10, and 10 for 1 s, where its own formula
    gives 100. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    polls = _mapping("polls_per_poller")
    each = float(facts.fact("sqs.messages_per_request").value)
    by_size = ceil(_mapping("kb_per_poller") / average_kb)
    by_time = ceil(_mapping("batches_per_poller") / batch_seconds) * batch_size
    return min(by_size, by_time, polls * each, polls * batch_size)


@checked
def provisioned_pollers(
    per_second: Amount,
    average_kb: PositiveAmount,
    batch_seconds: PositiveAmount,
    batch_size: PositiveNumber,
) -> int:
    """The provisioned pollers that a queue needs at its peak rate.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    return ceil(
        per_second / events_per_poller(average_kb, batch_seconds, batch_size)
    )


def _mapping(name: str) -> float:
    return float(facts.fact(f"mapping.{name}").value)
