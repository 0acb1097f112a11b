"""Recursive loops: chains of events that come back to the same function, and when Lambda stops them.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import AsynchronousTrigger, Trigger
from sim.trace import Child, Deliveries

SEEN = {"invoke", "invoke_event", "sns", "sqs_standard", "sqs_fifo", "s3_notification"}
"""Kinds of triggers through which Lambda notices a loop; one that takes another way goes on."""


class RecursiveLoops:
    """Tells whether an event would run its function once too often."""

    def __init__(
        self, scenario: Scenario, deliveries: Deliveries, children: list[Child]
    ) -> None:
        self.triggers, self.trigger, self.children = (
            scenario.routes,
            deliveries.trigger,
            children,
        )
        self.longest = facts.fact("function.recursive_runs").value
        self.watched = set(_in_circles(scenario))

    def must_stop(self, event: int, trigger: int, from_outside: int) -> bool:
        """Whether Lambda stops this event, as its function has run so often in its chain.

        Events below the number `from_outside` have no parent.
        """
        arrives = self.triggers[trigger]
        if arrives.function not in self.watched:
            return False
        seen, runs = arrives.kind in SEEN, 0
        while seen and event >= from_outside:
            child = self.children[event - from_outside]
            cause = self.triggers[self.trigger[child.delivery]]
            runs, event, seen = (
                runs + (cause.function == arrives.function),
                child.parent,
                cause.kind in SEEN,
            )
        return bool(runs >= self.longest)


def _in_circles(scenario: Scenario) -> Iterator[str]:
    """The functions that may cause their own events, and that Lambda may stop."""
    causes = {function.name: set[str]() for function in scenario.functions}
    for trigger in scenario.routes:
        for target in _targets(scenario, trigger):
            causes[trigger.function] |= {
                consumer.function for consumer in scenario.consumers(target)
            }
    for function in scenario.functions:
        if function.recursive_loop == "Terminate" and function.name in _reached(
            function.name, causes
        ):
            yield function.name


def _targets(scenario: Scenario, trigger: Trigger) -> Iterator[str]:
    yield from scenario.function(trigger.function).targets
    if (
        isinstance(trigger, AsynchronousTrigger)
        and trigger.dead_letter_config is not None
    ):
        yield trigger.dead_letter_config.target_arn
    if isinstance(trigger, EventSourceMapping):
        queues = {queue.name: queue.redrive_policy for queue in scenario.queues}
        policy = queues.get(trigger.source)
        yield from [policy.dead_letter_target_arn] if policy is not None else []
        yield from [trigger.on_failure] if trigger.on_failure is not None else []


def _reached(start: str, causes: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    following = list(causes[start])
    while following:
        name = following.pop()
        if name not in reached:
            reached.add(name)
            following += causes[name]
    return reached
