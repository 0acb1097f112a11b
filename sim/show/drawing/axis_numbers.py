"""Numbers at the ticks of an axis."""

from __future__ import annotations

from sim.phrases import exact


def axis_number(value: float, _place: float = 0) -> str:
    """A tick's number, with all its digits and never in powers of ten; as matplotlib calls it."""
    return exact(round(value, 6) or 0)
