"""The handlers of `data/deploy/`: they work on their sample event, and fail on a poison one."""

import base64
import gzip
import hashlib
import hmac
import importlib.util
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from uuid import uuid4

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from sim.facts import DATA
from sim.results.sample_events import sample_event
from tests.deploy.forms import REGION

pytestmark = pytest.mark.slow
POISON = {"order": "A-1018", "item": "teapot", "amount": -1}
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 10_000)
RAISES = [
    "invoke invoke_event s3_notification sns cw_logs eventbridge_rule codecommit alb",
    "eventbridge_bus_event eventbridge_bus_sync",
    "apigw_rest apigw_http apigw_ws function_url edge_viewer edge_origin sfn_sync sfn_event",
    "appsync_sync appsync_event appsync_events_sync appsync_events_event mq documentdb",
    "vpc_lattice pipes_enrichment",
]
REPORTS = [
    "sqs_standard",
    "sqs_fifo",
    "kinesis",
    "kinesis_efo",
    "ddb_streams",
    "msk",
    "self_managed_kafka",
    "pipes_target",
]


SETTINGS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "STRIPE_SECRET": "stripe",
    "KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/0c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f",
}
TABLES = {
    "sqs_standard": "PACKED_TABLE",
    "sns": "BOOKED_TABLE",
    "stripe_webhook": "SEEN_TABLE",
}
"""Handlers that remember what they have done, and where they are told the table's name."""


