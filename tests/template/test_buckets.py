"""Notifications of buckets to queues, topics and EventBridge within one template."""

import pytest

import sim
from tests.support.template_texts import (
    mapping,
    plain_function,
    read,
    read_sam,
    resource,
    row,
    sam_function,
)

CREATED = "Event: 's3:ObjectCreated:*'"
FILTER = (
    "Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}, "
    "{Name: suffix, Value: .png}]}}"
)
QUEUE = resource("Q", "SQS::Queue")
TOPIC = resource("T", "SNS::Topic")
RULE_OF_S3 = (
    "EventPattern: {source: [aws.s3], detail: {bucket: {name: [!Ref B]}}}"
)


def bucket(configuration):
    """A bucket that notifies."""
    settings = f"NotificationConfiguration: {{{configuration}}}"
    return resource("B", "S3::Bucket", settings)


def to_queue(more=""):
    item = f"{CREATED}, Queue: !GetAtt Q.Arn, {more}".rstrip(", ")
    return f"QueueConfigurations: [{{{item}}}]"


def to_topic(more=""):
    item = f"{CREATED}, Topic: !Ref T, {more}".rstrip(", ")
    return f"TopicConfigurations: [{{{item}}}]"


def to_bus(enabled="true"):
    return f"EventBridgeConfiguration: {{EventBridgeEnabled: {enabled}}}"


def rule(target, more=""):
    """A rule about the bucket's events with one target."""
    targets = f"Targets: [{{Id: one, Arn: {target}{more}}}]"
    return resource("R", "Events::Rule", f"{RULE_OF_S3}, {targets}")


def policy(name, kind, target, action, service):
    """What lets a service send to a queue or topic."""
    statement = (
        f"Effect: Allow, Action: {action}, Resource: '*', "
        f"Principal: {{Service: {service}.amazonaws.com}}"
    )
    document = f"PolicyDocument: {{Statement: [{{{statement}}}]}}"
    return resource(name, kind, f"{target}, {document}")


def queue_policy(service):
    return policy(
        "QP", "SQS::QueuePolicy", "Queues: [!Ref Q]", "sqs:SendMessage", service
    )


def topic_policy(service):
    return policy(
        "TP", "SNS::TopicPolicy", "Topics: [!Ref T]", "'sns:Publish'", service
    )


def read_in(form, resources, event, plain):
    """The same system in SAM, with an event of its function, or in CloudFormation alone."""
    if form == "sam":
        events = f"Events: {{E: {event}}}"
        return read_sam(resources + sam_function(more=events))
    return read(resources + plain_function() + plain)


def succeeded(scenario):
    """How many of ten new objects end in a successful run."""
    new = sim.Traffic(into="B", arrivals=sim.Burst(events=10))
    run = sim.simulate(scenario.replace(traffic=[new]), seed=1)
    return int((run.deliveries.fate == "succeeded").sum())


FORMS = ("sam", "plain")
POLLS = (
    "{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}",
    mapping("EventSourceArn: !GetAtt Q.Arn"),
)
SUBSCRIBES = (
    "{Type: SNS, Properties: {Topic: !Ref T}}",
    resource(
        "S",
        "SNS::Subscription",
        "TopicArn: !Ref T, Protocol: lambda, Endpoint: !GetAtt F.Arn",
    ),
)
PATTERN = RULE_OF_S3.removeprefix("EventPattern: ")
LISTENS = (
    f"{{Type: EventBridgeRule, Properties: {{Pattern: {PATTERN}}}}}",
    rule("!GetAtt F.Arn"),
)


