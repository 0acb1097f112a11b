"""Patterns: each operator as the page of its service shows it, and what is no pattern."""

import json

import pytest

import sim
from sim.scenario.event_patterns import matches, problems_of_pattern
from sim.scenario.filtered_records import (
    passes_filter,
    passes_policy,
    passes_rule,
    problems_of_policy,
)
from sim.scenario.pattern_operators import EVENTBRIDGE, LAMBDA, PIPES, SNS

EVERY = (LAMBDA, EVENTBRIDGE, PIPES, SNS)

# What the pattern of the field `a` is, an event that matches, and one that does not
OPERATORS = {
    "null": ([None], {"a": None}, {"a": ""}, EVERY),
    "empty": ([""], {"a": ""}, {"a": None}, EVERY),
    "equals": (["Alice"], {"a": "Alice"}, {"a": "alice"}, EVERY),
    "equals ignore case": (
        [{"equals-ignore-case": "alice"}],
        {"a": "ALICE"},
        {"a": "bob"},
        EVERY,
    ),
    "or": (["Credit", "Debit"], {"a": "Debit"}, {"a": "Cash"}, EVERY),
    "not": (
        [{"anything-but": ["Raining"]}],
        {"a": "Sunny"},
        {"a": "Raining"},
        EVERY,
    ),
    "not, of a missing field": (
        [{"anything-but": "Raining"}],
        {"a": 1},
        {"b": 1},
        EVERY,
    ),
    "number": ([{"numeric": ["=", 100]}], {"a": 100.0}, {"a": "100"}, EVERY),
    "number as written": ([300], {"a": 300}, {"a": 300.0}, EVERY),
    "range": (
        [{"numeric": [">", 10, "<=", 20]}],
        {"a": 20},
        {"a": 10},
        EVERY,
    ),
    "exists": ([{"exists": True}], {"a": None}, {"b": 1}, EVERY),
    "exists, at the end of a path only": (
        [{"exists": False}],
        {"a": {"b": 1}},
        {"a": 1},
        EVERY,
    ),
    "begins with": ([{"prefix": "us-"}], {"a": "us-east-1"}, {"a": 5}, EVERY),
    "ends with": ([{"suffix": ".png"}], {"a": "x.png"}, {"a": "x.jpg"}, EVERY),
    "one value of an array": (["x"], {"a": ["x", "y"]}, {"a": ["y"]}, EVERY),
    "address": (
        [{"cidr": "10.0.0.0/24"}],
        {"a": "10.0.0.255"},
        {"a": "10.0.1.0"},
        EVERY,
    ),
    "begins with, ignoring case": (
        [{"prefix": {"equals-ignore-case": "EventB"}}],
        {"a": "EVENTBRIDGE"},
        {"a": "S3"},
        (EVENTBRIDGE, PIPES),
    ),
    "ends with, ignoring case": (
        [{"suffix": {"equals-ignore-case": ".PNG"}}],
        {"a": "x.png"},
        {"a": "x.gif"},
        (EVENTBRIDGE, PIPES),
    ),
    "anything but a beginning": (
        [{"anything-but": {"prefix": "us-"}}],
        {"a": "eu-west-1"},
        {"a": "us-east-1"},
        (EVENTBRIDGE, SNS),
    ),
    "anything but one of several endings": (
        [{"anything-but": {"suffix": [".png", ".rtf"]}}],
        {"a": "x.txt"},
        {"a": "x.rtf"},
        (EVENTBRIDGE, SNS),
    ),
    "anything but, ignoring case": (
        [{"anything-but": {"equals-ignore-case": "initializing"}}],
        {"a": "running"},
        {"a": "INITIALIZING"},
        (EVENTBRIDGE,),
    ),
    "anything but a wildcard": (
        [{"anything-but": {"wildcard": "*/lib/*"}}],
        {"a": "x/src/y"},
        {"a": "x/lib/y"},
        (EVENTBRIDGE,),
    ),
    "wildcard": (
        [{"wildcard": "dir/*.png"}],
        {"a": "dir/sub/x.png"},
        {"a": "other/x.png"},
        (EVENTBRIDGE,),
    ),
    "a star itself": (
        [{"wildcard": r"a\*b"}],
        {"a": "a*b"},
        {"a": "axb"},
        (EVENTBRIDGE,),
    ),
}


