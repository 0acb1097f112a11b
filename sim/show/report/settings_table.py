"""What a scenario asks for: its traffic, and its settings that are not the defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from sim.phrases import plural
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Settings

MOST_LETTERS = 200


def traffic_table(scenario: Scenario) -> pd.DataFrame:
    """Columns: into, arrivals, and one for each number that tells the arrivals."""
    rows = [
        {
            "into": each.into,
            "arrivals": type(each.arrivals).__name__,
            **_told(each.arrivals),
        }
        for each in scenario.traffic
    ]
    return pd.DataFrame(rows).fillna("")


def _told(arrivals: Settings) -> dict[str, str]:
    told = arrivals.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
    return dict(_flat("", told))


def settings_table(scenario: Scenario) -> pd.DataFrame:
    """Columns: setting (a dotted path, as `--set` takes it), value (a text)."""
    given = scenario.model_dump(
        mode="json", exclude_defaults=True, exclude={"traffic"}
    )
    rows = [
        {"setting": path, "value": value} for path, value in _flat("", given)
    ]
    return pd.DataFrame(rows, columns=["setting", "value"])


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Each value inside, with its path."""
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _flat(f"{path}.{name}".lstrip("."), part)
    elif _is_of_names(value):
        for part in value:
            rest = {key: each for key, each in part.items() if key != "name"}
            yield from _flat(f"{path}.{part['name']}", rest)
    else:
        yield path, _text(value)


def _is_of_names(value: Any) -> bool:
    """Whether this is a list of resources, each with its name."""
    return isinstance(value, list) and all(
        isinstance(part, Mapping) and "name" in part for part in value
    )


def _text(value: Any) -> str:
    text = str(value)
    if len(text) <= MOST_LETTERS:
        return text
    return plural(len(value), "value") if isinstance(value, Sequence) else text
