"""What a handler leaves out of its answer on purpose: a record `Dropped`, an event not passed on.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
"""

from __future__ import annotations

from sim.engine.context import SimulationContext


class AnswerFilter:
    """The choice of one function, which is the same whenever the event comes."""

    def __init__(self, function: str, context: SimulationContext) -> None:
        behaviour = context.scenario.function(function).behaviour
        self.share = behaviour.filtered_share
        self.draws = context.delivery_draws
        self.function_draws = self.draws.functions[function]
        self.left_out = context.trace.left_out

    def leaves_out(self, delivery: int) -> bool:
        """Whether a successful run leaves this event out; if so, that is written down."""
        if not self.share:
            return False
        identity = self.draws.identity_of(delivery)
        chance = self.function_draws.chance("answer filter", identity)
        if chance < self.share:
            self.left_out.add(delivery)
        return chance < self.share
