"""When events pass along the ways of a map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.arrays import Integers
from sim.results.run import Run
from sim.results.usage.queues import was_sent
from sim.show.stage.spans import RUNS, Spans
from sim.show.stage.system_map import Edge, SystemMap, senders
from sim.show.stage.time_grid import in_steps
from sim.trace import CAUGHT, MESSAGE_MOVE, NEXT, OUTPUT, Stage

Way = tuple[str, str]
Passing = Iterator[tuple[Way, Integers]]
"""Ways, by the names of their two ends, and when events pass, in microseconds."""
ON_SUCCESS = "on-success destination"
HANDING_OUT = ("notification", "rule", "subscription", "starts")
"""What ways are called on which sources hand on what comes to them."""


def edge_flows(
    run: Run, system: SystemMap, spans: Spans, at: Integers
) -> Integers:
    """By way and step of time: how many events pass; `at`: the ends of the steps."""
    ways = {(edge.begin, edge.end): n for n, edge in enumerate(system.edges)}
    flows = np.zeros((len(ways), len(at)), np.int64)
    for way, instants in _passing(run, system.edges, spans):
        if way in ways:
            flows[ways[way]] += in_steps(at, instants)
    return flows


def _passing(run: Run, edges: list[Edge], spans: Spans) -> Passing:
    yield from _sent_from_outside(run)
    yield from _handed_out(run, edges)
    yield from _invocations(run, spans)
    yield from _caused(run)
    yield from _kept(run)
    yield from _calls(run)


def _sent_from_outside(run: Run) -> Passing:
    workload = run.workload
    names = senders(run.scenario)
    into = {traffic.name: traffic.into for traffic in run.scenario.traffic}
    for number, name in enumerate(workload.names):
        mine = workload.time[workload.traffic == number]
        yield (names[name], into[name]), mine


def _handed_out(run: Run, edges: list[Edge]) -> Passing:
    """What buckets, buses, topics and state machines hand on, on all ways to where it goes."""
    following: dict[str, list[str]] = {}
    for edge in edges:
        if edge.label in HANDING_OUT:
            following.setdefault(edge.begin, []).append(edge.end)
    entries = [traffic.into for traffic in run.scenario.traffic]
    names = sorted({*entries, *(child.target for child in run.trace.children)})
    event = np.array(run.trace.deliveries.event)
    entry = _entries(run, names)[event]
    arrived = np.array(run.trace.deliveries.arrived, np.int64)
    is_sent = was_sent(run.deliveries).to_numpy()
    pair = entry * len(run.triggers) + run.trigger_numbers
    passing: dict[Way, list[Integers]] = {}
    for number in np.unique(pair[is_sent]).tolist():
        begin, trigger = divmod(number, len(run.triggers))
        mine = np.flatnonzero(is_sent & (pair == number))
        target = run.triggers[trigger].entry
        for way in _path(following, names[begin], target):
            passing.setdefault(way, []).append(mine)
    for way, deliveries in passing.items():
        rows = np.concatenate(deliveries)
        _, once = np.unique(event[rows], return_index=True)
        yield way, arrived[rows[once]]


def _entries(run: Run, names: list[str]) -> Integers:
    """By event: the number of the name of what it was sent to."""
    number = {name: n for n, name in enumerate(names)}
    into = {
        traffic.name: number[traffic.into] for traffic in run.scenario.traffic
    }
    of_traffic = [into[name] for name in run.workload.names]
    from_outside = np.array(of_traffic, np.int64)[run.workload.traffic]
    caused = [number[child.target] for child in run.trace.children]
    return np.concatenate([from_outside, np.array(caused, np.int64)])


def _path(following: dict[str, list[str]], begin: str, end: str) -> list[Way]:
    """The ways from a bus or topic to what it hands events to, maybe through another one."""
    for name in following.get(begin, ()):
        if name == end:
            return [(begin, name)]
        further = _path(following, name, end)
        if further:
            return [(begin, name), *further]
    return []


def _invocations(run: Run, spans: Spans) -> Passing:
    runs = spans.chosen(spans.are(*RUNS))
    trigger_of_run = run.trigger_numbers[runs.place]
    for number, trigger in enumerate(run.triggers):
        instants = runs.start[trigger_of_run == number]
        yield (trigger.entry, trigger.function), instants


def _caused(run: Run) -> Passing:
    """What handlers send on, successes' records, messages that move back, and following tasks."""
    instants: dict[Way, list[int]] = {}
    for child in run.trace.children:
        trigger = run.trigger_of(child.delivery)
        begins = [trigger.function]
        if child.edge == MESSAGE_MOVE:
            begins = run.trace.stores.get(child.delivery, [])
        elif child.edge.startswith((NEXT, CAUGHT)):
            begins = [trigger.name]
        elif not child.edge.startswith((OUTPUT, ON_SUCCESS)):
            continue
        for begin in begins:
            instants.setdefault((begin, child.target), []).append(child.time)
    for way, times in instants.items():
        yield way, np.array(times, np.int64)


def _kept(run: Run) -> Passing:
    """What goes to failure stores, from a function or from what gives events up before it."""
    instants: dict[Way, list[int]] = {}
    settled = run.trace.deliveries.settled
    for delivery, stores in run.trace.stores.items():
        trigger = run.trigger_of(delivery)
        for store in stores:
            for begin in dict.fromkeys((trigger.function, trigger.entry)):
                way = (begin, store)
                instants.setdefault(way, []).append(settled[delivery])
    for way, times in instants.items():
        yield way, np.array(times, np.int64)


def _calls(run: Run) -> Passing:
    """The calls of dependencies."""
    rows = run.span_rows[run.span_rows["stage"] == Stage.CALL]
    trigger = run.trigger_numbers[rows["delivery"]]
    known = {dependency.name for dependency in run.scenario.dependencies}
    for resource in np.unique(rows["resource"]).tolist():
        name = run.scenario.resource_names[resource]
        if name not in known:
            continue
        mine = rows["resource"] == resource
        for number in np.unique(trigger[mine]).tolist():
            instants = rows["start"][mine & (trigger == number)]
            yield (run.triggers[number].function, name), instants