@pytest.mark.parametrize(
    ("wanted", "matching", "other", "services"),
    OPERATORS.values(),
    ids=OPERATORS,
)
def test_each_service_takes_its_operators_and_no_others(
    wanted, matching, other, services
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html,
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html,
    https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
    """
    pattern = {"a": wanted}
    for dialect in EVERY:
        problems = list(problems_of_pattern(json.dumps(pattern), dialect))
        assert (problems == []) == (dialect in services), dialect.service
        if dialect in services:
            assert matches(pattern, matching, dialect)
            assert not matches(pattern, other, dialect)


def test_all_fields_must_match_and_those_of_or_only_one():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html"""
    pattern = {
        "city": ["New York"],
        "$or": [{"day": ["Monday"]}, {"n": [{"numeric": [">", 5]}]}],
    }
    assert list(problems_of_pattern(json.dumps(pattern), LAMBDA)) == []
    for event, expected in (
        ({"city": "New York", "day": "Monday"}, True),
        ({"city": "New York", "n": 6, "day": "Friday"}, True),
        ({"city": "New York", "n": 5}, False),
        ({"city": "Paris", "day": "Monday"}, False),
    ):
        assert matches(pattern, event, LAMBDA) is expected


def test_a_field_in_a_field_and_one_in_an_array_of_objects():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html"""
    pattern = {"a": {"b": ["x"]}}
    assert matches(pattern, {"a": {"b": "x"}}, EVENTBRIDGE)
    assert matches(pattern, {"a": [{"b": "y"}, {"b": "x"}]}, EVENTBRIDGE)
    assert not matches(pattern, {"a": "x"}, EVENTBRIDGE)
    missing = {"a": {"b": [{"exists": False}]}}
    assert matches(missing, {}, EVENTBRIDGE)


def test_sns_asks_anything_but_of_all_values_of_an_array():
    """https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html"""
    pattern = {"a": [{"anything-but": ["rugby"]}]}
    both = {"a": ["rugby", "baseball"]}
    assert not matches(pattern, both, SNS)
    assert matches(pattern, both, EVENTBRIDGE)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("order", "is no JSON object"),
        ("[1]", "is no JSON object"),
        ("[" * 100_000, "is no JSON object"),
        ('{"a": "x"}', "'a' is 'x', but a list of values"),
        ('{"a": []}', "'a' is []"),
        ('{"a": {}}', "'a' is {}"),
        ('{"a": [["x"]]}', "holds a list in its list"),
        ('{"a": [{"numeric": [">", "x"]}]}', "'x' is no number"),
        ('{"a": [{"numeric": ["!", 1]}]}', "'!' is no comparison"),
        ('{"a": [{"numeric": [">", 1, "<"]}]}', "one or two comparisons"),
        ('{"a": [{"numeric": ["<", 1, ">", 5]}]}', "a lower bound, then"),
        ('{"a": {"numeric": [">", 1]}}', "numeric stands inside"),
        ('{"a": [{"exists": "yes"}]}', "true or false is allowed"),
        ('{"a": [{"prefix": 1}]}', "a text is allowed"),
        ('{"a": [{"anything-but": [null]}]}', "texts or numbers"),
        ('{"a": [{"anything-but": {"exists": true}}]}', "inside anything-but"),
        ('{"a": [{"wildcard": "a**"}]}', "two * in a row"),
        ('{"a": [{"cidr": "10.0.0"}]}', "a range such as"),
        ('{"a": [{"prefx": "a"}]}', "'prefx' is no operator of EventBridge"),
        ('{"a": [{"prefix": "a", "suffix": "b"}]}', "one operator each"),
        ('{"$or": [{"a": ["x"]}]}', "a list of two objects or more"),
        ('{"$or": [{"a": ["x"]}, {"a": "y"}]}', "a list of values"),
    ],
)
def test_what_is_no_pattern_is_refused_in_one_sentence(text, what):
    (problem,) = problems_of_pattern(text, EVENTBRIDGE)
    assert what in problem
    assert problem.endswith(f"({EVENTBRIDGE.source}).")


# Where a body stands in what a pattern addresses


@pytest.mark.parametrize(
    ("kind", "pattern", "body", "passes"),
    [
        ("sqs_standard", {"body": {"n": [1]}}, {"n": 1}, True),
        ("sqs_fifo", {"body": [{"prefix": "Re"}]}, "Result", True),
        ("sqs_standard", {"body": {"n": [1]}}, "Result", False),
        ("sqs_standard", {"body": {"n": [{"exists": False}]}}, "x", False),
        ("sqs_standard", {"body": ["x"]}, {"n": 1}, False),
        ("sqs_standard", {"eventSource": ["aws:sqs"]}, "x", True),
        ("kinesis", {"data": {"n": [1]}}, {"n": 1}, True),
        ("kinesis", {"data": {"n": [1]}}, "plain", False),
        ("kinesis", {"partitionKey": ["7"]}, "plain", True),
        ("kinesis_efo", {"data": {"n": [1]}}, {"n": 2}, False),
        ("mq", {"data": ["plain"]}, "plain", True),
        ("msk", {"value": {"n": [1]}, "key": ["7"]}, {"n": 1}, True),
        ("self_managed_kafka", {"value": ["plain"]}, "plain", True),
        ("msk", {"body": {"n": [1]}}, {"n": 1}, False),
        ("pipes_target", {"data": {"n": [1]}}, {"n": 1}, True),
    ],
)
def test_a_body_stands_where_the_source_puts_it(kind, pattern, body, passes):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html and its neighbours."""
    assert passes_filter(kind, pattern, body, {}, 7) is passes


@pytest.mark.parametrize("place", ["basicProperties", "properties"])
def test_a_filter_of_a_broker_may_ask_for_a_messages_properties(place):
    """https://github.com/aws-samples/serverless-patterns/tree/main/lambda-esm-rabbitmq-filters-sam"""
    pattern = {place: {"appId": [{"prefix": "my"}]}}
    sim.trigger("mq", function="f", filter_criteria=[json.dumps(pattern)])
    for app, passes in (("myShop", True), ("other", False)):
        assert passes_filter("mq", pattern, "x", {"appId": app}, 0) is passes
    assert not passes_filter("mq", pattern, "x", {}, 0)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"NewImage": {}}, "INSERT"),
        ({"NewImage": {}, "OldImage": {}}, "MODIFY"),
        ({"OldImage": {}}, "REMOVE"),
        ({"eventName": "REMOVE", "dynamodb": {"NewImage": {}}}, "REMOVE"),
    ],
)
def test_the_images_say_what_has_happened_to_an_item(body, name):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html"""
    pattern = {"eventName": [name]}
    assert passes_filter("ddb_streams", pattern, body, {}, -1)


def test_an_image_is_filtered_by_its_typed_values():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html"""
    body = {"NewImage": {"state": {"S": "paid"}, "n": {"N": "5"}}}
    for image, passes in (
        ({"state": {"S": ["paid"]}}, True),
        ({"n": {"N": ["5"]}}, True),
        ({"n": {"N": [{"numeric": [">", 1]}]}}, False),
    ):
        pattern = {"dynamodb": {"NewImage": image}}
        assert passes_filter("ddb_streams", pattern, body, {}, -1) is passes


