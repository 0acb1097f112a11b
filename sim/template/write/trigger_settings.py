"""What a trigger's own settings say where they are not the usual ones: the same for SAM and CDK."""

from __future__ import annotations

from sim import facts
from sim.scenario.arrivals import Scheduled
from sim.scenario.scenario import Scenario
from sim.scenario.trigger_catalogue import WEBHOOKS, trigger_kind
from sim.scenario.triggers import SynchronousTrigger, Trigger
from sim.template.cloudformation.property_tables import Property, properties_of

STAGE = "live"
"""How every API's stage is called."""


def is_webhook(trigger: Trigger) -> bool:
    """Whether somebody outside AWS calls it: they have no AWS credentials."""
    return trigger.kind in WEBHOOKS


def deployed_kind(trigger: Trigger) -> str:
    """The kind of what is deployed: of a webhook, its front door."""
    front_door: str | None = getattr(trigger, "front_door", None)
    return front_door or WEBHOOKS.get(trigger.kind, trigger.kind)


def usual_wait(trigger: Trigger) -> int | None:
    """How long this kind of caller waits if nothing is set, in seconds; None is for ever."""
    return trigger_kind(deployed_kind(trigger)).wait_limit_seconds


def wait_in_millis(trigger: Trigger) -> int | None:
    """How long the caller waits, in milliseconds, if that is not the usual time."""
    wait: int | None = getattr(trigger, "timeout_in_millis", None)
    usual = usual_wait(trigger)
    if usual is None or wait == usual * 1000:
        return None
    return wait


def service_timeout(trigger: Trigger) -> int | None:
    """How long CloudFormation waits for a report, in seconds, if that is not the usual time."""
    timeout: int | None = getattr(trigger, "service_timeout", None)
    return None if timeout == usual_wait(trigger) else timeout


def stage_throttles(trigger: Trigger) -> list[tuple[Property, float]]:
    """The throttles of an API's stage that are not the account's own."""
    found = []
    for row in properties_of("AWS::ApiGateway Throttles"):
        limit = getattr(trigger, row.field, None)
        if limit not in (None, facts.fact(f"ApiGateway.{row.field}").value):
            found.append((row, limit))
    return found


def authorizer_of(
    scenario: Scenario, trigger: SynchronousTrigger
) -> SynchronousTrigger | None:
    """The authorizer that an API asks first."""
    if trigger.authorizer is None:
        return None
    return scenario.called[trigger.authorizer]


def schedule(scenario: Scenario, trigger: Trigger) -> Scheduled:
    """When a schedule fires: as the traffic says, else once an hour."""
    for traffic in scenario.traffic:
        arrivals = traffic.arrivals
        if traffic.into == trigger.name and isinstance(arrivals, Scheduled):
            return arrivals
    return Scheduled(expression="rate(1 hour)")


def rule_pattern(
    scenario: Scenario, name: str, bus: str | None
) -> dict[str, list[str]]:
    """The pattern that a rule has until somebody writes a better one.

    It lets through events whose source is called as the trigger or bus of this name, and results
    that functions send to the bus, whose source is `lambda`.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    destinations = [
        function.event_invoke_config.destination_config
        for function in scenario.functions
    ]
    gets_results = any(
        bus in each.targets for each in destinations if bus is not None
    )
    return {"source": [name, "lambda"] if gets_results else [name]}


def buffering_hints(trigger: SynchronousTrigger) -> tuple[float, int]:
    """How much a delivery stream gathers, in MB, and how long, in seconds."""
    megabytes = trigger.buffer_size_in_mbs
    seconds = trigger.buffer_interval_in_seconds
    if megabytes is None:
        megabytes = facts.fact("Firehose.buffer_size_in_mbs").value
    if seconds is None:
        seconds = facts.fact("Firehose.buffer_interval_in_seconds").value
    return megabytes, seconds
