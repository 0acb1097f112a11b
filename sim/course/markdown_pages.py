"""The glossary and the cheat sheet as pages of Markdown: `make docs` writes them to `docs/`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sim.course.glossary_tables import cheat_sheet, glossary

ORIGIN = "Made from `data/` by `make docs`; not to be edited here. [README](../README.md)"


def pages() -> dict[str, str]:
    """The pages of `docs/` by file name."""
    rules = cheat_sheet().reset_index()
    return {
        "glossary.md": _page("Glossary", glossary()),
        "cheat-sheet.md": _page(
            "Cheat sheet: what happens to my event?", rules
        ),
    }


def write(folder: Path = Path("docs")) -> None:
    """Write the pages into a folder."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def _page(title: str, table: pd.DataFrame) -> str:
    lines = [f"# {title}", "", ORIGIN, ""]
    lines.append(_row(map(str, table.columns)))
    lines.append(_row("---" for _ in table.columns))
    lines += [_row(map(_linked, cells)) for cells in table.to_numpy().tolist()]
    return "\n".join([*lines, ""])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _linked(text: str) -> str:
    return f"[read]({text})" if text.startswith("https://") else text