def test_a_body_on_a_bus_is_the_detail_or_the_event():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"""
    pattern = {"source": ["shop"], "detail": {"n": [1]}}
    whole = {"source": "shop", "detail": {"n": 1}}
    assert passes_rule({"detail": {"n": [1]}}, {"n": 1})
    assert passes_rule(pattern, whole)
    assert not passes_rule(pattern, {"n": 1})


def test_a_policy_looks_at_attributes_or_at_the_body():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html"""
    policy = {"a": ["x"]}
    assert passes_policy(policy, "MessageAttributes", {"a": "y"}, {"a": "x"})
    assert not passes_policy(policy, "MessageBody", {"a": "y"}, {"a": "x"})
    assert passes_policy(policy, "MessageBody", {"a": "x"}, {})
    assert not passes_policy({"a": [{"exists": False}]}, "MessageBody", "a", {})


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        ({str(n): ["x"] for n in range(5)}, None),
        ({str(n): ["x"] for n in range(6)}, "6 keys, but 5"),
        ({"a": [*range(15)], "b": [*range(10)]}, None),
        ({"a": [*range(16)], "b": [*range(10)]}, "160 combinations"),
        ({"a": {"b": {"c": [*range(51)]}}}, "153 combinations"),
    ],
)
def test_a_filter_policy_is_small(policy, what):
    """https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"""
    problems = list(
        problems_of_policy("sns", json.dumps(policy), "MessageBody")
    )
    assert len(problems) == (what is not None)
    assert what is None or what in problems[0]


@pytest.mark.parametrize(
    ("kind", "settings", "what"),
    [
        ("sqs_standard", {"filter_criteria": ['{"bdy": ["x"]}']}, "'body'"),
        (
            "sqs_standard",
            {"filter_criteria": ['{"numeric": [">", "x"]}']},
            "numeric stands inside",
        ),
        ("kinesis", {"filter_criteria": ["order"]}, "is no JSON object"),
        ("msk", {"filter_criteria": ["order"]}, "is no JSON object"),
        ("kinesis", {"filter_criteria": ['{"data": ["x"]}']}, "is a list"),
        ("invoke", {"filter_criteria": ['{"body": ["x"]}']}, "takes no"),
        ("pipes_target", {"filter_criteria": ["x"]}, "is no JSON object"),
        (
            "eventbridge_rule",
            {"event_pattern": '{"detial": {"a": [1]}}'},
            "detail",
        ),
        ("sns", {"event_pattern": '{"detail": {"a": [1]}}'}, "takes no"),
        ("s3_notification", {"filter_policy": '{"a": ["x"]}'}, "takes no"),
        ("sns", {"filter_policy": '{"a": {"b": ["x"]}}'}, "a list of values"),
        ("sns", {"filter_policy_scope": "MessageBody"}, "no filter_policy"),
    ],
)
def test_a_filter_that_could_never_match_is_refused(kind, settings, what):
    with pytest.raises(sim.ScenarioError) as error:
        sim.trigger(kind, function="f", **settings)
    assert what in str(error.value)
    assert "\n" not in str(error.value)
