"""Recursive loops: chains of events that come back to one function, and when Lambda stops them.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.event_flow import targets_of
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.scenario.system import System
from sim.scenario.triggers import Trigger
from sim.trace import Trace

DETECTED_KINDS = {
    "invoke",
    "invoke_event",
    "sns",
    "sqs_standard",
    "sqs_fifo",
    "s3_notification",
}
"""Kinds of triggers through which Lambda notices a loop; one that takes another way goes on."""


class RecursiveLoops:
    """Tells whether an event would run its function once too often."""

    def __init__(self, scenario: Scenario, trace: Trace) -> None:
        self.triggers = scenario.routes
        self.trigger = trace.deliveries.trigger
        self.children = trace.children
        self.longest: int = facts.fact("function.recursive_runs").value
        self.watch(scenario)

    def watch(self, system: System) -> None:
        """Look at the loops of a system, from now on."""
        self.watched = set(_looping_functions(system))

    def must_stop(
        self, event: int, trigger: int, workload_event_count: int
    ) -> bool:
        """Whether Lambda stops this event, as its function has run so often in its chain.

        Events below `workload_event_count` have no parent.
        """
        arrives = self.triggers[trigger]
        if arrives.function not in self.watched or _is_pipe(arrives):
            return False
        runs = 0
        kind = arrives.kind
        while kind in DETECTED_KINDS and event >= workload_event_count:
            child = self.children[event - workload_event_count]
            cause = self.triggers[self.trigger[child.delivery]]
            if cause.function == arrives.function:
                runs += 1
            event = child.parent
            kind = cause.kind
        return runs >= self.longest


def _is_pipe(trigger: Trigger) -> bool:
    """Whether a pipe polls for the function, which hands on no trace of a chain (a choice)."""
    return isinstance(trigger, EventSourceMapping) and trigger.pipe is not None


def _looping_functions(scenario: System) -> Iterator[str]:
    """The functions that may cause their own events, and that Lambda may stop."""
    causes = {function.name: set[str]() for function in scenario.functions}
    for trigger in scenario.routes:
        for target in targets_of(scenario, trigger):
            consumers = scenario.consumers(target)
            causes[trigger.function].update(one.function for one in consumers)
    for function in scenario.functions:
        may_be_stopped = function.recursive_loop == "Terminate"
        if may_be_stopped and function.name in _reached(function.name, causes):
            yield function.name


def _reached(start: str, causes: dict[str, set[str]]) -> set[str]:
    """The functions that a chain of events from `start` reaches."""
    reached: set[str] = set()
    following = list(causes[start])
    while following:
        name = following.pop()
        if name not in reached:
            reached.add(name)
            following += causes[name]
    return reached
