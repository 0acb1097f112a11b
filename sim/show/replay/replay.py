"""The Replay: a run as an animation, in which every event can be asked for its story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from sim.results.run import Run
from sim.scenario.arguments import Number, checked
from sim.scenario.errors import sentence_of
from sim.show.panel import readouts
from sim.show.replay.steps import replay_data


class Replay(anywidget.AnyWidget):
    """Events as dots that travel from their source to where they end: play, scrub, click one.

    `chosen` is the event whose story is told, -1 for none.
    """

    _esm = Path(__file__).with_name("replay.js")
    _css = Path(__file__).with_name("replay.css")
    data = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    story = traitlets.Unicode("").tag(sync=True)

    @checked
    def __init__(self, run: Run, event: Number | None = None) -> None:
        self._run = run
        super().__init__(data=replay_data(run))
        if event is not None:
            readouts.story(run, event)  # refuses an event that is not there
            self.chosen = int(event)

    @traitlets.observe("chosen")
    def _tell(self, change: Any) -> None:
        try:
            self.story = (
                readouts.story(self._run, change.new) if change.new >= 0 else ""
            )
        except Exception as error:  # a callback's exception would vanish unseen
            self.story = readouts.complaint(sentence_of(error), "Not shown")


@checked
def replay(run: Run, event: Number | None = None) -> Replay:
    """Play a run as an animation; `event` is chosen from the start.

    Long pauses, when nothing happens, pass quickly; the clock shows simulated time. At most 600
    deliveries are shown.
    """
    return Replay(run, event)
