"""Channel namespaces of AppSync Events that call functions directly.

https://docs.aws.amazon.com/appsync/latest/eventapi/direct-lambda-integrations.html
"""

from __future__ import annotations

from typing import Any

from sim.template.cloudformation.property_tables import mapping_of
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.references import function_named, qualifier_of

NAMESPACE = "AWS::AppSync::ChannelNamespace"
DATA_SOURCE = "AWS::AppSync::DataSource"
HANDLERS = ("OnPublish", "OnSubscribe")
BY_CODE = "What the code of a handler calls is not simulated."


def read_channel_namespaces(draft: Draft) -> None:
    """Put a trigger into the draft for each handler that is a function."""
    for namespace in draft.template.of_type(NAMESPACE):
        draft.used.add(namespace.name)
        handlers = namespace.get("HandlerConfigs")
        for handler in HANDLERS:
            if isinstance(handlers, dict) and handler in handlers:
                _read_handler(draft, namespace, handler, handlers[handler])


def _read_handler(
    draft: Draft, namespace: Resource, handler: str, settings: Any
) -> None:
    path = f"HandlerConfigs.{handler}"
    if not isinstance(settings, dict):
        return
    if settings.get("Behavior") != "DIRECT":
        draft.not_simulated(namespace, path, settings, BY_CODE)
        return
    integration = mapping_of(settings.get("Integration"))
    source = _data_source(draft, integration.get("DataSourceName"))
    config = source.get("LambdaConfig") if source is not None else None
    arn = mapping_of(config).get("LambdaFunctionArn")
    function = function_named(draft, arn)
    if function is None or function not in draft.functions:
        return
    draft.report_read(namespace, path, arn)
    how = mapping_of(integration.get("LambdaConfig")).get("InvokeType")
    model = "event" if how == "EVENT" else "sync"
    draft.add_trigger(
        f"appsync_events_{model}",
        namespace,
        function,
        handler,
        fields=qualifier_of(draft, function, arn),
    )


def _data_source(draft: Draft, name: Any) -> Resource | None:
    """The data source of this name, or that a reference names."""
    found = draft.template.find(name)
    if found is not None and found.type == DATA_SOURCE:
        return found
    for source in draft.template.of_type(DATA_SOURCE):
        if source.get("Name") == name:
            return source
    return None
