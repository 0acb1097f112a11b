"""The stage: one widget with three views of what happens to events."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import anywidget
import traitlets

from sim.results.run import Run
from sim.scenario.arguments import Number, Seconds, checked
from sim.scenario.scenario import Scenario
from sim.show.pictures.captions import Runs, runs_by_name
from sim.show.stage.chosen_event import (
    NOBODY,
    lines_of,
    lines_or_error,
    row_and_lane,
)
from sim.show.stage.lanes import By, Lane, lanes_of
from sim.show.stage.scene import scene
from sim.show.stage.settings_caption import settings_caption

View = Literal["ages", "race", "system"]
FIRST_MOMENT = -1.0


class Stage(anywidget.AnyWidget):
    """What happens to events: by age, as a race, or on a map of the system.

    `chosen` is the row of the event whose story is told, in the lane `lane`; -1 for none. `view` is
    one of `views`. `instant` is the second at which the race rests; -1: the first interesting one.
    """

    _esm = Path(__file__).with_name("stage.js")
    _css = Path(__file__).with_name("stage.css")
    scene = traitlets.Bytes().tag(sync=True)
    pinned = traitlets.Bytes().tag(sync=True)
    view = traitlets.Unicode("ages").tag(sync=True)
    views = traitlets.List(traitlets.Unicode()).tag(sync=True)
    chosen = traitlets.Int(NOBODY).tag(sync=True)
    lane = traitlets.Int(0).tag(sync=True)
    story: traitlets.List[Any] = traitlets.List().tag(sync=True)
    instant = traitlets.Float(FIRST_MOMENT).tag(sync=True)
    caption = traitlets.Unicode("").tag(sync=True)
    waiting = traitlets.Unicode("").tag(sync=True)

    @checked
    def __init__(
        self,
        runs: Runs,
        *,
        view: View = "ages",
        pinned: Runs | None = None,
        lanes: By | None = None,
        event: Number | None = None,
        instant: Seconds | None = None,
    ) -> None:
        self._by = lanes
        self._lanes: list[Lane] = []
        super().__init__(view=view)
        self.update(runs, pinned)
        if instant is not None:
            self.instant = instant
        if event is not None:
            self.choose(event)

    @checked
    def update(self, runs: Runs, pinned: Runs | None = None) -> None:
        """Show other runs; the view and the chosen event stay as they are."""
        by_name = runs_by_name(runs)
        self._lanes = lanes_of(by_name, self._by)
        scenarios = {name: run.scenario for name, run in by_name.items()}
        with self.hold_sync():
            self.views = views_of(scenarios, self.view)
            self.scene = scene(by_name, self._by, "system" in self.views)
            self.pinned = _scene_of(pinned, self._by)
            self.caption = settings_caption(by_name)
            self.waiting = ""
            self.story = lines_of(self._lanes, self.lane, self.chosen)

    @checked
    def choose(self, event: Number) -> None:
        """Tell the story of an event, or of the one from outside that caused it.

        Raises `ScenarioError` if there is no such event.
        """
        self.chosen, self.lane = row_and_lane(self._lanes, event)

    @traitlets.observe("chosen", "lane")
    def _tell(self, _change: Any) -> None:
        self.story = lines_or_error(self._lanes, self.lane, self.chosen)


def _scene_of(runs: Runs | None, by: By | None) -> bytes:
    return b"" if runs is None else scene(runs_by_name(runs), by)


def views_of(scenarios: Mapping[str, Scenario], first: str) -> list[str]:
    """A map is drawn of one system, if somebody asks for it or several functions work in it."""
    functions = {
        trigger.function
        for scenario in scenarios.values()
        for trigger in scenario.routes
    }
    has_map = len(scenarios) == 1 and (first == "system" or len(functions) > 1)
    return ["ages", "race", "system"] if has_map else ["ages", "race"]


@checked
def ages(
    runs: Runs,
    *,
    pinned: Runs | None = None,
    lanes: By | None = None,
    event: Number | None = None,
) -> Stage:
    """Show what happens to each event, by the time since it arrived.

    `runs`: a run, or several by name, a lane each. `pinned`: earlier runs, grey, behind those of
    the same name. `lanes`: what tells the lanes of one run apart; by default its shards or its
    functions, where there are several. `event`: the one whose story is told. More than 600
    deliveries in a lane are shown as bands.
    """
    return Stage(runs, view="ages", pinned=pinned, lanes=lanes, event=event)


@checked
def race(
    runs: Runs,
    *,
    pinned: Runs | None = None,
    lanes: By | None = None,
    event: Number | None = None,
    instant: Seconds | None = None,
) -> Stage:
    """Show runs side by side as they go on: what waits, what works, where events end.

    `instant`: the second at which the picture rests, by default the first interesting one. The
    other arguments are those of `ages`.
    """
    return Stage(
        runs,
        view="race",
        pinned=pinned,
        lanes=lanes,
        event=event,
        instant=instant,
    )


@checked
def system(run: Run, *, instant: Seconds | None = None) -> Stage:
    """Show a map of the system: what waits where, what works, and what flows.

    `instant`: the second at which the picture rests, by default the first interesting one.
    """
    return Stage(run, view="system", instant=instant)
