"""What AWS refuses where events come in: too large an event, too long a wait, a needless timer."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from sim import facts
from sim.scenario.arrivals import Scheduled
from sim.scenario.subscriber import EVENT
from sim.scenario.system import System
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.scenario.triggers import SynchronousTrigger, Trigger


def problems(system: System) -> Iterator[str]:
    """Sentences that say what AWS would refuse."""
    yield from _events_too_large(system)
    yield from _waits_too_long(system)
    yield from _timers_of_messages(system)
    yield from _batches_of_messages(system)
    yield from _records_too_large(system)
    yield from _deduplication_by_no_bus(system)
    yield from _schedules_of_rules(system)


def _events_too_large(system: System) -> Iterator[str]:
    doors = _doors(system)
    for traffic in system.traffic:
        door = doors.get(traffic.into)
        most = door.request_limit_kb if door is not None else None
        if door is not None and most is not None and traffic.payload_kb > most:
            who = (
                f"Traffic {traffic.name!r}: payload_kb is {traffic.payload_kb}"
            )
            yield f"{who}, but {door.service} takes {most} KB at most ({door.source})."


def _waits_too_long(system: System) -> Iterator[str]:
    for trigger in system.triggers:
        if not isinstance(trigger, SynchronousTrigger):
            continue
        door = _door(trigger)
        wait = trigger.timeout_in_millis
        longest = (door.wait_limit_seconds or 0) * 1000
        fixed = longest and not door.wait_limit_raised
        if wait is not None and fixed and wait > longest:
            who = f"Trigger {trigger.name!r}: timeout_in_millis is {wait}"
            limit = f"{door.service} waits {longest} ms at most, and no quota raises that"
            yield f"{who}, but {limit} ({door.source})."


def _timers_of_messages(system: System) -> Iterator[str]:
    queues = {queue.name: queue for queue in system.queues}
    source = facts.fact("Traffic.delay_seconds").source
    for traffic in system.traffic:
        if traffic.delay_seconds is None:
            continue
        who = f"Traffic {traffic.name!r}"
        queue = queues.get(traffic.into)
        if queue is None:
            what = f"delay_seconds is a message timer, but {traffic.into!r} is no queue"
            yield f"{who}: {what} ({source})."
        elif queue.fifo_queue:
            yield f"{who}: a FIFO queue takes no message timers ({source})."


def _deduplication_by_no_bus(system: System) -> Iterator[str]:
    """What a traffic's events are known by means nothing where no Custom Event Bus gets them."""
    source = facts.fact("custom_bus.deduplication_window").source
    buses = {bus.name for bus in system.custom_event_buses}
    functions_publish = bool(buses & system.targets)
    for traffic in system.traffic:
        for name in ("deduplication_type", "deduplication_id"):
            given = getattr(traffic, name)
            is_published = functions_publish or traffic.into in buses
            if given is not None and not is_published:
                who = f"Traffic {traffic.name!r}: {name} is {given!r}"
                nowhere = "its events come to no Custom Event Bus"
                yield f"{who}, but {nowhere}, which heeds it ({source})."


def _schedules_of_rules(system: System) -> Iterator[str]:
    """What Scheduler takes and a scheduled rule refuses, such as rate(5 minute)."""
    kinds = {trigger.entry: trigger.kind for trigger in system.triggers}
    for traffic in system.traffic:
        is_of_rule = kinds.get(traffic.into) == "eventbridge_schedule_rule"
        if is_of_rule and isinstance(traffic.arrivals, Scheduled):
            for problem in traffic.arrivals.problems_of_rule():
                yield f"Traffic {traffic.name!r}: {problem}"


def _records_too_large(system: System) -> Iterator[str]:
    most = {one.name: one.max_record_size_in_kib for one in system.streams}
    fact = facts.fact("Stream.max_record_size_in_kib")
    for traffic in system.traffic:
        size = traffic.payload_kb
        if traffic.into in most and size > most[traffic.into]:
            who = f"Traffic {traffic.name!r}: payload_kb is {size}"
            limit = f"stream {traffic.into!r} takes records of {most[traffic.into]} KiB at most"
            raised = f"max_record_size_in_kib can be {fact.maximum}"
            yield f"{who}, but {limit}; {raised} ({fact.source})."


def _batches_of_messages(system: System) -> Iterator[str]:
    """A call of SendMessageBatch has messages for one queue, and a largest size of its own."""
    queues = {queue.name for queue in system.queues}
    source = facts.fact("Traffic.entries_per_request").source
    most = trigger_kind("sqs_standard").request_limit_kb or inf
    for traffic in system.traffic:
        entries = traffic.entries_per_request
        if entries == 1:
            continue
        size = entries * traffic.payload_kb
        if traffic.into not in queues:
            what = f"entries_per_request counts for queues only, and {traffic.into!r} is none"
            yield f"Traffic {traffic.name!r}: {what} ({source})."
        elif size > most:
            what = f"{entries} messages of {traffic.payload_kb:g} KB are {size:g} KB in one call"
            yield f"Traffic {traffic.name!r}: {what}, but SQS takes {most} KB at most ({source})."


def _doors(system: System) -> dict[str, TriggerKind]:
    """What takes events in, by the name of the entry, with or without a trigger of its own."""
    doors = {topic.name: trigger_kind("sns") for topic in system.topics}
    for bus in system.event_buses:
        doors[bus.name] = trigger_kind("eventbridge_rule")
    for custom_bus in system.custom_event_buses:
        doors[custom_bus.name] = trigger_kind(EVENT)
    for queue in system.queues:
        kind = "sqs_fifo" if queue.fifo_queue else "sqs_standard"
        doors[queue.name] = trigger_kind(kind)
    for trigger in system.triggers:
        doors[trigger.entry] = _door(trigger)
    return doors


def _door(trigger: Trigger) -> TriggerKind:
    """What stands between source and Lambda: the trigger's kind, or the door a webhook calls."""
    return trigger_kind(getattr(trigger, "front_door", None) or trigger.kind)
