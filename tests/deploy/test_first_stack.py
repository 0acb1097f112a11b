"""The first page's stack: its three forms, its own tests, its handlers, and lesson 00 on it."""

import base64
import importlib.util
import json
import re
import shutil
from functools import partial

import boto3
import pytest
from moto import mock_aws

import sim
from sim.facts import DATA
from sim.results.sample_events import sample_event
from tests.deploy.forms import REGION, comparable, named, translate
from tests.deploy.test_deploy import (
    CDK,
    DEPLOY,
    HERE,
    LINTER_DOES_NOT_KNOW,
    complaints_of_linters,
    needs_cdk,
    run,
)
from tests.deploy.watched import alarms, expected_alarms
from tests.support.lessons import names_of

FOLDER = DATA / "deploy" / "first-stack"
STAGE = "test"
APPS = ("typescript", "python")
HARMLESS = {
    *LINTER_DOES_NOT_KNOW,
    "W3005",  # CDK lets a function wait for its role in words that are not needed
}


def text():
    return (FOLDER / "template.yaml").read_text(encoding="utf-8")


def sam():
    """The template's CloudFormation in a stage."""
    plain = json.dumps(translate(text()))
    plain = plain.replace('{"Ref": "Stage"}', f'"{STAGE}"')
    return json.loads(plain.replace("${Stage}", STAGE))


def typescript(out):
    run(
        "node",
        "--import",
        "tsx",
        "bin/app.ts",
        folder=FOLDER,
        scratch=out,
    )
    return json.loads((out / "FirstStack.template.json").read_text())


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """The template's and both apps' CloudFormation, of one stage."""
    out = tmp_path_factory.mktemp("first-stack")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STAGE", STAGE)
        patch.setenv("CDK_OUTDIR", str(out))
        app = f"{FOLDER.name}/app.py"
        run(
            CDK / "python",
            HERE / "synth.py",
            out,
            app,
            folder=DEPLOY,
            scratch=out,
        )
        python = json.loads((out / f"{FOLDER.name}.json").read_text())
        return sam(), typescript(out), python


@pytest.mark.slow
@needs_cdk
def test_the_three_forms_have_the_same_settings(forms):
    first, *others = map(comparable, forms)
    assert others == [first, first]


@pytest.mark.slow
@needs_cdk
def test_the_three_forms_have_the_same_permissions_and_api(forms):
    """What `comparable` leaves out, because each form writes it in its own way."""
    for form in forms:
        written = json.dumps(named(form))
        assert '"*/*"' in written or '"*~1*"' in written
        assert f'"StageName": "{STAGE}"' in written
        assert granted(form) == {
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "sns:Publish",
        }
        assert written.count('"RetentionInDays": 5') == 2
        assert '"Key": "domain", "Value": "orders"' in written
        assert '"Key": "service", "Value": "first-stack"' in written


def granted(template):
    """What functions may do to the table and the topic."""
    policies = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::Role")
    ]
    statements = [
        statement
        for policy in policies
        for document in (policy, *policy.get("Policies", ()))
        for statement in document.get("PolicyDocument", {}).get("Statement", ())
    ]
    actions = json.dumps([statement["Action"] for statement in statements])
    return set(re.findall(r'"((?:dynamodb|sns):[^"]+)"', actions))


@pytest.mark.slow
@needs_cdk
def test_the_three_forms_read_as_the_scenario_of_lesson_00(forms):
    lesson = names_of("00-start-here.ipynb")["stack"]
    expected = plain(lesson)
    for form in forms:
        read = sim.read_template(json.dumps(named(form))).scenario
        assert plain(read) == expected


def plain(scenario):
    """The scenario without order, and with triggers named by their kind."""
    written = scenario.model_dump_json()
    for trigger in scenario.triggers:
        written = written.replace(f'"{trigger.name}"', f'"{trigger.kind}"')
    return {
        key: sorted(map(str, value)) if isinstance(value, list) else value
        for key, value in json.loads(written).items()
    }


