"""What Lambda charges for: requests, duration, provisioned concurrency, snapshots and /tmp.

https://aws.amazon.com/lambda/pricing/
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim import facts
from sim.arrays import Floats, Integers
from sim.results.cost.charge import HOUR, Charge
from sim.results.cost.payloads import Payloads
from sim.results.result import Result
from sim.results.usage.provisioned_concurrency import (
    PROVISIONED,
    billed_seconds,
    inits,
)
from sim.results.usage.runs import runs
from sim.scenario.function import Function
from sim.trace import MICROSECONDS

ARCHITECTURES = ("x86_64", "arm64")
MB_PER_GB = 1024


def charges(run: Result, payloads: Payloads) -> Iterator[Charge]:
    """Of all functions together, then of each what it has besides.

    The free tier is not for functions with provisioned concurrency.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    ran = _billed_runs(run)
    provisioned = {
        function.name
        for function in run.scenario.functions
        if run.scenario.is_ever_provisioned(function.name)
    }
    others = {
        function.name for function in run.scenario.functions
    } - provisioned
    for names, has_free_tier in ((others, True), (provisioned, False)):
        yield from _requests(run, ran, names, has_free_tier, payloads)
        yield from _durations(run, ran, names, has_free_tier)
    for function in run.scenario.functions:
        mine = ran[ran.function == function.name]
        for architecture in ARCHITECTURES:
            yield from _provisioned_concurrency(
                run, function.name, architecture, mine
            )
        yield from _snapshots(run, function)
        yield _ephemeral_storage(mine)


def billed_milliseconds(ran: pd.DataFrame) -> pd.Series[int]:
    """What each run of `usage.runs` is billed: init and duration together, rounded up to 1 ms.

    A first init that was cut after 10 s is not part of it; the init that follows it inside the
    invoke is. A restore is not, either: it has a price by the GB.
    https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
    """
    return _rounded_up(ran.init_s + ran.duration_s)


