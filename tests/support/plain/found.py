"""What happened in a run of the simulation, found span by span, each once."""

from functools import cached_property
from typing import Any

import sim
from tests.support.plain import queues
from tests.support.plain.runs import (
    Call,
    PlainRun,
    plain_calls,
    plain_own_answers,
    plain_runs,
    plain_throttles,
)


class Found:
    """Runs of functions, throttles, and what queues did."""

    def __init__(self, run: sim.Run) -> None:
        self.run = run
        self.deliveries = list(run.deliveries.itertuples())

    @cached_property
    def runs(self) -> list[PlainRun]:
        return plain_runs(self.run)

    @cached_property
    def throttles(self) -> list[Any]:
        return plain_throttles(self.run)

    @cached_property
    def sends(self) -> list[queues.Sent]:
        return queues.sends(self.run)

    @cached_property
    def batches(self) -> list[queues.Batch]:
        return queues.batches(self.run)

    @cached_property
    def empty_receives(self) -> dict[str, list[float]]:
        """By mapping of a queue: when polls began that brought nothing."""
        mappings = filter(queues.polls_queue, self.run.triggers)
        return {
            mapping.name: queues.empty_receives(
                self.run, mapping.name, self.batches
            )
            for mapping in mappings
        }

    def calls(self, kinds: Any) -> list[Call]:
        """The tries of callers through triggers of these kinds."""
        tried = self.runs, self.throttles
        return list(plain_calls(self.run, kinds, *tried))

    def own_answers(self, kinds: Any) -> list[Any]:
        """What triggers of these kinds answered themselves: trigger, instant, answer."""
        return list(plain_own_answers(self.run, kinds))
