"""The glossary and the cheat sheet: words and rules, with their numbers from the facts."""

from __future__ import annotations

import re

import pandas as pd

from sim import facts
from sim.phrases import exact
from sim.results.html_table import html_table

STYLE = """\
table.sentences.sentences :is(td, th) {
  text-align: left; vertical-align: top; max-width: 34em
}"""

FACT = re.compile(r"\{([\w.]+)\}")
"""A fact's name in a sentence, in place of its number."""


class Sentences(pd.DataFrame):
    """A table of words, which JupyterLab shows in full, wrapped, with its addresses as links."""

    @property
    def _constructor(self) -> type[Sentences]:
        return Sentences

    def _repr_html_(self) -> str:
        words = pd.DataFrame(self)
        shown = html_table(words, address_text="read", classes="sentences")
        return f"<style>{STYLE}</style>{shown}"


def glossary() -> pd.DataFrame:
    """The course's words: term, meaning, source."""
    return Sentences(pd.read_csv(facts.DATA / "glossary.csv"))


def cheat_sheet() -> pd.DataFrame:
    """Who waits, who tries again, what is given up and where it stays.

    One row a question (index), one column a model; a subscriber of a Custom Event Bus is of two.
    """
    sentences = pd.read_csv(facts.DATA / "cheat_sheet.csv").map(_with_numbers)
    return Sentences(sentences.set_index("question"))


def lessons() -> pd.DataFrame:
    """Where each kind of trigger is walked through: kind (index), lesson (a notebook), section."""
    return pd.read_csv(facts.DATA / "lessons.csv").set_index("kind")


def _with_numbers(sentence: str) -> str:
    return FACT.sub(_number, sentence)


def _number(found: re.Match[str]) -> str:
    return exact(facts.fact(found[1]).value)