def _rounded_up(seconds: pd.Series[float]) -> pd.Series[int]:
    """Lengths of time in milliseconds, rounded up to 1 ms each."""
    step = facts.fact("lambda.duration_step").value * MICROSECONDS // 1000
    microseconds = (seconds * MICROSECONDS).round().astype("int64")
    steps = -(-microseconds // step)
    milliseconds: pd.Series[int] = steps * step * 1000 // MICROSECONDS
    return milliseconds


def _billed_runs(run: Result) -> pd.DataFrame:
    """The runs of `usage.runs` that have ended, with seconds (billed) and gb_s (these times GB)."""
    ran = runs(run)
    ran = ran[ran.outcome != ""]
    versions, place = _versions_that_ran(run, ran)
    gb = np.array([_gb(version) for version in versions], float)
    tmp_mb = [version.ephemeral_storage for version in versions]
    architectures = [version.architectures for version in versions]
    codes = pd.Index(ARCHITECTURES).get_indexer(pd.Index(architectures))
    seconds = billed_milliseconds(ran) / 1000
    return ran.assign(
        seconds=seconds,
        gb_s=seconds * gb[place],
        tmp_mb=np.array(tmp_mb, float)[place],
        architecture=pd.Categorical.from_codes(
            codes[place], pd.Index(ARCHITECTURES)
        ),
    )


def _versions_that_ran(
    run: Result, ran: pd.DataFrame
) -> tuple[list[Function], Integers]:
    """The versions that ran, with their settings, and by run: the place of its own there."""
    pairs = ran.groupby(["function", "version"], sort=False, observed=True)
    place: Integers = np.asarray(pairs.ngroup(), np.int64)
    versions = [
        run.scenario.version(str(name), int(number))
        for name, number in pairs.size().index
    ]
    return versions, place


def _versions(run: Result, function: str) -> dict[int, Function]:
    """The versions of a function, by their numbers."""
    later = {
        number: version.function
        for number, version in enumerate(run.scenario.versions, 1)
        if version.function.name == function
    }
    return {0: run.scenario.function(function), **later}


def _gb(function: Function) -> float:
    return function.memory_size / MB_PER_GB


def _requests(
    run: Result,
    ran: pd.DataFrame,
    names: set[str],
    has_free_tier: bool,
    payloads: Payloads,
) -> Iterator[Charge]:
    """Every run that started is a request, failed or not; throttled requests are not."""
    price = "lambda.requests"
    free_tier = "lambda.free_requests" if has_free_tier else ""
    note = _note(has_free_tier)
    requests = int(ran.function.isin(names).sum())
    yield Charge(f"Lambda requests{note}", price, requests, free_tier)
    accepted = run.deliveries[["event", "function", "accepted_s"]]
    accepted = accepted[accepted.accepted_s.notna()]
    mine = accepted[accepted.function.isin(names)]
    further = int(_further_requests(payloads.kb(mine.event)).sum())
    yield Charge(
        f"Lambda requests for large events{note}", price, further, free_tier
    )


def _note(has_free_tier: bool) -> str:
    return "" if has_free_tier else ", no free tier"


def _further_requests(payload_kb: Floats) -> Floats:
    """The requests that asynchronous events cost beyond the first, by their size.

    https://aws.amazon.com/lambda/pricing/
    """
    first = float(facts.fact("lambda.asynchronous_first_chunk").value)
    further = float(facts.fact("lambda.asynchronous_further_chunk").value)
    return np.ceil((payload_kb - first) / further).clip(0)


def _durations(
    run: Result, ran: pd.DataFrame, names: set[str], has_free_tier: bool
) -> Iterator[Charge]:
    """Billed seconds times GB, by architecture, of what did not run on provisioned concurrency."""
    free_tier = "lambda.free_duration" if has_free_tier else ""
    on_demand = ran[ran.initialization_type != PROVISIONED]
    for architecture in ARCHITECTURES:
        is_mine = on_demand.function.isin(names)
        mine = on_demand[is_mine & (on_demand.architecture == architecture)]
        gb_s = float(mine.gb_s.sum())
        item = f"Lambda duration ({architecture}{_note(has_free_tier)})"
        yield Charge(item, f"lambda.{architecture}_duration", gb_s, free_tier)


def _provisioned_concurrency(
    run: Result, function: str, architecture: str, ran: pd.DataFrame
) -> Iterator[Charge]:
    """What is configured costs all the time; what runs on it costs less than on demand.

    So does each init of it.
    https://aws.amazon.com/lambda/pricing/
    """
    versions = {
        number: version
        for number, version in _versions(run, function).items()
        if version.architectures == architecture
    }
    if not versions:
        return
    kept = 0.0
    init_gb_s = 0.0
    for number, version in versions.items():
        kept += billed_seconds(run, function, number) * _gb(version)
        init_ms = float(_rounded_up(inits(run, function, number)).sum())
        init_gb_s += init_ms / 1000 * _gb(version)
    yield Charge(
        f"Lambda provisioned concurrency ({architecture})",
        f"lambda.{architecture}_provisioned",
        kept,
        grows_with="time",
    )
    mine = ran[ran.version.isin(list(versions))]
    gb_s = float(mine.gb_s[mine.initialization_type == PROVISIONED].sum())
    yield Charge(
        f"Lambda duration on provisioned concurrency ({architecture})",
        f"lambda.{architecture}_provisioned_duration",
        gb_s + init_gb_s,
    )


def _snapshots(run: Result, function: Function) -> Iterator[Charge]:
    """SnapStart keeps a snapshot of each version, at least for three hours, and restores it.

    For Java it is free. The version that was there first is kept before and after the run, too.
    https://aws.amazon.com/lambda/pricing/
    """
    if not function.is_restored or function.runtime.startswith("java"):
        return
    ended = run.ended_s
    least = facts.fact("lambda.snap_start_cache_least").value * HOUR
    gb = _gb(function)
    kept = ended * gb + sum(
        max(least, ended - version.at) * _gb(version.function)
        for version in run.scenario.versions
        if version.function.name == function.name and version.at < ended
    )
    yield Charge(
        "Lambda SnapStart cache",
        "lambda.snap_start_cache",
        kept,
        grows_with="time",
    )
    stages = run.spans.stage[run.spans.resource == function.name]
    restores = int((stages == "restore").sum())
    yield Charge(
        "Lambda SnapStart restores", "lambda.snap_start_restore", restores * gb
    )


def _ephemeral_storage(ran: pd.DataFrame) -> Charge:
    """What /tmp has beyond its default size costs while the function runs.

    https://aws.amazon.com/lambda/pricing/
    """
    included = facts.fact("Function.ephemeral_storage").value
    mb = ran.tmp_mb - included
    gb_s = float((ran.seconds * mb).sum()) / MB_PER_GB
    item = "Lambda /tmp above 512 MB"
    return Charge(item, "lambda.ephemeral_storage", gb_s)
