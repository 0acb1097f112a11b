"""S3 notifies queues, topics and event buses, as it does functions."""

import pytest

import sim


def notified(*targets, triggers, **resources):
    """One object in a bucket, whose notification goes to these targets."""
    return sim.Scenario(
        functions=[sim.Function("f", timeout=3)],
        triggers=triggers,
        buckets=[sim.Bucket("inbox", targets=targets)],
        traffic=[
            sim.Traffic(into="inbox", arrivals=sim.Recorded(instants=(0,)))
        ],
        seconds=60,
        **resources,
    )


QUEUE = sim.trigger("sqs_standard", "f", name="map", source="jobs")
RULE = sim.trigger("eventbridge_rule", "f", name="rule", source="default")
FUNCTION = sim.trigger("s3_notification", "f", name="direct", source="inbox")


@pytest.mark.parametrize(
    ("targets", "resources", "triggers", "reached"),
    [
        (["jobs"], {}, [QUEUE], ["map"]),
        (
            ["news"],
            {"topics": [sim.Topic("news", queues=("jobs",))]},
            [QUEUE],
            ["map"],
        ),
        (["default"], {}, [RULE], ["rule"]),
        (
            ["jobs", "default"],
            {},
            [QUEUE, RULE, FUNCTION],
            ["direct", "map", "rule"],
        ),
    ],
)
def test_an_object_is_notified_to_queues_topics_buses_and_functions(
    targets, resources, triggers, reached
):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"""
    run = sim.simulate(notified(*targets, triggers=triggers, **resources))
    assert sorted(run.deliveries.trigger) == reached
    assert (run.deliveries.fate == "succeeded").all()


def test_a_function_that_writes_into_a_bucket_has_it_notify_its_queue():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html"""
    writes = sim.Function(
        "g", behaviour=sim.Behaviour(sends=[sim.Output("inbox")])
    )
    scenario = notified("jobs", triggers=[QUEUE])
    scenario = scenario.replace(
        functions=[*scenario.functions, writes],
        triggers=[QUEUE, sim.trigger("invoke", "g")],
        traffic=[
            sim.Traffic(into="invoke", arrivals=sim.Recorded(instants=(0,)))
        ],
    )
    run = sim.simulate(scenario)
    assert set(run.deliveries.trigger) == {"invoke", "map"}


def test_s3_notifies_no_fifo_queue():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"""
    with pytest.raises(sim.ScenarioError, match="S3 takes no FIFO queues"):
        notified(
            "jobs",
            triggers=[sim.trigger("sqs_fifo", "f", source="jobs")],
        )


def test_a_target_that_is_not_there_is_refused():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html"""
    with pytest.raises(sim.ScenarioError, match="notifies queue, topic or bus"):
        notified("nowhere", triggers=[FUNCTION])


@pytest.mark.parametrize("form", ["sam", "cdk-python", "cdk-typescript"])
def test_notifications_are_written_and_read_again(form):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html"""
    scenario = notified(
        "jobs",
        "news",
        triggers=[QUEUE],
        topics=[sim.Topic("news", queues=("jobs",))],
    )
    text = sim.write_template(scenario, form)
    assert "otification" in text
    if form == "sam":
        (bucket,) = sim.read_template(text).scenario.buckets
        assert bucket == scenario.buckets[0]


def test_a_rule_about_a_buckets_events_gets_them_by_a_bus():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html"""
    template = """
Resources:
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: a.b, Code: {ZipFile: x}, Role: r}
  Created:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.s3], detail: {bucket: {name: [!Ref Inbox]}}}
      Targets: [{Id: f, Arn: !GetAtt F.Arn}]
  Other:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [my.shop]}
      Targets: [{Id: f, Arn: !GetAtt F.Arn}]
"""
    scenario = sim.read_template(template).scenario
    assert scenario.buckets[0].targets == ("default-Inbox",)
    consumers = scenario.consumers("Inbox")
    assert [trigger.name for trigger in consumers] == ["Created"]
