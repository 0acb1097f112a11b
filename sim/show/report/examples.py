"""The first event of each end that nobody wishes for, with its story: what to look at first."""

from __future__ import annotations

from sim.markup import Html, escaped
from sim.phrases import capitalised, spoken
from sim.results.run import Run
from sim.show.stage.story_lines import Heading, Line, story_lines

ENDS = ("lost", "given up", "in flight", "parked", "told")
"""Of an event, the worst first."""


def examples(run: Run) -> Html:
    """A fold a story; nothing if all went well."""
    journeys = run.journeys
    found = [
        _fold(run, end, int(journeys.event[journeys.end == end].iloc[0]))
        for end in ENDS
        if (journeys.end == end).any()
    ]
    return Html("\n".join(found))


def _fold(run: Run, end: str, event: int) -> Html:
    lines = "\n".join(_line(line) for line in story_lines(run, event))
    summary = escaped(f"{capitalised(end)}: the story of event {event}")
    return Html(f"<details><summary>{summary}</summary>\n{lines}\n</details>")


def _line(line: Heading | Line) -> str:
    if "heading" in line:
        return f"<h4>{line['heading']}</h4>"
    return f"<p><b>{escaped(spoken(line['at']))}</b> {line['text']}</p>"
