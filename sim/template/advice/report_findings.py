"""What breaks a rule of advice on what a handler says after an error."""

from __future__ import annotations

from sim.scenario.behaviour import BatchResponse
from sim.scenario.scenario import Scenario
from sim.template.advice.finding import Finding, Findings

SUCCESSES: tuple[BatchResponse, ...] = (
    "empty list",
    "null list",
    "empty response",
    "null response",
)
"""What Lambda takes for the success of a whole batch.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""


def unread_reports(scenario: Scenario) -> Findings:
    """Mappings that do not read the report of failed records that their handler returns."""
    for mapping in scenario.mappings:
        behaviour = scenario.function(mapping.function).behaviour
        returned = behaviour.batch_response
        if returned in (None, "exception", *SUCCESSES):
            continue
        if (
            not behaviour.swallows_errors
            and not mapping.reports_batch_item_failures
        ):
            detail = (
                f"{mapping.function} returns {returned}, which nobody reads"
            )
            yield Finding(mapping.name, detail)


def swallowed_errors(scenario: Scenario) -> Findings:
    """Functions that return as if their work were done."""
    for function in scenario.functions:
        behaviour = function.behaviour
        if behaviour.swallows_errors or behaviour.batch_response in SUCCESSES:
            yield Finding(function.name, "returns normally after an error")
