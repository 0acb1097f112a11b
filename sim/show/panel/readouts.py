"""The numbers beside a picture: a table of readouts, the result in words, stories and complaints, as HTML."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from typing import Any

from sim.results import summary
from sim.results.phrases import spoken
from sim.results.run import Run
from sim.scenario.errors import ScenarioError
from sim.show.pictures.captions import describe

READOUTS = {
    "delivered": "Events that some run handled successfully",
    "told": "Events whose caller was told of a failure or a throttle",
    "parked": "Events kept in a dead-letter queue or at a destination",
    "lost": "Events that nobody was told of and nothing kept",
    "p50": "Half of the delivered events were done this long after they arrived",
    "p99": "99 of 100 delivered events were done this long after they arrived",
    "runs per event": "How often the function ran for an event, on average",
}

ADDRESS = re.compile(r"https?://\S+")


def table(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """One row a run, one column a readout, with the difference from the pinned run where there is one."""
    head = "".join(
        f'<th scope="col" style="padding:0 .8em" title="{html.escape(what)}">{name}</th>'
        for name, what in READOUTS.items()
    )
    rows = "".join(_row(name, run, pinned.get(name)) for name, run in runs.items())
    style = "style='border-collapse:collapse;font-variant-numeric:tabular-nums;white-space:nowrap' class='readout'"
    shown = f"<table {style}><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<div style='overflow-x:auto'>{shown}</div>"


def _row(name: str, run: Run, before: Run | None) -> str:
    now, then = values(run), values(before) if before is not None else {}
    cells = "".join(
        f'<td style="padding:0 .8em;text-align:right">{_said(key, value)}{_difference(key, value, then.get(key))}</td>'
        for key, value in now.items()
    )
    return f'<tr><th scope="row" style="text-align:left">{html.escape(name)}</th>{cells}</tr>'


def values(run: Run) -> dict[str, float]:
    """The readouts of a run: counts, seconds and runs per event."""
    outcomes = summary.outcomes(run.deliveries)
    return {
        **{name: outcomes[name] for name in ("delivered", "told", "parked", "lost")},
        "p50": outcomes["p50_s"],
        "p99": outcomes["p99_s"],
        "runs per event": outcomes["runs_per_delivery"],
    }


def _said(key: str, value: float) -> str:
    if math.isnan(value):
        return "–"
    if key in ("p50", "p99"):
        return spoken(value)
    return (
        f"{value:.2f}" if key == "runs per event" else f"{value:,.0f}".replace(",", " ")
    )


def _difference(key: str, now: float, then: float | None) -> str:
    if (
        then is None
        or math.isnan(now)
        or math.isnan(then)
        or math.isclose(now, then, abs_tol=5e-4)
    ):
        return ""
    sign = "+" if now > then else "−"
    return f' <span style="opacity:.7">({sign}{_said(key, abs(now - then))})</span>'


def words(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """The result in sentences, for those who listen instead of looking."""
    text = html.escape(describe(dict(runs), dict(pinned) or None))
    # so that longer words do not move the page
    room = f"line-height:1.4;min-height:{1.4 * (1 + 2 * len(runs)):.1f}em"
    return f'<div role="status" aria-live="polite" class="words" style="{room}">{text}</div>'


def bills(runs: Mapping[str, Run], _event: int) -> str:
    """What a million events would cost in each run, by line of the bill, with the source of each price."""
    return "".join(
        f"<h4>{html.escape(name)}, for a million events</h4>{_bill(run)}"
        for name, run in runs.items()
    )


def _bill(run: Run) -> str:
    lines: list[dict[str, Any]] = run.cost(per="million events").to_dict("records")  # type: ignore[assignment]
    rows = "".join(_line(**line) for line in lines)
    return f"<table><tbody>{rows}</tbody></table>"


def _line(
    item: str,
    quantity: float,
    unit: str,
    cost_usd: float,
    source: str,
    date: str,
    **_: Any,
) -> str:
    cost = "not priced" if math.isnan(cost_usd) else f"{cost_usd:,.2f} USD"
    price = (
        f'<a href="{html.escape(source)}" target="_blank">price of {date}</a>'
        if date
        else html.escape(source)
    )
    return f"<tr><td>{html.escape(item)}</td>{_cell(f'{quantity:,.0f} {unit}')}{_cell(cost)}<td>{price}</td></tr>"


def _cell(text: str) -> str:
    return f'<td style="padding:0 .8em;text-align:right">{html.escape(text)}</td>'


def stories(runs: Mapping[str, Run], event: int) -> str:
    """What happened to one event in each run."""
    return "".join(
        f"<h4>{html.escape(name)}</h4>{story(run, event)}" for name, run in runs.items()
    )


def story(run: Run, event: int) -> str:
    """What happened to one event, with its links; or a sentence that there is no such event."""
    try:
        text = html.escape(str(run.story(event)).replace("`", ""))
    except ScenarioError as error:
        text = html.escape(str(error))
    linked = ADDRESS.sub(r'<a href="\g<0>" target="_blank">\g<0></a>', text)
    return f'<pre style="white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;line-height:1.35">{linked}</pre>'


def complaint(sentence: str) -> str:
    """The error line."""
    return f'<div role="alert" class="complaint"><b>Not simulated:</b> {html.escape(sentence)}</div>'
