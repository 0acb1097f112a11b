"""A Lambda function: what a template says of it, and the behaviour that no template can say."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sim import facts
from sim.scenario.behaviour import Behaviour
from sim.scenario.errors import ScenarioError
from sim.scenario.provisioned_concurrency import ProvisionedConcurrencyConfig
from sim.scenario.settings import Named, Settings, described, setting


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
