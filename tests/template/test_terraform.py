"""Plans of Terraform: addresses and names, what is unknown, modules, and what is refused."""

import contextlib
import json

import pytest

import sim
from sim import facts
from sim.template.cloudformation.property_tables import known_objects
from sim.template.terraform.arguments import argument_rows, resource_types
from tests.support.plans import (
    FUNCTION,
    WORKER,
    Reference,
    mapping,
    plan,
    sources,
)
from tests.support.rows import holds_for_each
from tests.support.template_texts import refused, row

FORMAT = "https://developer.hashicorp.com/terraform/internals/json-format"


def test_what_the_plan_does_not_know_is_a_parameter():
    """A text with one unknown part is unknown as a whole: `redrive_policy` loses its number."""
    text = plan(
        WORKER
        | {
            "aws_sqs_queue.dead": {"name": "dead"},
            "aws_sqs_queue.orders": {
                "name": "orders",
                "redrive_policy": Reference("aws_sqs_queue.dead.arn"),
            },
            "aws_lambda_event_source_mapping.orders": mapping(
                "aws_sqs_queue.orders.arn"
            ),
        }
    )
    name = "aws_sqs_queue.orders.redrive_policy.maxReceiveCount"
    assert f"The plan needs a value for '{name}'" in refused(text)
    reading = sim.read_template(text, parameters={name: "4"})
    policy = reading.scenario.queue("orders").redrive_policy
    assert (policy.dead_letter_target_arn, policy.max_receive_count) == (
        "dead",
        4,
    )


def test_instances_are_told_apart_by_their_keys():
    """`for_each` and `count` come expanded: an index stands in the address."""
    text = plan(
        {
            f'aws_sqs_queue.q["{key}"]': {
                "name": key,
                "for_each": Reference("var.names"),
            }
            for key in ("eu", "us")
        }
        | {
            f'aws_lambda_function.worker["{key}"]': FUNCTION
            | {"function_name": key}
            for key in ("eu", "us")
        }
        | {
            f'aws_lambda_event_source_mapping.m["{key}"]': {
                "event_source_arn": Reference("aws_sqs_queue.q", "each.key"),
                "function_name": Reference(
                    "aws_lambda_function.worker", "each.key"
                ),
            }
            for key in ("eu", "us")
        }
        | {"aws_lambda_function.other[0]": FUNCTION}
    )
    reading = sim.read_template(text)
    assert sources(reading) == {
        "m-eu": ("q-eu", "worker-eu"),
        "m-us": ("q-us", "worker-us"),
        "other": (None, "other"),  # `count` only made it conditional
    }


def test_each_value_is_what_for_each_goes_through():
    text = plan(
        WORKER
        | {f'aws_sqs_queue.q["{key}"]': {"name": key} for key in ("a", "b")}
        | {
            f'aws_lambda_event_source_mapping.m["{key}"]': {
                "event_source_arn": Reference("each.value.arn", "each.value"),
                "function_name": Reference("aws_lambda_function.worker.arn"),
                "for_each": Reference("aws_sqs_queue.q"),
            }
            for key in ("a", "b")
        }
    )
    found = sources(sim.read_template(text))
    assert found["m-a"] == ("q-a", "worker")
    assert found["m-b"] == ("q-b", "worker")


def test_a_reference_to_one_instance_is_not_one_to_all():
    """A plan lists `q["eu"].arn`, `q["eu"]` and `q` for the first of them."""
    text = plan(
        WORKER
        | {f'aws_sqs_queue.q["{key}"]': {"name": key} for key in ("eu", "us")}
        | {
            "aws_lambda_event_source_mapping.m": mapping(
                'aws_sqs_queue.q["us"].arn'
            )
        }
    )
    assert sources(sim.read_template(text)) == {"m": ("q-us", "worker")}


def test_what_is_left_of_a_replaced_resource_is_passed_by():
    """A deposed object has the address of its replacement, and nothing is unknown of it."""
    text = plan(
        WORKER
        | {
            "aws_sqs_queue.orders": {"name": "orders"},
            "aws_lambda_event_source_mapping.m": mapping(
                "aws_sqs_queue.orders.arn"
            ),
        }
    )
    document = json.loads(text)
    document["resource_changes"] += [
        {
            "address": "aws_lambda_event_source_mapping.m",
            "deposed": "ab12cd34",
            "change": {"actions": ["delete"], "after_unknown": False},
        }
    ]
    reading = sim.read_template(json.dumps(document))
    assert sources(reading) == {"m": ("orders", "worker")}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_plan_that_windows_has_written_is_read(tmp_path, encoding):
    """PowerShell 5.1 writes `>` in UTF-16:
    https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_redirection
    """
    path = tmp_path / "plan.json"
    path.write_text(plan(WORKER), encoding=encoding)
    assert sim.read_template(path).scenario.function("worker")


