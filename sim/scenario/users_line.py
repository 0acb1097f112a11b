"""Warnings that point at the user's own line."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

INSIDE = ("sim", "pydantic", "functools")
"""Packages between what warns and the line of a user."""

_silent = ContextVar("silent", default=False)


def warn(sentence: str) -> None:
    """Warn on the line outside this package that led here."""
    if not _silent.get():
        warnings.warn(sentence, stacklevel=_stack_level())


@contextmanager
def without_warnings() -> Iterator[None]:
    """Settings that are made inside have been warned of before, or are reported otherwise."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def _stack_level() -> int:
    """The level, for a warning of the caller, of the first frame outside this package."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_inside(frame):
        frame = frame.f_back
        level += 1
    return level


def _is_inside(frame: FrameType) -> bool:
    module: str = frame.f_globals.get("__name__", "")
    return module.partition(".")[0] in INSIDE
