"""The ways an event reaches a function: a caller waits, Lambda keeps it, or Lambda polls.

Subscribers of a Custom Event Bus have a module of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag, model_validator

from sim import facts
from sim.scenario.caller import Caller, Retrier
from sim.scenario.durations import Duration
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.filtered_records import (
    problems_of_filters,
    problems_of_policy,
    problems_of_rule,
)
from sim.scenario.function import DeadLetterConfig
from sim.scenario.resources import RetryPolicy
from sim.scenario.settings import QUALIFIER, Named, described, setting
from sim.scenario.subscriber import SUBSCRIBERS, Subscriber
from sim.scenario.trigger_catalogue import (
    CALLING_LATER,
    WEBHOOKS,
    trigger_kind,
)

FILTERS_OF_A_PIPE = "The patterns of a pipe's filters, each as JSON text."
FILTER_SCOPE = "MessageAttributes"
AUTHORIZER = "authorizer"
ENRICHMENT = "enrichment"
AUTHORIZERS = {
    "apigw_rest": "authorizer_rest",
    "apigw_rest_stream": "authorizer_rest",
    "apigw_http": "authorizer_http",
    "apigw_ws": "authorizer_ws",
}
"""The kind of authorizer of each kind of API."""
TAKEN_BY: dict[str, tuple[str, ...]] = {
    "authorizer": tuple(AUTHORIZERS),
    "authorizer_result_ttl_in_seconds": ("authorizer_rest", "authorizer_http"),
    "denied_share": ("authorizer_rest", "authorizer_http", "authorizer_ws"),
    "unidentified_share": (
        "authorizer_rest",
        "authorizer_http",
        "authorizer_ws",
    ),
    "enrichment": ("pipes_target",),
}
"""The kinds of triggers that take a setting of a function that is called first."""
OF_FIREHOSE = (
    "number_of_retries",
    "buffer_size_in_mbs",
    "buffer_interval_in_seconds",
)
"""The settings of Data Firehose's Lambda processor."""
RETRY = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
ERROR_ACTION = "https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html"
RETRY_POLICY = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"


class SynchronousTrigger(Named):
    """A caller that waits: a direct Invoke (`kind="invoke"`), or a front door like API Gateway."""

    model: Literal["synchronous"] = described(
        "The invocation model.", "synchronous", repr=False
    )
    kind: str = described("The row of the trigger catalogue.")
    function: str = described("The function it invokes.")
    qualifier: str | None = described(QUALIFIER, None)
    timeout_in_millis: int | None = setting(
        "ApiGateway.timeout_in_millis", default=None
    )
    throttle_rate_limit: float | None = setting(
        "ApiGateway.throttle_rate_limit", default=None
    )
    throttle_burst_limit: int | None = setting(
        "ApiGateway.throttle_burst_limit", default=None
    )
    retry: tuple[Retrier, ...] = described(
        "The Retry array of a Step Functions task.", ()
    )
    callback_seconds: float | None = setting("Task.callback_seconds")
    heartbeat_seconds: int | None = setting("Task.heartbeat_seconds")
    front_door: str | None = described(
        "The kind of front door that a webhook calls.", None
    )
    number_of_retries: int | None = setting(
        "Firehose.number_of_retries", default=None
    )
    buffer_size_in_mbs: float | None = setting(
        "Firehose.buffer_size_in_mbs", default=None
    )
    buffer_interval_in_seconds: int | None = setting(
        "Firehose.buffer_interval_in_seconds", default=None
    )
    failure_store: str | None = described(
        "Where a service keeps what it could not deliver.", None
    )
    authorizer: str | None = described(
        "The trigger of the Lambda authorizer that an API asks first.", None
    )
    authorizer_result_ttl_in_seconds: int | None = setting(
        "Authorizer.authorizer_result_ttl_in_seconds", default=None
    )
    denied_share: float | None = setting(
        "Authorizer.denied_share", default=None
    )
    unidentified_share: float | None = setting(
        "Authorizer.unidentified_share", default=None
    )
    enrichment: str | None = described(
        "The trigger of the function by which a pipe enriches events first.",
        None,
    )

    matching_share: Literal[1] = described(
        "A call that somebody waits for is never filtered.", 1, repr=False
    )
    duplicate_share: float = setting("Trigger.duplicate_share")
    filter_criteria: tuple[str, ...] = described(FILTERS_OF_A_PIPE, ())

    @model_validator(mode="after")
    def _as_often_as_documented(self) -> SynchronousTrigger:
        if not self.duplicate_share:
            return self
        row = trigger_kind(self.kind)
        if "at least once" not in row.delivery:
            how = f"it delivers {row.delivery}"
            if row.delivery == "not documented":
                how = "that it delivers at least once is not documented"
            raise ScenarioError(
                f"SynchronousTrigger {self.name!r} ({self.kind}) takes no duplicate_share; "
                f"{how} ({row.source})."
            )
        return self

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> SynchronousTrigger:
        for problem in self._problems():
            raise ScenarioError(f"Trigger {self.name!r}: {problem}")
        return self

    def _problems(self) -> Iterator[str]:
        yield from problems_of_filters(self.kind, self.filter_criteria)
        is_task = self.kind in ("sfn_sync", "sfn_wait_token")
        if self.retry and not is_task:
            yield f"{self.kind} takes no retry; sfn_sync and sfn_wait_token do ({RETRY})."
        if self.front_door is not None and self.kind not in WEBHOOKS:
            yield f"{self.kind} takes no front_door; {', '.join(WEBHOOKS)} does."
        yield from self._problems_of_first()
        for name in OF_FIREHOSE:
            if getattr(self, name) is not None and self.kind != "firehose":
                source = facts.fact(f"Firehose.{name}").source
                whose = "a setting of Data Firehose"
                yield f"{name} is {whose}, not of {self.kind!r}. Source: {source}"

    def _problems_of_first(self) -> Iterator[str]:
        """What is set of a function that is called first, where there is none."""
        for name, kinds in TAKEN_BY.items():
            if getattr(self, name) is not None and self.kind not in kinds:
                yield f"{self.kind} takes no {name}; {' and '.join(kinds)} do."

    @property
    def preceded_by(self) -> str:
        """What the call is to the service that is made before that of the function."""
        return AUTHORIZER if self.authorizer is not None else ENRICHMENT

    @classmethod
    def example(cls, name: str) -> str:
        """How to write one of its settings, for a sentence."""
        kind = "firehose" if name in OF_FIREHOSE else "apigw_rest"
        return f"sim.trigger('{kind}', {name}=...)"

    @property
    def is_waited_for(self) -> bool:
        """Whether a function that sends an event here waits for the answer."""
        return self.kind not in CALLING_LATER

    @property
    def usual_caller(self) -> Caller:
        """The client of a function that calls it: an SDK for an Invoke, else one over HTTP."""
        if self.kind == "invoke":
            return Caller(retry_mode="standard")
        return Caller()

    @property
    def entry(self) -> str:
        """Where traffic enters: the trigger itself."""
        return self.name