def test_references_go_through_variables_and_outputs_of_modules():
    text = plan(
        {},
        {
            "queues": {
                "resources": {"aws_sqs_queue.this": {"name": "orders"}},
                "outputs": {"arn": Reference("aws_sqs_queue.this.arn")},
            },
            "worker": {
                "given": {
                    "source": Reference("module.queues.arn", "module.queues")
                },
                "resources": {
                    "aws_lambda_function.this": FUNCTION,
                    "aws_lambda_event_source_mapping.this": {
                        "event_source_arn": Reference("var.source"),
                        "function_name": Reference(
                            "aws_lambda_function.this.arn"
                        ),
                    },
                },
            },
        },
    )
    found = sources(sim.read_template(text))
    assert list(found.values()) == [("queues", "worker")]


def test_instances_of_a_module_have_resources_of_their_own():
    text = plan(
        {},
        {
            "shop": {
                "keys": ["eu", "us"],
                "resources": {
                    "aws_lambda_function.f": FUNCTION,
                    "aws_sqs_queue.q": {"name": "q"},
                    "aws_lambda_event_source_mapping.m": mapping(
                        "aws_sqs_queue.q.arn", "aws_lambda_function.f.arn"
                    ),
                },
            }
        },
    )
    assert set(sources(sim.read_template(text)).values()) == {
        ("shop-eu-q", "shop-eu-f"),
        ("shop-us-q", "shop-us-f"),
    }


def test_a_short_name_is_not_mistaken_for_that_of_another_module():
    """Functions of two Regions may have one name; a text that only holds it is another one."""
    resources = {
        "aws_lambda_function.f": FUNCTION
        | {"function_name": "f", "tags": {"of": "f"}},
        "aws_sqs_queue.q": {
            "name": "q",
            "provider": {"arn": "arn:aws:sqs:eu-west-1:1:q"},
        },
        "aws_lambda_event_source_mapping.m": {
            "event_source_arn": Reference("aws_sqs_queue.q.arn"),
            "function_name": Reference(
                "aws_lambda_function.f.function_name", value="f"
            ),
        },
    }
    text = plan({}, {"shop": {"keys": ["eu", "us"], "resources": resources}})
    assert set(sources(sim.read_template(text)).values()) == {
        ("shop-eu-q", "shop-eu-f"),
        ("shop-us-q", "shop-us-f"),
    }


def test_a_function_is_called_by_its_label_whatever_else_has_it():
    text = plan(
        WORKER
        | {
            "aws_iam_role.worker": {"name": "worker"},
            "aws_sqs_queue.worker": {"name": "worker"},
            "aws_lambda_event_source_mapping.worker": mapping(
                "aws_sqs_queue.worker.arn"
            ),
        }
    )
    assert sources(sim.read_template(text)) == {
        "lambda_event_source_mapping-worker": ("sqs_queue-worker", "worker")
    }


def test_a_name_that_is_known_is_followed_as_well_as_a_reference():
    """After it is applied, a plan knows every ARN."""
    arn = "arn:aws:lambda:eu-west-1:1:function:worker"
    text = plan(
        {
            "aws_lambda_function.worker": FUNCTION | {"provider": {"arn": arn}},
            "aws_sqs_queue.orders": {
                "name": "orders",
                "provider": {"arn": "arn:aws:sqs:eu-west-1:1:orders"},
            },
            "aws_lambda_event_source_mapping.m": {
                "event_source_arn": Reference(
                    "local.q", value="arn:aws:sqs:eu-west-1:1:orders"
                ),
                "function_name": Reference(
                    "aws_lambda_function.worker.arn", value=arn
                ),
            },
        }
    )
    assert sources(sim.read_template(text)) == {"m": ("orders", "worker")}


