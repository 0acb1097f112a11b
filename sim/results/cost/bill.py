"""What a run would have cost on AWS in us-east-1, by line of the bill."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from numbers import Real
from typing import Any, Literal, NamedTuple

import pandas as pd

from sim.progress import followed
from sim.results.cost import (
    lambda_charges,
    queue_charges,
    source_charges,
    stream_charges,
)
from sim.results.cost.charge import Charge
from sim.results.cost.payloads import Payloads
from sim.results.cost.prices import Line, Month
from sim.results.result import Result
from sim.results.usage.sends import sends
from sim.scenario.errors import ScenarioError

Per = Literal["run", "month", "million events"]
MONTH = 30 * 86_400.0  # seconds
MILLION = 1e6


class Charges(NamedTuple):
    """What a run is charged for, and the lines of what has no known price."""

    priced: list[Charge]
    not_priced: list[Line]


def charges(run: Result, payload_kb: float | None = None) -> Charges:
    """What the run as it was is charged for; `payload_kb` as in `cost`."""
    if payload_kb is not None and not _is_size(payload_kb):
        raise ScenarioError(
            f"payload_kb is {payload_kb!r}, but it must be 0 KB or more, and finite."
        )
    payloads = Payloads.of(run, payload_kb)
    sent = sends(run)
    priced = list(followed(_charges(run, payloads, sent), _said))
    return Charges(priced, list(source_charges.not_priced(run, sent)))


def cost(
    run: Result, charges: Charges, per: Per = "run", free_tier: bool = False
) -> pd.DataFrame:
    """What the run would have cost: one row a line of the bill, in US dollars.

    `per`: the run as it was; a month of 30 days at its average rate; or a million events from
    outside. Price tiers, and with `free_tier` the free ones, are those of a month that has nothing
    else in it. What still runs at the end is not billed yet. Columns: item, quantity, unit,
    unit_price_usd, cost_usd, source, date; what has no known price has NaN and a reason as its
    source. Raises `ScenarioError` for another `per`, or a million events if there was none.
    https://aws.amazon.com/lambda/pricing/
    """
    month = Month(free_tier)
    lines: list[Line] = []
    for charge in charges.priced:
        quantity = charge.quantity * _factor(run, per, charge)
        lines += month.lines(charge, quantity)
    lines += charges.not_priced
    return pd.DataFrame(lines, columns=Line._fields)


def _is_size(payload_kb: Any) -> bool:
    is_number = isinstance(payload_kb, Real) and payload_kb is not True
    return is_number and 0 <= payload_kb < inf


def _charges(
    run: Result, payloads: Payloads, sent: pd.DataFrame
) -> Iterator[Charge]:
    yield from lambda_charges.charges(run, payloads)
    yield from queue_charges.charges(run, payloads, sent)
    yield from source_charges.charges(run, payloads, sent)
    yield from stream_charges.charges(run, payloads)


def _said(charge: Charge) -> str:
    return f"Adding up the bill: {charge.item}"


def _factor(run: Result, per: str, charge: Charge) -> float:
    """How much more of a charge there would be in a month, or with a million events."""
    if per == "run":
        return 1.0
    if per == "month":
        return _months(run, charge)
    if per != "million events":
        raise ScenarioError(
            f"There is no cost per {per!r}; choose 'run', 'month' or 'million events'."
        )
    events = int((run.workload.time <= run.trace.ended).sum())
    if not events:
        raise ScenarioError(
            "No event came, so there is no cost per million events."
        )
    return MILLION / events


def _months(run: Result, charge: Charge) -> float:
    """A month's length in that of the run, or of the part of it in which events came."""
    seconds = run.ended_s
    if charge.grows_with == "events":
        seconds = min(run.scenario.seconds, seconds)
    return MONTH / seconds if seconds else 0.0
