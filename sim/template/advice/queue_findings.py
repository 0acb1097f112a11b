"""What breaks a rule of advice on queues and the mappings that poll them."""

from __future__ import annotations

from sim import facts
from sim.scenario.pollers import poller_range
from sim.scenario.scenario import Scenario
from sim.scenario.source_kinds import QUEUES
from sim.template.advice.finding import Finding, Findings, mappings
from sim.template.advice.visibility import advised_visibility_timeout


def short_visibility_timeouts(scenario: Scenario) -> Findings:
    """Queues that hide a message for less than six timeouts of the function."""
    for mapping, function in mappings(scenario, *QUEUES):
        queue = scenario.queue(mapping.source)
        window = mapping.maximum_batching_window_in_seconds
        advised = advised_visibility_timeout(function.timeout, window)
        if queue.visibility_timeout < advised:
            detail = (
                f"{queue.visibility_timeout} s; "
                f"advised for {function.name} are {advised:g} s"
            )
            yield Finding(queue.name, detail)


def concurrency_above_reserved(scenario: Scenario) -> Findings:
    """Functions with less reserved concurrency than their mappings may ask for.

    https://repost.aws/knowledge-center/lambda-sqs-scaling
    """
    wanted: dict[str, int] = {}
    for mapping, function in mappings(scenario, *QUEUES):
        pollers = poller_range(mapping)
        most = pollers.most * pollers.batches_each
        wanted[function.name] = wanted.get(function.name, 0) + most
    for name, concurrency in wanted.items():
        reserved = scenario.function(name).reserved_concurrent_executions
        if reserved is not None and 0 < reserved < concurrency:
            detail = (
                f"mappings may ask for {concurrency:,}; {reserved} reserved"
            )
            yield Finding(name, detail)


def whole_batches(scenario: Scenario) -> Findings:
    """Mappings whose batches fail as a whole."""
    for mapping, _ in mappings(scenario, *QUEUES):
        if mapping.batch_size > 1 and not mapping.reports_batch_item_failures:
            yield Finding(
                mapping.name, f"batches of up to {mapping.batch_size}"
            )


def without_dead_letter_queue(scenario: Scenario) -> Findings:
    """Queues that keep a message that always fails until its retention ends."""
    for mapping, _ in mappings(scenario, *QUEUES):
        if scenario.queue(mapping.source).redrive_policy is None:
            yield Finding(mapping.source, f"polled by {mapping.name}")


def few_receives(scenario: Scenario) -> Findings:
    """Queues that move a message away after few receives."""
    advised = facts.fact("advice.receives").value
    for mapping, _ in mappings(scenario, *QUEUES):
        policy = scenario.queue(mapping.source).redrive_policy
        if policy is not None and policy.max_receive_count < advised:
            detail = (
                f"{policy.max_receive_count} receives; advised are {advised}"
            )
            yield Finding(mapping.source, detail)
