"""The titles of pictures of sweeps: they say no more than is sure."""

from __future__ import annotations

from typing import Any

from sim.show.pictures.sweep_table import Parameter, Point, SweepTable

Line = dict[Any, Point]  # by value of a parameter


def lines(sweep: SweepTable) -> dict[Any, Line]:
    """A line along the first parameter for each value of the second that has any point.

    Without a second parameter there is only one, of None.
    """
    if len(sweep.parameters) == 1:
        line = _line(sweep)
        return {None: line} if line else {}
    found = {}
    for by in sweep.parameters[1].settings:
        line = _line(sweep, by)
        if line:
            found[by] = line
    return found


def _line(sweep: SweepTable, *by: Any) -> Line:
    line = {}
    for x in sweep.parameters[0].settings:
        point = sweep.points.get((x, *by))
        if point is not None:
            line[x] = point
    return line


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
    where = along.text(widest)
    points = across[widest]
    least, most = _least_and_most(points)
    if points[least].surely_differs(points[most]):
        two = _two_values(sweep, by, points, [least, most])
        return f"{sweep.name} at {where}: {two}"
    low = sweep.mean_text(points[least])
    high = sweep.mean_text(points[most])
    return (
        f"{sweep.name}: no sure difference by {by.name}; "
        f"at most {low} to {high}, at {where}"
    )


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


def _one_curve(sweep: SweepTable, line: Line) -> str:
    along = sweep.parameters[0]
    least, most = _least_and_most(line)
    if not line[least].surely_differs(line[most]):
        about = sweep.mean_text(line[least])
        return f"no sure difference by {along.name}, about {about}"
    order = list(line)
    ends = order[0], order[-1]
    inside = [x for x in (least, most) if x not in ends]
    if along.is_ordered and len(inside) == 1:
        (x,) = inside
        word = "least" if x == least else "most"
        return f"{word} at {along.text(x)}, {sweep.mean_text(line[x])}"
    values = sorted((least, most), key=order.index)
    return _two_values(sweep, along, line, values)


def _two_values(
    sweep: SweepTable, parameter: Parameter, points: Line, values: list[Any]
) -> str:
    """Two numbers, each with where it is; the parameter is named once."""
    first, second = values
    low = sweep.mean_text(points[first])
    high = sweep.mean_text(points[second])
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
