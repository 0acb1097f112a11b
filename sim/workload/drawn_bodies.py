"""What stands in the bodies of events: each field is drawn by the event's identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.scenario.bodies import Between, Counter, OneOf, read_body
from sim.workload import draws


@dataclass(frozen=True, slots=True)
class BodyTemplate:
    """A body with the places where something is drawn, which belong to the seed and a purpose."""

    written: Any
    seed: int
    purpose: str

    @classmethod
    def of(cls, text: str, seed: int, purpose: str) -> BodyTemplate:
        """The template that a text stands for."""
        return cls(read_body(text), seed, purpose)

    def body(self, identity: int, n: int) -> Any:
        """The body of the event of this identity, the `n`-th of its traffic."""
        return self._drawn(self.written, "", identity, n)

    def _drawn(self, part: Any, place: str, identity: int, n: int) -> Any:
        """A part of the body; `place` is the path to it, as each place has a chance of its own."""
        match part:
            case dict():
                return {
                    name: self._drawn(value, f"{place}/{name}", identity, n)
                    for name, value in part.items()
                }
            case list():
                return [
                    self._drawn(value, f"{place}/{number}", identity, n)
                    for number, value in enumerate(part)
                ]
            case Counter():
                return part.start + n
            case OneOf():
                chosen = one_of(part, self._chance(place, identity))
                return self._drawn(chosen, f"{place}/*", identity, n)
            case Between():
                return between(part, self._chance(place, identity))
        return part

    def _chance(self, place: str, identity: int) -> float:
        key = draws.key(self.seed, "body", self.purpose, place)
        return draws.uniform(key, identity)


def one_of(draw: OneOf, chance: float) -> Any:
    """The value that a uniform number stands for."""
    weights = draw.weights or (1.0,) * len(draw.values)
    left = chance * sum(weights)
    for value, weight in zip(draw.values, weights, strict=True):
        left -= weight
        if left < 0:
            return value
    return draw.values[-1]


def between(draw: Between, chance: float) -> float:
    """The number that a uniform number stands for."""
    if draw.decimals:
        return round(draw.low + (draw.high - draw.low) * chance, draw.decimals)
    low = int(draw.low)
    return low + int((int(draw.high) - low + 1) * chance)
