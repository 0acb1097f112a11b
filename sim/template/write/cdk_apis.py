"""What APIs, their authorizers and function URLs need in a CDK stack."""

from __future__ import annotations

from sim.scenario.triggers import SynchronousTrigger
from sim.template.write import trigger_settings
from sim.template.write.cdk_arguments import Words, joined
from sim.template.write.cdk_names import CdkNames
from sim.template.write.names import variable


def rest_api(names: CdkNames, trigger: SynchronousTrigger) -> Words:
    """A REST API: its integration, stage and authorizer."""
    timeout = _timeout(trigger)
    mode = ""
    if trigger.kind.endswith("stream"):
        mode = "response_transfer_mode=apigateway.ResponseTransferMode.STREAM"
    options = joined(timeout, mode)
    throttles = _throttles(trigger, "throttling_")
    integration = f"apigateway.LambdaIntegrationOptions({options})"
    stage = f"apigateway.StageOptions({throttles})"
    authorizer = _authorizer(names, trigger, "apigateway.RequestAuthorizer")
    return {
        "integration": f"integration_options={integration}," if options else "",
        "stage": f"deploy_options={stage}," if throttles else "",
        "authorizer": authorizer,
        "method_options": _asks(
            authorizer, "default_method_options=apigateway.MethodOptions({}),"
        ),
    }


def _authorizer(
    names: CdkNames, trigger: SynchronousTrigger, construct: str
) -> str:
    """The statement that makes the authorizer of an API; empty if it has none."""
    first = trigger_settings.authorizer_of(names.scenario, trigger)
    if first is None:
        return ""
    construct_id = names.ids.triggers[first.name]
    function = names.invoked(first.function)
    if "WebSocket" in construct:
        source = "identity_source=['route.request.header.Authorization']"
        made = f"{construct}({construct_id!r}, {function}, {source})"
        return f"{variable(construct_id)} = {made}"
    seconds = first.authorizer_result_ttl_in_seconds or 0
    kept = f"results_cache_ttl=Duration.seconds({seconds})"
    if construct.startswith("apigateway."):
        source = "[apigateway.IdentitySource.header('Authorization')]"
        arguments = f"self, {construct_id!r}, handler={function}, identity_sources={source}"
    else:
        simple = "[authorizers.HttpLambdaResponseType.SIMPLE]"
        arguments = f"{construct_id!r}, {function}, response_types={simple}"
    return f"{variable(construct_id)} = {construct}({arguments}, {kept})"


def _asks(authorizer: str, argument: str) -> str:
    """The argument by which an API asks its authorizer, if there is one."""
    made = authorizer.partition(" = ")[0]
    return argument.format(f"authorizer={made}") if made else ""


def http_api(names: CdkNames, trigger: SynchronousTrigger) -> Words:
    """An HTTP API; a stage of its own if that has throttles."""
    construct_id = names.ids.triggers[trigger.name]
    throttle = _throttle_settings(trigger)
    stage = joined(
        "self",
        repr(f"{construct_id}Stage"),
        f"http_api={variable(construct_id)}",
        "auto_deploy=True",
        throttle,
    )
    construct = "authorizers.HttpLambdaAuthorizer"
    authorizer = _authorizer(names, trigger, construct)
    return {
        "timeout": _timeout(trigger),
        "default_stage": "create_default_stage=False," if throttle else "",
        "authorizer": authorizer,
        "default_authorizer": _asks(authorizer, "default_{},"),
        "stage": f"apigatewayv2.HttpStage({stage})" if throttle else "",
    }


def web_socket_api(names: CdkNames, trigger: SynchronousTrigger) -> Words:
    """A WebSocket API: its authorizer, time-out and stage."""
    construct = "authorizers.WebSocketLambdaAuthorizer"
    authorizer = _authorizer(names, trigger, construct)
    return {
        "authorizer": authorizer,
        "connect_authorizer": _asks(authorizer, "{}"),
        "timeout": _timeout(trigger),
        "stage_name": repr(trigger_settings.STAGE),
        "throttle": _throttle_settings(trigger),
    }


def function_url(_names: CdkNames, trigger: SynchronousTrigger) -> Words:
    """Whoever calls a webhook has no AWS credentials."""
    public = "auth_type=lambda_.FunctionUrlAuthType.NONE"
    return {"auth_type": public if trigger_settings.is_webhook(trigger) else ""}


def _timeout(trigger: SynchronousTrigger) -> str:
    milliseconds = trigger_settings.wait_in_millis(trigger)
    return f"timeout=Duration.millis({milliseconds})" if milliseconds else ""


def _throttles(trigger: SynchronousTrigger, prefix: str = "") -> str:
    limits = trigger_settings.stage_throttles(trigger)
    return joined(
        *(f"{prefix}{row.cdk_argument}={limit}" for row, limit in limits)
    )


def _throttle_settings(trigger: SynchronousTrigger) -> str:
    throttles = _throttles(trigger)
    return (
        f"throttle=apigatewayv2.ThrottleSettings({throttles})"
        if throttles
        else ""
    )