@pytest.fixture(autouse=True, scope="module")
def aws():
    """An account of moto's with what some handlers find there."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        for name in TABLES.values():
            patch.setenv(name, "none yet")
        boto3.client("secretsmanager").create_secret(
            Name="stripe", SecretString="whsec_test"
        )
        boto3.client("s3").create_bucket(Bucket="incoming-orders")
        yield


def new_table():
    return boto3.client("dynamodb").create_table(
        TableName=f"table-{uuid4()}",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )["TableDescription"]["TableName"]


def put_order(order):
    boto3.client("s3").put_object(
        Bucket="incoming-orders",
        Key="orders/A-1017.json",
        Body=json.dumps(order),
    )


def module(kind):
    """The kind's handler, loaded anew, with a table of its own where it needs one."""
    if kind in TABLES:
        os.environ[TABLES[kind]] = new_table()
    if kind == "s3_notification":
        put_order(sample_event("invoke")["detail"])
    path = DATA / "deploy" / kind.replace("_", "-") / "handler" / "app.py"
    spec = importlib.util.spec_from_file_location(f"deploy_{kind}", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def poisoned(kind):
    """The kind's sample event with an order that can never be worked on."""
    if kind == "s3_notification":
        put_order(POISON)
        return sample_event(kind)
    return swapped(sample_event(kind))


def swapped(node):
    """The same with every order in it made poison: as it is, as JSON, in Base64 or compressed."""
    if isinstance(node, dict):
        return (
            POISON
            if "amount" in node and "order" in node
            else {key: swapped(value) for key, value in node.items()}
        )
    if isinstance(node, list):
        return [swapped(value) for value in node]
    if isinstance(node, str):
        return swapped_text(node)
    return node


def swapped_text(text):
    for read, write in (
        (json.loads, json.dumps),
        (
            lambda t: json.loads(base64.b64decode(t)),
            lambda o: base64.b64encode(json.dumps(o).encode()).decode(),
        ),
        (
            lambda t: json.loads(gzip.decompress(base64.b64decode(t))),
            lambda o: base64.b64encode(
                gzip.compress(json.dumps(o).encode())
            ).decode(),
        ),
    ):
        try:
            content = read(text)
        except (ValueError, OSError):
            continue
        return (
            write(swapped(content))
            if isinstance(content, (dict, list))
            else text
        )
    return text


@pytest.mark.parametrize("kind", " ".join(RAISES).split())
def test_a_poison_order_raises_and_a_sound_one_does_not(kind):
    module(kind).handler(sample_event(kind), CONTEXT)
    with pytest.raises(ValueError, match="has the amount -1"):
        module(kind).handler(poisoned(kind), CONTEXT)


@pytest.mark.parametrize("kind", REPORTS)
def test_a_poison_order_is_reported_by_itself(kind):
    handler = module(kind).handler
    assert handler(sample_event(kind), CONTEXT) == {"batchItemFailures": []}
    assert len(handler(poisoned(kind), CONTEXT)["batchItemFailures"]) == 1


def test_of_a_queues_batch_only_the_failed_message_is_reported():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    [bad], [good] = (
        poisoned("sqs_standard")["Records"],
        sample_event("sqs_standard")["Records"],
    )
    answer = module("sqs_standard").handler(
        {"Records": [{**bad, "messageId": "bad"}, good]}, CONTEXT
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_a_fifo_queues_failed_order_holds_back_its_group_and_no_other():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    [bad], [good] = (
        poisoned("sqs_fifo")["Records"],
        sample_event("sqs_fifo")["Records"],
    )
    other = {
        **good,
        "messageId": "other",
        "attributes": {**good["attributes"], "MessageGroupId": "A-1018"},
    }
    records = [
        {**bad, "messageId": "bad"},
        {**good, "messageId": "later"},
        other,
    ]
    answer = module("sqs_fifo").handler({"Records": records}, CONTEXT)
    assert [
        failure["itemIdentifier"] for failure in answer["batchItemFailures"]
    ] == [
        "bad",
        "later",
    ]


@pytest.mark.parametrize(
    ("kind", "done"),
    [("sqs_standard", "packed A-1017"), ("mq", "booked A-1017")],
)
def test_an_order_that_comes_twice_is_worked_on_once(kind, done, capsys):
    handler = module(kind).handler
    handler(sample_event(kind), CONTEXT)
    handler(sample_event(kind), CONTEXT)
    assert capsys.readouterr().out.count(done) == 1


def test_a_published_message_that_comes_twice_is_booked_once():
    handler = module("sns").handler
    handler(sample_event("sns"), CONTEXT)
    handler(sample_event("sns"), CONTEXT)
    assert (
        boto3.client("dynamodb").scan(TableName=os.environ["BOOKED_TABLE"])[
            "Count"
        ]
        == 1
    )


@pytest.mark.parametrize(
    "kind", ["eventbridge_schedule_rule", "eventbridge_scheduler"]
)
def test_a_job_run_twice_for_one_time_does_the_same(kind):
    handler = module(kind).handler
    assert handler(sample_event(kind), CONTEXT) == handler(
        sample_event(kind), CONTEXT
    )
    with pytest.raises(ValueError, match="started by its schedule"):
        handler({**sample_event(kind), "source": "somebody"}, CONTEXT)


def test_a_devices_impossible_reading_raises():
    handler, event = module("iot_rule").handler, sample_event("iot_rule")
    handler(event, CONTEXT)
    with pytest.raises(ValueError, match="reports -300 degrees"):
        handler({**event, "reading": {"temperature": -300}}, CONTEXT)


def test_mail_is_stopped_let_through_or_an_error():
    """https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda.html"""
    handler = module("ses_sync").handler
    event = sample_event("ses_sync")
    receipt = event["Records"][0]["ses"]["receipt"]
    assert handler(event, CONTEXT) == {"disposition": "CONTINUE"}
    receipt["spamVerdict"]["status"] = "FAIL"
    assert handler(event, CONTEXT) == {"disposition": "STOP_RULE_SET"}
    receipt["spamVerdict"]["status"] = receipt["virusVerdict"]["status"] = (
        "PROCESSING_FAILED"
    )
    with pytest.raises(ValueError, match="was not scanned"):
        handler(event, CONTEXT)


def test_mail_with_a_virus_raises():
    handler, event = module("ses_event").handler, sample_event("ses_event")
    handler(event, CONTEXT)
    event["Records"][0]["ses"]["receipt"]["virusVerdict"]["status"] = "FAIL"
    with pytest.raises(ValueError, match="carries a virus"):
        handler(event, CONTEXT)


def test_a_user_pool_hears_its_event_back_or_why_not():
    """https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"""
    handler, event = (
        module("cognito_trigger").handler,
        sample_event("cognito_trigger"),
    )
    assert handler(event, CONTEXT) == event
    event["request"]["userAttributes"]["email"] = "reader@example.net"
    with pytest.raises(ValueError, match="cannot sign up"):
        handler(event, CONTEXT)


def test_a_code_is_sent_without_being_logged(monkeypatch, capsys):
    sender, event = (
        module("cognito_custom_sender"),
        sample_event("cognito_custom_sender"),
    )
    monkeypatch.setattr(sender, "decrypt", lambda code: "123456")
    sender.handler(event, CONTEXT)
    said = capsys.readouterr().out
    assert "reader@example.com" in said
    assert "123456" not in said
    del event["request"]["userAttributes"]["email"]
    with pytest.raises(ValueError, match="has no address"):
        sender.handler(event, CONTEXT)


def test_config_hears_whether_an_instance_is_tagged():
    """https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_lambda-functions.html"""
    rule, event = module("config"), sample_event("config")
    with Stubber(rule.config) as config:
        for team, verdict in (("shop", "COMPLIANT"), ("bank", "NON_COMPLIANT")):
            config.add_response("put_evaluations", {"FailedEvaluations": []})
            assert (
                rule.handler(
                    {**event, "ruleParameters": json.dumps({"team": team})},
                    CONTEXT,
                )
                == verdict
            )
        config.assert_no_pending_responses()
    other = {
        **event,
        "invokingEvent": json.dumps({"messageType": "ScheduledNotification"}),
    }
    with pytest.raises(ValueError, match="cannot read"):
        rule.handler(other, CONTEXT)


@pytest.mark.parametrize(
    ("order", "told"), [("sample", "SUCCESS"), ("poison", "FAILED")]
)
def test_a_stack_always_hears_how_it_went(order, told):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html"""
    event = (
        sample_event("cfn_custom_resource")
        if order == "sample"
        else poisoned("cfn_custom_resource")
    )
    with Ear() as ear:
        module("cfn_custom_resource").handler(
            {**event, "ResponseURL": ear.address}, CONTEXT
        )
    [heard] = map(json.loads, ear.heard)
    assert heard["Status"] == told
    assert (heard["RequestId"], heard["LogicalResourceId"]) == (
        event["RequestId"],
        event["LogicalResourceId"],
    )


def test_a_reader_of_an_object_never_sees_the_amount():
    view, event = module("s3_object_lambda"), sample_event("s3_object_lambda")
    order = sample_event("invoke")["detail"]
    with Ear(says=json.dumps(order).encode()) as ear, Stubber(view.s3) as s3:
        event["getObjectContext"]["inputS3Url"] = ear.address
        body = json.dumps({"order": "A-1017", "item": "teapot"}).encode()
        expected = {
            "RequestRoute": "io-use1-001",
            "RequestToken": "EXAMPLETOKEN",
            "Body": body,
        }
        s3.add_response(
            "write_get_object_response",
            {},
            {**expected, "ContentType": "application/json"},
        )
        view.handler(event, CONTEXT)
        s3.assert_no_pending_responses()
    with pytest.raises(ValueError, match="has the amount -1"):
        view.shown(POISON)


def test_each_object_of_a_batch_job_has_its_result():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html"""
    handler, event = module("s3_batch").handler, sample_event("s3_batch")
    assert [
        result["resultCode"] for result in handler(event, CONTEXT)["results"]
    ] == ["Succeeded"]
    assert [
        r["resultCode"]
        for r in handler(poisoned("s3_batch"), CONTEXT)["results"]
    ] == ["PermanentFailure"]


def test_each_record_of_a_delivery_stream_comes_back():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    handler, event = module("firehose").handler, sample_event("firehose")
    assert [
        record["result"] for record in handler(event, CONTEXT)["records"]
    ] == ["Ok"]
    bad = poisoned("firehose")
    [answer] = handler(bad, CONTEXT)["records"]
    [record] = bad["records"]
    assert answer == {
        "recordId": record["recordId"],
        "result": "ProcessingFailed",
        "data": record["data"],
    }


@pytest.mark.parametrize(
    ("amount", "told"), [(42.5, "send_task_success"), (-1, "send_task_failure")]
)
def test_a_waiting_workflow_is_told_by_its_token(amount, told):
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html"""
    task, event = module("sfn_wait_token"), sample_event("sfn_wait_token")
    event["input"]["order"]["amount"] = amount
    with Stubber(task.workflows) as workflows:
        workflows.add_response(told, {})
        task.handler(event, CONTEXT)
        workflows.assert_no_pending_responses()


def test_a_bot_goes_on_closes_or_fails():
    """https://docs.aws.amazon.com/lexv2/latest/dg/lambda.html"""
    handler, event = module("lex_v2").handler, sample_event("lex_v2")
    assert handler(event, CONTEXT)["sessionState"]["dialogAction"] == {
        "type": "Delegate"
    }
    closed = handler(
        {**event, "invocationSource": "FulfillmentCodeHook"}, CONTEXT
    )
    assert closed["messages"][0]["content"] == "Order A-1017 is on its way."
    event["sessionState"]["intent"]["name"] = "SellOrder"
    with pytest.raises(ValueError, match="does not know the intent"):
        handler(event, CONTEXT)


@pytest.mark.parametrize(
    "kind", ["authorizer_rest", "authorizer_http", "authorizer_ws"]
)
def test_an_authorizer_lets_known_tokens_in_denies_others_and_fails_without(
    kind,
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    handler, event = module(kind).handler, sample_event(kind)
    name = "authorization" if kind == "authorizer_http" else "Authorization"
    lets_in = handler(event, CONTEXT)
    event["headers"][name] = "A-1018"
    assert handler(event, CONTEXT) != lets_in
    event["headers"][name] = ""
    with pytest.raises(ValueError, match="token is empty"):
        handler(event, CONTEXT)


def test_a_flow_hears_of_its_order_or_takes_the_error_branch():
    """https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html"""
    handler, event = module("connect").handler, sample_event("connect")
    assert handler(event, CONTEXT) == {"order": "A-1017", "state": "on its way"}
    event["Details"]["Parameters"] = {}
    with pytest.raises(ValueError, match="names no order"):
        handler(event, CONTEXT)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("A-1017", "put_job_success_result"),
        ("", "put_job_failure_result"),
    ],
)
def test_a_pipeline_always_hears_how_its_job_went(parameters, told):
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html"""
    check, event = module("codepipeline"), sample_event("codepipeline")
    data = event["CodePipeline.job"]["data"]
    data["actionConfiguration"]["configuration"]["UserParameters"] = parameters
    with Stubber(check.pipelines) as pipelines:
        pipelines.add_response(told, {})
        check.handler(event, CONTEXT)
        pipelines.assert_no_pending_responses()


def test_a_secret_is_rotated_in_four_steps_and_a_fifth_is_an_error():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html"""
    rotation, event = (
        module("secrets_rotation"),
        sample_event("secrets_rotation"),
    )
    version = event["ClientRequestToken"]
    stages = {
        "VersionIdsToStages": {
            "old" * 11: ["AWSCURRENT"],
            version: ["AWSPENDING"],
        }
    }
    with Stubber(rotation.secrets) as secrets:
        secrets.add_response("get_random_password", {"RandomPassword": "x"})
        secrets.add_response("put_secret_value", {})
        secrets.add_response("describe_secret", stages)
        secrets.add_response("update_secret_version_stage", {})
        for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
            rotation.handler({**event, "Step": step}, CONTEXT)
        secrets.assert_no_pending_responses()
    with pytest.raises(ValueError, match="no step"):
        rotation.handler({**event, "Step": "dropSecret"}, CONTEXT)


def test_a_skill_speaks_or_fails():
    handler, event = module("alexa").handler, sample_event("alexa")
    assert handler(event, CONTEXT)["response"]["outputSpeech"]["text"]
    event["request"]["intent"]["name"] = "SellOrderIntent"
    with pytest.raises(ValueError, match="does not know the intent"):
        handler(event, CONTEXT)


def test_a_webhook_takes_signed_fresh_events_once():
    """https://docs.stripe.com/webhooks"""
    handler, event = (
        module("stripe_webhook").handler,
        sample_event("stripe_webhook"),
    )
    assert handler(event, CONTEXT)["statusCode"] == 400
    assert handler(signed(event, at=time.time()), CONTEXT) == {
        "statusCode": 200,
        "body": "new",
    }
    assert handler(signed(event, at=time.time()), CONTEXT) == {
        "statusCode": 200,
        "body": "seen before",
    }
    assert (
        handler(signed(event, at=time.time() - 600), CONTEXT)["statusCode"]
        == 400
    )


def signed(event, at):
    text = f"{int(at)}.{event['body']}"
    signature = hmac.new(
        b"whsec_test", text.encode(), hashlib.sha256
    ).hexdigest()
    return {
        **event,
        "headers": {
            **event["headers"],
            "stripe-signature": f"t={int(at)},v1={signature}",
        },
    }


def test_a_body_that_is_no_json_is_the_clients_fault():
    answer = module("apigw_http").handler(
        {**sample_event("apigw_http"), "body": "teapot"}, CONTEXT
    )
    assert answer["statusCode"] == 400


class Ear:
    """A server on this machine that remembers what it is told, and always says one thing."""

    def __init__(self, says=b""):
        self.heard = heard = []

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                heard.append(
                    self.rfile.read(int(self.headers["Content-Length"]))
                )
                self.do_GET()

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(says)))
                self.end_headers()
                self.wfile.write(says)

            def log_message(self, *args):
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def __enter__(self):
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *details):
        self.server.shutdown()
        self.server.server_close()
