"""The reference system as a real app: its handlers in moto's account, and its template read as the scenario."""

import hashlib
import hmac
import importlib.util
import json
import os
import time
from functools import cache
from types import SimpleNamespace
from uuid import uuid4

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from sim.facts import DATA
from sim.sample_events import sample_event
from tests.deploy.forms import REGION

FOLDER = DATA / "deploy" / "reference-system"
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 10_000)
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "ORDER_EVENTS": "order-events",
    "REPORTS": "reports",
    "STRIPE_SECRET": "stripe",
}
TEAPOT = {"id": "A-1017", "item": "teapot", "amount": 4250}
PLACED = {"source": "shop.orders", "detail-type": "OrderPlaced", "detail": {"change": "1", **TEAPOT}}


@pytest.fixture(scope="module")
def account():
    """An account of moto's with what all tests share."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket="reports")
        boto3.client("secretsmanager").create_secret(Name="stripe", SecretString="whsec_test")
        yield boto3.resource("dynamodb")


@pytest.fixture
def aws(account, monkeypatch):
    """New tables, and handlers that start cold."""
    handler.cache_clear()
    for name in ("ORDERS_TABLE", "WAREHOUSE_TABLE", "NOTIFIED_TABLE"):
        monkeypatch.setenv(name, f"{name}-{uuid4()}")
        account.create_table(
            TableName=os.environ[name],
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
    return account


@cache
def handler(name):
    spec = importlib.util.spec_from_file_location(f"reference_{name}", FOLDER / "handler" / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.handler


def asked(method, path, content=None):
    """The API's answer: its status and what is in its body."""
    event = {**sample_event("apigw_rest"), "httpMethod": method, "path": path, "body": json.dumps(content)}
    answer = handler("orders_api")(event, CONTEXT)
    return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_an_order_is_made_shown_changed_and_removed():
    assert asked("GET", "/orders/A-1017")[0] == 404
    assert asked("POST", "/orders", TEAPOT) == (201, {**TEAPOT, "payment": None})
    changed = {**TEAPOT, "item": "two teapots", "amount": 8500, "payment": None}
    assert asked("PUT", "/orders/A-1017", {"item": "two teapots", "amount": 8500}) == (200, changed)
    assert asked("GET", "/orders/A-1017") == (200, changed)
    assert asked("DELETE", "/orders/A-1017")[0] == asked("DELETE", "/orders/A-1017")[0] == 204
    assert asked("PUT", "/orders/A-1017", {"item": "cup", "amount": 1})[0] == 404


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_an_order_sent_twice_is_one_order_and_another_of_its_id_is_refused():
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html"""
    assert [asked("POST", "/orders", TEAPOT)[0] for _ in range(2)] == [201, 200]
    assert asked("POST", "/orders", {**TEAPOT, "amount": 1})[0] == 409
    assert asked("GET", "/orders/A-1017")[1]["amount"] == 4250


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("wrong", [{"amount": -1}, {"amount": "much"}, {"item": ""}, {"id": "a b"}])
def test_an_order_that_is_none_is_refused(wrong):
    assert asked("POST", "/orders", {**TEAPOT, **wrong})[0] == 422


def signed(body, at=None, secret="whsec_test"):
    """Stripe's request: https://docs.stripe.com/webhooks"""
    at = at or int(time.time())
    signature = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    event = sample_event("stripe_webhook")
    return {**event, "body": body, "headers": {**event["headers"], "stripe-signature": f"t={at},v1={signature}"}}


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_only_stripes_own_fresh_events_are_taken():
    webhook, body = handler("payments_webhook"), sample_event("stripe_webhook")["body"]
    asked("POST", "/orders", TEAPOT)
    good = signed(body)
    bad = [
        signed(body, secret="guessed"),
        signed(body, at=int(time.time()) - 301),
        {**good, "body": body.replace("4250", "1")},
        {**good, "headers": {**good["headers"], "stripe-signature": "t=,v1=é"}},
        {**good, "headers": {}},
    ]
    assert [webhook(event, CONTEXT)["statusCode"] for event in bad] == [400] * 5
    assert asked("GET", "/orders/A-1017")[1]["payment"] is None
    assert webhook(good, CONTEXT) == {"statusCode": 200, "body": "paid"}


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_a_payment_is_noted_once_and_a_paid_order_stays_as_it_is():
    webhook, body = handler("payments_webhook"), sample_event("stripe_webhook")["body"]
    assert webhook(signed(body), CONTEXT)["statusCode"] == 409, "there is no order yet: Stripe sends it again"
    asked("POST", "/orders", TEAPOT)
    assert [webhook(signed(body), CONTEXT)["statusCode"] for _ in range(2)] == [200, 200]
    assert asked("GET", "/orders/A-1017")[1]["payment"] == "pi_A-1017"
    assert webhook(signed(body.replace("pi_A-1017", "pi_other")), CONTEXT)["statusCode"] == 409
    assert asked("PUT", "/orders/A-1017", {"item": "cup", "amount": 1})[0] == 409
    assert webhook(signed('{"type": "charge.refunded"}'), CONTEXT)["statusCode"] == 200


