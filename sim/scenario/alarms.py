"""CloudWatch alarms: on which metric of the system, and when they ring."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sim import facts
from sim.scenario.errors import ScenarioError
from sim.scenario.settings import Named, described, setting

SOURCE = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/"
    "API_PutMetricAlarm.html"
)
NAMESPACES = {
    "": "AWS/Lambda",
    "FunctionName": "AWS/Lambda",
    "QueueName": "AWS/SQS",
    "StreamName": "AWS/Kinesis",
    **{one.dimension: one.namespace for one in facts.front_doors().values()},
}
"""By the dimension of a metric, who sends it; without one it is Lambda's, of the whole Region."""
DIMENSIONS = [dimension for dimension in NAMESPACES if dimension]


Statistic = Literal[
    "Sum", "Average", "Minimum", "Maximum", "SampleCount", "p50", "p95", "p99"
]
"""The statistics of a run's metrics."""


class Alarm(Named):
    """A CloudWatch alarm on a metric of a function, queue, stream or API: `AWS::CloudWatch::Alarm`.

    It changes nothing in a run; `Run.alarm_history` says when it rings.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
    """

    unnamed = ("name", "metric_name", "dimensions")

    metric_name: str = described(
        "The metric, as Run.metrics names it, such as Errors.", min_length=1
    )
    dimensions: str = described(
        "Of what it is, such as FunctionName=worker, QueueName=orders or ApiId=shop, which is a "
        "trigger; empty: all functions of the Region.",
        "",
        pattern=rf"^(({'|'.join(DIMENSIONS)})=[^=,]+)?$",
    )
    statistic: Statistic = described(
        "What is made of a period's values.", "Sum"
    )
    period: int = setting("Alarm.period")
    evaluation_periods: int = setting("Alarm.evaluation_periods")
    datapoints_to_alarm: int | None = setting("Alarm.datapoints_to_alarm")
    threshold: float = setting("Alarm.threshold")
    comparison_operator: Literal[
        "GreaterThanThreshold",
        "GreaterThanOrEqualToThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
    ] = described("When a period counts as too bad.", "GreaterThanThreshold")
    treat_missing_data: Literal[
        "missing", "notBreaching", "breaching", "ignore"
    ] = described("What a period without a value counts as.", "missing")

    @property
    def dimension(self) -> str:
        """The name of the metric's dimension; empty for the whole Region."""
        return self.dimensions.partition("=")[0]

    @property
    def resource(self) -> str:
        """The name of what the metric is of; empty for the whole Region."""
        return self.dimensions.partition("=")[2]

    @property
    def namespace(self) -> str:
        """Who sends the metric, such as AWS/Lambda."""
        return NAMESPACES[self.dimension]

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> Alarm:
        resolution = facts.fact("cloudwatch.resolution").value
        who = f"Alarm {self.name!r}"
        if self.period % resolution:
            raise ScenarioError(
                f"{who} has the period {self.period} s; it takes whole minutes, "
                f"for these metrics are sent once a minute ({SOURCE})."
            )
        needed = self.datapoints_to_alarm
        if needed is not None and needed > self.evaluation_periods:
            raise ScenarioError(
                f"{who} has datapoints_to_alarm {needed}, but looks at "
                f"evaluation_periods {self.evaluation_periods} only ({SOURCE})."
            )
        return self
