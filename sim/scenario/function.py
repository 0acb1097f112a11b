"""A Lambda function: what a template says of it, and the behaviour that no template can say."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sim import facts
from sim.scenario.batch_processing import (
    BatchProcessing,
    BatchProcessingOrWord,
)
from sim.scenario.bodies import Body
from sim.scenario.caller import Caller
from sim.scenario.durations import Constant, Duration
from sim.scenario.errors import ScenarioError
from sim.scenario.schedule_expressions import parsed
from sim.scenario.settings import Named, Settings, described, setting

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
        "How long a restore by SnapStart takes; by default as measured for Java 21.",
        None,
    )
    error_rate: float = setting("Behaviour.error_rate")
    poison_share: float = setting("Behaviour.poison_share")
    crash_share: float = setting("Behaviour.crash_share")
    init_error_rate: float = setting("Behaviour.init_error_rate")
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

        Data Firehose reads a result of each record: of a failed one, ProcessingFailed.
        https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
        """
        reports = kind == "firehose" and self.batch_response == "failed items"
        return reports or self.swallows_errors


class DestinationConfig(Settings):
    """Where Lambda sends the record of an asynchronous invocation, by resource name.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """

    on_success: str | None = described(
        "The resource that gets a record of each success.", None
    )
    on_failure: str | None = described(
        "The resource that gets a record of each event given up.", None
    )

    @property
    def targets(self) -> tuple[str, ...]:
        """The resources that are set."""
        both = (self.on_success, self.on_failure)
        return tuple(target for target in both if target is not None)


class EventInvokeConfig(Settings):
    """How Lambda treats this function's asynchronous events.

    https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    """

    maximum_retry_attempts: int = setting(
        "EventInvokeConfig.maximum_retry_attempts"
    )
    maximum_event_age_in_seconds: int = setting(
        "EventInvokeConfig.maximum_event_age_in_seconds"
    )
    destination_config: DestinationConfig = described(
        "Where records of invocations go.", default_factory=DestinationConfig
    )


class DeadLetterConfig(Settings):
    """The queue or topic that gets the events Lambda has given up.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """

    unnamed = ("target_arn",)

    target_arn: str = described(
        "The name of a queue or topic of this scenario."
    )


class ScheduledAction(Settings):
    """New bounds for provisioned concurrency, from when an `at`, `cron` or `rate` expression says.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScheduledAction.html
    """

    schedule: str = described(
        "When it happens, such as cron(0 8 * * ? *), in UTC."
    )
    min_capacity: int = setting("ScalableTarget.min_capacity")
    max_capacity: int = setting("ScalableTarget.max_capacity")

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> ScheduledAction:
        parsed(self.schedule)
        _check_capacities("ScheduledAction", self)
        return self


class ScalableTarget(Settings):
    """Application Auto Scaling of provisioned concurrency, by its use and by the clock.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalableTarget.html
    """

    min_capacity: int = setting("ScalableTarget.min_capacity")
    max_capacity: int = setting("ScalableTarget.max_capacity")
    target_value: float | None = setting("ScalableTarget.target_value")
    scheduled_actions: tuple[ScheduledAction, ...] = described(
        "Changes of the bounds by the clock.", ()
    )

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> ScalableTarget:
        _check_capacities("ScalableTarget", self)
        return self


def _check_capacities(
    kind: str, bounds: ScheduledAction | ScalableTarget
) -> None:
    """Refuse a largest capacity below the smallest.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """
    least, most = bounds.min_capacity, bounds.max_capacity
    if most < least:
        raise ScenarioError(
            f"{kind}: max_capacity is {most}, but it must be at least min_capacity, {least}."
        )


class ProvisionedConcurrencyConfig(Settings):
    """Environments that wait, initialised, for the requests to a version or alias.

    https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    """

    unnamed = ("provisioned_concurrent_executions",)

    provisioned_concurrent_executions: int = setting(
        "ProvisionedConcurrencyConfig.provisioned_concurrent_executions"
    )
    scalable_target: ScalableTarget | None = described(
        "How Application Auto Scaling changes that number.", None
    )

    @property
    def maximum(self) -> int:
        """The most that may ever be asked for."""
        largest = [most for _, most in self.bounds]
        return max([self.provisioned_concurrent_executions, *largest])

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """The smallest and the largest capacity of scaling, at first and by scheduled actions."""
        target = self.scalable_target
        if target is None:
            return []
        later = [
            (a.min_capacity, a.max_capacity) for a in target.scheduled_actions
        ]
        return [(target.min_capacity, target.max_capacity), *later]


class Function(Named):
    """A Lambda function, by the properties of `AWS::Lambda::Function`, with its `behaviour`."""

    runtime: str = described(
        "The runtime, which decides how long init takes.", "python3.13"
    )
    package_type: Literal["Zip", "Image"] = described(
        "How the code is packed.", "Zip"
    )
    architectures: Literal["x86_64", "arm64"] = described(
        "The processor, which decides the price.", "x86_64"
    )
    memory_size: int = setting("Function.memory_size")
    timeout: int = setting("Function.timeout")
    reserved_concurrent_executions: int | None = setting(
        "Function.reserved_concurrent_executions"
    )
    auto_publish_alias: str | None = described(
        "The alias that triggers invoke; not set: $LATEST.", None
    )
    provisioned_concurrency_config: ProvisionedConcurrencyConfig | None = (
        described(
            "Environments of the alias that are always initialised.", None
        )
    )
    snap_start: Literal["None", "PublishedVersions"] = described(
        "Whether new environments of the alias are restored from a snapshot, not initialised.",
        "None",
    )
    ephemeral_storage: int = setting("Function.ephemeral_storage")
    recursive_loop: Literal["Terminate", "Allow"] = described(
        "Whether Lambda stops an event chain that runs this function again and again.",
        "Terminate",
    )
    event_invoke_config: EventInvokeConfig = described(
        "Retries, age and destinations of asynchronous events.",
        default_factory=EventInvokeConfig,
    )
    dead_letter_config: DeadLetterConfig | None = described(
        "The dead-letter queue or topic.", None
    )
    behaviour: Behaviour = described(
        "What no template can say.", default_factory=Behaviour
    )

    @property
    def targets(self) -> tuple[str, ...]:
        """Everything it sends events to, by name: outputs, destinations, dead-letter target."""
        outputs = [output.to for output in self.behaviour.sends]
        destinations = self.event_invoke_config.destination_config.targets
        letters = self.dead_letter_config
        if letters is None:
            return (*outputs, *destinations)
        return (*outputs, *destinations, letters.target_arn)

    @model_validator(mode="after")
    def _init_is_known(self) -> Function:
        if self.behaviour.init is not None:
            return self
        try:
            facts.cold_start(self.runtime, self.package_type.lower())
        except KeyError as error:
            hint = "Or give behaviour.init yourself."
            raise ScenarioError(
                f"Function {self.name!r}: {error.args[0]} {hint}"
            ) from None
        return self
