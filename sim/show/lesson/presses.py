"""A button whose presses are events."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from sim.scenario.arguments import Seconds, checked
from sim.scenario.arrivals import Recorded
from sim.show.panel.error_line import ErrorLine


class Presses:
    """A button that records when it is pressed: the learner's own presses are the events."""

    @checked
    def __init__(self, otherwise: Sequence[Seconds]) -> None:
        self.instants: list[float] = []
        self.otherwise = tuple(otherwise)
        self.started = 0.0
        self.button = widgets.Button(
            description="Send an event",
            button_style="primary",
            icon="paper-plane",
        )
        self.again = widgets.Button(description="Start again")
        self.count = widgets.HTML(self._count_text())
        self.error = ErrorLine()
        self.button.on_click(self.error.guarded(self.press))
        self.again.on_click(self.error.guarded(self.forget))
        self.box = widgets.HBox(
            [self.button, self.again, self.count, self.error]
        )

    def press(self, _button: Any = None) -> None:
        """Record one event, now."""
        now = time.monotonic()
        if not self.instants:
            self.started = now
        self.instants.append(round(now - self.started, 3))
        self.count.value = self._count_text()

    def forget(self, _button: Any = None) -> None:
        """Forget all presses."""
        self.instants = []
        self.count.value = self._count_text()

    @property
    def arrivals(self) -> Recorded:
        """The presses as arrivals; before the first press, written-down ones."""
        return Recorded(instants=tuple(self.instants or self.otherwise))

    def _count_text(self) -> str:
        if not self.instants:
            return f"no presses yet: {len(self.otherwise)} written-down ones are used"
        return f"{len(self.instants)} events within {self.instants[-1]:.1f} s"

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


@checked
def presses(
    otherwise: Sequence[Seconds] = (
        0.0,
        0.3,
        0.5,
        0.7,
        1.4,
        1.5,
        1.6,
        3.0,
        3.1,
        5.0,
    ),
) -> Presses:
    """A button to press; `presses().arrivals` are the presses so far, for `sim.Traffic`."""
    return Presses(otherwise)
