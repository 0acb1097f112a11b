"""Bodies of events: JSON in which fields may be drawn for each event.

As text it is JSON, with `{"$one_of": {...}}` and its like where something is drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from sim.scenario.errors import ScenarioError
from sim.scenario.settings import Settings, described, setting

KINDS = ("JSON", "plain text")
"""Of a body it may be known only what it is."""


class OneOf(Settings):
    """In a body: one of these values, drawn for each event by their weights.

    Without weights all are alike.
    """

    unnamed = ("values", "weights")

    values: tuple[Any, ...] = described("The values, in JSON.", min_length=1)
    weights: tuple[float, ...] | None = described(
        "How often each is drawn, in proportion.", None
    )

    @model_validator(mode="after")
    def _one_weight_each(self) -> OneOf:
        weights = self.weights
        if weights is None:
            return self
        sound = len(weights) == len(self.values) and min(weights) >= 0
        if not sound or sum(weights) == 0:
            raise ScenarioError(
                f"OneOf: weights are {weights}, but a number from 0 on for each of the "
                f"{len(self.values)} values is needed, and one above 0."
            )
        return self


class Between(Settings):
    """In a body: a number between two bounds, drawn for each event, all equally likely.

    With `decimals=0` it is a whole number, the bounds among them.
    """

    unnamed = ("low", "high")

    low: float = setting("Between.bound", default=...)
    high: float = setting("Between.bound", default=...)
    decimals: int = setting("Between.decimals")

    @model_validator(mode="after")
    def _in_order(self) -> Between:
        if self.high < self.low:
            raise ScenarioError(
                f"Between: high is {self.high:g}, but must be at least low, {self.low:g}."
            )
        return self


class Counter(Settings):
    """In a body: the number of the event in its traffic, from `start` on."""

    unnamed = ("start",)

    start: int = setting("Counter.start")


DRAWS: dict[str, type[Settings]] = {
    "$one_of": OneOf,
    "$between": Between,
    "$counter": Counter,
}


def read_body(text: str) -> Any:
    """A body's template, in which `OneOf`, `Between` and `Counter` stand where something is drawn.

    Raises `ValueError` with the end of a sentence for a text that is no JSON.
    """
    try:
        return json.loads(text, object_hook=_with_draws, parse_constant=_refuse)
    except (json.JSONDecodeError, RecursionError):
        shown = text if len(text) <= 60 else text[:57] + "..."
        raise ValueError(
            f"{shown!r} is no JSON; a plain text stands in quotes within it: "
            f"{json.dumps(shown)!r}."
        ) from None


def _with_draws(fields: dict[str, Any]) -> Any:
    for name, kind in DRAWS.items():
        if list(fields) == [name]:
            return _draw_of(kind, fields[name])
    return fields


def _draw_of(kind: Callable[..., Settings], written: Any) -> Settings:
    if isinstance(written, dict):
        return kind(**written)
    return kind(*written) if isinstance(written, list) else kind(written)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON.")


def _as_text(body: Any) -> Any:
    """Whatever is given as a body, as the one text that stands for it."""
    if body is None or body in KINDS:
        return body
    if isinstance(body, str):
        return write_body(read_body(body))
    return write_body(body)


def write_body(template: Any) -> str:
    """The text of a body's template; raises `ValueError` for what JSON does not know."""
    try:
        text = json.dumps(
            template, default=_draw, allow_nan=False, ensure_ascii=False
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"a body is JSON, but here {error}.") from None
    read_body(text)
    return text


def _draw(value: Any) -> Any:
    """How a value that JSON does not know is written."""
    for name, kind in DRAWS.items():
        if isinstance(value, kind):
            given = value.model_fields_set
            return {
                name: {field: getattr(value, field) for field in sorted(given)}
            }
    raise TypeError(f"{value!r} stands in it")


def problem_of_attributes(text: str | None) -> str | None:
    """The end of a sentence for message attributes that are no names with values.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
    """
    if text is None:
        return None
    attributes = None if text in KINDS else read_body(text)
    values = attributes.values() if isinstance(attributes, dict) else [{}]
    if not any(isinstance(value, dict) for value in values):
        return None
    return f"message_attributes are {text}, but names with texts, numbers or lists are allowed."


Body = Annotated[str, BeforeValidator(_as_text)]
"""A body as text, made of whatever JSON in Python: a dictionary, a list, a text, a number."""