def test_of_two_queues_none_is_guessed():
    text = plan(
        WORKER
        | {f"aws_sqs_queue.{name}": {"name": name} for name in ("a", "b")}
        | {
            "aws_lambda_event_source_mapping.m": {
                "event_source_arn": Reference(
                    "aws_sqs_queue.a.arn", "aws_sqs_queue.b.arn"
                ),
                "function_name": Reference("aws_lambda_function.worker.arn"),
            }
        }
    )
    name = "aws_lambda_event_source_mapping.m.event_source_arn"
    assert (
        f"'{name}' (aws_lambda_event_source_mapping.m event_source_arn)"
        in refused(text)
    )
    given = {name: "arn:aws:sqs:us-east-1:1:b"}
    assert sources(sim.read_template(text, parameters=given)) == {
        "m": ("b", "worker")
    }


@pytest.mark.parametrize(
    ("index", "address"),
    [
        ({}, 'module.m["a"].aws_lambda_function.worker'),
        ({"index": 1}, 'module.m["a"].aws_lambda_function.worker[1]'),
        ({"index": "b"}, 'module.m["a"].aws_lambda_function.worker["b"]'),
    ],
)
def test_a_resource_without_an_address_is_called_as_terraform_would(
    index, address
):
    """https://developer.hashicorp.com/terraform/internals/json-format"""
    module = {"resources": {"aws_lambda_function.worker": {"timeout": 1000}}}
    document = json.loads(plan({}, {"m": module | {"keys": ["a"]}}))
    (child,) = document["planned_values"]["root_module"]["child_modules"]
    del child["resources"][0]["address"]
    child["resources"][0].update(index)
    with pytest.raises(sim.TemplateError) as error:
        sim.read_template(json.dumps(document))
    assert str(error.value).startswith(f"{address}: ")


@pytest.mark.parametrize("part", ["type", "name"])
def test_a_resource_without_a_type_or_name_is_refused(part):
    document = json.loads(plan({"aws_lambda_function.worker": {}}))
    (written,) = document["planned_values"]["root_module"]["resources"]
    del written[part]
    words = f"^aws_lambda_function.worker has no {part}, "
    with pytest.raises(sim.TemplateError, match=words):
        sim.read_template(json.dumps(document))


@pytest.mark.parametrize("index", [[], {}, [None]])
def test_an_index_that_is_no_key_is_refused(index):
    document = json.loads(plan({"aws_lambda_function.worker[0]": FUNCTION}))
    (resource,) = document["planned_values"]["root_module"]["resources"]
    resource["index"] = index
    said = refused(json.dumps(document))
    assert said.startswith("aws_lambda_function.worker[0] has an index")


def test_errors_name_the_address_and_the_argument():
    queue = {"name": "q", "visibility_timeout_seconds": 60000}
    said = refused(
        plan(
            {"aws_lambda_function.worker": FUNCTION},
            {"a": {"resources": {"aws_sqs_queue.q": queue}}},
        )
    )
    assert said.startswith("module.a.aws_sqs_queue.q: ")
    assert "visibility_timeout_seconds is 60000" in said


def test_the_report_has_terraforms_words():
    reading = sim.read_template(
        plan({"aws_lambda_function.worker": FUNCTION | {"memory_size": 256}})
    )
    read = reading.report[reading.report.status == "read"]
    assert "memory_size" in set(read.property)


@pytest.mark.parametrize("version", ["2.0", "10.0", "", None])
def test_an_unknown_version_is_refused_in_one_sentence(version):
    text = plan(WORKER, format_version=version)
    assert f"only 0.x and 1.x are known here ({FORMAT})" in refused(text)


def test_a_plan_without_a_version_is_refused_as_one_of_an_unknown_version():
    document = json.loads(plan(WORKER))
    del document["format_version"]
    assert "format_version is 'None'" in refused(json.dumps(document))


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.9"])
def test_plans_of_older_and_newer_minor_versions_are_read(version):
    """0.1 and 0.2 are of Terraform 0.12 to 1.0: https://github.com/hashicorp/terraform-json"""
    reading = sim.read_template(plan(WORKER, format_version=version))
    assert reading.scenario.function("worker")


def test_references_without_attributes_are_followed():
    """Terraform wrote them so before 1.1."""
    text = plan(
        WORKER
        | {
            "aws_sqs_queue.orders": {"name": "orders"},
            "aws_lambda_event_source_mapping.m": mapping(
                "aws_sqs_queue.orders", "aws_lambda_function.worker"
            ),
        },
        format_version="0.1",
    )
    assert sources(sim.read_template(text)) == {"m": ("orders", "worker")}


