"""The tables of Terraform's arguments beside what the provider itself says that it has.

`plans/provider/schema.json` has the names of arguments, by type, that `terraform providers schema
-json` told of the provider of AWS 5.100.0: those that are given, and those that it fills in; `x[]`
is a block that may stand several times. Blocks that the reader does not read are left out of it.
"""

import json

import pytest

from sim.template.terraform.arguments import argument_rows, resource_types
from tests.support.real_plans import FOLDER

NEWER = {
    "aws_lambda_function": (
        "capacity_provider_config",
        "durable_config",
        "tenancy_config",
    ),
    "aws_lambda_event_source_mapping": (
        "provisioned_poller_config.poller_group_name",
    ),
    "aws_kinesis_stream": ("max_record_size_in_kib",),
    "aws_api_gateway_integration": ("response_transfer_mode",),
}
"""What providers have since version 6."""
KEYS = ("configuration.FunctionName", "endpoints.KAFKA_BOOTSTRAP_SERVERS")
"""How what is a key of a mapping ends, of which a schema does not tell."""
FILLED_BLOCKS = {
    "aws_kinesis_stream": ("stream_mode_details",),
    "aws_cognito_user_pool": ("lambda_config.pre_token_generation_config",),
    "aws_pipes_pipe": ("source_parameters",),
}
"""Blocks that the provider fills in as a whole, as its plans show; a schema does not tell."""


@pytest.fixture(scope="module")
def schema():
    text = (FOLDER / "provider" / "schema.json").read_text(encoding="utf-8")
    return json.loads(text)


def _rows():
    for resource_type in resource_types():
        for row in argument_rows(resource_type):
            newer = NEWER.get(resource_type, ())
            if not row.argument.startswith(newer):
                yield row


def test_each_argument_that_is_read_is_one_of_the_provider(schema):
    """https://developer.hashicorp.com/terraform/cli/commands/providers/schema"""
    unknown = [
        f"{row.type} {row.argument}"
        for row in _rows()
        if not row.argument.endswith(KEYS)
        if row.argument not in schema[row.type]["given"]
        if row.argument not in schema[row.type]["computed"]
    ]
    assert unknown == []


def test_what_joins_two_resources_is_an_argument_of_the_provider(schema):
    for row in resource_types().values():
        names = {*schema[row.type]["given"], *schema[row.type]["computed"]}
        assert set(row.joining) <= names, row.type


def test_what_the_provider_fills_in_is_computed_in_the_table(schema):
    wrong = [
        f"{row.type} {row.argument}"
        for row in _rows()
        if not row.argument.startswith(FILLED_BLOCKS.get(row.type, ()))
        if (row.argument in schema[row.type]["computed"])
        != (row.computed == "yes")
    ]
    assert wrong == []


def test_each_type_that_is_read_is_in_a_plan_that_terraform_made():
    written = " ".join(
        path.read_text(encoding="utf-8") for path in FOLDER.glob("*.tf")
    )
    missing = [
        each for each in resource_types() if f'resource "{each}"' not in written
    ]
    assert missing == []