class AsynchronousTrigger(Named):
    """A source that hands its events to Lambda's own queue: S3, SNS, an Invoke of type `Event`."""

    model: Literal["asynchronous"] = described(
        "The invocation model.", "asynchronous", repr=False
    )
    kind: str = described("The row of the trigger catalogue.")
    function: str = described("The function it invokes.")
    qualifier: str | None = described(QUALIFIER, None)
    source: str | None = described(
        "The topic or bucket the events come from, if there is one.", None
    )
    matching_share: float = setting("Trigger.matching_share")
    duplicate_share: float = setting("Trigger.duplicate_share")
    filter_criteria: tuple[str, ...] = described(FILTERS_OF_A_PIPE, ())
    event_pattern: str | None = described(
        "The pattern of an EventBridge rule, as JSON text.", None
    )
    filter_policy: str | None = described(
        "The filter policy of an SNS subscription, as JSON text.", None
    )
    filter_policy_scope: Literal["MessageAttributes", "MessageBody"] = (
        described("What the filter policy is matched with.", FILTER_SCOPE)
    )
    latency: Duration | None = described(
        "How long the source takes to hand an event to Lambda.", None
    )
    service_timeout: int | None = setting(
        "CustomResource.service_timeout", default=None
    )
    retry_policy: RetryPolicy = described(
        "How EventBridge tries again.", default_factory=RetryPolicy
    )
    dead_letter_config: DeadLetterConfig | None = described(
        "Where the source keeps what Lambda did not accept.", None
    )
    error_action: str | None = described(
        "The function, queue, topic or bucket of an IoT rule's error action.",
        None,
    )

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> AsynchronousTrigger:
        for problem in self._problems():
            raise ScenarioError(f"Trigger {self.name!r}: {problem}")
        return self

    def _problems(self) -> Iterator[str]:
        yield from problems_of_filters(self.kind, self.filter_criteria)
        is_event_bridge = self.kind.startswith("eventbridge")
        if self.retry_policy != RetryPolicy() and not is_event_bridge:
            yield f"{self.kind} takes no retry_policy; EventBridge's kinds do ({RETRY_POLICY})."
        if self.error_action is not None and self.kind != "iot_rule":
            yield f"{self.kind} takes no error_action; iot_rule does ({ERROR_ACTION})."
        if self.event_pattern is not None:
            yield from problems_of_rule(self.kind, self.event_pattern)
        if self.filter_policy is not None:
            yield from problems_of_policy(
                self.kind, self.filter_policy, self.filter_policy_scope
            )
        elif self.filter_policy_scope != FILTER_SCOPE:
            yield "filter_policy_scope is set, but there is no filter_policy."

    @classmethod
    def example(cls, name: str) -> str:
        """How to write one of its settings, for a sentence."""
        return f"sim.trigger('sns', {name}=...)"

    @property
    def entry(self) -> str:
        """Where traffic enters: the source, or the trigger itself."""
        return self.source or self.name


Trigger = (
    SynchronousTrigger | AsynchronousTrigger | EventSourceMapping | Subscriber
)


def _class_of(trigger: Any) -> str | None:
    """By what the classes of triggers are told apart: the model, but subscribers have either."""
    is_json = isinstance(trigger, dict)
    read = trigger.get if is_json else lambda name: getattr(trigger, name, None)
    is_subscriber = read("kind") in SUBSCRIBERS
    return "subscriber" if is_subscriber else read("model")


AnyTrigger = Annotated[
    Annotated[SynchronousTrigger, Tag("synchronous")]
    | Annotated[AsynchronousTrigger, Tag("asynchronous")]
    | Annotated[EventSourceMapping, Tag("polling")]
    | Annotated[Subscriber, Tag("subscriber")],
    Discriminator(_class_of),
]
"""A trigger as a scenario's field, with how JSON tells which it is."""
