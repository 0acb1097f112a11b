"""Sample events are valid by a third party's word.

They carry a simulated event's id, time, key and body.

Whose word it is stands in `event_checked_by` of `data/triggers.csv`.
"""

import base64
import csv
import gzip
import json
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import aws_lambda_powertools.utilities.parser.models as powertools
import jsonschema
import pytest
from pydantic import ValidationError

import sim
from sim.results.sample_events import FOLDER, sample_event
from sim.scenario.trigger_catalogue import catalogue
from tests.support.rows import holds_for_each

SCHEMAS = Path(__file__).parent / "event_schemas"
SAM_KEYS = json.loads(
    (SCHEMAS / "sam-cli-keys.json").read_text(encoding="utf-8")
)
INVALID = (ValidationError, jsonschema.ValidationError, AssertionError)
KINDS = tuple(catalogue())
CHECKS = [
    (kind, check)
    for kind, row in catalogue().items()
    if row.event_checked_by != "none"
    for check in row.event_checked_by.split("; ")
]
every_kind = holds_for_each({kind: kind for kind in KINDS})
every_check = holds_for_each(
    {" by ".join(checked): checked for checked in CHECKS}
)


def check_event(kind: str, check: str, event: object) -> None:
    """Raise one of `INVALID` unless the named model, type or sample agrees."""
    who, *_, name = check.split()
    if who == "powertools":
        # a pipe hands over a list of records
        for part in event if isinstance(event, list) else [event]:
            getattr(powertools, name).model_validate(part)
    elif who == "@types/aws-lambda":
        schema = json.loads(
            (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")
        )
        jsonschema.Draft7Validator(schema).validate(event)
    else:
        assert sorted(set(key_paths(event))) == SAM_KEYS[kind]["keys"]


def key_paths(node: object, path: str = "") -> Iterator[str]:
    """The paths of all keys.

    AWS Config's inner JSON is opened, a resource's own tags and settings are not.
    """
    if path.rpartition("/")[2] in ("tags", "configuration"):
        return
    if path == "invokingEvent":
        yield from key_paths(json.loads(node), f"{path}/@json")
    elif isinstance(node, dict):
        for key, value in node.items():
            inner = f"{path}/{key}" if path else key
            yield inner
            yield from key_paths(value, inner)
    elif isinstance(node, list):
        for value in node:
            yield from key_paths(value, f"{path}/*")


@pytest.fixture(scope="module")
def run() -> sim.Run:
    """An order every second.

    Event 2 comes at three seconds; a success leads to a record in a queue.
    """
    done = sim.EventInvokeConfig(
        destination_config=sim.DestinationConfig(on_success="done")
    )
    return sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="worker",
                    event_invoke_config=done,
                    behaviour=sim.Behaviour(handler=sim.Constant(seconds=1)),
                )
            ],
            queues=[sim.Queue(name="done")],
            triggers=[
                sim.trigger("invoke_event", function="worker", name="orders"),
                sim.trigger("sqs_standard", function="worker", name="done"),
            ],
            traffic=[
                sim.Traffic(
                    into="orders",
                    arrivals=sim.ConstantRate(per_second=1),
                    name="shop",
                )
            ],
            seconds=5,
        ),
        seed=1,
        drain=False,
    )


@every_kind
def test_every_kind_has_a_sample_event(kind):
    assert sample_event(kind)


def test_there_are_no_other_samples():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(KINDS)


@every_check
def test_a_third_party_finds_the_sample_valid(checked):
    """https://docs.powertools.aws.dev/lambda/python/latest/utilities/parser/"""
    kind, check = checked
    check_event(kind, check, sample_event(kind))


@every_check
def test_a_filled_event_stays_valid(checked, run):
    kind, check = checked
    filled = sample_event(kind, run, 2)
    if kind == "alexa":
        # free for the skill to use: the event's content is put there
        filled["session"]["attributes"] = {}
    check_event(kind, check, filled)