def stream_event():
    """What the table's stream holds by now, as Lambda hands it over; moto's own answer to that comes as a 404."""
    shard = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(os.environ["ORDERS_TABLE"]).stream_shard
    records = [item.to_json() for item in shard.items]
    return {"Records": json.loads(json.dumps(records, default=lambda value: value.timestamp()))}


def published():
    """What the publisher sends to the bus for all that is in the stream, as a rule's target gets it."""
    publisher, sent = handler("order_publisher"), []
    boto3.client("events").create_event_bus(Name=SETTINGS["ORDER_EVENTS"])
    events = publisher.__globals__["events"].meta.events
    events.register("before-parameter-build.events.PutEvents", lambda params, **_: sent.extend(params["Entries"]))
    assert publisher(stream_event(), CONTEXT) == {"batchItemFailures": []}
    return [
        {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
        for entry in sent
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_an_order_goes_from_the_api_to_the_warehouse_and_into_the_report():
    asked("POST", "/orders", TEAPOT)
    asked("PUT", "/orders/A-1017", {"item": "two teapots", "amount": 8500})
    handler("payments_webhook")(signed(sample_event("stripe_webhook")["body"]), CONTEXT)
    asked("DELETE", "/orders/A-1017")
    events = published()
    happened = [event["detail-type"] for event in events]
    assert happened == ["OrderPlaced", "OrderChanged", "OrderPaid", "OrderRemoved"]
    assert {event["source"] for event in events} == {"shop.orders"}, "what the template's rules ask for"

    batch = polled(*map(json.dumps, reversed(events)))  # a standard queue keeps no order
    assert handler("fulfilment_worker")(batch, CONTEXT) == {"batchItemFailures": []}
    key = handler("report_builder")(sample_event("eventbridge_scheduler"), CONTEXT)
    written = boto3.client("s3").get_object(Bucket="reports", Key=key)["Body"].read()
    assert json.loads(written) == {"placed": 1, "paid": 1, "amount": 8500}


def polled(*bodies):
    [record] = sample_event("sqs_standard")["Records"]
    return {"Records": [{**record, "messageId": str(n), "body": body} for n, body in enumerate(bodies)]}


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_what_cannot_be_published_is_reported():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html"""
    asked("POST", "/orders", TEAPOT)
    event, publisher = stream_event(), handler("order_publisher")
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "Slow down."}]}
    with Stubber(publisher.__globals__["events"]) as stubber:
        stubber.add_response("put_events", refused)
        answer = publisher(event, CONTEXT)
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}


@pytest.mark.slow
def test_of_the_warehouses_batch_only_the_failed_message_comes_back_and_twice_is_once(aws):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    poison = {**PLACED, "detail": {**PLACED["detail"], "amount": -1}}
    later = {**PLACED, "detail": {**PLACED["detail"], "change": "again"}}
    event = polled(*map(json.dumps, (PLACED, poison, later)))
    assert handler("fulfilment_worker")(event, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    [kept] = aws.Table(os.environ["WAREHOUSE_TABLE"]).scan()["Items"]
    assert kept["OrderPlaced"]["change"] == "1"


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_a_customer_is_told_once_however_often_the_message_comes(capsys):
    event = sample_event("sns")
    event["Records"][0]["Sns"]["Message"] = json.dumps(PLACED)
    for _ in range(2):
        handler("order_notifier")(event, CONTEXT)
    assert capsys.readouterr().out.splitlines() == ["OrderPlaced: teapot, order A-1017"]


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_the_report_is_started_by_its_schedule_only():
    with pytest.raises(ValueError, match="started by its schedule"):
        handler("report_builder")({"source": "somebody"}, CONTEXT)
