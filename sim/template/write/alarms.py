"""A scenario's alarms, in SAM and in CDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim import facts
from sim.scenario.alarms import Alarm
from sim.template.read.alarms import ALARM
from sim.template.text.lines import SHARED_BY
from sim.template.write.cdk_names import CdkNames
from sim.template.write.names import variable
from sim.template.write.sam_names import SamNames
from sim.template.write.sam_yaml import GetAtt, Ref
from sim.template.write.written_settings import (
    as_cdk_arguments,
    as_properties,
    differing,
)

NAMES = {
    "FunctionName": "function_name",
    "QueueName": "queue_name",
    "StreamName": "stream_name",
    "ApiName": "rest_api_name",
    "ApiId": "api_id",
    "LoadBalancer": "load_balancer_full_name",
}
"""What CDK calls the value of a metric's dimension."""


def alarm_resources(names: SamNames) -> dict[str, Any]:
    """The resources of all alarms, by logical ID."""
    return {
        names.ids.alarms[alarm.name]: _resource(names, alarm)
        for alarm in names.scenario.alarms
    }


def _resource(names: SamNames, alarm: Alarm) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Namespace": alarm.namespace,
        "MetricName": alarm.metric_name,
    }
    if alarm.dimension:
        value = _value(names, alarm)
        dimension = {"Name": alarm.dimension, "Value": value}
        properties["Dimensions"] = [dimension]
    is_percentile = alarm.statistic.startswith("p")
    statistic = "ExtendedStatistic" if is_percentile else "Statistic"
    properties[statistic] = alarm.statistic
    properties |= as_properties(differing(alarm, ALARM))
    return {"Type": ALARM, "Properties": properties}


def _value(names: SamNames, alarm: Alarm) -> GetAtt | Ref | str:
    if alarm.dimension == "FunctionName":
        return Ref(names.ids.functions[alarm.resource])
    if alarm.dimension in facts.front_doors_by_dimension():
        return _front_door_value(names, alarm)
    logical_id = names.ids.sources[alarm.resource]
    if alarm.dimension == "QueueName":
        return GetAtt(f"{logical_id}.QueueName")
    return Ref(logical_id)


def _front_door_value(names: SamNames, alarm: Alarm) -> GetAtt | Ref | str:
    """The value of an API's or a load balancer's dimension.

    A REST API that is watched has a name, but not the one that SAM makes: its name is the stack's.
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
    """
    logical_id = names.ids.triggers[alarm.resource]
    if alarm.dimension == "ApiName" and logical_id in SHARED_BY:
        return Ref("AWS::StackName")
    if alarm.dimension == "ApiName":
        return logical_id
    if alarm.dimension == "LoadBalancer":
        return GetAtt(f"{logical_id}LoadBalancer.LoadBalancerFullName")
    return Ref(logical_id)


def alarm_statements(names: CdkNames) -> Iterator[str]:
    """The statements that make all alarms."""
    for alarm in names.scenario.alarms:
        settings = as_cdk_arguments(differing(alarm, ALARM))
        yield (
            f"cloudwatch.Alarm(self, {names.ids.alarms[alarm.name]!r}, "
            f"metric={_metric(names, alarm)}{settings})"
        )


def _metric(names: CdkNames, alarm: Alarm) -> str:
    arguments = [
        f"namespace={alarm.namespace!r}",
        f"metric_name={alarm.metric_name!r}",
    ]
    if alarm.dimension:
        value = f"{_variable(names, alarm)}.{NAMES[alarm.dimension]}"
        arguments.append(f"dimensions_map=dict({alarm.dimension}={value})")
    arguments += [
        f"statistic={alarm.statistic!r}",
        f"period=Duration.seconds({alarm.period})",
    ]
    return f"cloudwatch.Metric({', '.join(arguments)})"


def _variable(names: CdkNames, alarm: Alarm) -> str:
    """The variable of what an alarm watches."""
    if alarm.dimension == "FunctionName":
        return names.function(alarm.resource)
    if alarm.dimension not in facts.front_doors_by_dimension():
        return names.source(alarm.resource)
    made = variable(names.ids.triggers[alarm.resource])
    return f"{made}_balancer" if alarm.dimension == "LoadBalancer" else made
