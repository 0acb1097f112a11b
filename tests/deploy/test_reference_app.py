"""The reference system as a real app: its handlers, its forms, and the scenario they read as."""

import hashlib
import hmac
import importlib.util
import json
import os
import shutil
import subprocess
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

import sim
from sim.facts import DATA
from sim.results.sample_events import sample_event
from tests.deploy.forms import REGION, comparable, named, translate
from tests.deploy.test_deploy import (
    CDK,
    DEPLOY,
    HERE,
    complaints_of_linters,
    needs_cdk,
    run,
)

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
PLACED = {
    "source": "shop.orders",
    "detail-type": "OrderPlaced",
    "detail": {"change": "1", **TEAPOT},
}


@pytest.fixture(scope="module")
def account():
    """An account of moto's with what all tests share."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket="reports")
        boto3.client("secretsmanager").create_secret(
            Name="stripe", SecretString="whsec_test"
        )
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
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"}
            ],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={
                "StreamEnabled": True,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        )
    return account


@cache
def handler(name):
    spec = importlib.util.spec_from_file_location(
        f"reference_{name}", FOLDER / "handler" / f"{name}.py"
    )
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.handler


def asked(method, path, content=None):
    """The API's answer: its status and what is in its body."""
    event = {
        **sample_event("apigw_rest"),
        "httpMethod": method,
        "path": path,
        "body": json.dumps(content),
    }
    answer = handler("orders_api")(event, CONTEXT)
    return answer["statusCode"], json.loads(answer["body"]) if answer[
        "body"
    ] else None


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_an_order_is_made_shown_changed_and_removed():
    assert asked("GET", "/orders/A-1017")[0] == 404
    assert asked("POST", "/orders", TEAPOT) == (
        201,
        {**TEAPOT, "payment": None},
    )
    changed = {**TEAPOT, "item": "two teapots", "amount": 8500, "payment": None}
    assert asked(
        "PUT", "/orders/A-1017", {"item": "two teapots", "amount": 8500}
    ) == (
        200,
        changed,
    )
    assert asked("GET", "/orders/A-1017") == (200, changed)
    assert (
        asked("DELETE", "/orders/A-1017")[0]
        == asked("DELETE", "/orders/A-1017")[0]
        == 204
    )
    assert (
        asked("PUT", "/orders/A-1017", {"item": "cup", "amount": 1})[0] == 404
    )


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_an_order_sent_twice_is_one_order_and_another_of_its_id_is_refused():
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html"""
    assert [asked("POST", "/orders", TEAPOT)[0] for _ in range(2)] == [201, 200]
    assert asked("POST", "/orders", {**TEAPOT, "amount": 1})[0] == 409
    assert asked("GET", "/orders/A-1017")[1]["amount"] == 4250


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "wrong", [{"amount": -1}, {"amount": "much"}, {"item": ""}, {"id": "a b"}]
)
def test_an_order_that_is_none_is_refused(wrong):
    assert asked("POST", "/orders", {**TEAPOT, **wrong})[0] == 422


def signed(body, at=None, secret="whsec_test"):
    """Stripe's request: https://docs.stripe.com/webhooks"""
    at = at or int(time.time())
    signature = hmac.new(
        secret.encode(), f"{at}.{body}".encode(), hashlib.sha256
    ).hexdigest()
    event = sample_event("stripe_webhook")
    return {
        **event,
        "body": body,
        "headers": {
            **event["headers"],
            "stripe-signature": f"t={at},v1={signature}",
        },
    }


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_only_stripes_own_fresh_events_are_taken():
    webhook, body = (
        handler("payments_webhook"),
        sample_event("stripe_webhook")["body"],
    )
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
    webhook, body = (
        handler("payments_webhook"),
        sample_event("stripe_webhook")["body"],
    )
    assert webhook(signed(body), CONTEXT)["statusCode"] == 409, (
        "there is no order yet: Stripe sends it again"
    )
    asked("POST", "/orders", TEAPOT)
    assert [webhook(signed(body), CONTEXT)["statusCode"] for _ in range(2)] == [
        200,
        200,
    ]
    assert asked("GET", "/orders/A-1017")[1]["payment"] == "pi_A-1017"
    assert (
        webhook(signed(body.replace("pi_A-1017", "pi_other")), CONTEXT)[
            "statusCode"
        ]
        == 409
    )
    assert (
        asked("PUT", "/orders/A-1017", {"item": "cup", "amount": 1})[0] == 409
    )
    assert (
        webhook(signed('{"type": "charge.refunded"}'), CONTEXT)["statusCode"]
        == 200
    )