def test_lesson_00_reads_this_stack_and_shows_its_app():
    notebook = (DATA.parent / "notebooks" / "00-start-here.ipynb").read_text()
    for path in ("template.yaml", "README.md", "lib/first-stack.ts"):
        assert f"](../data/deploy/first-stack/{path})" in notebook
        assert (FOLDER / path).is_file()


def test_the_stack_has_what_the_first_page_has():
    """An API before one function, a topic before another, and a table for both."""
    kinds = [resource["Type"] for resource in sam()["Resources"].values()]
    for kind, count in {
        "AWS::ApiGateway::RestApi": 1,
        "AWS::Lambda::Function": 2,
        "AWS::SNS::Topic": 1,
        "AWS::SNS::Subscription": 1,
        "AWS::DynamoDB::Table": 1,
        "AWS::SQS::Queue": 1,
    }.items():
        assert kinds.count(kind) == count, kind


def test_the_stack_has_the_alarms_of_what_it_has():
    template = sam()
    key = partial(json.dumps, sort_keys=True)
    assert sorted(alarms(template), key=key) == sorted(
        expected_alarms(template), key=key
    )


@pytest.mark.slow
@needs_cdk
@pytest.mark.parametrize("code", ["folder", "zip"])
def test_the_apps_own_tests_pass_with_a_folder_and_with_a_zip(
    code, tmp_path, monkeypatch
):
    path = FOLDER / "handler"
    if code == "zip":
        path = shutil.make_archive(str(tmp_path / "handler"), "zip", path)
    monkeypatch.setenv("CODE_PATH", str(path))
    run(
        "node",
        "--import",
        "tsx",
        "--test",
        "test/first-stack.test.ts",
        folder=FOLDER,
        scratch=tmp_path,
    )


@pytest.mark.slow
@needs_cdk
def test_the_app_takes_the_zip_that_is_not_built_yet_for_an_error(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("IS_LOCAL", "false")
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path))
    with pytest.raises(AssertionError, match=r"handler\.zip"):
        typescript(tmp_path)


@pytest.mark.slow
@needs_cdk
def test_linters_find_nothing_in_any_form(forms, tmp_path):
    _, *apps = forms
    templates = [translate(text()), *apps]
    for name, form in zip(("sam", *APPS), templates, strict=True):
        (tmp_path / f"{name}.json").write_text(json.dumps(form))
    assert complaints_of_linters(tmp_path, HARMLESS) == []


@pytest.fixture
def account(monkeypatch):
    """An account of moto's with the table and the topic."""
    with mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        table = boto3.resource("dynamodb").create_table(
            TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"}
            ],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        topic = boto3.client("sns").create_topic(Name="orders")
        monkeypatch.setenv("TABLE_NAME", "orders")
        monkeypatch.setenv("TOPIC_ARN", topic["TopicArn"])
        monkeypatch.setenv("STAGE", STAGE)
        yield table


def handler(name):
    path = FOLDER / "handler" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"first_stack_{name}", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.handler


@pytest.mark.slow
def test_an_order_is_kept_published_and_noted_once_however_often_it_is_heard(
    account,
):
    """Its body comes in Base64: all media types are binary for this API."""
    body = base64.b64encode(b'{"item": "teapot"}').decode()
    answer = handler("orders")({"body": body, "isBase64Encoded": True}, None)
    assert answer["statusCode"] == 201
    [kept] = account.scan()["Items"]
    assert kept["body"] == '{"item": "teapot"}'
    event = sample_event("sns")
    event["Records"][0]["Sns"]["Message"] = json.dumps(kept)
    for _ in range(2):
        handler("listener")(event, None)
    assert account.scan()["Items"] == [{**kept, "heard": True}]


def test_the_readme_has_the_usual_sections():
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line[3:] for line in lines if line.startswith("## ")] == [
        "Requirements",
        "Deploy",
        "How it works",
        "Test",
        "Clean up",
        "What it costs",
        "Lesson",
    ]
