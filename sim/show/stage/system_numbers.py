"""How much waits, works and flows on the map of a system, at the end of each step of time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.results.ends import End
from sim.results.intervals import count_open
from sim.results.run import Run
from sim.scenario.triggers import Trigger
from sim.show.stage.busy import runs_of
from sim.show.stage.lane_columns import Columns
from sim.show.stage.spans import Spans
from sim.show.stage.system_flows import edge_flows
from sim.show.stage.system_map import FUNCTION, SystemMap
from sim.show.stage.time_grid import until
from sim.trace import Outcome, Stage

Grids = dict[str, NDArray[np.int64]]
LEVELS = ("node_waiting", "node_running", "node_failing", "node_done")


def system_columns(
    run: Run, system: SystemMap, spans: Spans, at: Integers
) -> Columns:
    """Numbers of the places and ways of a map; `at`: the ends of the steps of time.

    By place and time: node_waiting, node_running, node_failing (at that time) and node_done (so
    far). By way and time: edge_flow (events in that step).
    """
    flows = edge_flows(run, system, spans, at)
    shape = (len(system.nodes), len(at))
    grids: Grids = {name: np.zeros(shape, np.int64) for name in LEVELS}
    place = {node.name: number for number, node in enumerate(system.nodes)}
    _count_passing(grids, system, flows)
    _count_waits(grids, place, run, spans, at)
    _count_wait_states(grids, place, run, at)
    _count_functions(grids, system, run, spans, at)
    _count_dependencies(grids, place, run, at)
    grids["edge_flow"] = flows
    return {
        name: grid.ravel().astype(np.float32) for name, grid in grids.items()
    }


def _count_passing(grids: Grids, system: SystemMap, flows: Integers) -> None:
    """What has come to each place; what nobody takes from there is kept, unless it moves back."""
    place = {node.name: number for number, node in enumerate(system.nodes)}
    came = np.zeros_like(grids["node_done"])
    left = np.zeros_like(came)
    for edge, flow in zip(system.edges, flows.cumsum(axis=1), strict=True):
        came[place[edge.end]] += flow
        left[place[edge.begin]] += flow
    is_sender = came[:, -1:] == 0
    grids["node_done"][:] = np.where(is_sender, left, came)
    for name in system.stores:
        number = place[name]
        grids["node_waiting"][number] = came[number] - left[number]


def _count_waits(
    grids: Grids, place: dict[str, int], run: Run, spans: Spans, at: Integers
) -> None:
    """What waits in sources, in Lambda's event queue before a function, and with callers."""
    waits = spans.chosen(spans.are("queue", "wait"))
    number = run.trigger_numbers[waits.place]
    for trigger_number, trigger in enumerate(run.triggers):
        where = place.get(_keeper(trigger))
        if where is not None:
            mine = waits.chosen(number == trigger_number)
            level = count_open(at, mine.start, mine.end)
            grids["node_waiting"][where] += level


def _count_wait_states(
    grids: Grids, place: dict[str, int], run: Run, at: Integers
) -> None:
    """What a Wait state holds, before the task that it delays."""
    rows = run.span_rows
    waits = rows[rows["outcome"] == Outcome.WAITED]
    names = run.scenario.resource_names
    for number in np.unique(waits["resource"]):
        mine = waits[waits["resource"] == number]
        where = place.get(names[number])
        if where is not None:
            level = count_open(at, mine["start"], mine["end"])
            grids["node_waiting"][where] += level


def _keeper(trigger: Trigger) -> str:
    """The place where events of a trigger wait."""
    if trigger.model == "asynchronous":
        return trigger.function
    return trigger.entry


def _count_functions(
    grids: Grids, system: SystemMap, run: Run, spans: Spans, at: Integers
) -> None:
    """The environments at work, those whose run will fail, and what has been delivered."""
    numbers = {name: n for n, name in enumerate(run.scenario.resource_names)}
    delivered = run.delivery_numbers.end == End.DELIVERED
    functions = run.deliveries.function.to_numpy()
    settled = np.array(run.trace.deliveries.settled, np.int64)
    for place, node in enumerate(system.nodes):
        if node.role == FUNCTION:
            mine = spans.chosen(spans.resource == numbers[node.name])
            runs = runs_of(mine)
            fails = runs.fails.astype(bool)
            grids["node_running"][place] = count_open(at, runs.start, runs.end)
            grids["node_failing"][place] = count_open(
                at, runs.start[fails], runs.end[fails]
            )
            done = settled[delivered & (functions == node.name)]
            grids["node_done"][place] = until(at, done)


def _count_dependencies(
    grids: Grids, place: dict[str, int], run: Run, at: Integers
) -> None:
    """The calls that a dependency works on, those that will fail, and those that wait for it."""
    rows = run.span_rows
    names = run.scenario.resource_names
    for dependency in run.scenario.dependencies:
        where = place.get(dependency.name)
        if where is None:
            continue
        mine = rows[rows["resource"] == names.index(dependency.name)]
        is_call = mine["stage"] == Stage.CALL
        chosen = {
            "node_waiting": mine["stage"] == Stage.CONNECTION,
            "node_running": is_call,
            "node_failing": is_call & (mine["outcome"] == Outcome.FAILED),
        }
        for name, which in chosen.items():
            found = mine[which]
            grids[name][where] += count_open(at, found["start"], found["end"])
