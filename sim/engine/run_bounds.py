"""How much work a run may be: one that goes round for ever ends, with a sentence on its loop."""

from __future__ import annotations

from collections import Counter

import numpy as np

from sim import facts
from sim.engine.clock import STEPS_A_LOOK, Clock
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import Trigger
from sim.trace import MICROSECONDS, Trace
from sim.trace.trace import SPAN_FIELDS

RECENT_SPANS = 10_000  # what a loop that no event goes round is found in


class RunBounds:
    """Raises `ScenarioError` once a run is more work than its traffic can be.

    The clock calls `look` once in `STEPS_A_LOOK` steps, so that no step pays for it. Retries that
    AWS bounds, by a retention or an age, end by themselves: the bounds leave room for them.
    """

    def __init__(self, scenario: Scenario, clock: Clock, trace: Trace) -> None:
        self.triggers = scenario.routes
        self.clock = clock
        self.trace = trace
        self.arrivals = len(trace.deliveries)
        self.steps = 0
        self.steps_at_once = 0
        self.instant = -1
        self.most_spans = max(_value("run.spans"), self._each("run.spans"))
        self.most_caused = max(_value("run.caused"), self._each("run.caused"))
        self.most_steps = _value("run.steps") + self._each("run.steps")
        at_once = self._each("run.steps_at_once")
        self.most_steps_at_once = _value("run.steps_at_once") + at_once
        self.spans_per_second = self.arrivals * _value(
            "run.spans_per_event_second"
        )
        self.steps_per_second = _value("run.steps_per_second")
        self.steps_per_second += self.spans_per_second

    def _each(self, name: str) -> int:
        """What all events of the traffic add to a bound."""
        return self.arrivals * _value(f"{name}_per_event")

    def look(self) -> None:
        """Compare the work so far with each bound."""
        now = self.clock._now
        self.steps += STEPS_A_LOOK
        if now > self.instant:
            self.steps_at_once = 0
        self.instant = now
        self.steps_at_once += STEPS_A_LOOK
        seconds = now / MICROSECONDS
        spans = len(self.trace.rows) // self.trace.bytes_per_span
        if self.steps_at_once > self.most_steps_at_once:
            self._stop(f"{self.steps_at_once:,} steps at one instant")
        if len(self.trace.children) > self.most_caused:
            self._stop(
                f"{len(self.trace.children):,} events that events caused"
            )
        if spans > self.most_spans + self.spans_per_second * seconds:
            self._stop(f"{spans:,} entries in its trace")
        if self.steps > self.most_steps + self.steps_per_second * seconds:
            self._stop(f"{self.steps:,} steps")

    def _stop(self, work: str) -> None:
        seconds = self.clock._now / MICROSECONDS
        raise ScenarioError(
            f"This run goes round in a loop: {self._loop()}. At {seconds:,.6g} s it has "
            f"{work}, more than traffic of {self.arrivals:,} can need. End the "
            "loop (a longer wait, a maxReceiveCount, recursive_loop='Terminate'), or simulate "
            "less: fewer seconds, or a smaller drain_seconds."
        )

    def _loop(self) -> str:
        """The resources that events go round in, or the one at which an event is stuck."""
        path = self._circle()
        if path:
            return " -> ".join(repr(name) for name in path)
        rows = np.frombuffer(
            bytes(self.trace.rows[-RECENT_SPANS * self.trace.bytes_per_span :]),
            dtype=SPAN_FIELDS,
        )
        tries = Counter(rows["delivery"].tolist())
        if not tries:
            return "nothing happens in it but polls"
        delivery = tries.most_common(1)[0][0]
        trigger = self._trigger(delivery)
        return (
            f"events of {trigger.entry!r} are tried again and again by function "
            f"{trigger.function!r} (trigger {trigger.name!r})"
        )

    def _circle(self) -> list[str]:
        """The names on the way of the newest event back to where it has been before."""
        children = self.trace.children
        first_child = max(
            self.trace.deliveries.event[: self.arrivals], default=-1
        )
        names: list[str] = []
        seen: list[Trigger] = []
        number = len(children) - 1
        while number >= 0:
            child = children[number]
            trigger = self._trigger(child.delivery)
            seen.append(trigger)
            names = _names(trigger) + names
            number = child.parent - first_child - 1
            if number >= 0 and self._trigger(children[number].delivery) in seen:
                return [*names, names[0]]
        return []

    def _trigger(self, delivery: int) -> Trigger:
        return self.triggers[self.trace.deliveries.trigger[delivery]]


def _names(trigger: Trigger) -> list[str]:
    if trigger.entry == trigger.function:
        return [trigger.function]
    return [trigger.entry, trigger.function]


def _value(name: str) -> int:
    number: int = facts.fact(name).value
    return number
