"""What AWS refuses where events come in: too large an event, too long a wait, a timer where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim import facts
from sim.scenario.system import System
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.scenario.triggers import SynchronousTrigger, Trigger


def problems(scenario: System) -> Iterable[str]:
    """Sentences that say what AWS would refuse."""
    yield from _events_too_large(scenario)
    yield from _waits_too_long(scenario)
    yield from _timers_on_fifo(scenario)


def _events_too_large(scenario: System) -> Iterator[str]:
    entered = {trigger.entry: _door(trigger) for trigger in scenario.triggers}
    for traffic in scenario.traffic:
        door = entered.get(traffic.into)
        if (
            door is not None
            and door.request_limit_kb is not None
            and traffic.payload_kb > door.request_limit_kb
        ):
            yield (
                f"Traffic {traffic.name!r}: payload_kb is {traffic.payload_kb}, but {door.service} takes "
                f"{door.request_limit_kb} KB at most ({door.source})."
            )


def _waits_too_long(scenario: System) -> Iterator[str]:
    for trigger in scenario.triggers:
        if (
            not isinstance(trigger, SynchronousTrigger)
            or trigger.timeout_in_millis is None
        ):
            continue
        door = _door(trigger)
        longest = (door.wait_limit_seconds or 0) * 1000
        if (
            longest
            and trigger.timeout_in_millis > longest
            and not door.wait_limit_raised
        ):
            yield (
                f"Trigger {trigger.name!r}: timeout_in_millis is {trigger.timeout_in_millis}, but {door.service} "
                f"waits {longest} ms at most, and no quota raises that ({door.source})."
            )


def _timers_on_fifo(scenario: System) -> Iterator[str]:
    ordered = {queue.name for queue in scenario.queues if queue.fifo_queue}
    timer = facts.fact("Traffic.delay_seconds")
    for traffic in scenario.traffic:
        if traffic.into in ordered and traffic.delay_seconds is not None:
            yield f"Traffic {traffic.name!r}: a FIFO queue takes no message timers ({timer.source})."


def _door(trigger: Trigger) -> TriggerKind:
    """What stands between the source and Lambda: the trigger's kind, or the front door that a webhook calls."""
    return trigger_kind(getattr(trigger, "front_door", None) or trigger.kind)
