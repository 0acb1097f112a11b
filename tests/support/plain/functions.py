"""Lambda's metrics and those of its front doors, counted run by run."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import inf, isnan, nan
from typing import Any, NamedTuple

import sim
from tests.support.plain import levels
from tests.support.plain.runs import PlainRun
from tests.support.plain.series import Series

LAMBDA = "AWS/Lambda"
PROVISIONED = "provisioned-concurrency"


class Door(NamedTuple):
    """The metrics of a kind of API or load balancer, and their dimension."""

    dimension: str
    requests: str
    client: str
    server: str
    latencies: tuple[str, ...] = ()


LATENCIES = ("Latency", "IntegrationLatency")
REST = Door("ApiName", "Count", "4XXError", "5XXError", LATENCIES)
FRONT_DOORS = {
    "apigw_rest": REST,
    "apigw_rest_stream": REST,
    "apigw_http": Door("ApiId", "Count", "4xx", "5xx", LATENCIES),
    "apigw_ws": Door(
        "ApiId",
        "MessageCount",
        "ClientError",
        "ExecutionError",
        ("IntegrationLatency",),
    ),
    "alb": Door(
        "LoadBalancer",
        "RequestCount",
        "HTTPCode_ELB_4XX_Count",
        "HTTPCode_ELB_5XX_Count",
    ),
}


def count(series: Series) -> None:
    """All metrics of functions and of their front doors."""
    runs = series.found.runs
    throttles = series.found.throttles
    count_runs(series, runs, throttles)
    count_events(series)
    count_ages(series, runs, throttles)
    count_concurrency(series, runs)
    for function in series.run.scenario.functions:
        if series.run.scenario.is_ever_provisioned(function.name):
            mine = [one for one in runs if one.function == function.name]
            published = [one for one in mine if one.version >= 0]
            count_alias(series, function, published)
    count_front_doors(series)


def _add(
    series: Series, name: str, function: str, at: float, value: float = 1
) -> None:
    """A sample of a function, and of all functions together."""
    for dimensions in ("", f"FunctionName={function}"):
        series.add((LAMBDA, name, dimensions), at, value)


def count_runs(
    series: Series, runs: list[PlainRun], throttles: list[Any]
) -> None:
    """Invocations, durations, errors, throttles."""
    for one in runs:
        if not one.is_done:
            continue
        for name, value in (
            ("Invocations", 1.0),
            ("Duration", one.duration * 1000),
            ("Errors", float(one.is_error)),
            ("Throttles", 0.0),
        ):
            _add(series, name, one.function, one.start, value)
        if one.extension > 0:
            name = "PostRuntimeExtensionsDuration"
            milliseconds = one.extension * 1000
            _add(series, name, one.function, one.start, milliseconds)
    for span in throttles:
        _add(series, "Errors", span.resource, span.start_s, 0.0)
        _add(series, "Throttles", span.resource, span.start_s)


def count_events(series: Series) -> None:
    """What becomes of asynchronous events."""
    for row in series.deliveries:
        if row.condition == "RecursiveInvocation":
            name = "RecursiveInvocationsDropped"
            _add(series, name, row.function, row.settled_s)
        is_follower = row.delivery in series.run.trace.followers
        if isnan(row.accepted_s) or is_follower:
            continue
        _add(series, "AsyncEventsReceived", row.function, row.accepted_s)
        if row.condition:
            dropped = float(row.condition != "Success")
            name = "AsyncEventsDropped"
            _add(series, name, row.function, row.settled_s, dropped)


def count_ages(
    series: Series, runs: list[PlainRun], throttles: list[Any]
) -> None:
    """How old an asynchronous event is at each try."""
    tries = [(one.deliveries[0], one.function, one.start) for one in runs]
    tries += [
        (span.delivery, span.resource, span.start_s) for span in throttles
    ]
    for delivery, function, at in tries:
        accepted = series.deliveries[delivery].accepted_s
        if not isnan(accepted):
            age = round((at - accepted) * 1000, 3)
            _add(series, "AsyncEventAge", function, at, age)


def count_concurrency(series: Series, runs: list[PlainRun]) -> None:
    """How many environments work, and what nobody else can use."""
    run, name = series.run, "ConcurrentExecutions"
    series.level((LAMBDA, name, ""), busy(runs))
    for function in run.scenario.functions:
        mine = [one for one in runs if one.function == function.name]
        key = (LAMBDA, name, f"FunctionName={function.name}")
        series.level(key, busy(mine))
    free = [one for one in runs if not _is_reserved(run, one)]
    key = (LAMBDA, "UnreservedConcurrentExecutions", "")
    series.level(key, busy(free))
    set_aside = list(_set_aside(run))
    if runs or set_aside:
        on_demand = [one for one in free if one.kind != PROVISIONED]
        claimed = [*busy(on_demand), *set_aside, *_reservations(run)]
        series.level((LAMBDA, "ClaimedAccountConcurrency", ""), claimed)


def _reservations(run: sim.Run) -> Iterator[levels.Interval]:
    """Each unit of reserved concurrency, while it is reserved."""
    for start, end, system in _systems(run):
        for function in system.functions:
            units = function.reserved_concurrent_executions or 0
            yield from [(start, end)] * units


def _set_aside(run: sim.Run) -> Iterator[levels.Interval]:
    """Each unit of provisioned concurrency, while its function has no reservation."""
    for function in run.scenario.functions:
        for begin, stop in _units(run, "requested", function.name):
            for start, end, system in _systems(run):
                now = system.function(function.name)
                first, last = max(begin, start), min(stop, end)
                is_free = now.reserved_concurrent_executions is None
                if is_free and first < last:
                    yield first, last


def _units(run: sim.Run, which: str, name: str) -> Iterator[levels.Interval]:
    """Each unit of a function's provisioned concurrency, while it is there."""
    changes: dict[int, list[Any]] = defaultdict(list)
    for row in run.provisioned_concurrency.itertuples():
        if row.function == name:
            changes[row.version].append(row)
    for rows in changes.values():
        ends = [row.at_s for row in rows[1:]] + [run.ended_s]
        for row, end in zip(rows, ends, strict=True):
            if end > row.at_s:
                yield from [(row.at_s, end)] * getattr(row, which)


