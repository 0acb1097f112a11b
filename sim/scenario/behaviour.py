"""What no template says of a function: how long it works, how often it fails, what it sends on."""

from __future__ import annotations

from typing import Literal

from sim import facts
from sim.scenario.batch_processing import (
    BatchProcessing,
    BatchProcessingOrWord,
)
from sim.scenario.bodies import Body
from sim.scenario.caller import Caller
from sim.scenario.durations import Constant, Duration
from sim.scenario.settings import Settings, described, setting

BatchResponse = Literal[
    "failed items",
    "empty list",
    "null list",
    "empty response",
    "null response",
    "invalid json",
    "empty identifier",
    "null identifier",
    "unknown identifier",
    "wrong key",
    "exception",
]


def _usual_handler() -> Constant:
    return Constant(seconds=facts.fact("Behaviour.handler_seconds").value)


class Idempotency(Settings):
    """The handler keeps the result of each event for a while, and does nothing twice meanwhile.

    A repeat gets that result at once; one that comes while the event is in progress fails at once.
    An error is not kept. What a run that is cut short leaves in progress is free again when the
    function's timeout would have come.
    https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/
    """

    expires_after_seconds: int = setting("Idempotency.expires_after_seconds")


class ChangeMessageVisibility(Settings):
    """How the handler changes how long the messages of its batch stay hidden in their queue.

    While it works, a heartbeat hides all of them again and again, from then on. When its run ends,
    it hides each message whose work has failed for `failure_visibility_timeout` x
    `failure_backoff_rate` to the power of its receives; 0 s: visible at once. A run that is cut
    short changes nothing any more, and 12 hours after its receive a message is visible in any case.
    Times in seconds.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
    """

    heartbeat_seconds: float | None = setting(
        "ChangeMessageVisibility.heartbeat_seconds"
    )
    heartbeat_visibility_timeout: int = setting(
        "ChangeMessageVisibility.heartbeat_visibility_timeout"
    )
    failure_visibility_timeout: int | None = setting(
        "ChangeMessageVisibility.failure_visibility_timeout"
    )
    failure_backoff_rate: float = setting(
        "ChangeMessageVisibility.failure_backoff_rate"
    )


class Output(Settings):
    """What a handler sends on when it succeeds: a message, a record, an object, a write, an event.

    Its event is a child of the one that was handled, with the same key. Sent to a synchronous
    trigger, such as an Invoke, it is a call: the handler makes its calls after its own work, one
    after another, and its run lasts until it has the answers.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
    """

    unnamed = ("to",)

    to: str = described(
        "The queue, topic, stream, table, bucket, event bus or trigger it goes to, by name."
    )
    per_event: float = setting("Output.per_event")
    body: Body | None = described(
        "Its body, in which fields may be drawn; not set: that of the event that was handled.",
        None,
    )
    on_error: Literal["raise", "ignore"] = described(
        "Whether the run fails with a call that fails, or goes on.", "raise"
    )
    caller: Caller | None = described(
        "The client that makes the call; by default an SDK in standard mode for an Invoke, "
        "and one attempt, without a time limit, for a front door.",
        None,
    )


class Behaviour(Settings):
    """What a template cannot say of a function: how long it works, how often it fails."""

    handler: Duration = described(
        "How long the handler works on one event, at 1,769 MB or more.",
        default_factory=_usual_handler,
    )
    init: Duration | None = described(
        "How long init takes; by default as measured for the runtime.", None
    )
    restore: Duration | None = described(
        "How long a restore by SnapStart takes; by default as measured for Java, "
        "and longer for a version's first ones.",
        None,
    )
    error_rate: float = setting("Behaviour.error_rate")
    poison_share: float = setting("Behaviour.poison_share")
    crash_share: float = setting("Behaviour.crash_share")
    init_error_rate: float = setting("Behaviour.init_error_rate")
    filtered_share: float = setting("Behaviour.filtered_share")
    cpu_bound_share: float = setting("Behaviour.cpu_bound_share")
    depends_on: tuple[str, ...] = described(
        "Databases and services it calls, which an `Outage` may hit.", ()
    )
    idempotency: Idempotency | None = described(
        "How the handler recognises events that it has handled before.", None
    )
    package_size_mb: float = setting("Behaviour.package_size_mb")
    extension: Duration | None = described(
        "How long external extensions work on after the answer.", None
    )
    change_message_visibility: ChangeMessageVisibility | None = described(
        "How it changes the visibility timeout of its messages; not set: it does not.",
        None,
    )
    sends: tuple[Output, ...] = described("What each success sends on.", ())
    batch_response: BatchResponse | None = described(
        "What the handler returns after a record of its batch failed, whether the mapping has "
        "ReportBatchItemFailures or not; not set: the failed items if it has, else it raises.",
        None,
    )
    batch_processing: BatchProcessingOrWord = described(
        "How the handler goes through the records of a batch.",
        default_factory=BatchProcessing,
    )
    swallows_errors: bool = described(
        "Whether the handler catches its own errors and returns as if its work were done.",
        False,
    )

    def response_to_failure(self, reports_failures: bool) -> BatchResponse:
        """What the handler returns after a record of its batch failed.

        `reports_failures`: the mapping has ReportBatchItemFailures.
        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        """
        if self.swallows_errors:
            return "null response"
        if self.batch_response is not None:
            return self.batch_response
        return "failed items" if reports_failures else "exception"

    def returns_to(self, kind: str) -> bool:
        """Whether the handler returns normally to a caller of this kind after its work failed.

        Data Firehose reads a result of each record: of a failed one, ProcessingFailed. S3 Batch
        Operations reads one of each task: TemporaryFailure.
        https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
        """
        reads = kind in ("firehose", "s3_batch")
        reports = reads and self.batch_response == "failed items"
        return reports or self.swallows_errors
