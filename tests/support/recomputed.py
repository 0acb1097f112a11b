"""Metrics, bill, summary and counts of a run, compared with what its spans say one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import isclose, isnan
from typing import Any

import sim
from tests.support.plain import (
    functions,
    pipes,
    queue_metrics,
    streams,
    subscribers,
    summary,
)
from tests.support.plain.bill import PlainBill
from tests.support.plain.found import Found
from tests.support.plain.queues import polls_queue
from tests.support.plain.series import Series

COUNTS = ("runs", "successes", "throttles", "side_effects")


def differences(run: sim.Run) -> Iterator[str]:
    """What a plain count finds otherwise, in words."""
    found = Found(run)
    series = Series(found)
    for part in (functions, pipes, queue_metrics, streams, subscribers):
        part.count(series)
    yield from _compared("metrics", series.rows(), _metrics(run))
    yield from _compared("cost", PlainBill(found).rows(), _bill(run))
    yield from _of_prices(run)
    told = run.summary().to_dict()
    yield from _compared("summary", summary.summary(run), told)
    yield from _of_deliveries(run)
    yield from _of_receives(run)


def _metrics(run: sim.Run) -> dict[tuple[Any, ...], float]:
    table = run.metrics()
    names = ["namespace", "metric", "dimensions", "timestamp_s"]
    keys = list(zip(*(table[name] for name in names), strict=True))
    rows: dict[tuple[Any, ...], float] = {}
    for statistic in table.columns[5:]:
        for key, value in zip(keys, table[statistic], strict=True):
            if not isnan(value):
                rows[*key, statistic] = value
    return rows


def _bill(run: sim.Run) -> dict[str, float]:
    """The quantity of each item, price tiers together."""
    items: dict[str, float] = defaultdict(float)
    for row in run.cost().itertuples():
        if not isnan(row.quantity):
            items[row.item.split(", tier ")[0]] += row.quantity
    return items


def _of_prices(run: sim.Run) -> Iterator[str]:
    """What a line of the bill costs, in whatever month."""
    for free_tier in (False, True):
        for row in run.cost("month", free_tier).itertuples():
            cost = row.quantity * row.unit_price_usd
            if not _is_same(cost, row.cost_usd):
                yield f"{row.item} costs {row.cost_usd}, not {cost}"


def _of_receives(run: sim.Run) -> Iterator[str]:
    """How often each message was received: the number of its last try."""
    receives: Counter[int] = Counter()
    for span in run.spans.itertuples():
        last = receives[span.delivery]
        receives[span.delivery] = max(last, span.attempt)
    for row in run.deliveries.itertuples():
        is_message = polls_queue(run.trigger_of(row.delivery))
        if is_message and row.receives != receives[row.delivery]:
            told = f"{row.receives}, the spans say {receives[row.delivery]}"
            yield f"receives of {row.delivery} are {told}"


def _compared(
    what: str, plain: dict[Any, float], told: dict[Any, float]
) -> Iterator[str]:
    for key in sorted(plain.keys() | told.keys(), key=str):
        mine, theirs = plain.get(key), told.get(key)
        if mine is None or theirs is None or not _is_same(mine, theirs):
            yield f"{what}: {key} is {theirs}, but the spans say {mine}"


def _is_same(one: float, other: float) -> bool:
    is_nothing = isnan(one) and isnan(other)
    return is_nothing or isclose(one, other, rel_tol=1e-9, abs_tol=1e-5)


def _of_deliveries(run: sim.Run) -> Iterator[str]:
    """The counts and the fate of each delivery."""
    counts = summary.counts_of_deliveries(run)
    for row in run.deliveries.itertuples():
        mine = counts[row.delivery]
        for name in COUNTS:
            told = getattr(row, name)
            if told != mine[name]:
                yield f"{name} of {row.delivery} is {told}, the spans say {mine[name]}"
        for problem in _problems_of_fate(row, mine):
            yield f"delivery {row.delivery}, {row.fate}, {problem}"


def _problems_of_fate(row: Any, counts: dict[str, float]) -> Iterator[str]:
    """What a fate excludes; a handler may return a success before a record's turn."""
    if (row.fate == "in flight") != isnan(row.settled_s):
        yield f"was settled at {row.settled_s} s"
    if (row.fate == "dead-lettered") != bool(row.stores):
        yield f"is kept in {row.stores!r}"
    # another mapping of its queue, or a changed pattern, may filter a message that comes back
    if row.fate == "filtered" and row.runs and row.receives <= row.runs:
        yield f"has {row.runs} runs"
    is_left_out = row.end == "filtered"
    was_called = counts["batches"] or row.work_done or is_left_out
    if row.fate == "succeeded" and not was_called:
        yield "was in no run"
    if row.fate == "rejected" and row.told == "":
        yield "nobody was told"
