"""One event to several consumers, through filters, and from a topic on to queues."""

import sim

TIMES = sim.Behaviour(
    handler=sim.Constant(seconds=1), init=sim.Constant(seconds=0)
)
AT_ONCE = sim.Constant(seconds=0)


def published(triggers, events=1, topics=(), seconds=60):
    """Messages to a topic, one a second."""
    scenario = sim.Scenario(
        functions=[
            sim.Function(name=name, behaviour=TIMES) for name in ("f", "g")
        ],
        triggers=triggers,
        topics=topics,
        traffic=[
            sim.Traffic(
                into="news",
                arrivals=sim.ConstantRate(per_second=1, events=events),
            )
        ],
        choices=sim.Choices(first_dispatch_seconds=0),
        seconds=seconds + events,
    )
    return sim.simulate(scenario)


def test_each_subscription_of_a_topic_gets_each_message():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"""
    triggers = [
        sim.trigger(
            "sns", function=name, name=name, source="news", latency=AT_ONCE
        )
        for name in ("f", "g")
    ]
    deliveries = published(triggers).deliveries
    assert deliveries[["event", "function", "fate"]].to_numpy().tolist() == [
        [0, "f", "succeeded"],
        [0, "g", "succeeded"],
    ]


def test_a_queue_that_subscribes_to_a_topic_hands_its_messages_to_its_function():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html"""
    triggers = [
        sim.trigger(
            "sns", function="f", name="f", source="news", latency=AT_ONCE
        ),
        sim.trigger(
            "sqs_standard",
            function="g",
            name="g",
            source="inbox",
            latency=AT_ONCE,
        ),
    ]
    deliveries = published(
        triggers, topics=[sim.Topic(name="news", queues=("inbox",))]
    ).deliveries
    assert deliveries[["kind", "receives"]].to_numpy().tolist() == [
        ["sns", 0],
        ["sqs_standard", 1],
    ]
    assert set(deliveries.event) == {0}


def test_a_filter_lets_its_share_through_and_the_rest_is_filtered_without_a_run():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    triggers = [
        sim.trigger(
            "sns", function="f", name="f", source="news", matching_share=0.25
        )
    ]
    deliveries = published(triggers, events=400).deliveries
    filtered = deliveries[deliveries.fate == "filtered"]
    assert 270 <= len(filtered) <= 330
    assert filtered.runs.sum() == 0


def test_a_message_that_does_not_match_is_deleted_from_its_queue():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html"""
    triggers = [
        sim.trigger("sqs_standard", function="f", name="news", matching_share=0)
    ]
    deliveries = published(triggers, events=3).deliveries
    assert deliveries.fate.tolist() == ["filtered"] * 3
    assert deliveries.receives.tolist() == [1] * 3, "a poller receives it first"
