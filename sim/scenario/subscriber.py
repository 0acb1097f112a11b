"""A Custom Event Bus of EventBridge and its subscribers: each delivers events to one function.

The bus with rules and targets is another product, Custom Event Bus - Classic: `EventBus`.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import model_validator

from sim.scenario.durations import Duration
from sim.scenario.errors import ScenarioError
from sim.scenario.settings import (
    QUALIFIER,
    Named,
    Settings,
    described,
    setting,
)
from sim.scenario.subscriber_filters import Scope, problems_of_scopes
from sim.scenario.trigger_catalogue import trigger_kind

GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide"
EVENT = "eventbridge_bus_event"
REQUEST_RESPONSE = "eventbridge_bus_sync"
SUBSCRIBERS = (EVENT, REQUEST_RESPONSE)
"""The kinds of trigger that are subscribers, by the `InvocationType` of their function."""


class CustomEventBus(Named):
    """A Custom Event Bus (`AWS::EventsV2::EventBus`), which keeps every event for a while.

    The event group of an event is its key; one without a key belongs to none. Events come by
    `PutEvents`: a body is the `detail`, or the whole event if it has that field.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-what-is.html
    """

    retention_period_in_days: int = setting(
        "CustomEventBus.retention_period_in_days"
    )


class Filter(Settings):
    """One filter of a subscriber: an event must match all of them, one for each scope.

    Of an event by `PutEvents`, DATA is the whole event, SYSTEM_METADATA what EventBridge says of it
    (`aws:Source`, `aws:DetailType`, `EventGroupId`); it has no METADATA, so such a filter matches
    none. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-filtering.html
    """

    unnamed = ("pattern", "scope")

    pattern: str = described("The event pattern, as JSON text.")
    scope: Scope = described("The part of the event that it looks at.", "DATA")


class BatchConfiguration(Settings):
    """How many events a subscriber hands over in one call, and how long it waits for more.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-batching.html
    """

    unnamed = ("max_batch_size",)

    max_batch_size: int = setting("BatchConfiguration.max_batch_size")
    max_batch_window_in_seconds: int = setting(
        "BatchConfiguration.max_batch_window_in_seconds"
    )


class SubscriberRetryPolicy(Settings):
    """How long a subscriber tries a failed delivery again: what is reached first ends it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html
    """

    max_retry_attempts: int = setting(
        "SubscriberRetryPolicy.max_retry_attempts"
    )
    max_event_age_in_seconds: int = setting(
        "SubscriberRetryPolicy.max_event_age_in_seconds"
    )


class PointInTimeConfiguration(Settings):
    """From which of the retained events on a subscriber delivers: all (HORIZON), or from a moment.

    Times are seconds from the start. An event of the very `end_point` is still delivered.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-replay.html
    """

    point_type: Literal["HORIZON", "TIMESTAMP"] = described(
        "Whether all retained events are delivered, or those from starting_point on.",
        "HORIZON",
    )
    starting_point: float | None = setting(
        "PointInTimeConfiguration.starting_point"
    )
    end_point: float | None = setting("PointInTimeConfiguration.end_point")


class Subscriber(Named):
    """A subscriber of a Custom Event Bus with a function as target (`AWS::EventsV2::Subscriber`).

    Its kind says how it invokes: `eventbridge_bus_event` (EVENT) has delivered once Lambda accepts,
    and the rest is Lambda's own queue; `eventbridge_bus_sync` (REQUEST_RESPONSE) waits for the
    function, and a function error is a failed delivery. A `Change` may set `state`,
    `resume_position`, `batch_configuration`, `retry_policy`, `on_failure` and
    `invocation_timeout_seconds`.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-subscribers.html
    """

    model: Literal["synchronous", "asynchronous"] = described(
        "The invocation model.", repr=False
    )
    kind: Literal["eventbridge_bus_event", "eventbridge_bus_sync"] = described(
        "The row of the trigger catalogue."
    )
    function: str = described("The function it invokes.")
    qualifier: str | None = described(QUALIFIER, None)
    source: str = described("The Custom Event Bus, by name.")
    type: Literal["UNORDERED", "FIFO"] = described(
        "Whether events keep their order within each event group.", "UNORDERED"
    )
    filters: tuple[Filter, ...] = described(
        "Which events it delivers; without any, all.", ()
    )
    batch_configuration: BatchConfiguration = described(
        "How many events one call brings.", default_factory=BatchConfiguration
    )
    invocation_timeout_seconds: int = setting(
        "Subscriber.invocation_timeout_seconds"
    )
    retry_policy: SubscriberRetryPolicy = described(
        "How it tries again.", default_factory=SubscriberRetryPolicy
    )
    on_failure: str | None = described(
        "The queue that keeps a record of what it gives up; without one, nothing does.",
        None,
    )
    state: Literal["RUNNING", "STOPPED"] = described(
        "Whether it delivers; events wait on the bus while it does not.",
        "RUNNING",
    )
    resume_position: Literal["LAST_PROCESSED", "LATEST"] = described(
        "What a change from STOPPED to RUNNING does with the events that wait: "
        "deliver them, or skip them.",
        "LAST_PROCESSED",
    )
    starting_position: Literal["LATEST", "POINT_IN_TIME"] = described(
        "Whether it delivers what is published after its creation only, or retained events, too.",
        "LATEST",
    )
    point_in_time_configuration: PointInTimeConfiguration | None = described(
        "With POINT_IN_TIME: which of the retained events.", None
    )
    active_after: float = setting("Subscriber.active_after")
    matching_share: float = setting("Trigger.matching_share")
    latency: Duration | None = described(
        "How long an event takes from the bus to the call.", None
    )

    duplicate_share: Literal[0] = described(
        "A subscriber hands nothing over twice by itself; Lambda's own queue may.",
        0,
        repr=False,
    )
    service_timeout: None = described(
        "Nobody waits for the function's own report.", None, repr=False
    )

    @model_validator(mode="before")
    @classmethod
    def _model_of_its_kind(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.get("kind") not in (
            SUBSCRIBERS
        ):
            return values
        return {**values, "model": trigger_kind(values["kind"]).model}

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> Subscriber:
        for problem in self._problems():
            raise ScenarioError(f"Subscriber {self.name!r}: {problem}")
        return self

    def _problems(self) -> Iterator[str]:
        scopes = [(one.scope, one.pattern) for one in self.filters]
        yield from problems_of_scopes(scopes)
        yield from self._problems_of_position()
        usual = type(self).model_fields["invocation_timeout_seconds"].default
        waits = self.kind == REQUEST_RESPONSE
        if self.invocation_timeout_seconds != usual and not waits:
            what = "invocation_timeout_seconds ends no call of type EVENT, which nobody waits for"
            yield f"{what}; {REQUEST_RESPONSE} takes it ({GUIDE}/eb-custom-bus-target-lambda.html)."

    def _problems_of_position(self) -> Iterator[str]:
        page = f"{GUIDE}/eb-custom-bus-replay.html"
        config = self.point_in_time_configuration
        is_replay = self.starting_position == "POINT_IN_TIME"
        if is_replay != (config is not None):
            both = "POINT_IN_TIME and point_in_time_configuration go together"
            yield f"{both} ({page})."
        if config is None:
            return
        start, end = config.starting_point, config.end_point
        if (config.point_type == "TIMESTAMP") != (start is not None):
            yield f"TIMESTAMP and starting_point go together ({page})."
        if start is not None and start > self.active_after:
            created = f"when it is created, {self.active_after:g} s"
            yield f"starting_point is {start:g} s, but it lies before {created} ({page})."
        if end is not None and end < (start or 0):
            yield f"end_point is {end:g} s, before its starting_point ({page})."
        if end is not None and self.resume_position == "LATEST":
            never = "a replay with an end_point never reaches live events"
            yield f"resume_position is LATEST, but {never} ({GUIDE}/eb-custom-bus-update.html)."

    @classmethod
    def example(cls, name: str) -> str:
        """How to write one of its settings, for a sentence."""
        return f"sim.trigger({REQUEST_RESPONSE!r}, {name}=...)"

    @property
    def entry(self) -> str:
        """Where traffic enters: the bus."""
        return self.source

    @property
    def hands_over_one(self) -> bool:
        """Whether the function gets an event itself, and not an array of events.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html
        """
        return self.batch_configuration.max_batch_size == 1

    def has_in_view(self, published: float) -> bool:
        """Whether it delivers what is published at this time, in seconds."""
        config = self.point_in_time_configuration
        if config is None:
            return published >= self.active_after
        last = config.end_point
        is_over = last is not None and published > last
        return published >= (config.starting_point or 0) and not is_over
