"""Definitions in files: read within the template's folder, never outside, never through a link."""

import json
import os

import pytest

import sim
from tests.support.template_texts import (
    SAM,
    plain_function,
    resource,
    row,
    sam_function,
)

ARN = "arn:aws:lambda:us-east-1:123456789012:function:worker"
TASK = {
    "Type": "Task",
    "Resource": "${Function}",
    "End": True,
    "TimeoutSeconds": 7,
}
DEFINITION = {"StartAt": "A", "States": {"A": TASK}}
BODY = {
    "openapi": "3.0.1",
    "paths": {
        "/": {
            "get": {
                "x-amazon-apigateway-integration": {
                    "type": "aws_proxy",
                    "uri": f"arn:aws:apigateway:us-east-1:lambda:path/functions/{ARN}/invocations",
                }
            }
        }
    },
}
SUBSTITUTIONS = "DefinitionSubstitutions: {Function: !GetAtt F.Arn}"


def machine(location):
    """A template whose state machine has its definition in this file."""
    settings = f"DefinitionUri: {json.dumps(location)}, {SUBSTITUTIONS}"
    return f"{SAM}Resources:\n{sam_function()}{resource('M', 'Serverless::StateMachine', settings)}"


def read_in(folder, text, **files):
    """The reading of a template in a folder with these files; `_` in a name stands for a dot."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        written = content if isinstance(content, str) else json.dumps(content)
        path.write_text(written, encoding="utf-8")
    template = folder / "template.yaml"
    template.write_text(text, encoding="utf-8")
    return sim.read_template(template)


def is_read(reading):
    """Whether the state machine's task is known, and not only its substitution."""
    (trigger,) = reading.scenario.triggers
    return trigger.timeout_in_millis == 7_000


@pytest.mark.parametrize("location", ["m.asl.json", "./m.asl.json"])
def test_a_state_machines_definition_is_read_from_a_file_beside_the_template(
    tmp_path, location
):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html"""
    assert is_read(read_in(tmp_path, machine(location), m_asl_json=DEFINITION))


def test_a_definition_may_be_yaml_and_lie_further_down(tmp_path):
    (tmp_path / "flows").mkdir()
    text = "StartAt: A\nStates:\n  A: {Type: Task, Resource: '${Function}', TimeoutSeconds: 7}\n"
    (tmp_path / "flows/m.asl.yaml").write_text(text, encoding="utf-8")
    assert is_read(read_in(tmp_path, machine("flows/m.asl.yaml")))


def test_a_number_may_be_substituted_without_quotes(tmp_path):
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-sam-sfn.html"""
    text = json.dumps(DEFINITION).replace("7", "${Wait}")
    template = machine("m.asl.json").replace(
        "{Function:", "{Wait: 7, Function:"
    )
    assert is_read(read_in(tmp_path, template, m_asl_json=text))


@pytest.mark.parametrize(
    "location",
    [
        "../outside.asl.json",
        "inner/../../outside.asl.json",
        "{outside}",
        "file://{outside}",
        "s3://bucket/m.asl.json",
        "https://example.com/m.asl.json",
        "C:\\m.asl.json",
        "..\\outside.asl.json",
        "link.asl.json",
        "linked/outside.asl.json",
        "pipe.asl.json",
        "inner",
        "inner.asl.json",
        "secret.txt",
        "absent.asl.json",
        "a\0b.asl.json",
        "",
        "x" * 5000,
    ],
)
def test_nothing_is_read_outside_the_folder_nor_through_a_link(
    tmp_path, location
):
    (tmp_path / "outside.asl.json").write_text(
        json.dumps(DEFINITION), encoding="utf-8"
    )
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner.asl.json").mkdir()
    (folder / "secret.txt").write_text(json.dumps(DEFINITION), encoding="utf-8")
    (folder / "link.asl.json").symlink_to(tmp_path / "outside.asl.json")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.asl.json")
    named = location.replace("{outside}", str(tmp_path / "outside.asl.json"))
    reading = read_in(folder, machine(named))
    assert not is_read(reading)
    assert "is not fetched" in row(reading, "M", "DefinitionS3Location").note


