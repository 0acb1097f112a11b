"""A trigger's card: what AWS says of it, row by row, with its links; and its sample event."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping

from sim.course import glossary_tables
from sim.results.phrases import spoken
from sim.results.run import Run
from sim.results.sample_events import sample_event
from sim.scenario.errors import ScenarioError
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.show.panel.deploy_tab import folder, place

TELLS = {
    "success": "told_on_success",
    "throttle": "told_on_throttle",
    "error": "told_on_error",
    "timeout": "told_on_function_timeout",
    "the limit": "told_on_limit",
}
ROWS = {
    "Request": "request_limit",
    "Answer": "response_limit",
    "Before Lambda has it": "upstream_retries",
    "After a failure": "after_failure",
    "Failure store": "failure_store",
    "Order": "order",
    "Delivery": "delivery",
}
STYLE = (
    "<style>.trigger-card { column-width: 24em; column-gap: 2em; line-height: 1.35 }"
    ".trigger-card div { break-inside: avoid; display: flex; gap: .6em; margin-bottom: .2em }"
    ".trigger-card dt { flex: 0 0 10em; opacity: .75 } .trigger-card dd { margin: 0; overflow-wrap: anywhere }"
    ".trigger-card a { text-decoration: underline }</style>"
)


def card(kind: str) -> str:
    """What `data/triggers.csv` says of a kind of trigger, as HTML; what is empty there has no row."""
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{text}</dd></div>"
        for name, text in _rows(trigger_kind(kind))
    )
    return f'{STYLE}<dl class="trigger-card">{rows}</dl>'


def _rows(row: TriggerKind) -> Iterator[tuple[str, str]]:
    yield "Who waits", _waits(row)
    for name, column in TELLS.items():
        if told := getattr(row, column):
            yield f"Told on {name}", html.escape(told)
    for name, column in ROWS.items():
        yield name, html.escape(_whole(row, column))
    if row.latency_p50_ms is not None and row.latency_p99_ms is not None:
        half, most = (
            spoken(milliseconds / 1000)
            for milliseconds in (row.latency_p50_ms, row.latency_p99_ms)
        )
        yield "On its way", f"half within {half}, 99 % within {most} (measured)"
    yield "Note", html.escape(row.note)
    yield "Sources", f"{_sources(row)} ({html.escape(row.evidence)}, {row.date})"
    yield "More", _more(row.kind)


def _whole(row: TriggerKind, column: str) -> str:
    """A cell's text; where it begins with "as kinesis" or another kind, that one's."""
    text = str(getattr(row, column))
    like = re.match(r"as ([a-z_]+)", text)
    return (
        text
        if like is None
        else _whole(trigger_kind(like[1]), column) + text[like.end() :]
    )


def _waits(row: TriggerKind) -> str:
    if row.wait_limit_seconds is None:
        return html.escape(row.who_waits)
    limit = f"{spoken(row.wait_limit_seconds)} at most"
    return html.escape(
        f"{row.who_waits}, {limit}"
        if row.who_waits != "nobody"
        else f"nobody; a run takes {limit}"
    )


def _sources(row: TriggerKind) -> str:
    links = dict.fromkeys([row.source, *row.links.split()])
    pages = (
        f'<a href="{html.escape(link)}" target="_blank">{html.escape(_title(link))}</a>'
        for link in links
    )
    return ", ".join(pages)


def _title(link: str) -> str:
    """The name of a page: the last part of its address that says something."""
    return (
        link.split("#", maxsplit=1)[0]
        .rstrip("/")
        .rsplit("/", 1)[-1]
        .removesuffix(".html")
    )


def _more(kind: str) -> str:
    walks = glossary_tables.lessons().query("kind == @kind")
    lessons = [
        place(
            f"notebooks/{file}#{section}",
            f"lesson {file[:2]}: {section.replace('-', ' ')}",
        )
        for file, section in zip(walks.lesson, walks.section, strict=True)
    ]
    return ", ".join(filter(None, [*lessons, folder(kind)]))


def samples(runs: Mapping[str, Run], event: int) -> str:
    """The event as the handler receives it, in each run, as JSON."""
    return "".join(
        f"<h4>{html.escape(name)}</h4>{_sample(run, event)}"
        for name, run in runs.items()
    )


def _sample(run: Run, event: int) -> str:
    try:
        text = json.dumps(
            sample_event(run.scenario.triggers[0].kind, run, event),
            indent=2,
            ensure_ascii=False,
        )
    except ScenarioError as error:
        text = str(error)
    return (
        f'<pre style="white-space:pre-wrap;line-height:1.35">{html.escape(text)}</pre>'
    )
