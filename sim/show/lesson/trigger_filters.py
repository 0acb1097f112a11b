"""Filters for kinds of trigger: who waits, who tries again, which order is kept, what is paid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sim.results.cost.source_charges import FREE, PER_CALL, PER_EVENT
from sim.scenario.errors import ScenarioError
from sim.scenario.source_kinds import KAFKA, QUEUES
from sim.scenario.trigger_catalogue import (
    CALLING_LATER,
    TriggerKind,
    catalogue,
    trigger_kind,
)

ANY = ""
"""What is picked in a filter that lets every kind through."""
PAID_BY_THE_HOUR = {"alb", "kinesis", "kinesis_efo", *KAFKA}
PAID_BY_THE_EVENT = {*PER_CALL, *PER_EVENT, *QUEUES, "sns", "pipes_target"}
NOT_SAID = "not documented"


def _who_waits(row: TriggerKind) -> str:
    if row.model == "asynchronous":
        return "nobody: Lambda's queue keeps the event"
    if row.model == "polling":
        return "nobody: a poller fetches the event"
    if row.kind in CALLING_LATER:
        return "a service, and not who sent the event"
    return "the caller"


def _who_retries(row: TriggerKind) -> str:
    if row.after_failure.startswith("event queue"):
        return "Lambda, twice"
    if row.after_failure.startswith("no retry"):
        return "nobody"
    if row.after_failure == NOT_SAID:
        return NOT_SAID
    if row.model == "polling":
        return "the poller"
    return "the service that waits"


def _order(row: TriggerKind) -> str:
    if row.order.startswith("as "):
        return _order(trigger_kind(row.order.removeprefix("as ")))
    if row.order.startswith("none"):
        return "none"
    if row.order == NOT_SAID:
        return NOT_SAID
    return "some: the card says which"


def _price(row: TriggerKind) -> str:
    if row.kind in PAID_BY_THE_HOUR:
        return "by the hour"
    if row.kind in PAID_BY_THE_EVENT:
        return "by the event"
    if row.kind in FREE:
        return "nothing beside the function"
    return "not known here"


@dataclass(frozen=True)
class Filter:
    """One property of a kind of trigger: its words, and what it is for a row of the catalogue."""

    label: str
    of: Callable[[TriggerKind], str]


FILTERS: Mapping[str, Filter] = {
    "waits": Filter("who waits", _who_waits),
    "retries": Filter("who tries again", _who_retries),
    "order": Filter("order", _order),
    "price": Filter("price of the source", _price),
}


def kinds_that_fit(picked: Mapping[str, str]) -> list[TriggerKind]:
    """The kinds that every picked filter lets through, by model and name."""
    models = list(dict.fromkeys(row.model for row in catalogue().values()))
    fitting = [row for row in catalogue().values() if _fits(row, picked)]
    return sorted(
        fitting, key=lambda row: (models.index(row.model), row.service)
    )


def _fits(row: TriggerKind, picked: Mapping[str, str]) -> bool:
    wished = {name: picked.get(name, ANY) for name in FILTERS}
    return all(
        wish in (ANY, FILTERS[name].of(row)) for name, wish in wished.items()
    )


def filter_options(name: str, picked: Mapping[str, str]) -> dict[str, str]:
    """What can be picked in a filter beside the others, and with how many kinds it is left."""
    others = {**picked, name: ANY}
    rows = kinds_that_fit(others)
    values = sorted({FILTERS[name].of(row) for row in rows})
    counts = {
        value: len(kinds_that_fit({**others, name: value})) for value in values
    }
    return {ANY: f"any ({len(rows)})"} | {
        value: f"{value} ({count})" for value, count in counts.items()
    }


def check_filters(picked: Mapping[str, str]) -> None:
    """Raise `ScenarioError` for a filter's value that no kind has, beside the other filters."""
    for name in FILTERS:
        wish = picked.get(name, ANY)
        _check_offered(name, wish, filter_options(name, picked))


def _check_offered(name: str, wish: str, offered: Iterable[str]) -> None:
    if wish not in offered:
        there = ", ".join(repr(value) for value in offered if value != ANY)
        raise ScenarioError(
            f"{name}: no kind of trigger has {wish!r} beside the other filters; "
            f"these are there: {there}."
        )