REQUIRED = {
    "s3_notification": "Records/0/s3/bucket/name",
    "sns": "Records/0/Sns/MessageId",
    "ses_event": "Records/0/ses/receipt/dmarcVerdict",
    "ses_sync": "Records/0/ses/receipt/dmarcVerdict",
    "cw_logs": "awslogs/data",
    "cfn_custom_resource": "ResponseURL",
    "eventbridge_rule": "detail-type",
    "eventbridge_schedule_rule": "version",
    "eventbridge_bus_event": "0/detail-type",
    "eventbridge_bus_sync": "0/detail-type",
    "eventbridge_scheduler": "id",
    "pipes_target": "0/attributes/SentTimestamp",
    "codecommit": "Records/0/eventTriggerConfigId",
    "config": "invokingEvent",
    "alb": "requestContext/elb/targetGroupArn",
    "apigw_rest": "requestContext/requestTimeEpoch",
    "apigw_rest_stream": "requestContext/requestTimeEpoch",
    "apigw_http": "requestContext/http/method",
    "apigw_ws": "requestContext/messageId",
    "function_url": "requestContext/timeEpoch",
    "edge_viewer": "Records/0/cf/config/eventType",
    "edge_origin": "Records/0/cf/request/origin/custom/domainName",
    "s3_batch": "tasks/0/s3Key",
    "s3_object_lambda": "getObjectContext/outputToken",
    "cognito_trigger": "request/userAttributes",
    "cognito_custom_sender": "request/code",
    "lex_v2": "sessionState/intent/confirmationState",
    "alexa": "request/intent/slots",
    "firehose": "records/0/recordId",
    "appsync_sync": "info/selectionSetList",
    "appsync_event": "info/selectionSetList",
    "sqs_standard": "Records/0/md5OfBody",
    "sqs_fifo": "Records/0/attributes/ApproximateReceiveCount",
    "kinesis": "Records/0/kinesis/sequenceNumber",
    "kinesis_efo": "Records/0/kinesis/partitionKey",
    "ddb_streams": "Records/0/dynamodb/Keys",
    "msk": "eventSourceArn",
    "self_managed_kafka": "records/orders-0/0/offset",
    "stripe_webhook": "requestContext/http/sourceIp",
    "authorizer_rest": "methodArn",
    "authorizer_http": "routeArn",
    "pipes_enrichment": "0/attributes/SentTimestamp",
    "vpc_lattice": "requestContext/targetGroupArn",
    "appsync_events_sync": "info/channelNamespace",
    "appsync_events_event": "info/channelNamespace",
}


@holds_for_each({kind: (kind, path) for kind, path in REQUIRED.items()})
def test_an_event_without_a_required_key_is_refused(required):
    kind, path = required
    event = sample_event(kind)
    *parents, last = path.split("/")
    node = event
    for step in parents:
        node = node[int(step) if isinstance(node, list) else step]
    del node[last]
    for _, check in [found for found in CHECKS if found[0] == kind]:
        with pytest.raises(INVALID):
            check_event(kind, check, event)


def test_every_checked_kind_has_shown_that_its_check_can_fail():
    assert set(REQUIRED) == {kind for kind, _ in CHECKS}


def test_rows_without_a_sound_schema_say_so():
    unchecked = {
        kind
        for kind, row in catalogue().items()
        if row.event_checked_by == "none"
    }
    free_form = {
        "invoke",
        "invoke_event",
        "iot_rule",
        "sfn_sync",
        "sfn_wait_token",
        "sfn_event",
    }
    no_schema = {"mq", "documentdb", "codepipeline", "connect"}
    no_schema |= {"secrets_rotation", "authorizer_ws"}
    assert unchecked == free_form | no_schema


def test_the_catalogue_names_the_versions_that_are_installed():
    named = {
        check.split()[1]
        for _, check in CHECKS
        if check.startswith("powertools")
    }
    assert named == {version("aws-lambda-powertools").rpartition(".")[0]}


def test_each_call_gives_a_copy_of_its_own():
    first, second = sample_event("sns"), sample_event("sns")
    first["Records"][0]["Sns"]["Message"] = "changed"
    assert second["Records"][0]["Sns"]["Message"] != "changed"
    assert sample_event("sns") == second


BODY = '{"event": 2, "traffic": "shop", "n": 2}'
TIMES = {
    "ms",
    "ms_text",
    "second",
    "seconds",
    "iso",
    "iso_offset",
    "iso_seconds",
    "iso_basic",
    "log_time",
    "mail_date",
}
SCHEDULES = {"eventbridge_schedule_rule", "eventbridge_scheduler"}
AT = 1767225603  # 2026-01-01T00:00:03Z


@every_kind
def test_a_filled_event_is_that_event_and_no_other(kind, run):
    second, third = sample_event(kind, run, 2), sample_event(kind, run, 3)
    assert second != third != sample_event(kind)
    assert second == sample_event(kind, run, 2)


@pytest.mark.parametrize(
    ("values", "without"),
    [
        ({"id", "hexadecimal", "number"}, set()),
        (TIMES, {"cfn_custom_resource", "codepipeline", "secrets_rotation"}),
        (
            {"key", "quoted_key"},
            SCHEDULES
            | {"firehose", "pipes_target", "pipes_enrichment", "sqs_standard"},
        ),
        (
            {"body", "payload"},
            SCHEDULES
            | {"s3_notification", "ses_event", "ses_sync", "secrets_rotation"}
            | {"authorizer_rest", "authorizer_http", "authorizer_ws"},
        ),
    ],
)
def test_every_kind_has_its_places_for_id_time_key_and_body(values, without):
    """What AWS's own event has no place for stays as it is."""
    with (FOLDER / "slots.csv").open(encoding="utf-8", newline="") as lines:
        slots = list(csv.DictReader(lines))
    filled = {
        slot["kind"]
        for slot in slots
        if values & set(re.findall(r"{(\w+)}", slot["value"]))
    }
    assert set(KINDS) - filled == without


