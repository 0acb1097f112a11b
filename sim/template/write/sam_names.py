"""How a SAM template refers to a scenario's functions and sources."""

from __future__ import annotations

from typing import Any

from sim.scenario.resources import DEFAULT_BUS
from sim.scenario.scenario import Scenario
from sim.template.write.names import TemplateIds
from sim.template.write.sam_yaml import GetAtt, Ref

BUSES = (
    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus"
)
Fragment = dict[str, Any]
"""Parts of a template: Parameters, Resources, and of the function's own resource Events,
Properties and Comments."""


class SamNames:
    """References to a scenario's functions and sources; `ids` are the logical ones."""

    def __init__(self, scenario: Scenario, ids: TemplateIds) -> None:
        self.scenario = scenario
        self.ids = ids

    def invoked(self, name: str) -> GetAtt | Ref:
        """The ARN that triggers invoke: that of the function's alias, if there is one."""
        logical_id = self.ids.functions[name]
        if self.scenario.function(name).auto_publish_alias:
            return Ref(f"{logical_id}.Alias")
        return GetAtt(f"{logical_id}.Arn")

    def bus(self, name: str) -> Ref | str:
        """The name of a bus with rules: the default one is there in every account."""
        if name == DEFAULT_BUS:
            return DEFAULT_BUS
        return Ref(self.ids.sources[name])

    def arn(self, name: str) -> GetAtt | Ref | dict[str, str]:
        """The ARN of a source, or of what triggers of a function invoke."""
        if name not in self.ids.sources:
            return self.invoked(name)
        if name == DEFAULT_BUS and self.ids.groups[name] == "event_buses":
            return {"Fn::Sub": f"{BUSES}/{DEFAULT_BUS}"}
        logical_id = self.ids.sources[name]
        group = self.ids.groups.get(name)
        if group in ("topics", "custom_event_buses", "state_machines"):
            return Ref(logical_id)
        return GetAtt(f"{logical_id}.Arn")


def merge(fragments: list[Fragment]) -> Fragment:
    """Fragments put together: mappings within mappings, and lists one after the other."""
    together: Fragment = {}
    for fragment in fragments:
        for key, value in fragment.items():
            there = together.get(key)
            if isinstance(there, dict):
                together[key] = merge([there, value])
            elif isinstance(there, list):
                together[key] = [*there, *value]
            else:
                together[key] = value
    return together


def event(logical_id: str, event_type: str, **settings: Any) -> Fragment:
    """An event of the function; settings that are None are left out."""
    properties = without_none(settings)
    return {
        "Events": {logical_id: {"Type": event_type, "Properties": properties}}
    }


def without_none(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings that have a value."""
    return {
        name: value for name, value in settings.items() if value is not None
    }
