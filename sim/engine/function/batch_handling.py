"""How the handler of one version goes through the batches of a mapping, and what it answers.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.function.invocation import BatchSource
from sim.scenario.function import BatchResponse, Behaviour


class BatchHandling(NamedTuple):
    """What comes after a record that failed: the answer, and whether the others have a turn."""

    response: BatchResponse
    stops_at_failure: bool

    @classmethod
    def of(cls, behaviour: Behaviour, source: BatchSource) -> BatchHandling:
        """How a function behaves with the batches of this mapping.

        Who raises, or must keep the order of a FIFO queue, stops at the first failure; who reports
        or swallows failures goes on.
        """
        response = behaviour.response_to_failure(source.reports_failures)
        raises = response == "exception" and not source.reports_failures
        keeps_order = source.is_fifo and not behaviour.swallows_errors
        return cls(response, raises or keeps_order)
