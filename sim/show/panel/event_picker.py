"""Any picture with a choice of event below it, and that event's story."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np

from sim.markup import isolated
from sim.results.events import check_event
from sim.results.run import Run
from sim.scenario.arguments import Number, checked
from sim.show.drawing.picture import Picture
from sim.show.panel.error_line import ErrorLine
from sim.show.panel.words import stories
from sim.show.pictures.captions import runs_by_name
from sim.show.pictures.timeline import timeline

CHOOSE = "choose one"
WIDE = {"style": {"description_width": "initial"}}


class EventPicker:
    """A picture of a run, and the story of the event that is chosen below it."""

    @checked
    def __init__(
        self, run: Run, picture: Picture, event: Number | None = None
    ) -> None:
        self.run = run
        last = len(run.workload.time) + len(run.trace.children) - 1
        found = notable_events(run)
        if event is not None:
            check_event(run, event)
        else:
            event = next(iter(found.values()), 0)
        self.event = widgets.BoundedIntText(
            value=event,
            min=0,
            max=max(last, 0),
            description="story of event",
            **WIDE,
        )
        self.notable = widgets.Dropdown(
            options=[(CHOOSE, None), *found.items()],
            description="or of the",
            **WIDE,
        )
        self.story = widgets.HTML(layout={"max_width": "1000px"})
        self.error = ErrorLine()
        image = widgets.Image(
            value=picture.svg().encode(),
            format="svg+xml",
            layout={"width": "100%", "max_width": "1000px"},
        )
        words = widgets.HTML(
            f'<div role="note">{isolated(picture.text_alternative)}</div>'
        )
        choice = widgets.HBox([self.event, self.notable])
        self.box = widgets.VBox([image, words, choice, self.error, self.story])
        self.event.observe(self.error.guarded(self._show_story), "value")
        self.notable.observe(self.error.guarded(self._choose), "value")
        self._show_story()

    def _choose(self, change: Any) -> None:
        if change.new is not None:
            self.event.value = change.new

    def _show_story(self, _change: Any = None) -> None:
        self.story.value = stories(runs_by_name(self.run), self.event.value)

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


@checked
def event_picker(
    run: Run, picture: Picture | None = None, event: Number | None = None
) -> EventPicker:
    """Show a picture of a run, by default its timeline, and the story of an event of your choice.

    `event`: the one that is told first; by default one with a fate worth reading.
    """
    return EventPicker(
        run, timeline(run) if picture is None else picture, event
    )


def notable_events(run: Run) -> dict[str, int]:
    """Events worth reading, by what makes them so: lost, kept, told, run most often, slowest.

    Each counts with all that it caused.
    """
    mine = run.journeys
    hop_runs = run.deliveries.runs.to_numpy()
    runs = np.bincount(run.journey_of, hop_runs, len(mine))
    most_runs = mine.iloc[np.argsort(-runs, kind="stable")]
    delivered = mine[mine.end == "delivered"]
    candidates = {
        "first one lost": mine[mine.end == "lost"],
        "first one handled, then given up": mine[mine.end == "given up"],
        "first one in a failure store": mine[mine.end == "parked"],
        "first whose caller saw an error": mine[mine.end == "told"],
        "first one still under way": mine[mine.end == "in flight"],
        "one that ran most often": most_runs,
        "slowest delivered": delivered.sort_values(
            "end_to_end_s", ascending=False
        ),
    }
    return {
        name: int(rows.event.iloc[0])
        for name, rows in candidates.items()
        if len(rows)
    }
