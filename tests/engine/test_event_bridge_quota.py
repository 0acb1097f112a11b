"""The quotas of EventBridge's Classic buses: invocations are delayed, PutEvents is throttled."""

import pytest

import sim


def ruled(count, within=1, kind="eventbridge_rule", rules=1, **traffic):
    """Events to a bus, evenly, with a quota of 100 invocations a second."""
    account = traffic.pop("account", sim.Account(eventbridge_invocations=100))
    source = traffic.pop("source", "bus")
    function = sim.Function(
        name="f",
        behaviour=sim.Behaviour(
            handler=sim.Constant(0.01), init=sim.Constant(0)
        ),
    )
    given = {"source": source} if kind == "eventbridge_rule" else {}
    triggers = [
        sim.trigger(kind, "f", name=f"rule{n}", latency=0, **given)
        for n in range(rules)
    ]
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            triggers=triggers,
            account=account,
            traffic=[
                sim.Traffic(
                    into=triggers[0].entry,
                    arrivals=sim.Burst(events=count, within=within),
                    **traffic,
                )
            ],
            seconds=60,
        )
    )


def accepted(run, until):
    return int((run.deliveries.accepted_s <= until).sum())


def test_above_the_quota_invocations_are_delayed_and_none_is_lost():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(500, within=0)
    assert (run.deliveries.fate == "succeeded").all()
    assert accepted(run, 0) == 100
    assert accepted(run, 2) == 300
    assert run.deliveries.accepted_s.max() == pytest.approx(4, abs=0.011)


def test_below_the_quota_nothing_waits():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(300, within=3)
    assert (run.deliveries.accepted_s == run.deliveries.arrived_s).all()


def test_all_rules_of_the_region_share_the_quota():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(100, within=0, rules=3)
    assert accepted(run, 0) == 100
    assert run.deliveries.accepted_s.max() == pytest.approx(2, abs=0.011)


def test_a_scheduled_rule_counts_too_and_scheduler_does_not():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    rule = ruled(200, within=0, kind="eventbridge_schedule_rule")
    assert rule.deliveries.accepted_s.max() > 0.9
    scheduler = ruled(200, within=0, kind="eventbridge_scheduler")
    assert scheduler.deliveries.accepted_s.max() == 0


def test_the_story_tells_of_the_delay():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(101, within=0)
    last = int(run.deliveries.accepted_s.idxmax())
    assert "`bus` delays it by 10 ms." in run.story(last)


def test_the_quota_is_the_largest_regions_unless_it_is_set():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    account = sim.Account()
    assert account.eventbridge_invocations == 18_750
    assert account.eventbridge_put_events == 10_000
    with pytest.raises(sim.ScenarioError, match="eventbridge_invocations"):
        sim.Account(eventbridge_invocations=0)


SLOW = sim.Account(eventbridge_put_events=50)


def test_put_events_above_its_quota_is_throttled():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(80, within=0, account=SLOW)
    refused = run.deliveries[run.deliveries.fate == "rejected"]
    assert len(refused) == 30
    assert set(refused.told) == {"ThrottlingException"}
    number = int(refused.event.iloc[0])
    assert "takes no more requests in this second" in run.story(number)


def test_an_event_is_one_request_however_many_rules_match_it():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(50, within=0, rules=3, account=SLOW)
    assert (run.deliveries.fate == "succeeded").all()


def test_a_client_with_retries_puts_its_events_again():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    patient = sim.Caller(retry_mode="standard", max_attempts=8)
    run = ruled(55, within=0, account=SLOW, caller=patient)
    assert (run.deliveries.fate == "succeeded").all()


def test_a_client_decides_once_for_each_event_it_puts():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    patient = sim.Caller(retry_mode="standard", max_attempts=8)
    one = ruled(400, within=0, account=SLOW, caller=patient).deliveries
    three = ruled(400, within=0, rules=3, account=SLOW, caller=patient)
    fates = three.deliveries.groupby("event").fate.agg(set)
    assert (fates.map(len) == 1).all()
    assert list(three.deliveries.fate[::3]) == list(one.fate)
    assert set(one.fate) == {"succeeded", "rejected"}


