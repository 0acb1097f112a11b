"""Settings of traffic that do nothing where it goes."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.caller import Caller
from sim.scenario.event_flow import senders
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import SynchronousTrigger


def unused_settings(scenario: Scenario) -> Iterator[str]:
    """Sentences on callers whom nobody answers, and on message groups that come to no queue."""
    sent = senders(scenario)
    grouped = {
        traffic.name
        for queue in scenario.queues
        for traffic in sent.get(queue.name, ())
    }
    for traffic in scenario.traffic:
        who = f"Traffic {traffic.name!r}"
        if traffic.caller != Caller() and not _answers(scenario, traffic.into):
            yield (
                f"{who}: caller does nothing, for {traffic.into!r} takes every event: callers are "
                "for what answers, a Kinesis stream, a FIFO queue or an event bus."
            )
        if traffic.message_group_id and traffic.name not in grouped:
            yield (
                f"{who}: message_group_id does nothing, for none of its events comes to a queue."
            )


def _answers(scenario: Scenario, entry: str) -> bool:
    """Whether a caller may be refused there, or told of a failure."""
    fifo = [queue for queue in scenario.queues if queue.fifo_queue]
    buses = (*scenario.event_buses, *scenario.custom_event_buses)
    limited = (*scenario.streams, *fifo, *buses)
    if entry in [source.name for source in limited]:
        return True
    consumers = scenario.consumers(entry)
    return any(isinstance(one, SynchronousTrigger) for one in consumers)
