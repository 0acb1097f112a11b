"""What a scenario's functions and sources are called in the code of a CDK stack."""

from __future__ import annotations

from sim.scenario.scenario import Scenario
from sim.template.write.names import TemplateIds, variable


class CdkNames:
    """The variables of a scenario's functions and sources; `ids` are those of the constructs."""

    def __init__(self, scenario: Scenario, ids: TemplateIds) -> None:
        self.scenario = scenario
        self.ids = ids

    def function(self, name: str) -> str:
        """The variable of a function itself."""
        return variable(self.ids.functions[name])

    def invoked(self, name: str) -> str:
        """The variable of what triggers invoke: the function's alias, if there is one."""
        alias = self.scenario.function(name).auto_publish_alias
        function = self.function(name)
        return f"{function}_{variable(alias)}" if alias else function

    def source(self, name: str) -> str:
        """The variable of a queue, topic, bucket, stream, table or event bus."""
        return variable(self.ids.sources[name])
