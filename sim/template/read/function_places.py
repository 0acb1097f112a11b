"""Every other service that names a function, as `data/template/functions.csv` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import (
    FunctionPlace,
    function_places,
    mapping_of,
    places_at,
    properties_of,
    texts_in,
    values_at,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.references import (
    FUNCTION_ARN,
    function_named,
    qualifier_of,
    resource_named,
)
from sim.template.read.resolvers import SYNC, kinds_of_data_source
from sim.template.read.rules import SWITCHED_OFF

CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource"
PROCESSORS = "*.ProcessingConfiguration.Processors[].Parameters[]"
"""Where a delivery stream has the parameters of its Lambda processor."""
FIELD_OF_PARAMETER = {
    "NumberOfRetries": "number_of_retries",
    "BufferSizeInMBs": "buffer_size_in_mbs",
    "BufferIntervalInSeconds": "buffer_interval_in_seconds",
}
"""The settings of a Lambda processor, by the names of its parameters."""
ERROR_ACTIONS = (
    "Lambda.FunctionArn",
    "Sqs.QueueUrl",
    "Sns.TargetArn",
    "S3.BucketName",
)
OTHER_ERROR_ACTION = (
    "Only functions, queues, topics and buckets are simulated after an error."
)
SWITCHES = {
    "iot_rule": ("TopicRulePayload.RuleDisabled", "true"),
    "firehose": ("*.ProcessingConfiguration.Enabled", "false"),
}
"""Where a resource says that it is switched off, and by which word."""
MAKERS = ("Custom::", "AWS::CloudFormation::")
MADE_KNOWN_LATER = (
    "It invokes a function{at} that {maker} makes known only when the stack is deployed: "
    "which one it is cannot be followed."
)
EVENT_API = "AWS::AppSync::Api"


class _Named(NamedTuple):
    """A function that a resource names: where, by which value, and what stands around it."""

    function: str
    path: str
    value: str
    around: Mapping[str, Any]


def read_function_places(draft: Draft) -> None:
    """Put a trigger into the draft for each function that a service names."""
    for resource in draft.template.resources.values():
        is_custom = resource.type.startswith("Custom::")
        resource_type = CUSTOM_RESOURCE if is_custom else resource.type
        for place in function_places(resource_type):
            _read_place(draft, resource, place)


def _is_of_event_api(draft: Draft, resource: Resource) -> bool:
    """Whether it is a data source of AppSync Events, which channel namespaces name."""
    api = draft.template.find(resource.get("ApiId"))
    return api is not None and api.type == EVENT_API


def _read_place(draft: Draft, resource: Resource, place: FunctionPlace) -> None:
    if _is_of_event_api(draft, resource):
        draft.used.add(resource.name)
        return
    path = place.path.replace("[]", "")
    for value, around in places_at(resource.properties, place.path):
        if not isinstance(value, str) or not draft.check_known(
            resource, path, value
        ):
            continue
        function = function_named(draft, value)
        if function is None:
            _report_unfollowed(draft, resource, path, value, around)
        elif function in draft.functions:
            named = _Named(function, path, value, around)
            _read_function(draft, resource, place, named)


def _read_function(
    draft: Draft, resource: Resource, place: FunctionPlace, named: _Named
) -> None:
    path, value = named.path, named.value
    if _is_switched_off(resource, place):
        draft.not_simulated(resource, path, value, SWITCHED_OFF)
        service, *_ = place.kind.split("_")
        draft.switched_off.add((named.function, service))
        return
    if not place.kind:
        draft.not_simulated(resource, path, value, place.note)
        draft.invoked_otherwise.add(named.function)
        return
    fields = _settings(draft, resource, place)
    if not named.around.get("Qualifier"):
        fields |= qualifier_of(draft, named.function, value)
    draft.report_read(resource, path, value)
    kinds = _exact_kinds(draft, resource, place.kind, named.around)
    for kind in kinds:
        suffix = kind if len(kinds) > 1 else ""
        draft.add_trigger(kind, resource, named.function, suffix, fields=fields)


def _settings(draft: Draft, resource: Resource, place: FunctionPlace) -> Fields:
    if place.kind == "firehose":
        return _processor_settings(draft, resource)
    fields = (
        read_fields(draft, resource, place.type)
        if properties_of(place.type)
        else {}
    )
    if place.kind == "iot_rule":
        fields |= _error_action(draft, resource)
    return fields


def _report_unfollowed(
    draft: Draft,
    resource: Resource,
    path: str,
    value: str,
    around: Mapping[str, Any],
) -> None:
    """Say of a function that is none of the template's why nothing is known of it."""
    if FUNCTION_ARN.search(value):
        draft.not_in_template(resource, path, value)
    maker = draft.template.find(value)
    if maker is None or not maker.type.startswith(MAKERS):
        return
    event = around.get("EventType")
    at = f" at {event}" if event else ""
    why = MADE_KNOWN_LATER.format(at=at, maker=maker.name)
    draft.not_simulated(resource, path, value, why)
    for text in texts_in(maker.properties):
        function = function_named(draft, text)
        if function in draft.functions:
            draft.invoked_otherwise.add(str(function))


def _is_switched_off(resource: Resource, place: FunctionPlace) -> bool:
    """Whether the resource says that it invokes nothing for now."""
    off = SWITCHES.get(place.kind)
    if off is None:
        return False
    values = values_at(resource.properties, off[0])
    return off[1] in [str(value).lower() for value in values]


def _processor_settings(draft: Draft, resource: Resource) -> Fields:
    """How much a delivery stream gathers, and how often it tries again, by its Lambda processor."""
    path = PROCESSORS.replace("[]", "")
    fields: Fields = {}
    for written in values_at(resource.properties, PROCESSORS):
        parameter = mapping_of(written)
        name = parameter.get("ParameterName")
        value = parameter.get("ParameterValue")
        field = FIELD_OF_PARAMETER.get(str(name))
        if field is not None and draft.check_known(resource, path, value):
            draft.report_read(resource, f"{path}.{name}", value)
            fields[field] = value
    return fields


def _error_action(draft: Draft, rule: Resource) -> Fields:
    """Where an IoT rule sends what its action could not hand over."""
    path = "TopicRulePayload.ErrorAction"
    for action in values_at(rule.properties, path):
        for place in ERROR_ACTIONS:
            for value in values_at(action, place):
                name = resource_named(draft, rule, f"{path}.{place}", value)
                if name is not None:
                    draft.report_read(rule, f"{path}.{place}", value)
                    return {"error_action": name}
        draft.not_simulated(rule, path, action, OTHER_ERROR_ACTION)
    return {}


def _exact_kinds(
    draft: Draft, resource: Resource, kind: str, around: Mapping[str, Any]
) -> list[str]:
    """The kinds that a place stands for: of a data source, those of its resolvers."""
    if kind == SYNC:
        return kinds_of_data_source(draft, resource)
    return [_exact_kind(kind, around)]


def _exact_kind(kind: str, around: Mapping[str, Any]) -> str:
    """The kind, where a word beside the function decides it."""
    if (
        kind == "ses_event"
        and around.get("InvocationType") == "RequestResponse"
    ):
        return "ses_sync"
    is_origin = str(around.get("EventType")).startswith("origin")
    if kind == "edge_viewer" and is_origin:
        return "edge_origin"
    return kind
