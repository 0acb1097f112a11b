"""A run as one HTML file that needs nothing beside it: numbers, pictures and further tables."""

from __future__ import annotations

import base64

import pandas as pd

from sim.markup import Html, escaped
from sim.results.html_table import html_table
from sim.results.run import Run
from sim.results.spoken_table import spoken_table
from sim.show.drawing.picture import Picture
from sim.show.pictures.cloudwatch import cloudwatch
from sim.show.pictures.fates import fates
from sim.show.pictures.latency import latency
from sim.show.pictures.timeline import timeline

SHORT_ENOUGH = 400
"""Deliveries up to which a timeline can be read."""

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}"
    "td,th{padding:.15rem .6rem;text-align:left;border-bottom:1px solid #ccc;vertical-align:top}"
    "img{max-width:100%}"
)


def html_report(run: Run, title: str, tables: dict[str, pd.DataFrame]) -> str:
    """A page about a run: its summary and pictures, and further tables under their headings."""
    summary = html_table(spoken_table(run.summary()), header=False)
    parts = [f"<h1>{escaped(title)}</h1>", _section("Summary", summary)]
    parts += [_image(picture) for picture in _pictures(run)]
    parts += [_table(heading, rows) for heading, rows in tables.items()]
    body = "\n".join(parts)
    head = f'<meta charset="utf-8"><title>{escaped(title)}</title><style>{STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>'
        f"<body>\n{body}\n</body></html>\n"
    )


def _pictures(run: Run) -> list[Picture]:
    pictures = [fates(run), latency(run)]
    if len(run.deliveries) <= SHORT_ENOUGH:
        pictures.append(timeline(run))
    functions = run.scenario.functions
    return pictures + [cloudwatch(run, function.name) for function in functions]


def _image(picture: Picture) -> str:
    data = base64.b64encode(picture.svg().encode()).decode()
    text = escaped(picture.text_alternative)
    return f'<p><img alt="{text}" src="data:image/svg+xml;base64,{data}"></p>'


def _table(heading: str, rows: pd.DataFrame) -> Html:
    return _section(heading, html_table(spoken_table(rows), index=False))


def _section(heading: str, content: Html) -> Html:
    return Html(f"<h2>{escaped(heading)}</h2>\n{content}")
