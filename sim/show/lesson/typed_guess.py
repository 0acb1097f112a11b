"""A guess that is typed, and sent as a whole."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class TypedGuess(anywidget.AnyWidget):
    """A field that sends what was typed when it is left, or entered.

    That of ipywidgets sends each letter, the later ones after the message of a button that was
    pressed meanwhile.
    """

    _esm = Path(__file__).with_suffix(".js")
    placeholder = traitlets.Unicode().tag(sync=True)
    value = traitlets.Unicode("").tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
