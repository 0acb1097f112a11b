"""Any picture with a choice of event beside it, whose story stands below."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import pandas as pd

from sim.results.run import Run
from sim.show.drawing.frame import Picture, png
from sim.show.panel import readouts
from sim.show.pictures.captions import named
from sim.show.pictures.timeline import timeline

CHOICE = "choose one"


class Follow:
    """A picture of a run, and the story of the event that is chosen beside it."""

    def __init__(self, run: Run, picture: Picture, event: int | None) -> None:
        self.run = run
        last = len(run.workload.time) + len(run.trace.children) - 1
        found = notable(run.deliveries)
        first = next(iter(found.values()), 0) if event is None else event
        wide = {"style": {"description_width": "initial"}}
        self.event = widgets.BoundedIntText(
            value=first, min=0, max=max(last, 0), description="story of event", **wide
        )
        self.notable = widgets.Dropdown(
            options=[(CHOICE, None), *found.items()], description="or of the", **wide
        )
        self.story = widgets.HTML(layout={"max_width": "1000px"})
        image = widgets.Image(
            value=png(picture),
            format="png",
            layout={"width": "100%", "max_width": "1000px"},
        )
        words = widgets.HTML(f'<div role="note">{picture.text_alternative}</div>')
        self.event.observe(self._tell, "value")
        self.notable.observe(self._choose, "value")
        self.box = widgets.VBox(
            [image, words, widgets.HBox([self.event, self.notable]), self.story]
        )
        self._tell()

    def _choose(self, change: Any) -> None:
        if change.new is not None:
            self.event.value = change.new

    def _tell(self, _change: Any = None) -> None:
        self.story.value = readouts.stories(named(self.run), self.event.value)

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


def follow(
    run: Run, picture: Picture | None = None, event: int | None = None
) -> Follow:
    """Show a picture of a run, by default its timeline, with a choice of event and that event's story.

    `event`: the one that is told first; by default one with a fate worth reading.
    """
    return Follow(run, timeline(run) if picture is None else picture, event)


def notable(deliveries: pd.DataFrame) -> dict[str, int]:
    """Events worth following, by what makes them so: lost, kept in a failure store, run most often, slowest."""
    mine = deliveries[deliveries.parent < 0]
    if mine.empty:
        return {}
    found = {
        "first one lost": mine[mine.fate.isin(["dropped", "expired"])].head(1),
        "first one in a failure store": mine[mine.fate == "dead-lettered"].head(1),
        "first whose caller saw an error": mine[
            mine.fate.isin(["failed", "rejected"])
        ].head(1),
        "one that ran most often": mine.sort_values(
            "runs", ascending=False, kind="stable"
        ).head(1),
        "slowest delivered": mine[mine.fate == "succeeded"]
        .sort_values("latency_s", ascending=False)
        .head(1),
    }
    return {name: int(rows.event.iloc[0]) for name, rows in found.items() if len(rows)}
