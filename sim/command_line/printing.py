"""JSON for programs, and sentences for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import pandas as pd

from sim.command_line.hints import on_command_line


def print_json(**parts: pd.DataFrame | Sequence[str]) -> None:
    """Print tables as lists of rows, and lists of sentences as they are."""
    print(
        json.dumps(
            {name: _plain(part) for name, part in parts.items()}, indent=1
        )
    )


def print_problem(sentence: str, kind: str = "error") -> None:
    """Print one sentence on stderr, where somebody may read it."""
    if sys.stderr is None:  # `2>&-` closed it
        return
    try:
        print(on_command_line(f"{kind}: {sentence}"), file=sys.stderr)
    except OSError:
        give_up(sys.stderr)


def give_up(stream: TextIO) -> None:
    """Send the rest of an output nowhere, else Python complains of it at its end."""
    nobody = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nobody, stream.fileno())


def _plain(part: pd.DataFrame | Sequence[str]) -> Any:
    if isinstance(part, pd.DataFrame):
        return json.loads(part.to_json(orient="records"))
    return [on_command_line(sentence) for sentence in part]
