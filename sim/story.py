"""What happened to one event, in sentences."""

from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from sim.run import Run


def story(run: Run, event: int) -> str:
    return ""
