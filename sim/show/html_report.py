"""A run as one HTML file that needs nothing beside it: numbers, pictures, what was read and what is advised."""

from __future__ import annotations

import base64
from html import escape

import pandas as pd

from sim.results.run import Run
from sim.show.drawing.frame import Picture, png
from sim.show.pictures.cloudwatch import console
from sim.show.pictures.fates import fates
from sim.show.pictures.latency import latency
from sim.show.pictures.timeline import timeline

SHORT_ENOUGH = 400
"""Deliveries up to which a timeline can be read."""

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.15rem .6rem;text-align:left;border-bottom:1px solid #ccc;"
    "vertical-align:top}img{max-width:100%}"
)


def page(run: Run, title: str, tables: dict[str, pd.DataFrame]) -> str:
    """The HTML of a page about a run: its summary and pictures, and further tables under their headings."""
    summary = run.summary().rename("value").rename_axis("").reset_index()
    parts = [f"<h1>{escape(title)}</h1>", _table("Summary", summary)]
    parts += [_image(picture) for picture in _pictures(run)]
    parts += [_table(heading, table) for heading, table in tables.items()]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _pictures(run: Run) -> list[Picture]:
    pictures = [fates(run), latency(run)]
    if len(run.deliveries) <= SHORT_ENOUGH:
        pictures.append(timeline(run))
    return pictures + [
        console(run, function.name) for function in run.scenario.functions
    ]


def _image(picture: Picture) -> str:
    data = base64.b64encode(png(picture)).decode()
    text = escape(
        str(getattr(picture, "text_alternative", "") or "A picture of the run"),
        quote=True,
    )
    return f'<p><img alt="{text}" src="data:image/png;base64,{data}"></p>'


def _table(heading: str, table: pd.DataFrame) -> str:
    return f"<h2>{escape(heading)}</h2>\n{table.to_html(index=False, border=0, na_rep='', render_links=True)}"
