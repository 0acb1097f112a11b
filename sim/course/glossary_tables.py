"""The glossary and the cheat sheet: words and rules on a page each, with their numbers from the facts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sim import facts

LEFT = "table.sentences.sentences :is(td, th) { text-align: left; vertical-align: top; max-width: 34em }"
NUMBER = re.compile(r"\{([\w.]+)\}")


class Sentences(pd.DataFrame):
    """A table of words, which JupyterLab shows in full, wrapped, with its addresses as links."""

    @property
    def _constructor(self) -> type[Sentences]:
        return Sentences

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            table = self.map(_anchor).to_html(
                classes="sentences", escape=False, border=0
            )
        return f"<style>{LEFT}</style>{table}"


def glossary() -> pd.DataFrame:
    """The course's words: term, meaning, source."""
    return Sentences(pd.read_csv(facts.DATA / "glossary.csv"))


def cheat_sheet() -> pd.DataFrame:
    """Who waits, who tries again, what is given up and where it stays: one row a question, one column a model."""
    return Sentences(
        pd.read_csv(facts.DATA / "cheat_sheet.csv")
        .map(_with_numbers)
        .set_index("question")
    )


def lessons() -> pd.DataFrame:
    """Where each kind of trigger is walked through: kind (index), lesson (a file of `notebooks/`), section."""
    return pd.read_csv(facts.DATA / "lessons.csv").set_index("kind")


def page(title: str, table: pd.DataFrame) -> str:
    """A table as a page of Markdown."""
    head = [str(name) for name in table.columns]
    lines = [
        _line(head),
        _line(["---"] * len(head)),
        *(_line(map(_linked, row)) for row in table.to_numpy().tolist()),
    ]
    return "\n".join([f"# {title}", "", MADE, "", *lines, ""])


MADE = "Made from `data/` by `make docs`; not to be edited here."


def pages() -> dict[str, str]:
    """The pages of `docs/` by file name."""
    return {
        "glossary.md": page("Glossary", glossary()),
        "cheat-sheet.md": page(
            "Cheat sheet: what happens to my event?", cheat_sheet().reset_index()
        ),
    }


def write(folder: Path = Path("docs")) -> None:
    """Write the pages into a folder."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def _with_numbers(text: str) -> str:
    return NUMBER.sub(
        lambda found: f"{facts.fact(found[1]).value:,}".replace(",", " "), text
    )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _linked(text: str) -> str:
    return f"[read]({text})" if text.startswith("https://") else text


def _anchor(text: str) -> str:
    words = html.escape(text)
    return (
        f'<a href="{words}" target="_blank">read</a>'
        if text.startswith("https://")
        else words
    )
