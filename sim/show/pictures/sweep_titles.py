"""The titles of pictures of sweeps: they say no more than is sure."""

from __future__ import annotations

from typing import Any

from sim.show.pictures.sweep_table import Parameter, Point, SweepTable

Line = dict[Any, Point]  # by value of a parameter


def lines(sweep: SweepTable) -> dict[Any, Line]:
    """A line along the first parameter for each value of the second that has any point.

    Without a second parameter there is only one, of None.
    """
    found: dict[Any, Line] = {}
    if len(sweep.parameters) == 1:
        found[None] = {values[0]: point for values, point in sweep.points.items()}
    else:
        for value in sweep.parameters[1].settings:
            found[value] = {x: p for (x, by), p in sweep.points.items() if by == value}
    along = sweep.parameters[0].settings
    return {
        value: {x: line[x] for x in along if x in line}
        for value, line in found.items()
        if line
    }


def curves_title(sweep: SweepTable) -> str:
    """Where the curves differ most, or how the only one runs."""
    found = lines(sweep)
    if not found:
        return f"{sweep.name}: no run has a number"
    if len(found) == 1:
        (line,) = found.values()
        return f"{sweep.name}: {_one_curve(sweep, line)}"
    along, by = sweep.parameters
    across = {x: _across(found, x) for x in along.settings}
    widest = max(across, key=lambda x: _gap(across[x]))
    points = across[widest]
    least, most = _least_and_most(points)
    if points[least].surely_differs(points[most]):
        two = _two_values(sweep, by, points, [least, most])
        return f"{sweep.name} at {along.text(widest)}: {two}"
    low = sweep.number_text(points[least].mean)
    high = sweep.number_text(points[most].mean)
    return (
        f"{sweep.name}: no sure difference by {by.name}; "
        f"at most {low} to {high}, at {along.text(widest)}"
    )


def heatmap_title(sweep: SweepTable) -> str:
    """Where the number is least, and where most."""
    if not sweep.points:
        return f"{sweep.name}: no run has a number"
    least, most = _least_and_most(sweep.points)
    low, high = sweep.points[least].mean, sweep.points[most].mean
    if low == high:
        return f"{sweep.name}: {sweep.number_text(low)} everywhere"
    pairs = list(zip(sweep.parameters, least, most, strict=True))
    first = ", ".join(parameter.text(value) for parameter, value, _ in pairs)
    second = ", ".join(parameter.value_text(value) for parameter, _, value in pairs)
    return (
        f"{sweep.name}: {sweep.number_text(low)} ({first}) "
        f"to {sweep.number_text(high)} ({second})"
    )


def _one_curve(sweep: SweepTable, line: Line) -> str:
    along = sweep.parameters[0]
    least, most = _least_and_most(line)
    if not line[least].surely_differs(line[most]):
        about = sweep.number_text(line[least].mean)
        return f"no sure difference by {along.name}, about {about}"
    order = list(line)
    inside = [x for x in (least, most) if x not in (order[0], order[-1])]
    if along.is_ordered and len(inside) == 1:
        (x,) = inside
        word = "least" if x == least else "most"
        return f"{word} at {along.text(x)}, {sweep.number_text(line[x].mean)}"
    return _two_values(sweep, along, line, sorted((least, most), key=order.index))


def _two_values(
    sweep: SweepTable, parameter: Parameter, points: Line, values: list[Any]
) -> str:
    """Two numbers, each with where it is; the parameter is named once."""
    first, second = values
    low = sweep.number_text(points[first].mean)
    high = sweep.number_text(points[second].mean)
    return f"{low} ({parameter.text(first)}), {high} ({parameter.value_text(second)})"


def _across(found: dict[Any, Line], x: Any) -> Line:
    """The points of all lines at a value of the first parameter."""
    return {by: line[x] for by, line in found.items() if x in line}


def _gap(points: Line) -> float:
    if not points:
        return -1.0
    least, most = _least_and_most(points)
    return points[most].mean - points[least].mean


def _least_and_most(points: dict[Any, Point]) -> tuple[Any, Any]:
    """Where the mean is least, and where most."""
    least = min(points, key=lambda key: points[key].mean)
    most = max(points, key=lambda key: points[key].mean)
    return least, most