@pytest.mark.parametrize("planned", [{}, {"root_module": {}}])
def test_a_plan_of_nothing_is_refused_in_its_own_words(planned):
    assert "plan has no resources" in refused(plan({}, planned_values=planned))


def test_a_plan_that_only_deletes_says_so():
    change = {"actions": ["delete"], "after_unknown": {}}
    changes = [{"address": "aws_lambda_function.f", "change": change}]
    text = plan({}, planned_values={}, resource_changes=changes)
    assert "has no resources, it only deletes 1: nothing" in refused(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            '{"format_version": "1.0", "values": {"root_module": {}}}',
            "is of a state, it has no planned_values",
        ),
        (
            '{"version": 4, "terraform_version": "1.9.5", "serial": 3, "lineage": "a"}',
            "is a state of Terraform",
        ),
        (
            '{"@level":"info","@message":"Terraform 1.9.5"}\n{"@level":"info"}',
            "the messages of `terraform plan -json`",
        ),
        (
            f"[command]/bin/terraform-bin show -json\n{plan(WORKER)}\n::debug::",
            "The plan begins in line 2",
        ),
    ],
)
def test_what_terraform_writes_besides_plans_is_answered_with_a_hint(
    text, hint
):
    """https://github.com/hashicorp/setup-terraform"""
    said = refused(text)
    assert hint in said
    assert "\n" not in said
    assert "`" in said


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        (
            "main.tf",
            b'resource "aws_sqs_queue" "q" {}',
            "terraform show -json tfplan",
        ),
        ("tfplan", b"PK\x03\x04\xff", "terraform show -json tfplan"),
        ("plan.tfplan", b"PK\x03\x04", "terraform show -json tfplan"),
        ("terraform.tfstate", b"{}", "terraform show -json tfplan"),
        (
            "serverless.yml",
            b"service: a\nprovider: {name: aws}",
            "cloudformation-template-update-stack",
        ),
        (
            "other.yml",
            b"service: a\nprovider: {name: aws}",
            "cloudformation-template-update-stack",
        ),
    ],
)
def test_other_formats_are_answered_with_a_hint(tmp_path, name, content, hint):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(sim.TemplateError) as error:
        sim.read_template(path)
    assert len(error.value.problems) == 1
    assert hint in str(error.value)


def test_a_plan_cannot_multiply_its_references():
    """One reference to a resource is one to each of its instances, of which there may be many."""
    queues = {
        f"aws_sqs_queue.q[{number}]": {"name": "q"} for number in range(1000)
    }
    given = {
        f"v{number}": Reference("aws_sqs_queue.q") for number in range(600)
    }
    variables = [f"var.{name}" for name in given]
    permission = {"source_arn": Reference(*variables)}
    resources = WORKER | {"aws_lambda_permission.p": permission}
    text = plan(queues, {"a": {"given": given, "resources": resources}})
    assert f"more than {facts.fact('plan.steps').value:,}" in refused(text)


def test_a_plan_of_too_many_resources_is_refused():
    limit = facts.fact("plan.resources").value
    queues = {f"aws_sqs_queue.q[{number}]": {} for number in range(limit + 1)}
    assert f"more than {limit:,} resources" in refused(plan(queues))


@pytest.mark.parametrize(
    "broken",
    [
        {"planned_values": None},
        {"planned_values": {"root_module": []}},
        {"planned_values": {"root_module": {"resources": [None, 1, {}]}}},
        {"configuration": None},
        {"configuration": {"root_module": {"resources": [{"expressions": 3}]}}},
        {"resource_changes": {"a": 1}},
        {
            "resource_changes": [
                {"address": 1, "change": {"after_unknown": True}}
            ]
        },
    ],
)
def test_a_plan_that_is_not_in_its_format_ends_in_a_sentence_or_a_reading(
    broken,
):
    with contextlib.suppress(sim.TemplateError):
        sim.read_template(plan(WORKER, **broken))


def _has(objects, name, path):
    """Whether an object of CloudFormation has a property at a path."""
    key, _, rest = path.partition(".")
    if name not in objects:
        return True
    inner = objects[name].get(key)
    is_last = not rest or inner == ""  # below a text anything may stand
    return inner is not None and (is_last or _has(objects, inner, rest))


