"""How a SAM template refers to a scenario's functions and sources."""

from __future__ import annotations

from typing import Any

from sim.scenario.scenario import Scenario
from sim.template.write.names import Names
from sim.template.write.sam_yaml import GetAtt, Ref

Part = dict[str, Any]
"""Parts of a template: Parameters, Resources, and of the function's resource Events, Properties and Comments."""


class SamNames:
    """A scenario's names as SAM refers to them."""

    def __init__(self, scenario: Scenario, names: Names) -> None:
        self.scenario, self.names = scenario, names

    def function(self, name: str) -> GetAtt | Ref:
        """The ARN that triggers invoke: the alias's, if there is one."""
        made = self.names.functions[name]
        return (
            Ref(f"{made}.Alias")
            if self.scenario.function(name).auto_publish_alias
            else GetAtt(f"{made}.Arn")
        )

    def arn(self, name: str) -> GetAtt | Ref:
        """The ARN of a source, or of a function."""
        if name not in self.names.sources:
            return self.function(name)
        made = self.names.sources[name]
        return (
            Ref(made)
            if name in {topic.name for topic in self.scenario.topics}
            else GetAtt(f"{made}.Arn")
        )
