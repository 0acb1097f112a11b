"""Long work in several processes, one piece after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

Piece = TypeVar("Piece")
Outcome = TypeVar("Outcome")


def done_in_processes(
    work: Callable[[Piece], Outcome], pieces: Iterable[Piece]
) -> Iterator[Outcome]:
    """What the work makes of each piece, as soon as it is made, in no order.

    There is a process for each processor; `work` and pieces are pickled.
    """
    with ProcessPoolExecutor() as executor:
        futures = [executor.submit(work, piece) for piece in pieces]
        for future in as_completed(futures):
            yield future.result()