ROWS = {
    f"{name} {row.argument} {row.property}": row
    for name in resource_types()
    for row in argument_rows(name)
}


@holds_for_each(ROWS)
def test_every_argument_becomes_a_property_that_its_resource_has(argument):
    """What joins a part of another resource, such as a rule's target, stands there."""
    becomes = resource_types()[argument.type]
    path = f"{becomes.at}.{argument.property}".lstrip(".").replace("[]", "")
    assert any(_has(known_objects(each), "", path) for each in becomes.types)


def test_a_version_may_have_the_provisioned_concurrency():
    version = Reference("aws_lambda_function.worker.version")
    config = {
        "function_name": Reference(
            "aws_lambda_function.worker.function_name", value="worker"
        ),
        "qualifier": version,
        "provisioned_concurrent_executions": 3,
    }
    text = plan(
        {
            "aws_lambda_function.worker": FUNCTION | {"publish": True},
            "aws_lambda_provisioned_concurrency_config.worker": config,
        }
    )
    function = sim.read_template(text).scenario.function("worker")
    assert (
        function.provisioned_concurrency_config.provisioned_concurrent_executions
        == 3
    )


def test_a_weighted_alias_is_noted():
    """It is a `Deployment` of the scenario, as it is of a template."""
    alias = {
        "name": "live",
        "function_name": Reference(
            "aws_lambda_function.worker.function_name", value="worker"
        ),
        "routing_config": [{"additional_version_weights": {"2": 0.1}}],
    }
    text = plan(WORKER | {"aws_lambda_alias.live": alias})
    note = row(
        sim.read_template(text),
        "live",
        "routing_config.additional_version_weights",
    )
    assert (note.status, note.value) == ("not supported", '{"2": 0.1}')


def test_a_self_managed_cluster_is_named_by_its_brokers():
    text = plan(
        WORKER
        | {
            "aws_lambda_event_source_mapping.m": {
                "self_managed_event_source": [
                    {"endpoints": {"KAFKA_BOOTSTRAP_SERVERS": "a.example:9092"}}
                ],
                "function_name": Reference("aws_lambda_function.worker.arn"),
                "topics": ["orders"],
                "starting_position": "LATEST",
            }
        }
    )
    (trigger,) = sim.read_template(text).scenario.triggers
    assert (trigger.kind, trigger.source) == ("self_managed_kafka", "orders")


def test_an_alias_is_meant_where_a_text_joins_it_to_its_function():
    """`"${aws_lambda_function.worker.arn}:${aws_lambda_alias.live.name}"`"""
    alias = {
        "name": "live",
        "function_name": Reference(
            "aws_lambda_function.worker.function_name", value="worker"
        ),
        "function_version": "1",
    }
    text = plan(
        WORKER
        | {
            "aws_lambda_alias.live": alias,
            "aws_sqs_queue.q": {"name": "q"},
            "aws_lambda_event_source_mapping.m": {
                "event_source_arn": Reference("aws_sqs_queue.q.arn"),
                "function_name": Reference(
                    "aws_lambda_function.worker.arn",
                    "aws_lambda_alias.live.name",
                ),
            },
        }
    )
    (trigger,) = sim.read_template(text).scenario.triggers
    assert (trigger.function, trigger.qualifier) == ("worker", None)


def test_a_rest_api_streams_what_its_integration_transfers_so():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html"""
    method = {
        "rest_api_id": Reference("aws_api_gateway_rest_api.api.id"),
        "http_method": "GET",
    }
    integration = method | {
        "http_method": Reference(
            "aws_api_gateway_method.get.http_method", value="GET"
        ),
        "type": "AWS_PROXY",
        "uri": Reference(
            "aws_lambda_function.worker.response_streaming_invoke_arn"
        ),
        "response_transfer_mode": "STREAM",
    }
    text = plan(
        WORKER
        | {
            "aws_api_gateway_rest_api.api": {"name": "api"},
            "aws_api_gateway_method.get": method,
            "aws_api_gateway_integration.call": integration,
        }
    )
    (trigger,) = sim.read_template(text).scenario.triggers
    assert trigger.kind == "apigw_rest_stream"


def test_a_plan_that_ended_in_an_error_is_refused():
    """It has the resources only that were planned before."""
    assert "The plan ended in an error" in refused(plan(WORKER, errored=True))
    assert sim.read_template(plan(WORKER, errored=False)).scenario.functions
