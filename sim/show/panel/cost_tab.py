"""The bill of each run: its lines with their shares and prices, and the total."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.markup import Html, escaped, isolated, link, linked
from sim.results.cost.bill import Per
from sim.results.run import Run
from sim.scenario.errors import ScenarioError

PER: Mapping[str, tuple[Per, str]] = {
    "month": ("month", "a month like this"),
    "million": ("million events", "a million events"),
    "run": ("run", "this run"),
}
"""What a bill can be for, by the word that chooses it."""
HEADS = ("", "quantity", "cost", "share", "price")


def bills(runs: Mapping[str, Run], pinned: Mapping[str, Run], per: str) -> Html:
    """What each run would cost, by line of the bill, with each price's source."""
    return Html(
        "".join(
            f"<section><h4>{isolated(name)}, for {PER[per][1]}</h4>"
            f"{_bill(run, pinned.get(name), PER[per][0])}</section>"
            for name, run in runs.items()
        )
    )


def _bill(run: Run, before: Run | None, per: Per) -> Html:
    try:
        lines = run.cost(per=per)
        total = _total(lines)
        last = math.nan if before is None else _total(before.cost(per=per))
    except ScenarioError as error:
        return Html(f"<p>{isolated(str(error))}</p>")
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = [_line(total, **line) for line in _records(lines)]
    rows.append(
        f'<tr class="panel-total"><th scope="row">total</th><td></td>'
        f"<td>{dollars(total)}{_difference(total, last)}</td><td></td><td></td></tr>"
    )
    return Html(
        f'<table class="panel-bill"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _records(lines: pd.DataFrame) -> list[dict[str, Any]]:
    records: Any = lines.to_dict("records")
    return list(records)


def _total(lines: pd.DataFrame) -> float:
    """What has a price, added up."""
    return float(lines.cost_usd.sum())


def _line(
    total: float,
    item: str,
    quantity: float,
    unit: str,
    cost_usd: float,
    source: str,
    date: str,
    **_: Any,
) -> str:
    is_known = not math.isnan(cost_usd)
    share = f"{cost_usd / total:.0%}" if is_known and total else ""
    price = link(source, f"price of {date}") if date else linked(source)
    cost = dollars(cost_usd) if is_known else "not priced"
    cells = (escaped(f"{quantity:,.0f} {unit}"), cost, share, price)
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{isolated(item)}</th>{row}</tr>'


def dollars(amount: float) -> str:
    """An amount in US dollars; small ones with two digits that say something."""
    if 0 < amount < 0.01:
        return f"{amount:.2g} USD"
    return f"{amount:,.2f} USD"


def _difference(now: float, before: float) -> str:
    """How much more or less than pinned; less is better."""
    if math.isnan(before) or math.isclose(now, before, abs_tol=5e-10):
        return ""
    is_less = now < before
    name = "better" if is_less else "worse"
    sign = "−" if is_less else "+"
    return (
        f' <span class="panel-{name}">{sign}{dollars(abs(now - before))}</span>'
    )
