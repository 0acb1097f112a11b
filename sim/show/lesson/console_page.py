"""What AWS shows at one instant of a game day, as parts of a page: alarms, logs, queues."""

from __future__ import annotations

from typing import Any

from sim.course.game.console import Console
from sim.course.game.logs import clock_text
from sim.markup import escaped
from sim.phrases import amount

STYLE = """<style>
.game-day { max-width: 1100px }
.game-day .widget-html-content { line-height: 1.35; font-size: 13px }
.game-day :is(p, h4, pre, figure, ul) { margin: 0 0 4px }
.game-day a { color: var(--jp-content-link-color, #0072b2); text-decoration: underline }
.game-day > .widget-vbox { padding: 0 8px 0 0 }
.game-day h4 { margin-top: 6px; font-size: 13px }
.game-day .clock { font-size: 22px; font-weight: 600 }
.game-day .alarm { border-left: 4px solid #D55E00; padding: 1px 6px; margin: 3px 0 }
.game-day .calm { border-left: 4px solid #009E73; padding: 1px 6px; margin: 3px 0 }
.game-charts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 6px 16px }
.game-charts figcaption { font-size: 11px; overflow-wrap: anywhere }
.game-charts span { opacity: .8; white-space: nowrap }
.game-charts svg { width: 100%; max-height: 130px; display: block; overflow: visible }
.game-charts text { font-size: 9px; fill: currentColor; opacity: .75 }
.game-charts polyline { fill: none; stroke: var(--jp-brand-color1, #0072B2); stroke-width: 1.5 }
.game-charts circle { fill: var(--jp-brand-color1, #0072B2) }
.game-charts .axis { stroke: currentColor; opacity: .4 }
.game-charts .now { stroke: currentColor; opacity: .35; stroke-dasharray: 2 3 }
.game-charts .limit { stroke: #D55E00; stroke-dasharray: 5 3 }
.game-log { font-size: 11px; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2 }
.game-day table { border-collapse: collapse }
.game-day :is(th, td) { padding: 2px 10px; text-align: right; border-bottom: 1px solid #8A93A055 }
.game-day th:first-child { text-align: left }
.game-day :focus-visible { outline: 2px solid var(--jp-brand-color1, #0072b2) }
</style>"""


def clock_page(number: int, system: str, clock: str, minutes_left: int) -> str:
    """The heading: which game, in which system, and what time it is."""
    left = f"{minutes_left} min of your shift left"
    return (
        f"<div role='status'><b>Game day {number}</b>: {escaped(system)}<br>"
        f'<span class="clock">{clock}</span> {left}</div>'
    )


def alarms_page(console: Console) -> str:
    """The alarms that ring."""
    rows = [_alarm(row) for row in console.alarms.itertuples(index=False)]
    calm = '<div class="calm">No alarm rings.</div>'
    return (
        f"<div role='status'><h4>Alarms in ALARM</h4>{''.join(rows) or calm}"
        "</div>"
    )


def _alarm(row: Any) -> str:
    since = clock_text(row.since_s)[:5]
    return (
        f'<div class="alarm"><b>{escaped(row.resource)}</b>, since {since}: {escaped(row.says)}'
        f"<br><small>{escaped(row.metric)} {escaped(row.statistic)} {amount(row.value)}, "
        f"above {amount(row.threshold)}</small></div>"
    )


def log_page(console: Console, function: str) -> str:
    """The newest lines of a function's log."""
    lines = console.log(function)
    if not lines:
        return f"<p>{escaped(function)} has logged nothing so far.</p>"
    return (
        f'<pre class="game-log" role="log" tabindex="0" '
        f'aria-label="The last lines of the log of {escaped(function)}">'
        f"{escaped(_readable(lines))}</pre>"
    )


def _readable(lines: list[str]) -> str:
    """Lines that a page can break between two fields, which Lambda parts by tabs."""
    return "\n".join(lines).replace("\t", "  ")


def queues_page(console: Console) -> str:
    """All queues, with what waits in them."""
    if console.queues.empty:
        return "<p>This system has no queue.</p>"
    rows = "".join(
        f'<tr><th scope="row">{escaped(name)}{_role(row)}</th><td>{row.visible:,.0f}</td>'
        f"<td>{row.in_flight:,.0f}</td><td>{row.oldest_s:,.0f} s</td></tr>"
        for name, row in console.queues.iterrows()
    )
    heads = (
        "queue",
        "visible",
        "in flight (hidden)",
        "age of the oldest message",
    )
    head = "".join(f'<th scope="col">{word}</th>' for word in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _role(row: Any) -> str:
    return " (keeps failures)" if row.keeps_failures else ""
