"""The map of a system as the header of a scene says it."""

from __future__ import annotations

from typing import Any

from sim.show.stage.system_layout import layout
from sim.show.stage.system_map import SystemMap
from sim.show.stage.time_grid import TIMES


def map_header(system: SystemMap) -> dict[str, Any]:
    """Places with name, kind, role, column and row; ways as numbers of places, with a label."""
    number = {node.name: place for place, node in enumerate(system.nodes)}
    ways = [(number[edge.begin], number[edge.end]) for edge in system.edges]
    stands = layout(len(system.nodes), ways)
    return {
        "times": TIMES,
        "nodes": [
            {**node._asdict(), "column": column, "row": row}
            for node, (column, row) in zip(system.nodes, stands, strict=True)
        ],
        "edges": [
            [*way, edge.label]
            for way, edge in zip(ways, system.edges, strict=True)
        ],
    }
