"""How many execution environments the events of a lane can have at once, where a limit binds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import STREAMS
from sim.scenario.system import System
from sim.show.stage.lanes import Lane, shards_of


def lane_limit(lane: Lane) -> int | None:
    """The lowest of the limits that its only function, and its only trigger, have all the time.

    Where settings change, the highest that there is during the run. The account's limit counts only
    where it has refused something.
    """
    triggers = lane.triggers
    if len({trigger.function for trigger in triggers}) != 1:
        return None
    scenario = lane.run.scenario
    is_refused = bool(lane.run.throttles[lane.deliveries].any())
    limits = [
        min(_limits(system, lane, is_refused), default=None)
        for system in (scenario, *scenario.later_systems)
    ]
    known = [limit for limit in limits if limit is not None]
    return max(known) if len(known) == len(limits) else None


def _limits(system: System, lane: Lane, is_refused: bool) -> Iterator[int]:
    names = {trigger.name for trigger in lane.triggers}
    triggers = [one for one in system.routes if one.name in names]
    function = system.function(lane.triggers[0].function)
    if function.reserved_concurrent_executions is not None:
        yield function.reserved_concurrent_executions
    elif is_refused:
        yield system.unreserved_concurrency
    if len(triggers) == 1 and isinstance(triggers[0], EventSourceMapping):
        yield from _limits_of_mapping(triggers[0], lane)


def _limits_of_mapping(
    mapping: EventSourceMapping, lane: Lane
) -> Iterator[int]:
    """A queue's maximum concurrency; of a stream, one batch at a time for each part of a shard."""
    if mapping.scaling_config is not None:
        yield mapping.scaling_config.maximum_concurrency
    if mapping.kind in STREAMS and len(lane.deliveries):
        shards = np.unique(shards_of(lane.run)[lane.deliveries])
        yield len(shards) * mapping.parallelization_factor
