"""A cover over what a prediction asks for, until the guess is locked."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
from IPython.core.formatters import DisplayFormatter
from IPython.core.getipython import get_ipython

from sim.markup import escaped
from sim.show.panel.error_line import ErrorLine

COVERED = "Covered until you lock your guess."
STYLE = (
    "<style>.lesson-cover { border: 1px dashed currentColor; border-radius: 4px;"
    " padding: 12px; max-width: 46em; align-items: center }</style>"
)


class Cover:
    """In place of some outputs: a sentence and a button; then the outputs, in the same place."""

    def __init__(
        self,
        contents: Sequence[Any],
        show_anyway: Callable[[Any], None],
        is_result: bool,
    ) -> None:
        self.contents, self.is_result = contents, is_result
        self.show_anyway = show_anyway
        self.error = ErrorLine()
        self.button = widgets.Button(description="Show me anyway")
        self.button.on_click(self.error.guarded(self.show_anyway))
        words = widgets.HTML(f"{STYLE}{escaped(COVERED)}")
        covered = widgets.HBox([words, self.button])
        covered.add_class("lesson-cover")
        self.box = widgets.VBox([covered, self.error])
        self.words = COVERED

    def uncover(self, sentence: str) -> None:
        """Show a sentence, if there is one, and the outputs."""
        self.words = sentence
        said = f'<div role="status"><b>{escaped(sentence)}</b></div>'
        outputs = [output_of(content) for content in self.contents]
        first = [widgets.HTML(said)] if sentence else []
        self.box.children = [*first, *outputs, self.error]

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return {**self.box._repr_mimebundle_(), "text/plain": self.words}


def output_of(content: Any) -> widgets.Widget:
    """A widget that shows what a cell would show; of a function, what it returns."""
    if isinstance(content, widgets.Widget):
        return content
    if callable(content):
        content = content()
    shell = get_ipython()
    of_shell = None if shell is None else shell.display_formatter
    formatter = of_shell or DisplayFormatter()
    data, metadata = formatter.format(content)  # type: ignore[no-untyped-call]
    output = {
        "output_type": "display_data",
        "data": {kind: _as_text(value) for kind, value in data.items()},
        "metadata": metadata,
    }
    return widgets.Output(outputs=(output,))


def _as_text(value: Any) -> Any:
    """Bytes as notebooks keep them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
