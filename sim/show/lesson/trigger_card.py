"""A trigger's card: what AWS says of it, row by row, with its links; and its sample event."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from sim.course import glossary_tables
from sim.markup import escaped, isolated, link
from sim.phrases import spoken
from sim.results.run import Run
from sim.results.sample_events import sample_event
from sim.scenario.errors import ScenarioError
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.show.lesson.service_folds import folds_of
from sim.show.panel.deploy_tab import example_link, lab_link

# Rows of the card, and the columns of `data/triggers.csv` behind them:
TOLD_ROWS = {
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
    ".trigger-card dt { flex: 0 0 10em; opacity: .75 } "
    ".trigger-card dd { margin: 0; overflow-wrap: anywhere }"
    ".trigger-card a { text-decoration: underline }</style>"
)


def card(kind: str) -> str:
    """What `data/triggers.csv` says of a kind of trigger, as HTML; what is empty has no row.

    Below it stand the walks of this kind.
    """
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{text}</dd></div>"
        for name, text in _rows(trigger_kind(kind))
        if text
    )
    walks = folds_of(kind)
    return f'{STYLE}<dl class="trigger-card">{rows}</dl>{walks}'


def _rows(row: TriggerKind) -> Iterator[tuple[str, str]]:
    yield "Who waits", escaped(_who_waits(row))
    for name, column in TOLD_ROWS.items():
        yield f"Told on {name}", escaped(getattr(row, column))
    for name, column in ROWS.items():
        yield name, escaped(_full_text(row, column))
    if row.latency_p50_ms is not None and row.latency_p99_ms is not None:
        half = spoken(row.latency_p50_ms / 1000)
        most = spoken(row.latency_p99_ms / 1000)
        yield "On its way", f"half within {half}, 99 % within {most} (measured)"
    yield "Note", escaped(row.note)
    yield (
        "Sources",
        f"{_sources(row)} ({escaped(row.evidence)}, {escaped(row.date)})",
    )
    yield "More", _more(row.kind)


def _full_text(row: TriggerKind, column: str) -> str:
    """A cell's text; where it begins with "as kinesis" or another kind, that one's."""
    text = str(getattr(row, column))
    like = re.match(r"as ([a-z_]+)", text)
    if like is None:
        return text
    return _full_text(trigger_kind(like[1]), column) + text[like.end() :]


def _who_waits(row: TriggerKind) -> str:
    if row.wait_limit_seconds is None:
        return row.who_waits
    limit = f"{spoken(row.wait_limit_seconds)} at most"
    if row.who_waits == "nobody":
        return f"nobody; a run takes {limit}"
    return f"{row.who_waits}, {limit}"


def _sources(row: TriggerKind) -> str:
    links = dict.fromkeys([row.source, *row.links.split()])
    return ", ".join(link(address, _title(address)) for address in links)


def _title(address: str) -> str:
    """The name of a page: the last part of its address that says something."""
    page = address.split("#", maxsplit=1)[0]
    name = page.rstrip("/").split("/")[-1]
    return name.removesuffix(".html")


def _more(kind: str) -> str:
    """Links to the lessons that walk through this kind, and to its example."""
    lessons = glossary_tables.lessons()
    walks = lessons[lessons.index == kind]
    links = []
    for file, section in zip(walks.lesson, walks.section, strict=True):
        name = f"lesson {file[:2]}: {section.replace('-', ' ')}"
        links.append(lab_link(f"notebooks/{file}#{section}", name))
    links.append(example_link(kind))
    return ", ".join(filter(None, links))


def sample_events(runs: Mapping[str, Run], event: int) -> str:
    """The event as the handler receives it, in each run, as JSON."""
    return "".join(
        f"<h4>{isolated(name)}</h4>{_sample_event(run, event)}"
        for name, run in runs.items()
    )


def _sample_event(run: Run, event: int) -> str:
    kind = run.scenario.triggers[0].kind
    try:
        sample = sample_event(kind, run, event)
        text = json.dumps(sample, indent=2, ensure_ascii=False)
    except ScenarioError as error:
        text = str(error)
    style = "white-space:pre-wrap;line-height:1.35"
    return f'<pre style="{style}">{isolated(text)}</pre>'
