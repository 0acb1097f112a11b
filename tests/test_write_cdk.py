"""CDK apps that were written, synthesised for real: the same stack in both languages, and the same scenario."""

import json

import pytest

import sim
from sim.triggers import catalogue
from tests.cdk import synthesised
from tests.deployable import STARTING, UNLIKE, any_trigger, arguments, kept

pytestmark = pytest.mark.slow


def systems() -> dict[str, sim.Scenario]:
    """Every kind of trigger of the catalogue, with and without an alias, and one system with everything else."""
    found = {"orders": _orders()}
    for kind in catalogue():
        for alias in (None, "live"):
            worker = sim.Function(name="worker", timeout=4, auto_publish_alias=alias)
            start = {"starting_position": "TRIM_HORIZON"} if kind in STARTING else {}
            triggers = [any_trigger(kind, **start)]
            found[f"{kind} {alias or ''}".strip()] = sim.Scenario(functions=[worker], triggers=triggers)
    return found


def _orders() -> sim.Scenario:
    """Several functions, every kind of store, settings that are not AWS's defaults."""
    redrive = sim.RedrivePolicy(dead_letter_target_arn="dead", max_receive_count=3)
    config = sim.EventInvokeConfig(
        maximum_retry_attempts=0,
        maximum_event_age_in_seconds=60,
        destination_config=sim.DestinationConfig(on_success="done", on_failure="archive"),
    )
    slow = sim.Retrier(error_equals=("States.Timeout",), max_attempts=5, max_delay_seconds=9, jitter_strategy="FULL")
    provisioned = sim.ProvisionedConcurrencyConfig(provisioned_concurrent_executions=2)
    sends = sim.Behaviour(sends=[sim.Output(to=name) for name in ("done", "alarms", "archive", "bus", "clicks")])
    orders = sim.Function(
        name="orders-api", runtime="nodejs22.x", timeout=20, memory_size=512, architectures="arm64",
        auto_publish_alias="live", provisioned_concurrency_config=provisioned, behaviour=sends,
    )  # fmt: skip
    listener = sim.Function(
        name="listener", event_invoke_config=config, recursive_loop="Allow", reserved_concurrent_executions=0,
        dead_letter_config=sim.DeadLetterConfig(target_arn="alarms"), ephemeral_storage=1024,
    )  # fmt: skip
    java = sim.Function(
        name="report", runtime="java21", auto_publish_alias="v", snap_start="PublishedVersions", timeout=30,
        event_invoke_config=sim.EventInvokeConfig(
            destination_config=sim.DestinationConfig(on_success="listener", on_failure="bus")
        ),
    )  # fmt: skip
    batches = sim.ScalingConfig(maximum_concurrency=5)
    failures = ("ReportBatchItemFailures",)
    dead = sim.DeadLetterConfig(target_arn="dead")
    retries = sim.RetryPolicy(maximum_retry_attempts=3, maximum_event_age_in_seconds=120)
    window = sim.Scheduled(expression="cron(0 10 * * ? *)", flexible_time_window_minutes=15)
    reads = any_trigger(
        "kinesis", "listener", source="clicks", starting_position="TRIM_HORIZON", parallelization_factor=4,
        batch_size=50, maximum_batching_window_in_seconds=2, bisect_batch_on_function_error=True, on_failure="dead",
        maximum_retry_attempts=3, maximum_record_age_in_seconds=60, tumbling_window_in_seconds=30,
        filter_criteria=('{"data": {"kind": ["order"]}}',), function_response_types=failures, enabled=False,
    )  # fmt: skip
    return sim.Scenario(
        functions=[orders, listener, java],
        triggers=[
            sim.trigger("apigw_rest", "orders-api", timeout_in_millis=5000, throttle_rate_limit=50),
            sim.trigger("apigw_http", "orders-api", timeout_in_millis=5000, throttle_burst_limit=5),
            sim.trigger("apigw_ws", "orders-api", throttle_rate_limit=5),
            sim.trigger("sns", "listener", dead_letter_config=dead),
            sim.trigger("sqs_standard", "report", scaling_config=batches, function_response_types=failures),
            sim.trigger("eventbridge_rule", "report", source="bus", retry_policy=retries, dead_letter_config=dead),
            sim.trigger("eventbridge_scheduler", "report", retry_policy=retries, dead_letter_config=dead),
            sim.trigger("sfn_sync", "report", retry=[sim.Retrier.recommended(), slow]),
            sim.trigger("sfn_wait_token", "listener", heartbeat_seconds=30),
            sim.trigger("cfn_custom_resource", "report", service_timeout=60),
            sim.trigger("function_url", "orders-api"),
            reads,
        ],
        traffic=[sim.Traffic(into="eventbridge_scheduler", arrivals=window)],
        queues=[
            sim.Queue(name="sqs_standard", visibility_timeout=60, delay_seconds=5, redrive_policy=redrive),
            sim.Queue(name="dead", message_retention_period=1209600),
            sim.Queue(name="done"),
        ],
        topics=[sim.Topic(name="alarms", queues=("dead",))],
        streams=[sim.Stream(name="clicks", shard_count=2, retention_period_hours=48)],
        buckets=[sim.Bucket(name="archive")],
        event_buses=[sim.EventBus(name="bus")],
    )


@pytest.fixture(scope="module")
def written() -> dict[str, sim.Scenario]:
    return systems()


@pytest.fixture(scope="module")
def typescript(written, tmp_path_factory) -> dict[str, dict]:
    apps = {name: sim.write_template(scenario, to="cdk-typescript") for name, scenario in written.items()}
    return synthesised(apps, "typescript", tmp_path_factory.mktemp("typescript"))


@pytest.fixture(scope="module")
def python(written, tmp_path_factory) -> dict[str, dict]:
    apps = {name: sim.write_template(scenario, to="cdk-python") for name, scenario in written.items()}
    return synthesised(apps, "python", tmp_path_factory.mktemp("python"))


def test_every_typescript_app_is_a_stack(written, typescript):
    assert typescript.keys() == written.keys()
    assert all("AWS::Lambda::Function" in types(template) for template in typescript.values())


def test_both_languages_make_the_same_stack(python, typescript):
    assert python == typescript


def types(template: dict) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


# -- read again ----------------------------------------------------------------------------------------------------


def named(template: dict) -> str:
    """The template's text with the IDs of constructs in place of the logical IDs that CDK makes of them."""
    text = json.dumps(template)
    for logical_id, resource in template["Resources"].items():
        _, name, *rest = f"{resource.get('Metadata', {}).get('aws:cdk:path', '')}//".split("/")
        if [part for part in rest if part] in ([], ["Resource"]):
            text = text.replace(f'"{logical_id}"', json.dumps(name))
    return text


def test_what_is_written_in_cdk_is_read_back_as_the_same_scenario(written, typescript):
    for name, template in typescript.items():
        if name.split()[0] not in UNLIKE:
            values = arguments(template.get("Parameters", {}))
            found = sim.read_template(named(template), parameters=values).scenario
            assert kept(found) == kept(written[name]), name
