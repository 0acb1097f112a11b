"""A run as one HTML file that needs nothing beside it, and that nothing can be fetched into."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import pandas as pd

from sim.markup import Html, escaped, linked
from sim.phrases import counted, spoken
from sim.results.html_table import html_table
from sim.results.run import Run
from sim.results.spoken_table import spoken_table
from sim.results.verdict import verdict
from sim.show.drawing.picture import Picture
from sim.show.pictures.cloudwatch import cloudwatch
from sim.show.pictures.fates import fates
from sim.show.pictures.latency import latency
from sim.show.report import stage_section
from sim.show.report.examples import examples
from sim.show.report.settings_table import (
    settings_table,
    traffic_table,
)

STYLE = """
:root{color-scheme:light}
body{font:15px/1.5 system-ui,sans-serif;color:#20242b;background:#fff}
body{max-width:72rem;margin:1rem auto;padding:0 1rem;overflow-wrap:anywhere}
.verdict{font-size:1.25rem}
table{border-collapse:collapse;display:block;overflow-x:auto;margin-bottom:1rem}
td,th{padding:.15rem .6rem;text-align:left;vertical-align:top}
td,th{border-bottom:1px solid #ccc}
.picture{overflow-x:auto}
details{margin:.5rem 0}
summary{cursor:pointer}
"""


def html_report(
    run: Run,
    title: str,
    tables: Mapping[str, pd.DataFrame],
    assumptions: Sequence[str] = (),
) -> str:
    """A page about a run: verdict, what was simulated, the stage with stories, pictures, tables.

    `assumptions`: sentences on what decides the numbers and was not given. `tables`: by heading.
    """
    numbers = run.summary()
    parts = [
        Html(f"<h1>{escaped(title)}</h1>"),
        Html(
            f'<p class="verdict">{escaped(verdict(numbers.to_frame().T))}</p>'
        ),
        *_simulated(run, assumptions),
        _section("What happens", stage_section.stage_section(run)),
        examples(run),
        _section("Summary", html_table(spoken_table(numbers), header=False)),
        *_pictures(run),
        *(
            _fold(heading, spoken_table(rows))
            for heading, rows in tables.items()
        ),
    ]
    return _page(title, Html("\n".join(parts)))


def _simulated(run: Run, assumptions: Sequence[str]) -> Iterator[Html]:
    """Traffic, seed, what was assumed, and the settings."""
    scenario = run.scenario
    events = counted(len(run.workload.time))
    sentence = (
        f"{events} events in {spoken(scenario.seconds)}, with seed {run.seed}. "
        "The same settings and seed give the same numbers."
    )
    yield _section("What was simulated", Html(f"<p>{sentence}</p>"))
    yield html_table(traffic_table(scenario), index=False)
    if assumptions:
        said = "\n".join(f"<li>{linked(each)}</li>" for each in assumptions)
        yield _section("What was assumed", Html(f"<ul>\n{said}\n</ul>"))
    settings = settings_table(scenario)
    yield _fold(f"{len(settings)} settings that are not the defaults", settings)


def _pictures(run: Run) -> Iterator[Html]:
    yield _image(fates(run))
    yield _image(latency(run, by="trigger"))
    reached = {*run.deliveries.function, *run.spans.resource}
    functions = [function.name for function in run.scenario.functions]
    for name in functions:
        if name in reached:
            yield _image(cloudwatch(run, name))
    idle = ", ".join(name for name in functions if name not in reached)
    if idle:
        yield Html(f"<p>No event came to {escaped(idle)}.</p>")


def _image(picture: Picture) -> Html:
    data = base64.b64encode(picture.svg().encode()).decode()
    text = escaped(picture.text_alternative)
    source = f"data:image/svg+xml;base64,{data}"
    return Html(f'<p class="picture"><img alt="{text}" src="{source}"></p>')


def _fold(heading: str, rows: pd.DataFrame) -> Html:
    shown = html_table(rows, address_text="page", index=False)
    return Html(
        f"<details><summary>{escaped(heading)}</summary>\n{shown}\n</details>"
    )


def _section(heading: str, content: Html) -> Html:
    return Html(f"<h2>{escaped(heading)}</h2>\n{content}")


def _page(title: str, body: Html) -> str:
    scripts = (stage_section.SCRIPT, stage_section.OPENING)
    run_here = "\n".join(f"<script>{script}</script>" for script in scripts)
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">'
        f"<title>{escaped(title)}</title>"
        f"<style>{STYLE}{stage_section.STYLE}</style>"
    )
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>'
        f"<body>\n{body}\n{run_here}\n</body></html>\n"
    )


def _policy(scripts: Sequence[str]) -> str:
    """Only these scripts work, and no address is asked: what a text plants stays text."""
    hashes = [
        base64.b64encode(sha256(script.encode()).digest()).decode()
        for script in scripts
    ]
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return (
        "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; "
        f"script-src {allowed}"
    )
