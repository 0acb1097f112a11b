"""What a panel's tab says of the cost: its lines, their shares, the total, and a month's bill."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.markup import Html, escaped, isolated, link, linked
from sim.phrases import counted, percent, usd
from sim.results.run import Run
from sim.scenario.errors import ScenarioError

TABLE = '<table class="bill">'
HEADS = ("", "quantity", "cost", "share", "price")
NUMBER = '<td style="padding:0 .8em;text-align:right;white-space:nowrap">'


def bills(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """The bill of each run for a million events, and what a month costs; `pinned` ones after them.

    As HTML, in which all text is escaped.
    """
    parts = [bill(name, run) for name, run in runs.items()]
    parts += [bill(f"Pinned: {name}", run) for name, run in pinned.items()]
    return "".join(parts)


def bill(name: str, run: Run) -> str:
    """One run's bill: a line a thing that costs, its share, the total, and a month's bill."""
    heading = f"<h4>{isolated(name)}, for a million events</h4>"
    return heading + bill_lines(run)


def bill_lines(run: Run) -> str:
    """The same without the heading."""
    try:
        lines = run.bill_per_million
    except ScenarioError as error:
        return f"<p>{isolated(str(error))}</p>"
    return f"{_table(lines)}<p>{isolated(month(run))}</p>"


def month(run: Run) -> str:
    """What a month of 30 days costs at this traffic, as a sentence."""
    costs = run.cost(per="month").cost_usd
    if not costs.notna().any():
        return "What a month costs is not priced here."
    text = f"A month of 30 days at this traffic costs {usd(costs.sum())}"
    if costs.isna().any():
        text += ", and what is not priced here"
    return f"{text}: as if events came all month as they come in this run."


def _table(lines: pd.DataFrame) -> Html:
    total = lines.cost_usd.sum(min_count=1)
    rows: list[Any] = lines.to_dict("records")
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    body = "".join(_line(total, **row) for row in rows)
    return Html(
        f"{TABLE}<thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody><tfoot>{_total(lines, total)}</tfoot></table>"
    )


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
    head = f'<th scope="row" style="text-align:left">{isolated(item)}</th>'
    is_priced = not math.isnan(cost_usd)
    numbers = _numbers(
        f"{counted(quantity)} {unit}".strip(),
        usd(cost_usd) if is_priced else "not priced",
        percent(cost_usd / total) if is_priced and total else "–",
    )
    price = link(source, f"price of {date}") if date else linked(source)
    return f"<tr>{head}{numbers}<td>{price}</td></tr>"


def _total(lines: pd.DataFrame, total: float) -> str:
    has_all = lines.cost_usd.notna().all()
    cost = "not priced" if math.isnan(total) else usd(total)
    head = "Total" if has_all else "Total of what is priced"
    return (
        f'<tr><th scope="row" style="text-align:left">{head}</th>'
        f"{_numbers('', cost, '100 %' if total else '–')}<td></td></tr>"
    )


def _numbers(*texts: str) -> str:
    return "".join(f"{NUMBER}{escaped(text)}</td>" for text in texts)
