"""What Lambda charges for: requests, duration, provisioned concurrency, snapshots and /tmp.

https://aws.amazon.com/lambda/pricing/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import pandas as pd

from sim import facts
from sim.results.result import Result
from sim.results.usage import functions, provisioned
from sim.scenario.function import Function
from sim.trace import MICROSECONDS


@dataclass(frozen=True)
class Use:
    """So much of something that has a price; `free` names its free tier, `over` the seconds in which it was used."""

    item: str
    price: str
    quantity: float
    over: float
    free: str = ""


def of_lambda(run: Result, traffic: float, payload_kb: float) -> Iterator[Use]:
    """Every run that started is a request, failed or not; throttled requests are not.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    ran = functions.runs(run)
    ran = ran[ran.outcome != ""]
    billed = billed_milliseconds(ran)
    there = {function.name: function for function in run.scenario.functions}
    gb = ran.function.map(
        {name: function.memory_size / 1024 for name, function in there.items()}
    ).astype(float)
    ran = ran.assign(gb_s=billed / 1000 * gb, seconds=billed / 1000)
    accepted = run.deliveries[run.deliveries.accepted_s.notna()]
    # The free tier is not for functions with provisioned concurrency.
    kept = {
        name
        for name, function in there.items()
        if function.provisioned_concurrency_config is not None
    }
    for note, free, names in (
        ("", True, there.keys() - kept),
        (", no free tier", False, kept),
    ):
        mine = ran[ran.function.isin(names)]
        larger = int(accepted.function.isin(names).sum()) * _further_units(payload_kb)
        gift = "lambda.free_requests" if free else ""
        yield Use(f"Lambda requests{note}", "lambda.requests", len(mine), traffic, gift)
        yield Use(
            f"Lambda requests for large events{note}",
            "lambda.requests",
            larger,
            traffic,
            gift,
        )
        on_demand = mine[mine.initialization_type != provisioned.PROVISIONED]
        for kind in ("x86_64", "arm64"):
            of = [name for name in names if there[name].architectures == kind]
            gb_s = float(on_demand.gb_s[on_demand.function.isin(of)].sum())
            item, price = f"Lambda duration ({kind}{note})", f"lambda.{kind}_duration"
            yield Use(
                item, price, gb_s, traffic, "lambda.free_duration" if free else ""
            )
    for function in run.scenario.functions:
        mine = ran[ran.function == function.name]
        yield from _of_provisioned(run, function, mine, traffic)
        yield from _of_snapshots(run, function)
        above = (
            function.ephemeral_storage - facts.fact("Function.ephemeral_storage").value
        ) / 1024
        seconds = float(mine.seconds.sum())
        yield Use(
            "Lambda /tmp above 512 MB",
            "lambda.ephemeral_storage",
            above * seconds,
            traffic,
        )


def billed_milliseconds(runs: pd.DataFrame) -> pd.Series[int]:
    """What each run of `usage.runs` is billed: init and duration together, rounded up to 1 ms.

    A first init that was cut after 10 s is not part of it; the init that follows it inside the
    invoke is. A restore is not, either: it has a price by the GB.
    https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
    """
    microseconds: pd.Series[int] = (
        ((runs.init_s + runs.duration_s) * MICROSECONDS).round().astype("int64")
    )
    return _milliseconds(microseconds)


def _milliseconds(microseconds: pd.Series[int]) -> pd.Series[int]:
    step = facts.fact("lambda.duration_step").value * MICROSECONDS // 1000
    milliseconds: pd.Series[int] = (
        -(-microseconds // step) * step * 1000 // MICROSECONDS
    )
    return milliseconds


def _further_units(payload_kb: float) -> int:
    """The requests that an asynchronous event costs beyond the first, by its size.

    https://aws.amazon.com/lambda/pricing/
    """
    first, further = (
        float(facts.fact(f"lambda.asynchronous_{part}_chunk").value)
        for part in ("first", "further")
    )
    return max(0, ceil((payload_kb - first) / further))


def _of_provisioned(
    run: Result, function: Function, ran: pd.DataFrame, traffic: float
) -> Iterator[Use]:
    """What is configured costs all the time; what runs on it, and each init of it, costs less than on demand.

    https://aws.amazon.com/lambda/pricing/
    """
    kind, gb, ended = (
        function.architectures,
        function.memory_size / 1024,
        run.trace.ended / MICROSECONDS,
    )
    configured = provisioned.billed_seconds(run, function.name) * gb
    yield Use(
        f"Lambda provisioned concurrency ({kind})",
        f"lambda.{kind}_provisioned",
        configured,
        ended,
    )
    inits = (
        (provisioned.inits(run, function.name) * MICROSECONDS).round().astype("int64")
    )
    gb_s = float(ran.gb_s[ran.initialization_type == provisioned.PROVISIONED].sum())
    gb_s += float(_milliseconds(inits).sum()) / 1000 * gb
    item = f"Lambda duration on provisioned concurrency ({kind})"
    yield Use(item, f"lambda.{kind}_provisioned_duration", gb_s, traffic)


def _of_snapshots(run: Result, function: Function) -> Iterator[Use]:
    """SnapStart keeps a snapshot of each version, at least for three hours, and restores it; for Java it is free.

    The version that was there first is kept before and after the run, too.
    https://aws.amazon.com/lambda/pricing/
    """
    if function.snap_start == "None" or function.runtime.startswith("java"):
        return
    least, ended = (
        facts.fact("lambda.snap_start_cache_least").value * 3600,
        run.trace.ended / MICROSECONDS,
    )
    mine = [
        deployment
        for deployment in run.scenario.deployments
        if deployment.function == function.name
    ]
    kept = ended + sum(
        max(least, ended - deployment.at)
        for deployment in mine
        if deployment.at < ended
    )
    gb = function.memory_size / 1024
    yield Use("Lambda SnapStart cache", "lambda.snap_start_cache", kept * gb, ended)
    restores = int(
        (run.spans.stage[run.spans.resource == function.name] == "restore").sum()
    )
    yield Use(
        "Lambda SnapStart restores", "lambda.snap_start_restore", restores * gb, ended
    )
