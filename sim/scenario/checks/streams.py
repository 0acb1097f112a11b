"""What AWS refuses of streams and other ordered sources: too many readers, windows, timeouts."""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.source_kinds import KAFKA
from sim.scenario.system import System

ON_DEMAND = (
    "https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html"
)
WINDOWS = (
    "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"
)
SHORT_TIMEOUT = (*KAFKA, "mq", "documentdb")


def problems(system: System) -> Iterator[str]:
    """Sentences that say what AWS would refuse."""
    yield from _too_many_consumers(system)
    yield from _resharded_on_demand(system)
    yield from _resharded_windows(system)
    yield from _timeout_too_long(system)


def _too_many_consumers(system: System) -> Iterator[str]:
    fan_out = [m.source for m in system.mappings if m.kind == "kinesis_efo"]
    limit = facts.fact("kinesis.consumers")
    for stream in system.streams:
        count = fan_out.count(stream.name)
        if count > limit.value:
            who = (
                f"Stream {stream.name!r}: {count} mappings use enhanced fan-out"
            )
            yield f"{who}, but it has {limit.value} consumers at most ({limit.source})."


def _resharded_on_demand(system: System) -> Iterator[str]:
    resharded = _resharded(system)
    for stream in system.streams:
        if stream.name in resharded and stream.stream_mode == "ON_DEMAND":
            who = f"Stream {stream.name!r}: in ON_DEMAND mode it decides itself on its shards"
            yield f"{who}; leave out reshardings ({ON_DEMAND})."


def _resharded(system: System) -> set[str]:
    """The streams whose number of shards changes."""
    changed = {
        one.of for one in system.changes if "shard_count" in one.settings
    }
    return changed | {one.name for one in system.streams if one.reshardings}


def _resharded_windows(system: System) -> Iterator[str]:
    resharded = _resharded(system)
    for mapping in system.mappings:
        if mapping.tumbling_window_in_seconds and mapping.source in resharded:
            yield (
                f"EventSourceMapping {mapping.name!r}: tumbling windows do not support "
                f"resharding, and stream {mapping.source!r} is resharded ({WINDOWS})."
            )


def _timeout_too_long(system: System) -> Iterator[str]:
    limit = facts.fact("mapping.ordered_timeout")
    for mapping in system.mappings:
        function = system.function(mapping.function)
        polls = mapping.kind in SHORT_TIMEOUT and mapping.pipe is None
        if polls and function.timeout > limit.value:
            yield (
                f"Function {function.name!r}: timeout is {function.timeout} s, but "
                f"{limit.value} s at most for a function that polls {mapping.kind} "
                f"({limit.source})."
            )
