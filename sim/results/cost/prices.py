"""Prices of `data/prices.csv`, and what of a month's price tiers and free tiers is used up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from math import inf
from typing import NamedTuple

from sim import facts
from sim.results.cost.charge import Charge


class Tier(NamedTuple):
    """The price of what is used in a month beyond `low`, up to `high`."""

    low: float
    high: float
    price: facts.Fact


class Line(NamedTuple):
    """A line of the bill; its fields are the columns of `run.cost()`."""

    item: str
    quantity: float
    unit: str
    unit_price_usd: float
    cost_usd: float
    source: str
    date: str


@dataclass
class Month:
    """A month's price tiers, and with `free_tier` its free tiers: charges use them up in turn."""

    free_tier: bool
    used: dict[str, float] = field(default_factory=dict)
    free: dict[str, float] = field(default_factory=dict)

    def lines(self, charge: Charge, quantity: float) -> Iterator[Line]:
        """The lines of the bill for so much: what is free, then a line for each price tier."""
        free = self.take_free(charge.free_tier, quantity)
        if free:
            gift = facts.fact(charge.free_tier)
            yield _line(f"{charge.item} (free tier)", free, gift, 0.0)
        start = self.used.get(charge.price, 0.0)
        end = start + quantity - free
        self.used[charge.price] = end
        for number, tier in enumerate(tiers(charge.price), start=1):
            part = min(end, tier.high) - max(start, tier.low)
            if part > 0:
                item = (
                    charge.item
                    if number == 1
                    else f"{charge.item}, tier {number}"
                )
                yield _line(item, part, tier.price, _unit_price(tier.price))

    def take_free(self, name: str, quantity: float) -> float:
        """How much of a quantity is free, which is then no longer there for the next charge."""
        if not self.free_tier or not name:
            return 0.0
        whole = float(facts.fact(name).value)
        left = self.free.get(name, whole)
        taken = min(left, quantity)
        self.free[name] = left - taken
        return taken


@cache
def tiers(name: str) -> tuple[Tier, ...]:
    """The price of this name, as tiers of a month's quantity."""
    known = {fact.name: fact for fact in facts.prices()}
    if name in known:
        return (Tier(0.0, inf, known[name]),)
    found: list[Tier] = []
    low = 0.0
    while (tier := f"{name}_tier_{len(found) + 1}") in known:
        size = known.get(f"{tier}_size")
        high = low + size.value if size else inf
        found.append(Tier(low, high, known[tier]))
        low = high
    return tuple(found)


def _line(
    item: str, quantity: float, price: facts.Fact, unit_price: float
) -> Line:
    cost = quantity * unit_price
    return Line(
        item, quantity, _unit(price), unit_price, cost, price.source, price.date
    )


def _unit_price(price: facts.Fact) -> float:
    """What one unit costs, also where a million have a price."""
    value: float = price.value
    return value / 1e6 if _priced_unit(price).startswith("million ") else value


def _unit(price: facts.Fact) -> str:
    return _priced_unit(price).removeprefix("million ")


def _priced_unit(price: facts.Fact) -> str:
    """`million requests` from `USD per million requests`, `requests` from `requests per month`."""
    return price.unit.removeprefix("USD per ").removesuffix(" per month")
