"""Provisioned concurrency, and how Application Auto Scaling changes it."""

from __future__ import annotations

from pydantic import model_validator

from sim.scenario.errors import ScenarioError
from sim.scenario.schedule_expressions import parsed
from sim.scenario.settings import Settings, described, setting

SOURCE = (
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/"
    "API_RegisterScalableTarget.html"
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
    """Refuse a largest capacity below the smallest."""
    least, most = bounds.min_capacity, bounds.max_capacity
    if most < least:
        raise ScenarioError(
            f"{kind}: max_capacity is {most}, but it must be at least min_capacity, {least} "
            f"({SOURCE})."
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
