"""The result in words, stories, and complaints, as HTML."""

from __future__ import annotations

from collections.abc import Mapping

from sim.markup import isolated, linked
from sim.results.run import Run
from sim.scenario.errors import ScenarioError
from sim.show.pictures.captions import describe

STORY_STYLE = "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;line-height:1.35"


def words(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """The result in sentences, for those who listen instead of looking."""
    return isolated(describe(dict(runs), dict(pinned) or None))


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
