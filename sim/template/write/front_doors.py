"""What a trigger's own settings say where they are not the usual ones: the same for SAM and CDK."""

from __future__ import annotations

from sim import facts
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Scheduled
from sim.scenario.trigger_catalogue import WEBHOOKS, trigger_kind
from sim.scenario.triggers import Trigger

STAGE = "live"


def is_webhook(trigger: Trigger) -> bool:
    """Whether somebody outside AWS calls it: they have no AWS credentials."""
    return trigger.kind in WEBHOOKS


def kind(trigger: Trigger) -> str:
    """What is deployed: of a webhook, its front door."""
    return getattr(trigger, "front_door", None) or WEBHOOKS.get(
        trigger.kind, trigger.kind
    )


def limit(trigger: Trigger) -> int | None:
    """How long this kind of caller or front door waits if nothing is set, in seconds; None is for ever."""
    return trigger_kind(kind(trigger)).wait_limit_seconds


def patience(trigger: Trigger) -> int | None:
    """How long it waits, in milliseconds, if that is not the usual time."""
    milliseconds: int | None = getattr(trigger, "timeout_in_millis", None)
    usual = limit(trigger)
    return None if usual is None or milliseconds == usual * 1000 else milliseconds


def throttles(trigger: Trigger) -> dict[str, float]:
    """The throttles of an API's stage that are not the account's own."""
    limits = {
        name: getattr(trigger, name, None)
        for name in ("throttle_rate_limit", "throttle_burst_limit")
    }
    usual = {name: facts.fact(f"ApiGateway.{name}").value for name in limits}
    return {
        name: value
        for name, value in limits.items()
        if value is not None and value != usual[name]
    }


def schedule(scenario: Scenario, trigger: Trigger) -> Scheduled:
    """When a schedule fires: as the traffic says, else once an hour."""
    arrivals = [
        traffic.arrivals for traffic in scenario.traffic if traffic.into == trigger.name
    ]
    found = next((one for one in arrivals if isinstance(one, Scheduled)), None)
    return found or Scheduled(expression="rate(1 hour)")
