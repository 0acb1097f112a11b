"""A pipe that polls a source as an event source mapping does: what it does with its batches.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
"""

from __future__ import annotations

from typing import Literal

from sim.scenario.settings import Settings, described
from sim.scenario.source_kinds import KAFKA, QUEUES, STREAMS

PIPE = "pipes_target"
SOURCES_OF_PIPES = (*QUEUES, *STREAMS, *KAFKA, "mq")
"""The kinds of sources that a pipe polls."""
REPORTING = (*QUEUES, *STREAMS)
"""Those of which the target's answer may name the records that failed."""
NOT_OF_PIPES = (
    "scaling_config",
    "provisioned_poller_config",
    "function_response_types",
    "tumbling_window_in_seconds",
)
"""The settings of an event source mapping that a pipe's source does not have."""
PARAMETERS = (
    "https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/"
    "API_PipeSourceParameters.html"
)


class Pipe(Settings):
    """What EventBridge Pipes does with the batches that it polls, by `AWS::Pipes::Pipe`.

    REQUEST_RESPONSE waits for the enrichment and the target, for 5 minutes in all; FIRE_AND_FORGET
    hands the batch to Lambda's own queue, as one event, and is done with it.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
    """

    invocation_type: Literal["REQUEST_RESPONSE", "FIRE_AND_FORGET"] = described(
        "Whether the pipe waits for its target.", "REQUEST_RESPONSE"
    )
    enrichment: str | None = described(
        "The trigger of the function by which the pipe enriches batches first.",
        None,
    )

    @property
    def waits(self) -> bool:
        """Whether the pipe hears how its target has ended."""
        return self.invocation_type == "REQUEST_RESPONSE"
