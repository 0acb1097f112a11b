"""Random systems without what does nothing in them: a run would warn of it."""

from __future__ import annotations

import sim
from sim.scenario.unused_settings import unused_settings


def useful(system: sim.Scenario) -> sim.Scenario:
    """The system without settings that do nothing, and recorded events after its end."""
    idle = list(unused_settings(system))
    traffic = tuple(
        _useful(one, idle, system.seconds) for one in system.traffic
    )
    if traffic == system.traffic:
        return system
    return system.replace(traffic=traffic)


def _useful(
    traffic: sim.Traffic, idle: list[str], seconds: float
) -> sim.Traffic:
    nothing = {"caller": sim.Caller(), "message_group_id": None}
    who = f"Traffic {traffic.name!r}: "
    fields = {
        name: value
        for name, value in nothing.items()
        if any(one.startswith(f"{who}{name} does nothing") for one in idle)
    }
    if isinstance(traffic.arrivals, sim.Recorded):
        fields["arrivals"] = _in_time(traffic.arrivals, seconds)
    return traffic.replace(**fields) if fields else traffic


def _in_time(recorded: sim.Recorded, seconds: float) -> sim.Recorded:
    count = sum(instant < seconds for instant in recorded.instants)
    columns = {
        name: getattr(recorded, name) for name in type(recorded).model_fields
    }
    kept = {
        name: column[:count]
        for name, column in columns.items()
        if isinstance(column, tuple)
    }
    return recorded.replace(**kept)
