"""The line in which a widget says what went wrong; what its callback raises would vanish unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from sim.scenario.errors import sentence_of
from sim.show.panel.words import complaint

Callback = Callable[[Any], None]


class ErrorLine(widgets.HTML):  # type: ignore[misc] # ipywidgets has no types
    """Empty as long as all goes well."""

    def guarded(self, callback: Callback) -> Callback:
        """The callback of another widget, whose exceptions are shown here."""

        def shown(change: Any) -> None:
            self.value = ""
            try:
                callback(change)
            except Exception as error:
                self.value = complaint(sentence_of(error), "Not shown")

        return shown
