"""The rules that stories cite: `data/rules.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from sim import facts


@dataclass(frozen=True)
class Rule:
    """One row of `data/rules.csv`: a rule in our words, and where AWS or another source says it."""

    name: str
    sentence: str
    evidence: str
    source: str
    date: str


@cache
def rules() -> dict[str, Rule]:
    """The rules, by name."""
    with (facts.DATA / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["name"]: Rule(**row)
            for row in csv.DictReader(lines, strict=True)
        }
