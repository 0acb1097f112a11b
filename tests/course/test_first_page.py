"""Each service of the course's first page has a lesson, a section there, and a folder."""

import csv

import pytest

from sim.facts import DATA
from sim.scenario.trigger_catalogue import trigger_kind
from tests.support.documents import anchors
from tests.support.lessons import FOLDER

ASYNCHRONOUS = {
    "Amazon S3": "s3_notification",
    "Amazon SNS": "sns",
    "Amazon SES": "ses_event",
    "CloudWatch Logs": "cw_logs",
    "CloudFormation": "cfn_custom_resource",
    "EventBridge": "eventbridge_rule",
    "CodeCommit": "codecommit",
    "AWS Config": "config",
    "an IoT button": "iot_rule",
}
SYNCHRONOUS = {
    "Elastic Load Balancing": "alb",
    "API Gateway": "apigw_rest",
    "CloudFront": "edge_viewer",
    "S3 Batch": "s3_batch",
    "Cognito": "cognito_trigger",
    "Step Functions": "sfn_sync",
    "Lex": "lex_v2",
    "Alexa": "alexa",
    "Data Firehose": "firehose",
}
POLLING = {
    "SQS": "sqs_standard",
    "Kinesis": "kinesis",
    "DynamoDB": "ddb_streams",
}
OTHERS = {
    "a schedule": ("asynchronous", "eventbridge_scheduler"),
    "a change of a resource's state": ("asynchronous", "eventbridge_rule"),
    "a payment through Stripe": ("synchronous", "stripe_webhook"),
}
SERVICES = [
    *((name, "asynchronous", kind) for name, kind in ASYNCHRONOUS.items()),
    *((name, "synchronous", kind) for name, kind in SYNCHRONOUS.items()),
    *((name, "polling", kind) for name, kind in POLLING.items()),
    *((name, *of) for name, of in OTHERS.items()),
]


def walks():
    with (DATA / "lessons.csv").open(encoding="utf-8", newline="") as file:
        return {row["kind"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(("service", "model", "kind"), SERVICES)
def test_a_service_of_the_first_page_is_walked_through_and_deployable(
    service, model, kind
):
    assert trigger_kind(kind).model == model, service
    walk = walks()[kind]
    folder = kind.replace("_", "-")
    for name in ("template.yaml", "app.py", "app.ts", "README.md"):
        assert (DATA / "deploy" / folder / name).is_file()
    lesson = FOLDER / walk["lesson"]
    assert walk["section"] in anchors(lesson)
    written = lesson.read_text(encoding="utf-8")
    is_played = "sim.show.catalogue(" in written  # it offers every kind
    assert is_played or f"data/deploy/{folder}/" in written or kind in written


def test_the_first_page_has_nine_services_that_wait_and_nine_that_do_not():
    assert len(ASYNCHRONOUS) == len(SYNCHRONOUS) == 9
