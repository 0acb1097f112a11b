"""What breaks a rule of advice on subscribers of Custom Event Buses."""

from __future__ import annotations

from sim import facts
from sim.scenario.scenario import Scenario
from sim.template.advice.finding import Finding, Findings


def without_on_failure_queue(scenario: Scenario) -> Findings:
    """Subscribers that keep nothing of what they give up.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html
    """
    for subscriber in scenario.subscribers:
        if subscriber.on_failure is None:
            policy = subscriber.retry_policy
            tries = f"{policy.max_retry_attempts} retries"
            age = f"{policy.max_event_age_in_seconds} s"
            yield Finding(subscriber.name, f"given up after {tries} or {age}")


def too_large_batches(scenario: Scenario) -> Findings:
    """Subscribers with batches that one of AWS's pages says are rejected.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-eventsv2-subscriber-batchconfiguration.html
    """
    most = facts.fact("custom_bus.lambda_batch_size").value
    for subscriber in scenario.subscribers:
        size = subscriber.batch_configuration.max_batch_size
        if size > most:
            yield Finding(subscriber.name, f"{size} events, above {most}")
