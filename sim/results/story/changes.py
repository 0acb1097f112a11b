"""Settings that change while an event is on its way, as its story tells them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from sim.phrases import exact
from sim.results.story.moments import History, Moment
from sim.scenario.changed_settings import new_values


def change_moments(history: History) -> Iterator[Moment]:
    """What changes of the delivery's function, trigger and source before it is settled."""
    row, run = history.row, history.run
    met = {row.function, history.trigger.name, history.trigger.entry}
    for new in new_values(run.scenario):
        if (
            new.resource.name in met
            and row.arrived_s <= new.at <= history.last_s
        ):
            what = f"`{new.path}` of `{new.resource.name}`"
            yield Moment(new.at, f"From here on {what} is {_shown(new.value)}.")


def _shown(value: object) -> str:
    """A new value in words: a group of settings is too long to be read in a sentence."""
    if isinstance(value, BaseModel):
        return "another one"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return exact(value)
    return "not set" if value is None else str(value)