def test_what_aws_itself_sends_to_the_default_bus_is_no_request():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html"""
    run = ruled(80, within=0, account=SLOW, source="default")
    assert (run.deliveries.fate == "succeeded").all()


def forwarded(count, bus=None, filters=(), put_events=10_000, **queue):
    """Events to a bus whose rules send them on to a queue, and to a topic with a function."""
    function = sim.Function(
        name="f",
        behaviour=sim.Behaviour(
            handler=sim.Constant(0.01), init=sim.Constant(0)
        ),
    )
    kind = "sqs_fifo" if queue.get("fifo_queue") else "sqs_standard"
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            triggers=[
                sim.trigger(kind, "f", name="m", source="q", latency=0),
                sim.trigger("sns", "f", name="s", source="topic", latency=0),
            ],
            queues=[sim.Queue(name="q", **queue)],
            topics=[sim.Topic(name="topic")],
            event_buses=[
                bus or sim.EventBus(name="bus", targets=("q", "topic"))
            ],
            account=sim.Account(
                eventbridge_invocations=100, eventbridge_put_events=put_events
            ),
            traffic=[
                sim.Traffic(
                    into="bus",
                    arrivals=sim.Burst(events=count),
                    keys=sim.Keys(count),
                )
            ],
            seconds=60,
        )
    )


def test_the_quota_holds_for_queues_and_topics_as_targets():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    came = forwarded(100).deliveries
    assert (came.fate == "succeeded").all()
    # 200 invocations: half of them at once, the others within a second
    assert came.latency_s.max() == pytest.approx(1.03, abs=0.08)
    assert (came[came.trigger == "s"].accepted_s == 0).sum() == 50


def test_a_topic_is_one_target_however_many_subscribe():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    f = sim.Function("f", behaviour=sim.Behaviour(handler=sim.Constant(0.01)))
    triggers = [
        sim.trigger("sns", "f", name=f"s{n}", source="topic", latency=0)
        for n in range(4)
    ]
    run = sim.simulate(
        sim.Scenario(
            functions=[f],
            triggers=triggers,
            event_buses=[sim.EventBus(name="bus", targets=("topic",))],
            account=sim.Account(eventbridge_invocations=100),
            traffic=[sim.Traffic(into="bus", arrivals=sim.Burst(events=100))],
        )
    )
    assert len(run.deliveries) == 400
    assert (run.deliveries.accepted_s == 0).all()


def test_what_is_sent_to_a_queue_itself_comes_by_no_rule():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = forwarded(1)
    traffic = [
        sim.Traffic(into="q", arrivals=sim.Burst(events=300)),
        sim.Traffic(into="topic", arrivals=sim.Burst(events=300)),
    ]
    direct = sim.simulate(run.scenario.replace(traffic=traffic))
    stages = set(direct.spans.stage)
    assert "source" not in stages
    assert (direct.deliveries.fate == "succeeded").all()


def test_put_events_is_throttled_for_queues_and_topics_too():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = forwarded(80, put_events=50)
    refused = run.deliveries[run.deliveries.fate == "rejected"]
    assert len(refused) == 2 * 30
    assert refused.event.nunique() == 30
    story = run.story(int(refused.event.iloc[0]))
    assert "arrives at `bus`" in story
    assert "sent to `q`" not in story


def test_a_delayed_message_is_as_old_as_its_send():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    run = forwarded(6_100, message_retention_period=60)
    assert run.deliveries.latency_s.max() > 60
    assert (run.deliveries.fate == "succeeded").all()
    sent = run.metrics("1min").query("metric == 'NumberOfMessagesSent'")
    assert list(sent.Sum)[:2] == [3050, 3000]


def test_a_fifo_queue_that_is_too_busy_is_no_second_invocation():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = forwarded(50, fifo_queue=True)
    assert (run.deliveries.fate == "succeeded").all()
    assert run.deliveries.latency_s.max() < 0.2


def test_a_bucket_puts_no_events_and_its_rules_count():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html"""
    run = forwarded(1, put_events=50)
    bucket = sim.Bucket(name="b", targets=("bus",))
    traffic = [sim.Traffic(into="b", arrivals=sim.Burst(events=100))]
    changed = run.scenario.replace(buckets=[bucket], traffic=traffic)
    came = sim.simulate(changed).deliveries
    assert (came.fate == "succeeded").all()
    assert came.latency_s.max() > 0.9


def test_the_story_of_a_message_tells_of_the_delay():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = forwarded(60)
    story = run.story(59)
    assert "The event arrives at `bus`." in story
    assert "`bus` delays it by 190 ms." in story
    assert "The message is sent to `q`" in story


def test_an_event_that_no_rule_matches_is_a_request_and_no_invocation():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    pattern = sim.EventPattern("q", '{"detail": {"a": [1]}}')
    bus = sim.EventBus(name="bus", targets=("q",), event_patterns=(pattern,))
    scenario = forwarded(1, bus=bus, put_events=250).scenario
    traffic = [
        sim.Traffic(
            name=f"a{n}",
            into="bus",
            arrivals=sim.Burst(150),
            body=f'{{"a": {n}}}',
        )
        for n in (0, 1)
    ]
    run = sim.simulate(scenario.replace(traffic=traffic))
    came = run.deliveries
    fates = came.groupby(came.traffic.astype(str)).fate.value_counts()
    assert fates["a0", "filtered"] == 150
    assert fates["a1", "succeeded"] == 100
    assert fates["a1", "rejected"] == 50
    assert "delayed" not in set(run.spans.outcome)
