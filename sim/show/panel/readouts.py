"""The numbers beside a picture, the result in words, stories and complaints, as HTML."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.markup import escaped, isolated, link, linked
from sim.phrases import spoken
from sim.results.run import Run
from sim.scenario.errors import ScenarioError
from sim.show.pictures.captions import describe

READOUTS = {
    "delivered": "Events that were handled, with all that they caused",
    "told": "Events of which some caller was told of a failure or a throttle",
    "parked": "Events of which something is kept in a dead-letter queue or at a destination",
    "lost": "Events of which some work was not done, nobody was told, and nothing was kept",
    "given up": "Events whose work was done before AWS gave them up with their batch",
    "under way": "Events of which something is not done yet when the simulation ends",
    "p50": "Half of the delivered events were done, with all they caused, this long after arrival",
    "p99": "99 of 100 delivered events were done, with all they caused, this long after arrival",
    "runs per event": "How often the function ran for an event, on average",
}
WHERE_ANY = ("given up", "under way")
"""The readouts that are shown where they are not 0 alone."""

SAME = 5e-4  # two numbers this near are not told apart
LINE_HEIGHT = 1.4  # in font sizes
TABLE_STYLE = "border-collapse:collapse;font-variant-numeric:tabular-nums;white-space:nowrap"
NUMBER_STYLE = "padding:0 .8em;text-align:right"
STORY_STYLE = "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;line-height:1.35"


def table(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """One row a run, one column a readout, with the difference from a pinned run of that name."""
    rows_of = {name: values(run) for name, run in runs.items()}
    before = {name: values(run) for name, run in pinned.items()}
    shown = [
        key
        for key in READOUTS
        if key not in WHERE_ANY
        or any(row[key] for row in (*rows_of.values(), *before.values()))
    ]
    heads = "".join(
        '<th scope="col" style="padding:0 .8em" '
        f'title="{escaped(READOUTS[key])}">{key}</th>'
        for key in shown
    )
    rows = "".join(
        _row(name, row, before.get(name, {}), shown)
        for name, row in rows_of.items()
    )
    made = (
        f"<table style='{TABLE_STYLE}' class='readout'>"
        f"<thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return f"<div style='overflow-x:auto'>{made}</div>"


def _row(
    name: str,
    now: Mapping[str, float],
    before: Mapping[str, float],
    shown: list[str],
) -> str:
    cells = [
        _cell(
            _text(key, now[key])
            + _difference(key, now[key], before.get(key, math.nan))
        )
        for key in shown
    ]
    head = f'<th scope="row" style="text-align:left">{isolated(name)}</th>'
    return f"<tr>{head}{''.join(cells)}</tr>"


def values(run: Run) -> dict[str, float]:
    """The readouts of a run: counts, seconds and runs per event."""
    found = run.summary()
    runs = found["runs_per_delivery"] * found["deliveries"]
    per_event = runs / found["journeys"] if found["journeys"] else math.nan
    return {
        **{
            name: found[name]
            for name in ("delivered", "told", "parked", "lost")
        },
        "given up": found["given_up"],
        "under way": found["unfinished"],
        "p50": found["p50_s"],
        "p99": found["p99_s"],
        "runs per event": per_event,
    }


def _text(key: str, value: float) -> str:
    if math.isnan(value):
        return "–"
    if key in ("p50", "p99"):
        return spoken(value)
    if key == "runs per event":
        return f"{value:.2f}"
    return f"{value:,.0f}".replace(",", " ")


def _difference(key: str, now: float, before: float) -> str:
    """How much more or less than before, in brackets; nothing where either is unknown."""
    known = not math.isnan(now) and not math.isnan(before)
    if not known or math.isclose(now, before, abs_tol=SAME):
        return ""
    sign = "+" if now > before else "−"
    return f' <span style="opacity:.7">({sign}{_text(key, abs(now - before))})</span>'


def words(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """The result in sentences, for those who listen instead of looking."""
    text = isolated(describe(dict(runs), dict(pinned) or None))
    # room for longer sentences, which else would move the page
    height = LINE_HEIGHT * (1 + 2 * len(runs))
    style = f"line-height:{LINE_HEIGHT};min-height:{height:.1f}em"
    return (
        f'<div role="status" aria-live="polite" class="words" style="{style}">'
        f"{text}</div>"
    )


def bills(runs: Mapping[str, Run], _event: int) -> str:
    """What a million events would cost in each run, by line, with each price's source."""
    return "".join(
        f"<h4>{isolated(name)}, for a million events</h4>{_bill(run)}"
        for name, run in runs.items()
    )


def _bill(run: Run) -> str:
    lines: Any = run.cost(per="million events").to_dict("records")
    return f"<table><tbody>{''.join(_bill_line(**line) for line in lines)}</tbody></table>"


def _bill_line(
    item: str,
    quantity: float,
    unit: str,
    cost_usd: float,
    source: str,
    date: str,
    **_: Any,
) -> str:
    amount = _cell(escaped(f"{quantity:,.0f} {unit}"))
    cost = _cell(
        "not priced" if math.isnan(cost_usd) else f"{cost_usd:,.2f} USD"
    )
    price = link(source, f"price of {date}") if date else linked(source)
    return f"<tr><td>{isolated(item)}</td>{amount}{cost}<td>{price}</td></tr>"


def _cell(content: str) -> str:
    return f'<td style="{NUMBER_STYLE}">{content}</td>'


def stories(runs: Mapping[str, Run], event: int) -> str:
    """What happened to one event in each run."""
    return "".join(
        f"<h4>{isolated(name)}</h4>{story(run, event)}"
        for name, run in runs.items()
    )


def story(run: Run, event: int) -> str:
    """What happened to one event, with its links; or a sentence that there is no such event."""
    try:
        text = str(run.story(event)).replace("`", "")
    except ScenarioError as error:
        text = str(error)
    return f'<pre style="{STORY_STYLE}">{linked(text)}</pre>'


def complaint(sentence: str, what: str = "Not simulated") -> str:
    """The error line: what has not been done, and why."""
    return (
        f'<div role="alert" class="complaint"><b>{isolated(what)}:</b> '
        f"{isolated(sentence)}</div>"
    )
