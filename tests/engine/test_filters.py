"""Filters at work: patterns decide on events with bodies, shares on the others."""

import pytest

import sim

FN = sim.Function(name="f")
CODE = sim.OneOf(("AAAA", "BBBB"), (3, 1))
BODY = {"code": CODE, "n": sim.Counter(), "price": sim.Between(1, 100)}
LATE = '{"n": [{"numeric": [">=", 30]}]}'


def simulate(trigger, into=None, seed=1, functions=(FN,), triggers=(), **more):
    traffic = {
        key: more.pop(key)
        for key in ("body", "message_attributes", "arrivals", "keys")
        if key in more
    }
    traffic.setdefault("arrivals", sim.Burst(events=40, within=40))
    sent = sim.Traffic(into=into or trigger.entry, **traffic)
    scenario = sim.Scenario(
        functions=functions,
        triggers=[trigger, *triggers],
        traffic=[sent],
        seconds=60,
        **more,
    )
    return sim.simulate(scenario, seed=seed)


def handled(run, function="f"):
    mine = run.deliveries[run.deliveries.function == function]
    return mine.n[mine.fate == "succeeded"].tolist()


@pytest.mark.parametrize(
    ("kind", "place", "settings"),
    [
        ("sqs_standard", "body", {}),
        ("sqs_fifo", "body", {}),
        ("kinesis", "data", {}),
        ("kinesis_efo", "data", {}),
        ("ddb_streams", "dynamodb", {}),
        ("msk", "value", {}),
        ("self_managed_kafka", "value", {}),
        ("mq", "data", {}),
        ("pipes_target", "body", {}),
        ("pipes_target", "data", {"invocation_type": "FIRE_AND_FORGET"}),
    ],
)
def test_what_its_patterns_match_is_handled_and_the_rest_filtered(
    kind, place, settings
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    pattern = f'{{"{place}": {LATE}}}'
    one = sim.trigger(
        kind, function="f", name="t", filter_criteria=[pattern], **settings
    )
    run = simulate(one, body=BODY, keys=sim.Keys(1))
    assert sorted(handled(run)) == list(range(30, 40))
    assert (run.deliveries.fate == "filtered").sum() == 30
    assert len(run.attempts) == 10, "what is filtered is not run"


def test_one_of_several_patterns_is_enough():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    patterns = ['{"body": {"n": [3]}}', '{"body": {"n": [5]}}']
    one = sim.trigger("sqs_standard", function="f", filter_criteria=patterns)
    assert handled(simulate(one, body=BODY)) == [3, 5]


def test_a_rule_gets_the_events_that_meet_its_pattern():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"""
    one = sim.trigger(
        "eventbridge_rule", function="f", event_pattern=f'{{"detail": {LATE}}}'
    )
    assert handled(simulate(one, body=BODY)) == list(range(30, 40))


def test_a_subscription_gets_the_messages_that_its_policy_accepts():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html"""
    by_attribute = sim.trigger("sns", function="f", filter_policy=LATE)
    attributes = {"n": sim.Counter()}
    run = simulate(by_attribute, message_attributes=attributes)
    assert handled(run) == list(range(30, 40))
    assert handled(simulate(by_attribute, body=BODY)) == [], "no attributes"
    by_body = by_attribute.replace(filter_policy_scope="MessageBody")
    assert handled(simulate(by_body, body=BODY)) == list(range(30, 40))


def test_a_queue_gets_what_the_filter_policy_of_its_subscription_accepts():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html"""
    policy = sim.FilterPolicy("q", LATE, filter_policy_scope="MessageBody")
    topic = sim.Topic(name="t", queues=("q",), filter_policies=(policy,))
    one = sim.trigger("sqs_standard", function="f", source="q")
    run = simulate(one, into="t", topics=[topic], body=BODY)
    assert handled(run) == list(range(30, 40))
    assert (run.deliveries.receives > 0).sum() == 10, (
        "it never was in the queue"
    )
    metrics = run.metrics()
    sent = metrics[metrics.metric == "NumberOfMessagesSent"]
    assert sent["Sum"].sum() == 10
    assert "before `q`" in run.story(0)
    assert len(handled(simulate(one, topics=[topic], body=BODY))) == 40, (
        "what is sent to the queue itself meets no policy"
    )


def test_an_event_of_which_nothing_is_known_passes_policies_and_rules():
    """A choice: who writes no body and no attributes does not ask what they would match."""
    policy = sim.FilterPolicy("q", LATE)
    topic = sim.Topic(name="t", queues=("q",), filter_policies=(policy,))
    rule = sim.EventPattern("q", f'{{"detail": {LATE}}}')
    bus = sim.EventBus(name="b", targets=("q",), event_patterns=(rule,))
    one = sim.trigger("sqs_standard", function="f", source="q")
    for into, system in (
        ("t", {"topics": [topic]}),
        ("b", {"event_buses": [bus]}),
    ):
        run = simulate(one, into=into, **system)
        assert len(handled(run)) == 40
    attributes = {"n": sim.Counter()}
    told = simulate(
        one, into="t", topics=[topic], message_attributes=attributes
    )
    assert handled(told) == list(range(30, 40))


def test_a_bus_forwards_what_its_rules_match_on_each_way():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"""
    policy = sim.FilterPolicy("q", LATE, filter_policy_scope="MessageBody")
    topic = sim.Topic(name="t", queues=("q",), filter_policies=(policy,))
    early = '{"detail": {"n": [{"numeric": ["<", 35]}]}}'
    bus = sim.EventBus(
        name="b",
        targets=("t",),
        event_patterns=(sim.EventPattern("t", early),),
    )
    one = sim.trigger("sqs_standard", function="f", source="q")
    run = simulate(one, into="b", topics=[topic], event_buses=[bus], body=BODY)
    assert handled(run) == list(range(30, 35))


def test_an_event_keeps_its_body_over_hops_unless_the_handler_gives_another():
    """A choice: what a handler sends on is the event that it was given."""
    one = sim.trigger(
        "sqs_standard", function="f", filter_criteria=[f'{{"body": {LATE}}}']
    )
    for body, expected in (
        (None, list(range(30, 40))),
        ({"n": 30}, list(range(40))),
        ({"n": sim.Counter()}, list(range(30, 40))),
    ):
        sends = (sim.Output("t", body=body),)
        first = sim.Function(name="g", behaviour=sim.Behaviour(sends=sends))
        run = simulate(
            sim.trigger("invoke_event", function="g", name="start"),
            functions=(FN, first),
            triggers=[one],
            topics=[sim.Topic(name="t", queues=("sqs_standard",))],
            body=BODY,
        )
        mine = run.deliveries[run.deliveries.function == "f"]
        came = mine[mine.fate == "succeeded"]
        parents = came.parent
        roots = run.deliveries.drop_duplicates("event").set_index("event").n
        assert sorted(roots[parents]) == expected


def test_a_body_belongs_to_its_event_alone():
    one = sim.trigger(
        "sqs_standard",
        function="f",
        filter_criteria=['{"body": {"code": ["BBBB"]}}'],
    )
    run = simulate(one, body=BODY)
    assert 4 < len(handled(run)) < 18
    later = simulate(one, body=BODY, arrivals=sim.Burst(events=80, within=40))
    assert [n for n in handled(later) if n < 40] == handled(run)
    assert handled(simulate(one, body=BODY, seed=2)) != handled(run)


def test_a_stranger_changes_no_body():
    one = sim.trigger(
        "sqs_standard",
        function="f",
        filter_criteria=['{"body": {"code": ["BBBB"]}}'],
    )
    alone = simulate(one, body=BODY)
    for name in ("a", "z"):
        stranger = sim.trigger("invoke_event", function="g", name=name)
        system = alone.scenario.replace(
            functions=(FN, sim.Function(name="g")),
            triggers=(one, stranger),
            traffic=(
                *alone.scenario.traffic,
                sim.Traffic(into=name, arrivals=sim.Burst(9), body=BODY),
            ),
        )
        assert handled(sim.simulate(system, seed=1)) == handled(alone)


def test_recorded_events_bring_their_bodies_and_the_others_their_share():
    patterns = ['{"body": {"code": ["BBBB"]}}']
    one = sim.trigger("sqs_standard", function="f", filter_criteria=patterns)
    recorded = sim.Recorded(
        (0, 1, 2), bodies=({"code": "AAAA"}, '{"code": "BBBB"}', None)
    )
    assert handled(simulate(one, arrivals=recorded)) == [1, 2]


def test_a_share_beside_patterns_is_refused_where_events_have_bodies():
    one = sim.trigger(
        "sqs_standard",
        function="f",
        filter_criteria=[f'{{"body": {LATE}}}'],
        matching_share=0.5,
    )
    assert 8 < len(handled(simulate(one))) < 32, "without a body it counts"
    with pytest.raises(sim.ScenarioError, match="leave out matching_share"):
        simulate(one, body=BODY)


def test_a_policy_of_a_queue_that_does_not_subscribe_is_refused():
    one = sim.trigger("sqs_standard", function="f", source="q")
    policy = sim.FilterPolicy("q", LATE)
    topic = sim.Topic(name="t", filter_policies=(policy,))
    with pytest.raises(sim.ScenarioError, match="does not subscribe"):
        simulate(one, topics=[topic])
    pattern = sim.EventPattern("q", f'{{"detail": {LATE}}}')
    bus = sim.EventBus(name="b", event_patterns=(pattern,))
    with pytest.raises(sim.ScenarioError, match="none of its targets"):
        simulate(one, event_buses=[bus])


def test_of_two_mappings_of_a_queue_each_has_its_own_patterns():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    early = '{"body": {"n": [{"numeric": ["<", 30]}]}}'
    other = sim.trigger(
        "sqs_standard",
        function="g",
        source="q",
        name="b",
        filter_criteria=[early],
    )
    one = sim.trigger(
        "sqs_standard",
        function="f",
        source="q",
        name="a",
        filter_criteria=[f'{{"body": {LATE}}}'],
    )
    functions = (FN, sim.Function(name="g"))
    run = simulate(one, functions=functions, triggers=[other], body=BODY)
    done = [*handled(run), *handled(run, "g")]
    assert 8 < len(done) < 32, "the other half met the other one's filter"
    assert len(run.deliveries) == 40


def test_a_sample_event_carries_the_body_of_its_event():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    one = sim.trigger("sqs_standard", function="f")
    run = simulate(one, body={"n": sim.Counter(7)})
    (message,) = sim.sample_event("sqs_standard", run, 3)["Records"]
    assert message["body"] == '{"n": 10}'
    plain = simulate(one, body='"hello"')
    (message,) = sim.sample_event("sqs_standard", plain, 3)["Records"]
    assert message["body"] == "hello"
