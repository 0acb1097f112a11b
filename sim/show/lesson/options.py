"""Some answers to choose one of, by mouse or by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets


class Options(anywidget.AnyWidget):
    """Radio buttons that are one stop by keyboard, of which none is chosen before the learner does.

    Those of ipywidgets are a stop each, and their arrows move between the cells of JupyterLab.
    https://www.w3.org/WAI/ARIA/apg/patterns/radio/
    """

    _esm = Path(__file__).with_suffix(".js")
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    index = traitlets.Int(None, allow_none=True).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(self, values: list[Any]) -> None:
        super().__init__(options=[str(value) for value in values])
        self.values = values

    @property
    def value(self) -> Any:
        """What is chosen, or None."""
        return None if self.index is None else self.values[self.index]