def test_an_sqs_message_carries_id_time_body_and_checksum(run):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    message = sample_event("sqs_standard", run, 2)["Records"][0]
    assert (message["body"], message["attributes"]["SentTimestamp"]) == (
        BODY,
        f"{AT}000",
    )
    assert message["md5OfBody"] == "b1288a0cb4416f1a928b80ce633e2337"
    assert len(message["messageId"]) == 36
    assert (
        message["messageId"]
        != sample_event("sqs_fifo", run, 2)["Records"][0]["messageId"]
    )


def test_an_id_belongs_to_one_event_and_does_not_depend_on_what_else_happens(
    run,
):
    scenario = run.scenario
    other = sim.Traffic(
        into="orders", arrivals=sim.Burst(at=0.5, events=2), name="other"
    )
    busier = sim.simulate(
        scenario.replace(traffic=(*scenario.traffic, other)),
        seed=1,
        drain=False,
    )
    ids = [
        sample_event("sqs_standard", run, event)["Records"][0]["messageId"]
        for event in (0, 1, 2, 3)
    ]
    assert len(set(ids)) == 4
    assert (
        sample_event("sqs_standard", busier, 2 + 2)["Records"][0]["messageId"]
        == ids[2]
    )


def test_a_kinesis_record_is_base64_and_named_by_its_sequence_number(run):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    record = sample_event("kinesis", run, 2)["Records"][0]
    assert base64.b64decode(record["kinesis"]["data"]).decode() == BODY
    assert record["kinesis"]["approximateArrivalTimestamp"] == AT
    assert (
        record["eventID"]
        == f"shardId-000000000000:{record['kinesis']['sequenceNumber']}"
    )


@pytest.mark.parametrize(
    ("kind", "source"),
    [("msk", "aws:kafka"), ("self_managed_kafka", "SelfManagedKafka")],
)
def test_kafka_keys_and_values_are_base64_and_headers_are_bytes(
    run, kind, source
):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html"""
    event = sample_event(kind, run, 2)
    [record] = event["records"]["orders-0"]
    assert event["eventSource"] == source
    assert base64.b64decode(record["value"]).decode() == BODY
    # no key: the id
    assert (
        base64.b64decode(record["key"]).decode()
        == bytes(record["headers"][0]["id"]).decode()
    )
    assert record["timestamp"] == AT * 1000


def test_an_mq_message_is_base64(run):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html"""
    [message] = sample_event("mq", run, 2)["messages"]
    assert base64.b64decode(message["data"]).decode() == BODY


def test_log_events_are_zipped_and_base64(run):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html"""
    data = sample_event("cw_logs", run, 2)["awslogs"]["data"]
    [line] = json.loads(gzip.decompress(base64.b64decode(data)))["logEvents"]
    assert (line["message"], line["timestamp"]) == (BODY, AT * 1000)


def test_times_are_written_as_each_service_writes_them(run):
    assert (
        sample_event("sns", run, 2)["Records"][0]["Sns"]["Timestamp"]
        == "2026-01-01T00:00:03.000Z"
    )
    assert (
        sample_event("eventbridge_rule", run, 2)["time"]
        == "2026-01-01T00:00:03Z"
    )
    context = sample_event("apigw_rest", run, 2)["requestContext"]
    assert (context["requestTime"], context["requestTimeEpoch"]) == (
        "01/Jan/2026:00:00:03 +0000",
        AT * 1000,
    )
    mail = sample_event("ses_event", run, 2)["Records"][0]["ses"]["mail"]
    assert mail["commonHeaders"]["date"] == "Thu, 01 Jan 2026 00:00:03 +0000"


def test_an_event_that_a_function_caused_carries_its_parent(run):
    child = len(run.workload.time)
    body = json.loads(
        sample_event("sqs_standard", run, child)["Records"][0]["body"]
    )
    assert body == {
        "event": child,
        "parent": 0,
        "edge": "on-success destination",
    }
    arrived = run.deliveries.set_index("event").arrived_s[child]
    sent = sample_event("sqs_standard", run, child)["Records"][0]["attributes"][
        "SentTimestamp"
    ]
    assert int(sent) == (1767225600 + arrived) * 1000 // 1


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda run: sample_event("snss"),
            "There is no trigger kind 'snss'; did you mean 'sns'",
        ),
        (
            lambda run: sample_event("sns", run, 99),
            "There is no event 99: this run has events 0 to ",
        ),
        (lambda run: sample_event("sns", run), "give both or neither"),
        (lambda run: sample_event("sns", event=1), "give both or neither"),
    ],
)
def test_a_wrong_question_is_told_why(run, ask, sentence):
    with pytest.raises(sim.ScenarioError, match=sentence):
        ask(run)
