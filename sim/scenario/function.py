"""A Lambda function: what a template says of it, and the behaviour that no template can say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import model_validator

from sim.scenario import runtimes
from sim.scenario.arguments import checked
from sim.scenario.behaviour import Behaviour
from sim.scenario.errors import ScenarioError
from sim.scenario.provisioned_concurrency import ProvisionedConcurrencyConfig
from sim.scenario.settings import Named, Settings, described, setting
from sim.scenario.users_line import warn, without_warnings


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
    """A Lambda function, by the properties of `AWS::Lambda::Function`, with its `behaviour`.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    """

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
    def is_restored(self) -> bool:
        """Whether new environments come from a snapshot, which only published versions have.

        https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
        """
        is_published = self.auto_publish_alias is not None
        return is_published and self.snap_start != "None"

    @property
    def targets(self) -> tuple[str, ...]:
        """Everything it sends events to, by name: outputs, destinations, dead-letter target."""
        outputs = [output.to for output in self.behaviour.sends]
        destinations = self.event_invoke_config.destination_config.targets
        letters = self.dead_letter_config
        if letters is None:
            return (*outputs, *destinations)
        return (*outputs, *destinations, letters.target_arn)

    @checked
    def replace(self, **changes: Any) -> Self:
        """The same function with some settings changed; of a runtime that stays nothing is said."""
        if changes.keys() & {"runtime", "package_type"}:
            return super().replace(**changes)
        with without_warnings():
            return super().replace(**changes)

    @model_validator(mode="after")
    def _runtime_is_known(self) -> Function:
        problem = runtimes.problem(self.runtime, self.package_type)
        if problem is not None:
            raise ScenarioError(f"Function {self.name!r}: {problem}")
        return self

    def model_post_init(self, context: Any) -> None:
        """Warn once of what its maker may not know: a validator would for each system it is in."""
        if runtimes.problem(self.runtime, self.package_type) is not None:
            return
        for sentence in self._surprises():
            warn(f"Function {self.name!r}: {sentence}")

    def _surprises(self) -> Iterator[str]:
        """What to know of the runtime: it is deprecated, or nobody has measured how it starts."""
        if self.package_type == "Zip":
            yield from runtimes.retirement(self.runtime)
        taken = runtimes.not_measured(self.runtime, self.package_type)
        if taken is not None and self.behaviour.init is None:
            what = f"{self.runtime!r} as {self.package_type}"
            yield f"cold starts of {what} were not measured: {taken}. Or give behaviour.init."
