"""The tables in `data/template/`, row by row."""

from __future__ import annotations

import csv

from sim import facts

FOLDER = facts.DATA / "template"


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a table, each with its cells by column."""
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))
