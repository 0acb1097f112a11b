"""What was sent to topics, queues, buckets, streams and buses, by whomever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.arrays import Booleans, Floats
from sim.results.groups import groups
from sim.results.result import Result
from sim.results.tables import names
from sim.results.usage.queues import polls_queue, was_sent
from sim.scenario.event_flow import way
from sim.trace import MICROSECONDS, TUMBLING_WINDOW, Stage

REDRIVE = "redrive"  # SQS moves a message by itself: nobody calls SendMessage


class Sent(NamedTuple):
    """An event that was sent to a resource that nobody consumes; `at_s`: when, in seconds."""

    target: str
    event: int
    delivery: int
    at_s: float
    edge: str


def sends(run: Result) -> pd.DataFrame:
    """One row an event that enters a topic, queue, bucket, stream or bus, or is passed on to one.

    Columns: target, event, delivery, at_s, edge. `edge` says why the event was sent, empty if it
    came from outside; `redrive` is a move that SQS makes itself. Where nobody consumes the target,
    event is -1 and delivery the one that sent it.
    """
    consumed = _with_passed_on(run, _consumed(run))
    entries = {trigger.entry for trigger in run.triggers}
    unconsumed = [
        *_stored(run, entries),
        *_sent_on(run),
        *_success_records(run, entries),
    ]
    if not unconsumed:
        return consumed
    more = pd.DataFrame(unconsumed, columns=consumed.columns)
    return (
        pd.concat([consumed, more], ignore_index=True)
        if len(consumed)
        else more
    )


def _consumed(run: Result) -> pd.DataFrame:
    """What triggers take from the resources they consume."""
    sources = [
        getattr(trigger, "source", None) or "" for trigger in run.triggers
    ]
    is_polled = np.array([polls_queue(one) for one in run.triggers], bool)
    came = run.deliveries
    number = run.trigger_numbers
    is_kept_out = is_polled[number] & ~was_sent(came).to_numpy()
    is_sent = np.array(sources, bool)[number] & ~is_kept_out
    is_sent &= (came.arrived_s <= run.ended_s).to_numpy()
    is_sent &= (came.edge != TUMBLING_WINDOW).to_numpy()
    target, _ = pd.factorize(np.array(sources, dtype=object))
    found = np.flatnonzero(is_sent)
    once = groups(came.event.to_numpy()[found], target[number[found]])
    found = found[np.sort(once.first_row)]
    columns = {
        "target": names(sources, number[found]),
        "event": came.event.to_numpy()[found],
        "delivery": found,
        "at_s": _sent_at(run, is_polled[number])[found],
        "edge": came.edge.array[found],
    }
    return pd.DataFrame(columns, copy=False)


def _with_passed_on(run: Result, consumed: pd.DataFrame) -> pd.DataFrame:
    """What triggers take, and how it came there through topics, buckets and buses."""
    tables = [consumed, *_passed_on(run)]
    if len(tables) == 1:
        return consumed
    all_of_them = pd.concat(tables, ignore_index=True)
    is_again = all_of_them.duplicated(["target", "event"])
    return all_of_them[~is_again].reset_index(drop=True)


def _passed_on(run: Result) -> Iterator[pd.DataFrame]:
    """By where events enter and by trigger: what comes by each place on the way."""
    came = run.deliveries
    is_in_time = (came.arrived_s <= run.ended_s) & (came.fate != "rejected")
    for source in run.scenario.forwarding:
        entered = is_in_time & _has_entered(run, source.name)
        for number, trigger in enumerate(run.triggers):
            places = way(run.scenario, source.name, trigger.entry)[:-1]
            mine = came[entered & (run.trigger_numbers == number)]
            for place in places if len(mine) else ():
                columns = ["event", "delivery", "arrived_s", "edge"]
                table = mine[columns].rename(columns={"arrived_s": "at_s"})
                yield table.assign(target=place)


def _has_entered(run: Result, name: str) -> Booleans:
    """By delivery: whether its event has entered at a place."""
    into = {one.name: one.into == name for one in run.scenario.traffic}
    from_outside = np.array([into[one] for one in run.workload.names], bool)
    caused = np.array([one.target == name for one in run.trace.children], bool)
    has_entered = np.r_[from_outside[run.workload.traffic], caused]
    event = np.array(run.trace.deliveries.event, np.int64)
    found: Booleans = has_entered[event]
    return found


def _sent_at(run: Result, is_message: Booleans) -> Floats:
    """By delivery: when it was sent, in seconds; a message of a queue after its waits for that."""
    sent = run.deliveries.arrived_s.to_numpy().copy()
    rows = run.span_rows
    waits = rows[rows["stage"] == Stage.SOURCE]
    waits = waits[is_message[waits["delivery"]]]
    np.maximum.at(sent, waits["delivery"], waits["end"] / MICROSECONDS)
    return sent


def _stored(run: Result, entries: set[str]) -> Iterator[Sent]:
    """What failure stores keep; of a batch that was given up together they keep one record."""
    deliveries = run.trace.deliveries
    not_first = run.trace.followers | {
        delivery
        for discard in run.trace.discards
        for delivery in discard.deliveries[1:]
    }
    for delivery, targets in run.trace.stores.items():
        if delivery in not_first:
            continue
        edge = REDRIVE if polls_queue(run.trigger_of(delivery)) else "failure"
        at_s = deliveries.settled[delivery] / MICROSECONDS
        for target in targets:
            if target not in entries:
                yield Sent(target, -1, delivery, at_s, edge)


def _sent_on(run: Result) -> Iterator[Sent]:
    """The events that others caused and that came to no trigger."""
    if not run.trace.children:
        return
    consumed = set(run.trace.deliveries.event)
    for event, child in enumerate(run.trace.children, len(run.workload.time)):
        if event not in consumed:
            at_s = child.time / MICROSECONDS
            yield Sent(child.target, -1, child.delivery, at_s, child.edge)


def _success_records(run: Result, entries: set[str]) -> Iterator[Sent]:
    """The records of asynchronous events that succeeded."""
    done = run.deliveries[run.deliveries.condition == "Success"]
    done = done[~done.delivery.isin(run.trace.followers)]
    rows = zip(done.delivery, done.function, done.settled_s, strict=True)
    for delivery, function, settled_s in rows:
        settings = run.scenario.at(settled_s).function(function)
        config = settings.event_invoke_config
        target = config.destination_config.on_success
        if target is not None and target not in entries:
            yield Sent(
                target, -1, delivery, settled_s, "on-success destination"
            )
