"""The titles of pictures of sweeps: they say no more than is sure."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.show.drawing.theme import MOST_CURVES
from sim.show.pictures.sweep_table import Parameter, Point, SweepTable
from sim.show.pictures.titles import least_and_most

Curve = dict[Any, Point]  # by value of a parameter


def curves(sweep: SweepTable) -> dict[Any, Curve]:
    """A curve along the first parameter for each value of the second that has any point.

    Without a second parameter there is only one, of None.
    """
    if len(sweep.parameters) == 1:
        curve = _curve(sweep)
        return {None: curve} if curve else {}
    found = {}
    for by in sweep.parameters[1].settings:
        curve = _curve(sweep, by)
        if curve:
            found[by] = curve
    return found


def _curve(sweep: SweepTable, *by: Any) -> Curve:
    curve = {}
    for x in sweep.parameters[0].settings:
        point = sweep.points.get((x, *by))
        if point is not None:
            curve[x] = point
    return curve


def spread(names: list[Any]) -> list[Any]:
    """The names, or six of very many: evenly from the first to the last."""
    count = min(len(names), MOST_CURVES)
    places = np.linspace(0, len(names) - 1, count).round().astype(int)
    return [names[place] for place in places]


def curves_title(sweep: SweepTable) -> str:
    """Where the curves differ most, or how the only one runs."""
    found = curves(sweep)
    if not found:
        return f"{sweep.name}: no run has a number"
    if len(found) == 1:
        (curve,) = found.values()
        return f"{sweep.name}: {_one_curve(sweep, curve)}"
    along, by = sweep.parameters
    across = {x: _across(found, x) for x in along.settings}
    widest = max(across, key=lambda x: _gap(across[x]))
    where = along.text(widest)
    points = across[widest]
    least, most = _least_and_most(points)
    if points[least].surely_differs(points[most]):
        two = _two_values(sweep, by, points, [least, most])
        return f"{sweep.name} at {where}: {two}"
    low = sweep.mean_text(points[least])
    high = sweep.mean_text(points[most])
    both = low if low == high else f"at most {low} to {high},"
    return f"{sweep.name}: no sure difference by {by.name}; {both} at {where}"


def heatmap_title(sweep: SweepTable) -> str:
    """Where the number is least, and where most."""
    if not sweep.points:
        return f"{sweep.name}: no run has a number"
    least, most = _least_and_most(sweep.points)
    low, high = sweep.points[least], sweep.points[most]
    if low.mean == high.mean:
        return f"{sweep.name}: {sweep.mean_text(low)} everywhere"
    x, y = sweep.parameters
    first = f"{x.text(least[0])}, {y.text(least[1])}"
    second = f"{x.value_text(most[0])}, {y.value_text(most[1])}"
    two = f"{sweep.mean_text(low)} ({first}) to {sweep.mean_text(high)} ({second})"
    return f"{sweep.name}: {two}"


def _one_curve(sweep: SweepTable, curve: Curve) -> str:
    along = sweep.parameters[0]
    least, most = _least_and_most(curve)
    if not curve[least].surely_differs(curve[most]):
        about = sweep.mean_text(curve[least])
        return f"no sure difference by {along.name}, about {about}"
    order = list(curve)
    ends = order[0], order[-1]
    inside = [x for x in (least, most) if x not in ends]
    if along.is_ordered and len(inside) == 1:
        (x,) = inside
        word = "least" if x == least else "most"
        return f"{word} at {along.text(x)}, {sweep.mean_text(curve[x])}"
    values = sorted((least, most), key=order.index)
    return _two_values(sweep, along, curve, values)


def _two_values(
    sweep: SweepTable, parameter: Parameter, points: Curve, values: list[Any]
) -> str:
    """Two numbers, each with where it is; the parameter is named once."""
    first, second = values
    low = sweep.mean_text(points[first])
    high = sweep.mean_text(points[second])
    return f"{low} ({parameter.text(first)}), {high} ({parameter.value_text(second)})"


def _across(found: dict[Any, Curve], x: Any) -> Curve:
    """The points of all curves at a value of the first parameter."""
    return {by: curve[x] for by, curve in found.items() if x in curve}


def _gap(points: Curve) -> float:
    if not points:
        return -1.0
    least, most = _least_and_most(points)
    return points[most].mean - points[least].mean


def _least_and_most(points: dict[Any, Point]) -> tuple[Any, Any]:
    """Where the mean is least, and where most."""
    return least_and_most({key: point.mean for key, point in points.items()})