@pytest.mark.parametrize(
    ("word", "notifies", "made", "worker"),
    [
        ("Queue", to_queue, QUEUE, POLLS),
        ("Topic", to_topic, TOPIC, SUBSCRIBES),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_queue_or_topic_gets_a_buckets_notifications(
    form, word, notifies, made, worker
):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/NotificationHowTo.html"""
    reading = read_in(form, bucket(notifies(FILTER)) + made, *worker)
    named = sim.Bucket(name="B", targets=(word[0],))
    assert reading.scenario.buckets == (named,)
    assert succeeded(reading.scenario) == 10
    place = f"NotificationConfiguration.{word}Configurations.Filter"
    share = row(reading, "B", f"{place} (share of events that match)")
    assert share.status == "unknown"


@pytest.mark.parametrize("form", FORMS)
def test_a_rule_gets_a_buckets_events_by_eventbridge(form):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html"""
    reading = read_in(form, bucket(to_bus()), *LISTENS)
    (read_bucket,) = reading.scenario.buckets
    assert read_bucket.targets == ("default-B",)
    assert succeeded(reading.scenario) == 10


@pytest.mark.parametrize(
    ("target", "made", "worker"),
    [("!GetAtt Q.Arn", QUEUE, POLLS), ("!Ref T", TOPIC, SUBSCRIBES)],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_rule_hands_a_buckets_events_to_a_queue_or_topic(
    form, target, made, worker
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html"""
    resources = bucket(to_bus()) + made + rule(target)
    scenario = read_in(form, resources, *worker).scenario
    (bus,) = scenario.event_buses
    assert (bus.name, len(bus.targets)) == ("default-B", 1)
    assert succeeded(scenario) == 10


def test_all_that_a_bucket_notifies_gets_each_event():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"""
    notified = f"{to_queue()}, {to_topic()}, {to_bus()}"
    resources = bucket(notified) + QUEUE + TOPIC + POLLS[1] + SUBSCRIBES[1]
    scenario = read(resources + plain_function() + LISTENS[1]).scenario
    assert scenario.buckets[0].targets == ("Q", "T", "default-B")
    assert succeeded(scenario) == 30


def test_eventbridge_gets_nothing_where_it_is_not_enabled():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-eventbridgeconfiguration.html"""
    resources = bucket(to_bus("false")) + plain_function() + LISTENS[1]
    (read_bucket,) = read(resources).scenario.buckets
    assert read_bucket.targets == ()


# Who may send

SENT = {
    "S3 to a queue": (bucket(to_queue()) + QUEUE, "B", queue_policy, "s3"),
    "S3 to a topic": (bucket(to_topic()) + TOPIC, "B", topic_policy, "s3"),
    "SNS to a queue": (
        QUEUE
        + TOPIC
        + resource(
            "S2",
            "SNS::Subscription",
            "TopicArn: !Ref T, Protocol: sqs, Endpoint: !GetAtt Q.Arn",
        ),
        "S2",
        queue_policy,
        "sns",
    ),
    "EventBridge to a queue": (
        bucket(to_bus()) + QUEUE + rule("!GetAtt Q.Arn"),
        "R",
        queue_policy,
        "events",
    ),
    "EventBridge to a topic": (
        bucket(to_bus()) + TOPIC + rule("!Ref T"),
        "R",
        topic_policy,
        "events",
    ),
}


def refused(resources):
    """What a service would send to a queue or topic, and may not."""
    reading = read(resources + plain_function() + URL)
    return [
        advice.resource
        for advice in reading.advise()
        if " send to " in advice.detail
    ]


URL = resource(
    "U", "Lambda::Url", "AuthType: NONE, TargetFunctionArn: !GetAtt F.Arn"
)


@pytest.mark.parametrize("name", SENT)
def test_a_queue_or_topic_needs_a_policy_that_lets_the_service_send(name):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"""
    resources, sender, allowed, service = SENT[name]
    assert refused(resources) == [sender]
    assert refused(resources + allowed(service)) == []
    assert refused(resources + allowed("ses")) == [sender]


UNKNOWN = resource("QP", "SQS::QueuePolicy", "Queues: [!Ref Q]")
ALL = queue_policy("s3").replace("{Service: s3.amazonaws.com}", "'*'")


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (UNKNOWN, []),
        (ALL, []),
        (ALL.replace("Allow", "Deny"), ["B"]),
        (ALL.replace("SendMessage", "*"), []),
        (ALL.replace("SendMessage", "ReceiveMessage"), ["B"]),
        (ALL.replace("!Ref Q", "other"), ["B"]),
    ],
)
def test_a_policy_lets_in_whom_its_statements_name(changed, found):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html"""
    assert refused(bucket(to_queue()) + QUEUE + changed) == found


def test_a_rule_with_a_role_needs_no_policy_of_the_queue():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html"""
    role = ", RoleArn: 'arn:aws:iam::1:role/r'"
    resources = bucket(to_bus()) + QUEUE + rule("!GetAtt Q.Arn", role)
    assert refused(resources) == []
