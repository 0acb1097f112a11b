"""Plans that Terraform made of modules, `for_each`, `count`, locals and `dynamic` blocks."""

import pytest

import sim
from tests.support.plans import sources
from tests.support.real_plans import real_plan

RECEIVES = (
    'aws_sqs_queue_redrive_policy.of["{}"].redrive_policy.maxReceiveCount'
)


@pytest.fixture(scope="module")
def scenario():
    parameters = {RECEIVES.format(key): "4" for key in ("bills", "orders")}
    return sim.read_template(real_plan("modules"), parameters=parameters)


def test_each_instance_is_joined_to_those_of_its_key(scenario):
    """Of `module.worker[each.value].arn` a plan says `module.worker` and `each.value`.

    https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
    """
    mapping = "lambda_event_source_mapping-worker"
    assert sources(scenario) == {
        f"{mapping}-bills": ("of-bills", "worker-bills"),
        f"{mapping}-orders": ("of-orders", "worker-orders"),
        "news-bills": ("news", "worker-bills"),
        "news-plain": ("news", "worker-plain"),
        "files": ("files", "worker-plain"),
        "by_clock-nightly": (None, "worker-plain"),
        "by_clock-often": (None, "worker-plain"),
        "one": ("more-one", "worker-plain"),
        "two": ("more-two", "worker-plain"),
        "by_key-three": ("more-three", "worker-plain"),
    }


def test_what_dynamic_blocks_and_locals_make_is_read_as_planned(scenario):
    """https://github.com/hashicorp/terraform/issues/28346"""
    functions = {one.name: one for one in scenario.scenario.functions}
    lost = {
        name: one.dead_letter_config and one.dead_letter_config.target_arn
        for name, one in functions.items()
    }
    assert lost == {
        "worker-bills": None,
        "worker-orders": None,
        "worker-plain": "lost-0",
    }
    assert functions["worker-orders"].timeout == 10
    assert functions["worker-plain"].memory_size == 512
    (limited,) = (
        one for one in scenario.scenario.triggers if "orders" in one.name
    )
    assert limited.scaling_config.maximum_concurrency == 7


def _community(name, **parameters):
    text = real_plan(f"community/{name}")
    return sim.read_template(text, parameters=parameters)


def test_queues_of_a_community_function_are_found_behind_unknown_blocks():
    """A `dynamic` block for an ARN that is unknown is unknown itself, and so is its number.

    https://github.com/terraform-aws-modules/terraform-aws-lambda
    """
    reading = _community("queues")
    (worker,) = reading.scenario.functions
    assert worker.dead_letter_config.target_arn == "lost"
    destinations = worker.event_invoke_config.destination_config
    assert (destinations.on_success, destinations.on_failure) == (None, "lost")
    assert sources(reading) == {"worker-orders": ("orders", "worker")}
    policy = reading.scenario.queue("orders").redrive_policy
    assert (policy.dead_letter_target_arn, policy.max_receive_count) == (
        "dlq",
        4,
    )


def test_events_of_community_modules_reach_their_function():
    """https://github.com/terraform-aws-modules/terraform-aws-eventbridge"""
    reading = _community("events")
    assert sources(reading) == {
        "alias-copies": ("copies", "worker"),
        "topic-worker": ("topic", "worker"),
        "bus-orders": ("bus", "worker"),
        "clock-crons": (None, "worker"),
        "clock-nightly": (None, "worker"),
    }
    (topic,) = reading.scenario.topics
    assert topic.queues == ("copies",)
    (rule,) = (
        one for one in reading.scenario.triggers if one.name == "bus-orders"
    )
    assert rule.dead_letter_config.target_arn == "copies"


CALLED = 'module.api.aws_apigatewayv2_integration.this["{}"].integration_uri'


def test_the_authorizer_of_a_community_api_is_found_by_its_routes():
    """Which function of several a route calls, no plan says: it is asked for.

    https://github.com/terraform-aws-modules/terraform-aws-apigateway-v2
    """
    functions = {
        "POST /orders": "orders",
        "GET /bills": "bills",
        "$default": "bills",
    }
    parameters = {CALLED.format(key): name for key, name in functions.items()}
    reading = _community("http_api", **parameters)
    triggers = {one.name: one for one in reading.scenario.triggers}
    assert triggers["api/orders"].authorizer == "api-guard"
    assert triggers["api/bills"].authorizer is None
    assert triggers["api-guard"].function == "guard"
    assert triggers["orders-clicks"].on_failure == "lost"
    with pytest.raises(sim.TemplateError, match="POST /orders"):
        _community("http_api")