def test_a_template_that_is_a_text_has_no_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.asl.json").write_text(
        json.dumps(DEFINITION), encoding="utf-8"
    )
    assert not is_read(sim.read_template(machine("m.asl.json")))


@pytest.mark.parametrize(
    "content", ["{", "- a", "\x00", '{"States": {"A": 1}}', "[" * 5_000]
)
def test_a_file_that_is_no_definition_is_left_out_and_not_shown(
    tmp_path, content
):
    reading = read_in(
        tmp_path, machine("m.asl.json"), m_asl_json=f"{content}SECRET"
    )
    assert (
        not reading.report.astype(str)
        .apply(lambda column: column.str.contains("SECRET"))
        .any(axis=None)
    )


def test_all_files_together_may_be_as_long_as_one_template(tmp_path):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
    include = "{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: x.yaml}}}"
    many = ", ".join([include] * 30)
    text = f"Resources:\n{plain_function(more=f'Tags: [{many}]')}"
    reading = read_in(tmp_path, text, x_yaml=f"Key: {'y' * 100_000}")
    included = reading.report[reading.report.resource == "Fn::Transform"]
    assert 0 < len(included) <= 10


def test_an_apis_routes_are_read_from_a_file_beside_the_template(tmp_path):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html"""
    api = resource("Api", "ApiGatewayV2::Api", "BodyS3Location: routes.json")
    text = f"Resources:\n{plain_function(more='FunctionName: worker')}{api}"
    (trigger,) = read_in(tmp_path, text, routes_json=BODY).scenario.triggers
    assert (trigger.name, trigger.kind) == ("Api", "apigw_http")


def test_sams_definition_of_an_api_may_lie_in_a_file(tmp_path):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html"""
    api = resource(
        "Api", "Serverless::Api", "StageName: live, DefinitionUri: routes.json"
    )
    text = f"{SAM}Resources:\n{sam_function(more='FunctionName: worker')}{api}"
    (trigger,) = read_in(tmp_path, text, routes_json=BODY).scenario.triggers
    assert (trigger.name, trigger.kind) == ("Api", "apigw_rest")


INCLUDE = (
    "Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}"
)


def test_an_included_file_is_a_part_of_the_template(tmp_path):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html"""
    text = f"Resources:\n{plain_function()}  {INCLUDE}\n"
    queue = "Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 99}}\n"
    settings = (
        "FunctionName: {Ref: F}, EventSourceArn: {'Fn::GetAtt': [Q, Arn]}"
    )
    more = f"{queue}M: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{{settings}}}}}"
    reading = read_in(tmp_path, text, more_yaml=more)
    assert reading.scenario.queue("Q").visibility_timeout == 99
    assert row(reading, "Q", "VisibilityTimeout").line == 3


def test_an_included_body_is_known_to_sam(tmp_path):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html"""
    api = resource(
        "Api",
        "Serverless::Api",
        f"StageName: live, DefinitionBody: {{{INCLUDE}}}",
    )
    text = f"{SAM}Resources:\n{sam_function(more='FunctionName: worker')}{api}"
    reading = read_in(tmp_path, text, more_yaml=json.dumps(BODY))
    assert reading.scenario.triggers[0].kind == "apigw_rest"


@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        ("scheduler:CreateSchedule", "invoke"),
        ("lambda:InvokeFunction", "sfn_sync"),
        ("lambda:*", "sfn_sync"),
        ("'*'", "sfn_sync"),
    ],
)
def test_a_machine_that_may_invoke_nothing_only_hands_the_arn_on(policy, kind):
    """https://docs.aws.amazon.com/step-functions/latest/dg/lambda-iam.html"""
    statement = f"{{Effect: Allow, Action: {policy}, Resource: '*'}}"
    policies = f"Policies: [{{Statement: [{statement}]}}], {SUBSTITUTIONS}"
    text = machine("absent.asl.json").replace(SUBSTITUTIONS, policies)
    (trigger,) = sim.read_template(text).scenario.triggers
    assert trigger.kind == kind
