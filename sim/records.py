"""What Lambda writes about an asynchronous event: the invocation record and the dead-letter message."""

from __future__ import annotations
from typing import TYPE_CHECKING, Any
if TYPE_CHECKING:
    from sim.run import Run


def invocation_record(run: Run, event: int) -> dict[str, Any]:
    return {}


def dead_letter_message(run: Run, event: int) -> dict[str, Any]:
    return {}
