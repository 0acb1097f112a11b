"""What somebody on call can do: settings of each kind of resource, and how long each takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.course.game.shop_parts import read
from sim.scenario.changes import Change
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.resources import Redrive
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import AsynchronousTrigger

MINUTE = 60.0


@dataclass(frozen=True)
class Repair:
    """One thing to do to the resource `of`; it counts after so many minutes (our choice)."""

    of: str
    name: str
    minutes: int
    settings: dict[str, Any]
    rolls_back: bool = False
    moves_back: bool = False

    def made(self, scenario: Scenario, at: float) -> Scenario:
        """The scenario with the repair at second `at`.

        Raises `ScenarioError` for what AWS refuses there.
        """
        if self.moves_back:
            redrive = Redrive(queue=self.of, at=at)
            return scenario.replace(redrives=[*scenario.redrives, redrive])
        settings = self.settings
        if self.rolls_back:
            settings = {"behaviour": scenario.function(self.of).behaviour}
        change = Change(of=self.of, at=at, **settings)
        return scenario.replace(changes=[*scenario.changes, change])


def repairs_of(scenario: Scenario) -> list[Repair]:
    """All that can be tried in a system, by resource."""
    return [
        Repair(of, **{"settings": {}, **row})
        for of, kind in _kinds(scenario)
        for row in read("repairs.json")[kind]
    ]


def _kinds(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Each resource with something to change, and its kind in `data/game_day/repairs.json`."""
    asynchronous = {
        trigger.function
        for trigger in scenario.triggers
        if isinstance(trigger, AsynchronousTrigger)
    }
    for function in scenario.functions:
        yield function.name, "function"
        if function.name in asynchronous:
            yield function.name, "asynchronous function"
    polled = set()
    for mapping in scenario.triggers:
        if isinstance(mapping, EventSourceMapping):
            is_stream = mapping.takes("parallelization_factor")
            yield (
                mapping.name,
                f"{'stream' if is_stream else 'queue'}'s mapping",
            )
            polled.add(mapping.source)
    for queue in scenario.queues:
        if queue.name in polled:
            yield queue.name, "queue"
            policy = queue.redrive_policy
            if policy is not None:
                yield policy.dead_letter_target_arn, "dead-letter queue"
