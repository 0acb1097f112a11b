"""What is raised for a scenario that cannot be simulated, and how it is shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

OURS = __name__.partition(".")[0]
SHELLS = ("IPython", "ipykernel", "ipywidgets")


class ScenarioError(ValueError):
    """Settings that cannot be simulated: what, where, the allowed range, and the source.

    Python and notebooks show it with the user's own lines only.
    """

    __module__ = OURS  # the name that Python shows: sim.ScenarioError

    def _render_traceback_(self) -> list[str]:
        """What IPython and Jupyter print.

        https://ipython.readthedocs.io/en/stable/config/integrating.html
        """
        shell = sys.modules["IPython"].get_ipython()
        own = users_frames(self.__traceback__)
        lines: list[str] = shell.InteractiveTB.structured_traceback(
            type(self), self, own, tb_offset=0
        )
        return lines


def sentence_of(error: Exception) -> str:
    """What a reader is told of an exception."""
    if isinstance(error, ScenarioError):
        return str(error)
    return f"{type(error).__name__}: {error}"


@contextmanager
def said_of(name: str) -> Iterator[None]:
    """Put the name of what is read before each sentence on what is wrong with it."""
    try:
        yield
    except ScenarioError as error:
        sentences = str(error).split("\n")
        said = "\n".join(under_name(name, each) for each in sentences)
        raise ScenarioError(said) from None


def under_name(name: str, sentence: str) -> str:
    """The sentence with a name before it, which is said once."""
    return sentence if name in sentence else f"{name}: {sentence}"


def users_frames(traceback: TracebackType | None) -> TracebackType | None:
    """The part of a traceback up to the call of something of ours, without the shell around it."""
    own = None
    for frame in reversed(list(_before_ours(traceback))):
        own = TracebackType(
            own, frame.tb_frame, frame.tb_lasti, frame.tb_lineno
        )
    return own


def _before_ours(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None and _package(traceback.tb_frame) != OURS:
        if _package(traceback.tb_frame) not in SHELLS:
            yield traceback
        traceback = traceback.tb_next


def _package(frame: FrameType) -> str:
    name: str = frame.f_globals.get("__name__", "")
    return name.partition(".")[0]


def _show(
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType | None,
) -> None:
    if isinstance(error, ScenarioError):
        traceback = users_frames(traceback)
        error = error.with_traceback(traceback)
    _show_any(kind, error, traceback)


# Python has no other place to say how an uncaught exception is printed.
_show_any = sys.excepthook
sys.excepthook = _show