def count_alias(
    series: Series, function: sim.Function, runs: list[PlainRun]
) -> None:
    """What provisioned concurrency took, and how busy it was."""
    run = series.run
    alias = f"{function.name}:{function.auto_publish_alias}"
    dimensions = f"FunctionName={function.name},Resource={alias}"
    kept = [one for one in runs if one.kind == PROVISIONED]
    for one in runs:
        if one.is_done:
            what = "" if one.kind == PROVISIONED else "Spillover"
            name = f"ProvisionedConcurrency{what}Invocations"
            series.add((LAMBDA, name, dimensions), one.start)
    key = (LAMBDA, "ProvisionedConcurrentExecutions", dimensions)
    series.level(key, busy(kept))
    there = list(_units(run, "allocated", function.name))
    used = list(busy(kept))
    instants = {at for stretch in (*there, *used) for at in stretch}
    shares = []
    for start, end in pairwise(sorted({0.0, run.ended_s, *instants})):
        allocated = _how_many(there, start, end)
        share = _how_many(used, start, end) / allocated if allocated else 0.0
        shares.append((start, end, share, share))
    key = (LAMBDA, "ProvisionedConcurrencyUtilization", dimensions)
    series.levels[key] = levels.of_levels(shares)


def _how_many(
    intervals: list[levels.Interval], start: float, end: float
) -> int:
    """How many of these intervals are open from start to end."""
    return sum(begin <= start and stop >= end for begin, stop in intervals)


def count_front_doors(series: Series) -> None:
    """The calls of APIs and load balancers, and what they were told."""
    for call in series.found.calls(FRONT_DOORS):
        if call.told_s is not None:
            _add_answer(series, call.trigger, call.at, call.told, call.told_s)
    for trigger, at, told in series.found.own_answers(FRONT_DOORS):
        _add_answer(series, trigger, at, told)


def _add_answer(
    series: Series, trigger: Any, at: float, told: str, told_s: float = nan
) -> None:
    door = FRONT_DOORS[trigger.kind]
    is_balancer = trigger.kind == "alb"
    of = "AWS/ApplicationELB" if is_balancer else "AWS/ApiGateway"
    key = f"{door.dimension}={trigger.name}"
    series.add((of, door.requests, key), at, 1.0)
    errors = {door.client: "4", door.server: ("5", "error frame")}
    for name, beginning in errors.items():
        if told.startswith(beginning) or not is_balancer:
            is_error = float(told.startswith(beginning))
            series.add((of, name, key), at, is_error)
    if not isnan(told_s):
        for name in door.latencies:
            milliseconds = round((told_s - at) * 1000, 3)
            series.add((of, name, key), at, milliseconds)


def busy(runs: list[PlainRun]) -> Iterator[levels.Interval]:
    """When environments work; of runs that begin at one instant in one, the longest counts."""
    last: dict[tuple[str, int, float], float] = {}
    for one in runs:
        key = (one.function, one.environment, one.start)
        last[key] = max(last.get(key, one.end), one.end)
    for (_, _, start), end in last.items():
        yield start, end


def _systems(run: sim.Run) -> Iterator[tuple[float, float, Any]]:
    """From when to when which settings are there; the last ones beyond the end, too."""
    steps = [(0.0, run.scenario), *run.scenario.steps]
    begun = [step for step in steps if step[0] < run.ended_s] or steps[:1]
    ends = [at for at, _ in begun[1:]] + [inf]
    for (start, system), end in zip(begun, ends, strict=True):
        if start < end:
            yield start, end, system


def _is_reserved(run: sim.Run, one: PlainRun) -> bool:
    """Whether its function had a reservation when a run began."""
    function = run.scenario.at(one.start).function(one.function)
    return function.reserved_concurrent_executions is not None
