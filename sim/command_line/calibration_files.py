"""The document that `calibrate --format json` prints, read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sim
from sim.scenario.errors import said_of
from sim.template.text.load import text_in


def is_calibration(text: str) -> bool:
    """Whether a text is the path of such a file, by its ending."""
    return text.endswith(".json")


def calibrated_behaviour(path: str) -> tuple[str, dict[str, Any]]:
    """The function's name, and the fields of its behaviour that are known."""
    document = _document(path, "behaviour")
    told = document["behaviour"]
    with said_of(path):
        behaviour = sim.Behaviour.model_validate(told)
    fields = {name: getattr(behaviour, name) for name in told}
    return str(document.get("function", "")), fields


def calibrated_arrivals(path: str) -> sim.Recorded:
    """The arrivals as they were recorded."""
    told = _document(path, "arrivals")["arrivals"]
    with said_of(path):
        return sim.Recorded.model_validate(told)


def _document(path: str, part: str) -> dict[str, Any]:
    """The document, if it has this part; raises `ScenarioError` if not."""
    try:
        document = json.loads(text_in(Path(path)))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "it is no JSON"
        raise sim.ScenarioError(
            f"{path} cannot be read as a calibration: {reason}."
        ) from None
    if not isinstance(document, dict) or not isinstance(
        document.get(part), dict
    ):
        raise sim.ScenarioError(
            f"{path} has no {part}: write such a file with calibrate --format json."
        )
    return document
