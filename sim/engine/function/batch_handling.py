"""How the handler of one version goes through the batches of a mapping, and what it answers.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.function.invocation import BatchSource
from sim.scenario.batch_processing import BatchOrder, OnFailure
from sim.scenario.behaviour import BatchResponse, Behaviour

ALL = 2**31  # records at once: without a limit


class BatchHandling(NamedTuple):
    """In which order, how many at once, what after a failure, and what it then returns."""

    response: BatchResponse
    order: BatchOrder
    concurrency: int
    stops_at_failure: bool
    skips_group: bool

    @classmethod
    def of(cls, behaviour: Behaviour, source: BatchSource) -> BatchHandling:
        """How a function behaves with the batches of this mapping."""
        processing = behaviour.batch_processing
        on_failure = after_failure(behaviour, source)
        concurrency = 1
        if processing.order == "side by side":
            concurrency = processing.concurrency or ALL
        return cls(
            behaviour.response_to_failure(source.reports_failures),
            processing.order,
            concurrency,
            stops_at_failure=on_failure == "stop",
            skips_group=on_failure == "skip group",
        )


def after_failure(behaviour: Behaviour, source: BatchSource) -> OnFailure:
    """Who raises, or must keep the order of a FIFO queue, stops at the first failure by default.

    Who reports or swallows failures goes on.
    """
    chosen = behaviour.batch_processing.on_failure
    if chosen is not None:
        return chosen
    response = behaviour.response_to_failure(source.reports_failures)
    raises = response == "exception" and not source.reports_failures
    keeps_order = source.is_fifo and not behaviour.swallows_errors
    return "stop" if raises or keeps_order else "go on"
