"""The picture beside a link to a playground: what becomes of its first events."""

from __future__ import annotations

from sim.engine.simulate import simulate
from sim.show.pictures.fates import fates
from sim.show.site.playground import Lane, Playground, place_of


def preview(playground: Playground) -> bytes:
    """The first state of a playground as PNG."""
    runs = {
        lane.name: simulate(lane.scenario, lane.seed)
        for lane in first_lanes(playground)
    }
    return fates(runs).png()


def first_lanes(playground: Playground) -> list[Lane]:
    """The lanes that a page shows first."""
    first = playground.first
    place = place_of(playground.form, first["values"])
    picked = [one for one in first["picks"].values() if one] or [""]
    return [
        lane
        for one in picked
        for lane in playground.states[one][first["preset"]][place].lanes
    ]
