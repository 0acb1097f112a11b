"""An event source mapping: Lambda polls a source and invokes the function with batches."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from sim.scenario.errors import ScenarioError
from sim.scenario.mapping_checks import problems
from sim.scenario.mapping_settings import MappingSettings
from sim.scenario.source_kinds import defaults_of


class EventSourceMapping(MappingSettings):
    """Lambda polls a source and invokes the function with batches.

    By the properties of `AWS::Lambda::EventSourceMapping`; batch size and window have the defaults
    that AWS gives this kind of source.
    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_its_kind(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {**defaults_of(str(values.get("kind"))), **values}

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> EventSourceMapping:
        for problem in problems(self):
            raise ScenarioError(problem)
        return self
