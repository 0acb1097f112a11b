"""The other resources of a scenario, and the account they share."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sim.scenario.durations import Constant, Duration
from sim.scenario.errors import ScenarioError
from sim.scenario.filtered_records import problems_of_policy, problems_of_rule
from sim.scenario.settings import Named, Settings, described, setting


class RedrivePolicy(Settings):
    """When a message leaves its queue for a dead-letter queue.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    """

    dead_letter_target_arn: str = described(
        "The name of a queue of this scenario."
    )
    max_receive_count: int = setting("RedrivePolicy.max_receive_count")


HIGH_THROUGHPUT = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html"


class Queue(Named):
    """An SQS queue, by the properties of `AWS::SQS::Queue`; times in seconds.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    """

    fifo_queue: bool = described(
        "Whether messages keep their order within each message group.", False
    )
    visibility_timeout: int = setting("Queue.visibility_timeout")
    delay_seconds: int = setting("Queue.delay_seconds")
    message_retention_period: int = setting("Queue.message_retention_period")
    redrive_policy: RedrivePolicy | None = described(
        "Where messages go that fail again and again.", None
    )
    deduplication_scope: Literal["queue", "messageGroup"] = described(
        "Where a FIFO queue looks for duplicates; high throughput asks for messageGroup.",
        "queue",
    )
    fifo_throughput_limit: Literal["perQueue", "perMessageGroupId"] = described(
        "What the calls of a FIFO queue are counted for; perMessageGroupId: high throughput.",
        "perQueue",
    )

    @property
    def has_high_throughput(self) -> bool:
        """Whether a FIFO queue's calls are counted for each message group."""
        return self.fifo_throughput_limit == "perMessageGroupId"

    @model_validator(mode="after")
    def _as_sqs_takes_it(self) -> Queue:
        is_set = (self.deduplication_scope, self.fifo_throughput_limit) != (
            "queue",
            "perQueue",
        )
        if is_set and not self.fifo_queue:
            raise ScenarioError(
                f"Queue {self.name!r}: deduplication_scope and fifo_throughput_limit "
                f"are for FIFO queues ({HIGH_THROUGHPUT})."
            )
        if self.has_high_throughput and self.deduplication_scope == "queue":
            raise ScenarioError(
                f"Queue {self.name!r}: fifo_throughput_limit perMessageGroupId asks for "
                f"deduplication_scope messageGroup ({HIGH_THROUGHPUT})."
            )
        return self


class Redrive(Settings):
    """A message move task: what a dead-letter queue keeps goes back to the queues it came from.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
    """

    queue: str = described("The dead-letter queue, by name.")
    at: float = setting("Redrive.at")
    max_number_of_messages_per_second: int | None = setting(
        "Redrive.max_number_of_messages_per_second"
    )


class RetryPolicy(Settings):
    """How long EventBridge tries to hand an event to its target, before Lambda has accepted it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
    """

    maximum_retry_attempts: int = setting("RetryPolicy.maximum_retry_attempts")
    maximum_event_age_in_seconds: int = setting(
        "RetryPolicy.maximum_event_age_in_seconds"
    )


class FilterPolicy(Settings):
    """Which messages of its topic a subscribed queue gets; without a body or attributes, all.

    https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
    """

    unnamed = ("queue", "filter_policy")

    queue: str = described("The queue that subscribes, by name.")
    filter_policy: str = described("The policy, as JSON text.")
    filter_policy_scope: Literal["MessageAttributes", "MessageBody"] = (
        described("What the policy is matched with.", "MessageAttributes")
    )

    @model_validator(mode="after")
    def _is_a_policy(self) -> FilterPolicy:
        for problem in problems_of_policy(
            "sns", self.filter_policy, self.filter_policy_scope
        ):
            raise ScenarioError(f"FilterPolicy of {self.queue!r}: {problem}")
        return self


class Topic(Named):
    """An SNS topic (`AWS::SNS::Topic`); functions subscribe to it by their triggers.

    Its messages reach queues as they were sent (`RawMessageDelivery`).
    """

    fifo_topic: bool = described(
        "Whether it is a FIFO topic: FIFO queues may subscribe to it, too.",
        False,
    )
    queues: tuple[str, ...] = described(
        "The queues that subscribe to it, by name.", ()
    )
    filter_policies: tuple[FilterPolicy, ...] = described(
        "The filter policies of these queues.", ()
    )


class Bucket(Named):
    """An S3 bucket (`AWS::S3::Bucket`); functions get its notifications by their triggers.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    """

    targets: tuple[str, ...] = described(
        "The queues, topics and event buses that get its notifications, by name.",
        (),
    )


class EventPattern(Settings):
    """Which events of its bus a rule sends to a queue or topic; without a body, all.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
    """

    unnamed = ("target", "event_pattern")

    target: str = described("The queue or topic, by name.")
    event_pattern: str = described("The rule's pattern, as JSON text.")

    @model_validator(mode="after")
    def _is_a_pattern(self) -> EventPattern:
        for problem in problems_of_rule("eventbridge_rule", self.event_pattern):
            raise ScenarioError(f"EventPattern of {self.target!r}: {problem}")
        return self


DEFAULT_BUS = "default"
"""The bus of every account, to which AWS's own services send, without PutEvents."""


class EventBus(Named):
    """An EventBridge event bus with rules: the default bus, or a Custom Event Bus - Classic.

    `AWS::Events::EventBus`. Rules with a function as target are triggers. The Custom Event Bus with
    subscribers is `CustomEventBus`.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
    """

    targets: tuple[str, ...] = described(
        "The queues and topics that its rules send every event to, by name.", ()
    )
    event_patterns: tuple[EventPattern, ...] = described(
        "The patterns of rules that do not send every event.", ()
    )


class Dependency(Named):
    """What a handler calls before its own work, once for each event.

    It is named in `Behaviour.depends_on`. Calls above `maximum_connections` wait for their turn,
    calls above `requests_per_second` are refused, and where each environment keeps a connection of
    its own, so is a call that finds none left. A refusal ends the run at once, as failed; a call in
    an outage fails it when its work is done, as for a name without limits.
    https://docs.aws.amazon.com/lambda/latest/dg/services-rds.html
    """

    maximum_connections: int | None = setting("Dependency.maximum_connections")
    requests_per_second: float | None = setting(
        "Dependency.requests_per_second"
    )
    connection_held_by: Literal["call", "environment"] = described(
        "Whether a connection is for one call, or an environment keeps its own; "
        "then further ones find none.",
        "call",
    )
    latency: Duration = described(
        "How long it works on one call.",
        default_factory=lambda: Constant(seconds=0),
    )


class Account(Settings):
    """The limits that all functions of one Region share.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """

    unnamed = ("concurrent_executions",)

    concurrent_executions: int = setting("Account.concurrent_executions")
    eventbridge_invocations: int = setting("Account.eventbridge_invocations")
    eventbridge_put_events: int = setting("Account.eventbridge_put_events")
