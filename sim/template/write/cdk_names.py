"""What a scenario's functions and sources are called in the code of a CDK stack."""

from __future__ import annotations

from sim.scenario.scenario import Scenario
from sim.template.write.names import Names, variable


class CdkNames:
    """A scenario's names as the variables of a CDK stack."""

    def __init__(self, scenario: Scenario, names: Names) -> None:
        self.scenario, self.names = scenario, names

    def function(self, name: str) -> str:
        """What triggers invoke: the alias, if there is one."""
        function = self.scenario.function(name)
        alias = function.auto_publish_alias
        return f"{self.plain(name)}_{variable(alias)}" if alias else self.plain(name)

    def plain(self, name: str) -> str:
        """The function itself."""
        return variable(self.names.functions[name])

    def source(self, name: str) -> str:
        """A queue, topic, bucket, stream, table or event bus."""
        return variable(self.names.sources[name])
