"""What a lane says of itself: who sends, who keeps the event, and what that means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sim.phrases import counted
from sim.results.run import Run
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import KAFKA, QUEUES, STREAMS
from sim.scenario.subscriber import REQUEST_RESPONSE
from sim.scenario.trigger_catalogue import (
    CALLING_LATER,
    TriggerKind,
    trigger_kind,
)
from sim.scenario.triggers import Trigger
from sim.show.pictures.captions import join_words, model_of

SEVERAL = "several"
"""The model of a lane whose events come in several ways."""
UNKNOWN = "not documented"


class LaneWords(NamedTuple):
    """The words of a lane; `keeper` is empty where the caller holds the line."""

    model: str
    sender: str
    keeper: str
    note: str


def lane_words(run: Run, triggers: Iterable[Trigger]) -> LaneWords:
    """The words for events that come through these triggers."""
    found = dict.fromkeys(_words(run, trigger) for trigger in triggers)
    if len(found) == 1:
        (only,) = found
        keeper = f"{only.keeper} keeps it" if only.keeper else ""
        return only._replace(keeper=keeper)
    models = dict.fromkeys(words.model for words in found)
    keepers = [words.keeper for words in found if words.keeper]
    return LaneWords(
        model=models.popitem()[0] if len(models) == 1 else SEVERAL,
        sender=join_words(_unique(words.sender for words in found)),
        keeper=f"{' or '.join(_unique(keepers))} keeps it" if keepers else "",
        note="; ".join(_unique(words.note for words in found)),
    )


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _words(run: Run, trigger: Trigger) -> LaneWords:
    """Those of one trigger; the keeper without its verb."""
    row = trigger_kind(trigger.kind)
    model = model_of(trigger)
    if row.kind == REQUEST_RESPONSE:
        note = "the bus keeps it and tries again"
        return LaneWords(model, "publisher", "the event bus", note)
    if model == "synchronous":
        sender = row.who_waits.removeprefix("the ")
        note = f"{row.who_waits} waits and is told"
        return LaneWords(model, sender, _keeping_caller(row), note)
    if model == "asynchronous":
        config = run.scenario.function(trigger.function).event_invoke_config
        again = "again" if config.maximum_retry_attempts else "once"
        note = f"Lambda keeps it and tries {again}"
        return LaneWords(model, service(row), "Lambda's event queue", note)
    if row.kind in QUEUES and isinstance(trigger, EventSourceMapping):
        keeper, note = _queue_words(run, trigger, row)
    else:
        keeper, note = _source_words(row)
    sender = "producer" if model == "stream" else "sender"
    return LaneWords(model, sender, keeper, note)


def service(row: TriggerKind) -> str:
    """What AWS calls it, without what stands in brackets."""
    return row.service.partition(" (")[0]


def _keeping_caller(row: TriggerKind) -> str:
    """The service that took the event at once, and calls again after a failure."""
    calls_again = row.upstream_attempts != 1 and row.after_failure != UNKNOWN
    if row.kind in CALLING_LATER and calls_again:
        return row.who_waits
    return ""


def _queue_words(
    run: Run, mapping: EventSourceMapping, row: TriggerKind
) -> tuple[str, str]:
    """Who keeps a message, and until when: a redrive policy takes it away."""
    policy = run.scenario.queue(mapping.source).redrive_policy
    note = "the queue keeps it until it is deleted"
    if policy is not None:
        most = policy.max_receive_count
        often = "once" if most == 1 else f"{counted(most)} times"
        note = f"it stays until deleted or received {often}"
    return f"the {service(row)}", note


def _source_words(row: TriggerKind) -> tuple[str, str]:
    """Who keeps the event that Lambda polls, and how long."""
    if row.kind in STREAMS:
        return "the shard", "it stays in its shard until it is its turn"
    if row.kind in KAFKA:
        return "the partition", "it stays in its partition until it is its turn"
    if row.kind == "documentdb":
        return "the change stream", "it stays there until it is its turn"
    return "the broker", "the broker keeps it until it is handled"