def stream_event():
    """What the table's stream holds by now, as Lambda hands it over; moto answers with a 404."""
    shard = (
        dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]
        .get_table(os.environ["ORDERS_TABLE"])
        .stream_shard
    )
    records = [item.to_json() for item in shard.items]
    return {
        "Records": json.loads(
            json.dumps(records, default=lambda value: value.timestamp())
        )
    }


def published():
    """What the publisher sends to the bus for all in the stream, as a rule's target gets it."""
    publisher, sent = handler("order_publisher"), []
    boto3.client("events").create_event_bus(Name=SETTINGS["ORDER_EVENTS"])
    events = publisher.__globals__["events"].meta.events
    events.register(
        "before-parameter-build.events.PutEvents",
        lambda params, **_: sent.extend(params["Entries"]),
    )
    assert publisher(stream_event(), CONTEXT) == {"batchItemFailures": []}
    return [
        {
            "source": entry["Source"],
            "detail-type": entry["DetailType"],
            "detail": json.loads(entry["Detail"]),
        }
        for entry in sent
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_an_order_goes_from_the_api_to_the_warehouse_and_into_the_report():
    asked("POST", "/orders", TEAPOT)
    asked("PUT", "/orders/A-1017", {"item": "two teapots", "amount": 8500})
    handler("payments_webhook")(
        signed(sample_event("stripe_webhook")["body"]), CONTEXT
    )
    asked("DELETE", "/orders/A-1017")
    events = published()
    happened = [event["detail-type"] for event in events]
    assert happened == [
        "OrderPlaced",
        "OrderChanged",
        "OrderPaid",
        "OrderRemoved",
    ]
    assert {event["source"] for event in events} == {"shop.orders"}, (
        "what the template's rules ask for"
    )

    # a standard queue keeps no order
    batch = polled(*map(json.dumps, reversed(events)))
    assert handler("fulfilment_worker")(batch, CONTEXT) == {
        "batchItemFailures": []
    }
    key = handler("report_builder")(
        sample_event("eventbridge_scheduler"), CONTEXT
    )
    written = (
        boto3.client("s3").get_object(Bucket="reports", Key=key)["Body"].read()
    )
    assert json.loads(written) == {"placed": 1, "paid": 1, "amount": 8500}


def polled(*bodies):
    [record] = sample_event("sqs_standard")["Records"]
    return {
        "Records": [
            {**record, "messageId": str(n), "body": body}
            for n, body in enumerate(bodies)
        ]
    }


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_what_cannot_be_published_is_reported():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html"""
    asked("POST", "/orders", TEAPOT)
    event, publisher = stream_event(), handler("order_publisher")
    refused = {
        "FailedEntryCount": 1,
        "Entries": [
            {"ErrorCode": "ThrottlingException", "ErrorMessage": "Slow down."}
        ],
    }
    with Stubber(publisher.__globals__["events"]) as stubber:
        stubber.add_response("put_events", refused)
        answer = publisher(event, CONTEXT)
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}


@pytest.mark.slow
def test_of_the_warehouses_batch_only_the_failed_message_comes_back_and_twice_is_once(
    aws,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    poison = {**PLACED, "detail": {**PLACED["detail"], "amount": -1}}
    later = {**PLACED, "detail": {**PLACED["detail"], "change": "again"}}
    event = polled(*map(json.dumps, (PLACED, poison, later)))
    assert handler("fulfilment_worker")(event, CONTEXT) == {
        "batchItemFailures": [{"itemIdentifier": "1"}]
    }
    [kept] = aws.Table(os.environ["WAREHOUSE_TABLE"]).scan()["Items"]
    assert kept["OrderPlaced"]["change"] == "1"


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_a_customer_is_told_once_however_often_the_message_comes(capsys):
    event = sample_event("sns")
    event["Records"][0]["Sns"]["Message"] = json.dumps(PLACED)
    for _ in range(2):
        handler("order_notifier")(event, CONTEXT)
    assert capsys.readouterr().out.splitlines() == [
        "OrderPlaced: teapot, order A-1017"
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_the_report_is_started_by_its_schedule_only():
    with pytest.raises(ValueError, match="started by its schedule"):
        handler("report_builder")({"source": "somebody"}, CONTEXT)


STAGES = ["local", "development", "production"]


def staged(template, stage):
    """The template with the values of one stage, as the CDK apps write it."""
    conditions = {
        "IsLocal": stage == "local",
        "IsProduction": stage == "production",
    }
    stages = template["Mappings"]["Stages"]

    def chosen(node):
        if isinstance(node, list):
            return [
                value
                for item in node
                if (value := chosen(item)) != {"Ref": "AWS::NoValue"}
            ]
        if not isinstance(node, dict):
            return node
        if "Fn::If" in node:
            condition, holds, fails = node["Fn::If"]
            return chosen(holds if conditions[condition] else fails)
        if "Fn::FindInMap" in node:
            return stages[stage][node["Fn::FindInMap"][2]]
        if "Fn::Sub" in node and "${Stage}" in node["Fn::Sub"]:
            return node["Fn::Sub"].replace("${Stage}", stage)
        return {
            key: value
            for key, item in node.items()
            if (value := chosen(item)) != {"Ref": "AWS::NoValue"}
        }

    return {"Resources": chosen(template["Resources"])}


def text():
    return (FOLDER / "template.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=STAGES)
def forms(request, tmp_path_factory):
    """The template's and both apps' CloudFormation, of each stage."""
    out = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDK_CONTEXT_JSON", json.dumps({"stage": request.param}))
        run(
            "node",
            "--import",
            "tsx",
            HERE / "synth.mjs",
            out,
            FOLDER.name,
            folder=DEPLOY,
            scratch=out,
        )
        run(
            CDK / "python",
            HERE / "synth.py",
            out,
            f"{FOLDER.name}/app.py",
            folder=DEPLOY,
            scratch=out,
        )
    typescript = json.loads(
        next((out / FOLDER.name).glob("*.template.json")).read_text()
    )
    python = json.loads((out / f"{FOLDER.name}.json").read_text())
    return staged(translate(text()), request.param), typescript, python


@pytest.mark.slow
@needs_cdk
def test_the_three_forms_have_the_same_settings_in_each_stage(forms):
    sam, typescript, python = map(comparable, forms)
    assert typescript == sam
    assert python == typescript


@pytest.mark.slow
@needs_cdk
def test_the_three_forms_read_as_the_same_scenario_in_each_stage(forms):
    first, *others = map(plain_scenario, forms)
    assert others == [first, first]


def plain_scenario(template):
    """Without order and without the names that each form gives to triggers and traffic."""
    scenario = sim.read_template(json.dumps(named(template))).scenario
    plain = scenario.model_dump_json()
    for trigger in scenario.triggers:
        plain = plain.replace(f'"{trigger.name}"', f'"{trigger.kind}"')
    return {
        key: sorted(map(str, value)) if isinstance(value, list) else value
        for key, value in json.loads(plain).items()
    }


@pytest.mark.slow
@needs_cdk
def test_linters_find_nothing(tmp_path):
    path = tmp_path / "reference-system.json"
    path.write_text(json.dumps(translate(text())))
    assert complaints_of_linters(tmp_path) == []


FUNCTIONS = (
    "OrdersApi",
    "PaymentsWebhook",
    "OrderPublisher",
    "FulfilmentWorker",
    "OrderNotifier",
    "ReportBuilder",
)
DIFFERENT = {
    # What the app adds: nothing is lost in silence, and one failure does not bring back a whole
    # batch.
    "functions.ReportBuilder.event_invoke_config.destination_config.on_failure": "ReportFailures",
    "triggers.OrderPublisher.function_response_types": [
        "ReportBatchItemFailures"
    ],
    "triggers.OrderPublisher.bisect_batch_on_function_error": True,
    "triggers.OrderPublisher.maximum_record_age_in_seconds": 3600,
    "triggers.OrderPublisher.on_failure": "PublisherFailures",
    "triggers.FulfilmentWorker.function_response_types": [
        "ReportBatchItemFailures"
    ],
    "triggers.OrderNotifier.dead_letter_config": {"target_arn": "Undelivered"},
    "triggers.ReportBuilder.dead_letter_config": {"target_arn": "Undelivered"},
    **{
        f"queues.{name}.message_retention_period": 14 * 24 * 3600
        for name in ("FulfilmentDlq", "NotifierFailures")
    },
    # What costs a fifth less; the course says nothing of processors.
    **{f"functions.{name}.architectures": "arm64" for name in FUNCTIONS},
    # What no template says: who calls the URL, and how many partitions DynamoDB has made.
    "triggers.PaymentsWebhook.kind": "function_url",
    "triggers.PaymentsWebhook.front_door": None,
    "tables.OrdersTable.partitions": 1,
}


def reference():
    """The course's scenario with names that a template allows: letters and digits."""
    scenario = sim.course.reference_system(seconds=60)
    plain = scenario.model_dump_json()
    for part in (*scenario.functions, *scenario.triggers, *scenario.sources):
        plain = plain.replace(
            f'"{part.name}"', f'"{part.name.title().replace("-", "")}"'
        )
    return sim.Scenario.model_validate_json(plain)


def settings(scenario):
    """Each setting's value by its path; a trigger is called as its function, which has no other."""
    plain = json.loads(scenario.model_dump_json())
    flat = {}

    def put(path, node):
        if isinstance(node, dict) and not path.endswith("dead_letter_config"):
            for key, value in node.items():
                put(f"{path}.{key}", value)
        else:
            flat[path] = node

    for group in (
        "functions",
        "triggers",
        "queues",
        "tables",
        "topics",
        "event_buses",
    ):
        for part in plain[group]:
            name = part.pop("name")
            put(
                f"{group}.{part['function'] if group == 'triggers' else name}",
                part,
            )
    return flat


def read(**more):
    behaviour = {
        function.name: function.behaviour for function in reference().functions
    }
    return sim.read_template(
        text(),
        behaviour=behaviour,
        dependencies=reference().dependencies,
        seconds=60,
        **more,
    )


def test_the_template_reads_as_the_reference_system_but_for_what_is_named():
    course, app = settings(reference()), settings(read().scenario)
    assert {
        path: app[path] for path in course if app[path] != course[path]
    } == DIFFERENT
    added = {
        ".".join(path.split(".")[:2]) for path in app.keys() - course.keys()
    }
    assert added == {
        "queues.PublisherFailures",
        "queues.ReportFailures",
        "queues.Undelivered",
    }


def test_an_order_reaches_every_function_of_the_template_in_a_run():
    traffic = [
        sim.Traffic(into="OrdersHttp", arrivals=sim.ConstantRate(per_second=1))
    ]
    deliveries = sim.simulate(
        read(traffic=traffic).scenario, drain=False
    ).deliveries
    ran = deliveries[deliveries.runs > 0].function.value_counts()
    assert ran["OrdersApi"] >= 59, "the last may be under way"
    assert {"OrderPublisher", "FulfilmentWorker", "OrderNotifier"} <= {
        *ran.index
    }


def test_the_advice_on_the_template_is_what_only_its_handlers_can_answer():
    assert {advice.rule.name for advice in read().advise()} == {
        "retries without idempotency"
    }


def test_the_readme_has_the_usual_sections_and_the_overview_names_the_folder():
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    sections = [
        "Requirements",
        "Deploy",
        "How it works",
        "Test",
        "Clean up",
        "What it costs",
        "Lesson",
    ]
    assert [line[3:] for line in lines if line.startswith("## ")] == sections
    assert "(reference-system/)" in (DEPLOY / "README.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.slow
def test_the_nest_app_builds_and_its_own_tests_pass(tmp_path):
    """In a copy of its own, with exactly the lock's packages."""
    path = f"{CDK}{os.pathsep}{os.environ['PATH']}"
    npm = shutil.which("npm", path=path)
    if npm is None and "CI" not in os.environ:
        pytest.skip("needs npm: `make cdk` installs it into .venv/cdk")
    app = tmp_path / "nest-api"
    shutil.copytree(
        FOLDER / "nest-api",
        app,
        ignore=shutil.ignore_patterns("node_modules", "dist"),
    )
    for command in (
        ["ci", "--no-audit", "--no-fund", "--prefer-offline"],
        ["run", "build"],
        ["test"],
    ):
        done = subprocess.run(
            [npm, *command],
            cwd=app,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (
            f"npm {command[0]}: {done.stdout[-3000:]}{done.stderr[-2000:]}"
        )
    assert "pass 7" in done.stdout


def test_the_nest_apps_lock_pins_its_packages_and_names_no_host_to_get_them_from():
    package = json.loads((FOLDER / "nest-api" / "package.json").read_text())
    lock = json.loads((FOLDER / "nest-api" / "package-lock.json").read_text())[
        "packages"
    ]
    asked = {**package["dependencies"], **package["devDependencies"]}
    assert {
        name: lock[f"node_modules/{name}"]["version"] for name in asked
    } == asked
    assert [name for name, locked in lock.items() if "resolved" in locked] == []
