"""What templates read as: names, settings, reports, and what is asked for."""

import contextlib
import json
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.template.cloudformation.parameters import parameter_values
from sim.template.cloudformation.sam_translation import translate_sam
from sim.template.text.load import load_template
from tests.support.template_files import FILES, FOLDER, said
from tests.support.template_texts import (
    mapping,
    plain_function,
    read,
    read_sam,
    refused,
    resource,
    row,
    sam_function,
)

EXPECTED = json.loads((FOLDER / "reads_as.json").read_text(encoding="utf-8"))
BY_NAME = {path.name: path for path in FILES}


def test_there_are_forty_templates():
    assert len(FILES) >= 40
    assert set(EXPECTED) == set(BY_NAME)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_template_reads_as_written_down(name):
    assert said(sim.read_template(BY_NAME[name]).scenario) == EXPECTED[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_every_resource_is_in_the_report_with_its_line(name):
    reading = sim.read_template(BY_NAME[name])
    used = "\n".join(
        (*reading.report.resource, *reading.report.value, *reading.report.note)
    )
    helping = (
        "Permission",
        "Version",
        "Alias",
        "Stage",
        "Deployment",
        "Resource",
        "Route",
        "Consumer",
        "Cluster",
    )
    for written, body in reading.template.written["Resources"].items():
        kind = body.get("Type", "") if isinstance(body, dict) else ""
        if not kind.endswith(helping):
            assert written in used, written
    lines = reading.report.line.dropna()
    assert lines.between(
        1, len(BY_NAME[name].read_text(encoding="utf-8").splitlines())
    ).all()
    assert set(reading.report.status) <= {
        "read",
        "assumed",
        "unknown",
        "not supported",
    }


@pytest.mark.parametrize(
    "name", [name for name in EXPECTED if name.startswith("sam-")]
)
def test_sam_reads_as_the_cloudformation_it_stands_for(name):
    written = load_template(BY_NAME[name])
    parameters = {
        key: value
        for key, value in parameter_values(
            written.get("Parameters") or {}, {}
        ).items()
        if value
    }
    translated = translate_sam(written, parameters, "us-east-1")
    again = sim.read_template(json.dumps(translated, default=str))
    assert said(again.scenario) == EXPECTED[name]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        name
        for name in EXPECTED
        if name.endswith(".yaml") and "macros" not in name
    ],
)
def test_yaml_reads_as_its_json(name):
    assert (
        said(
            sim.read_template(json.dumps(load_template(BY_NAME[name]))).scenario
        )
        == EXPECTED[name]
    )


def test_lines_point_into_the_text():
    reading = sim.read_template(BY_NAME["sqs-worker.yaml"])
    text = BY_NAME["sqs-worker.yaml"].read_text(encoding="utf-8").splitlines()
    for name in (
        "BatchSize",
        "ScalingConfig.MaximumConcurrency",
        "FunctionResponseTypes",
    ):
        assert (
            name.split(".")[-1]
            in text[row(reading, "WorkerQueue", name).line - 1]
        )
    # in the Globals
    assert "MemorySize" in text[row(reading, "Worker", "MemorySize").line - 1]
    assert (
        "maxReceiveCount"
        in text[
            row(reading, "Orders", "RedrivePolicy.maxReceiveCount").line - 1
        ]
    )


def test_defaults_are_assumed_with_their_source():
    reading = sim.read_template(BY_NAME["sqs-worker.yaml"])
    delay = row(reading, "Orders", "DelaySeconds")
    assert (delay.status, delay.value) == ("assumed", "0")
    assert delay.source.startswith("https://docs.aws.amazon.com/")


def test_zero_and_false_are_kept():
    scenario = read(
        plain_function("F", "ReservedConcurrentExecutions: 0")
    ).scenario
    function = scenario.function("F")
    assert function.reserved_concurrent_executions == 0
    mapping = sim.read_template(
        BY_NAME["cfn-conditions.yaml"]
    ).scenario.triggers[0]
    assert mapping.enabled is False


def test_what_no_template_says_is_unknown_with_the_argument_that_says_it():
    report = read(plain_function()).report
    unknown = report[report.status == "unknown"]
    assert unknown.argument.str.contains(r'behaviour=\{"F"').any()
    assert unknown.argument.str.contains(
        r'traffic=\[sim.Traffic\(into="F"'
    ).any()


def test_what_a_function_sends_on_is_unknown():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-permissions.html"""
    given = row(read(plain_function()), "F", "behaviour.sends")
    assert given.status == "unknown"
    assert "sends=" in given.argument


def test_traffic_is_asked_for_where_events_begin():
    """https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"""
    report = sim.read_template(BY_NAME["cdk-fan-out.json"]).report
    assert list(report.resource[report.property == "traffic"]) == ["Topic1"]
    sends = {"GetItem": sim.Behaviour(sends=[sim.Output(to="Orders")])}
    worker = BY_NAME["sqs-worker.yaml"].read_text(encoding="utf-8")
    settings = "{CodeUri: a, Handler: a.b, FunctionUrlConfig: {AuthType: NONE}}"
    function = f"  GetItem: {{Type: AWS::Serverless::Function, Properties: {settings}}}\n"
    report = sim.read_template(worker + function, behaviour=sends).report
    assert list(report.resource[report.property == "traffic"]) == ["GetItemUrl"]


def test_traffic_into_a_topic_is_asked_for_once():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html"""
    heard = "{E: {Type: SNS, Properties: {Topic: !Ref T}}}"
    functions = [sam_function(name, f"Events: {heard}") for name in "FG"]
    report = read_sam(resource("T", "SNS::Topic") + "".join(functions)).report
    assert list(report.resource[report.property == "traffic"]) == ["T"]


def test_a_queue_has_no_defaults_of_streams():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    report = sim.read_template(BY_NAME["sqs-worker.yaml"]).report
    mapping = set(report.property[report.resource == "WorkerQueue"])
    assert "Enabled" in mapping
    assert (
        not {
            "MaximumRetryAttempts",
            "ParallelizationFactor",
            "BisectBatchOnFunctionError",
        }
        & mapping
    )


def test_behaviour_and_traffic_are_given_by_name():
    behaviour = {"F": sim.Behaviour(error_rate=0.5)}
    traffic = [sim.Traffic(into="F", arrivals=sim.ConstantRate(per_second=1))]
    scenario = read(
        plain_function(), behaviour=behaviour, traffic=traffic, seconds=20
    ).scenario
    assert scenario.function("F").behaviour.error_rate == 0.5
    assert sim.simulate(scenario, drain=False).summary()["deliveries"] > 0


def test_behaviour_of_a_function_that_is_not_there_is_refused():
    text = f"Resources:\n{plain_function()}"
    assert "'G'" in refused(text, behaviour={"G": sim.Behaviour()})


def test_traffic_takes_the_place_of_a_schedule():
    steady = sim.Poisson(per_second=1)
    busy = [
        sim.Traffic(into=name, arrivals=steady) for name in ("Clean4", "Flow2")
    ]
    scenario = sim.read_template(
        BY_NAME["cdk-workflow.json"], traffic=busy
    ).scenario
    kinds = [flow.arrivals.kind for flow in scenario.traffic]
    assert kinds == ["poisson", "poisson"]


MISSING = """Parameters:
  Size: {Type: Number}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path}
  QueueArn: {Type: String}
  Flag: {Type: String}
  OnlyAName: {Type: String}
Conditions: {Big: !Equals [!Ref Flag, big]}
Resources:
"""
MISSING += plain_function(
    "F",
    "FunctionName: !Ref OnlyAName, MemorySize: !Ref Size, Timeout: !Ref Stored, "
    "ReservedConcurrentExecutions: !If [Big, 5, 1]",
)
MISSING += mapping(
    'EventSourceArn: !Ref QueueArn, BatchSize: "{{resolve:ssm:/batch}}"'
)


def test_all_parameters_without_a_value_are_asked_for_in_one_sentence():
    sentence = refused(MISSING)
    assert sentence.count("\n") == 0
    for name in (
        "Size",
        "Stored",
        "QueueArn",
        "Flag",
        "{{resolve:ssm:/batch}}",
    ):
        assert repr(name) in sentence
    assert "OnlyAName" not in sentence  # no setting depends on it
    assert "line 9" in sentence


def test_parameters_supply_what_is_missing():
    queue = "arn:aws:sqs:us-east-1:123456789012:jobs"
    given = {
        "Size": 512,
        "Stored": "7",
        "QueueArn": queue,
        "Flag": "big",
        "{{resolve:ssm:/batch}}": 3,
    }
    scenario = sim.read_template(MISSING, parameters=given).scenario
    function = scenario.function("F")
    assert (
        function.memory_size,
        function.timeout,
        function.reserved_concurrent_executions,
    ) == (512, 7, 5)
    assert (scenario.triggers[0].source, scenario.triggers[0].batch_size) == (
        "jobs",
        3,
    )


def test_a_parameter_that_the_template_does_not_declare_is_refused():
    assert "no parameter 'Sise'" in refused(MISSING, parameters={"Sise": 1})


def test_a_value_that_is_not_allowed_is_refused():
    allowed = FOLDER / "sqs-worker.yaml"
    assert "allowed are dev, prod" in refused(
        allowed, parameters={"Stage": "test"}
    )


def test_everything_that_aws_would_refuse_is_said_with_its_line():
    dead_letters = "DeadLetterConfig: {TargetArn: !GetAtt Nope.Arn}"
    resources = [
        plain_function(
            "F", f"FunctionName: F, MemorySize: 99999, {dead_letters}"
        ),
        resource("Q", "SQS::Queue", "VisibilityTimeout: !FindInMap [a, b, c]"),
        mapping("EventSourceArn: !Ref Q, BatchSize: 20"),
        "  N: {Properties: {}}\n",
    ]
    problems = refused(f"Resources:\n{''.join(resources)}").split("\n")
    for place, words in {
        "F (line 2)": ("Nope", "99999"),
        "Q (line 3)": ("no a.b.c",),
        "N (line 5)": ("Type",),
    }.items():
        for word in words:
            assert any(
                problem.startswith(place) and word in problem
                for problem in problems
            ), (place, word)
    assert any(
        problem.startswith("M (line 4)") and "BatchSize" in problem
        for problem in problems
    )


def test_what_does_not_fit_together_names_resource_and_line():
    resources = [
        plain_function("F", "Timeout: 60"),
        resource("Q", "SQS::Queue", "VisibilityTimeout: 30"),
        mapping("EventSourceArn: !GetAtt Q.Arn"),
    ]
    problem = refused(f"Resources:\n{''.join(resources)}")
    assert problem.startswith("Q (line 3): ")
    assert "shorter than the timeout" in problem


@pytest.mark.parametrize(
    ("source", "settings", "word"),
    [
        ("!GetAtt Q.Arn", "ParallelizationFactor: 2", "ParallelizationFactor"),
        ("!GetAtt S.Arn", "Enabled: true", "StartingPosition"),
        (
            "!GetAtt S.Arn",
            "StartingPosition: LATEST, ScalingConfig: {MaximumConcurrency: 5}",
            "scaling",
        ),
        (
            "!GetAtt Q.Arn",
            "BatchSize: 11",
            "MaximumBatchingWindowInSeconds",
        ),
        ("!Ref AWS::NoValue", "BatchSize: 1", "no source"),
    ],
)
def test_a_mapping_that_aws_would_refuse_is_refused(source, settings, word):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    resources = [
        plain_function(),
        resource("Q", "SQS::Queue"),
        resource("S", "Kinesis::Stream"),
        mapping(f"EventSourceArn: {source}, {settings}"),
    ]
    problem = refused(f"Resources:\n{''.join(resources)}")
    assert problem.startswith("M (line 5)")
    assert word in problem


def two_mappings_of_a_queue(*functions):
    """A template in which these functions poll one queue, each by a mapping of its own."""
    mappings = [
        resource(
            name,
            "Lambda::EventSourceMapping",
            f"FunctionName: !Ref {function}, EventSourceArn: !GetAtt Q.Arn",
        )
        for name, function in zip("MN", functions, strict=True)
    ]
    resources = [
        plain_function("F"),
        plain_function("G"),
        resource("Q", "SQS::Queue"),
        *mappings,
    ]
    return read("".join(resources))


def test_two_functions_may_poll_one_queue():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    reading = two_mappings_of_a_queue("F", "G")
    polling = [
        each for each in reading.scenario.triggers if each.model == "polling"
    ]
    assert [(each.function, each.source) for each in polling] == [
        ("F", "Q"),
        ("G", "Q"),
    ]
    assert "not supported" not in reading.report.status.tolist()


def test_a_second_mapping_of_a_queue_to_the_same_function_already_exists():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    reading = two_mappings_of_a_queue("F", "F")
    polling = [
        each for each in reading.scenario.triggers if each.model == "polling"
    ]
    assert [each.function for each in polling] == ["F"]
    (told,) = reading.report[
        reading.report.status == "not supported"
    ].itertuples()
    assert (told.resource, told.property) == ("N", "")
    assert "another mapping joins this queue" in told.note
    of_arn = reading.report.property == "EventSourceArn"
    assert reading.report.resource[of_arn].tolist() == ["M", "N"]


def test_names_in_arns_are_resources_of_the_template():
    scenario = sim.read_template(BY_NAME["cfn-names.yaml"]).scenario
    assert scenario.triggers[0].source == "Jobs"
    assert scenario.function("Fn").dead_letter_config.target_arn == "Alarm"


def test_the_readings_of_a_template_are_the_same():
    first, second = (
        sim.read_template(BY_NAME["cfn-many.yaml"]) for _ in range(2)
    )
    assert first.scenario == second.scenario
    assert first.report.equals(second.report)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_a_reading_can_be_simulated_as_it_is(name):
    assert sim.simulate(
        sim.read_template(BY_NAME[name], seconds=5).scenario, drain=False
    )


def test_scenario_json_round_trip():
    scenario = sim.read_template(BY_NAME["cfn-many.yaml"]).scenario
    assert (
        sim.Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    )


BOMB = "".join(
    f"{c}: &{c} [{','.join(['*' + chr(ord(c) - 1)] * 9)}]\n"
    for c in "bcdefghijk"
)
CIRCLE = """Conditions:
  A: !Condition B
  B: !Condition A
Resources:
  Q: {Type: AWS::SQS::Queue, Condition: A}
"""
LONG = (
    f"Parameters: {{A: {{Type: String, Default: {'x' * 9000}}}}}\nResources:\n"
)
HOSTILE = {
    "too long": ("x" * 10_000_000 + "\n", "longer than"),
    "deep flow": ("[" * 200_000 + "\n", "levels deep"),
    "deep blocks": ("- " * 100_000 + "\n", "levels deep"),
    "deep JSON": ('{"a":' * 100_000, "deep"),
    "wide": ("a: [" + "[]," * 300_000 + "]\n", "values"),
    "alias bomb": ("a: &a [x,x,x,x,x,x,x,x,x]\n" + BOMB, "aliases counted"),
    "alias of itself": ("a: &a\n  b: *a\n", "Line 2"),
    "tab": ("Resources:\n\tA: 1\n", "tab"),
    "code": ("a: !!python/object/apply:os.system ['echo']\n", "none of CloudFormation's"),
    "unknown tag": ("a: !Foo b\n", "!Foo"),
    "two documents": ("a: 1\n---\nb: 2\n", "second document"),
    "no YAML": ("a: [\n}", "not YAML"),
    "no JSON": ('{"a": ', "not JSON"),
    "not a number": ('{"a": NaN}', "NaN"),
    "binary": ("\n\x00\x01", "not YAML"),
    "empty": ("\n", "empty"),
    "a list": ("- a\n- b\n", "a list"),
    "a text": ("hello\nworld\n", "the text"),
    "no resources": ("Description: x\nOutputs: {}\n", "Resources"),
    "resources a list": ("Resources:\n  - a\n", "Resources"),
    "parameters a list": ("Parameters: [a]\nResources: {A: {Type: X}}\n", "Line 1"),
    "no function": ("Resources:\n  Q: {Type: AWS::SQS::Queue}\n", "no Lambda function"),
    "condition of itself": (CIRCLE, "depends on itself"),
    "text bomb": (LONG + resource("F", "SQS::Queue", f"Tags: [{'!Ref A,' * 9000}]"), "characters"),
    "merge of text": ("a:\n  <<: b\n", "<< needs a mapping"),
    "list as key": ("? [a]\n: b\n", "key must be a text"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_gets_a_sentence(what):
    text, word = HOSTILE[what]
    sentence = refused(text)
    assert word in sentence
    assert len(sentence) < 1000


def test_files_that_cannot_be_read_get_a_sentence(tmp_path):
    assert "No such file" in refused(tmp_path / "nowhere.yaml")
    assert "directory" in refused(tmp_path).lower()
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff\xfe\n")
    assert "UTF-8" in refused(tmp_path / "latin.yaml")
    assert "longer than" in refused("/dev/zero")


def test_a_condition_chain_of_a_thousand_links_gets_a_sentence():
    links = "".join(f"  C{n}: !Condition C{n + 1}\n" for n in range(5000))
    conditions = f"Conditions:\n{links}  C5000: !Equals [a, a]\n"
    queue = "  Q: {Type: AWS::SQS::Queue, Condition: C0}\n"
    assert "itself" in refused(f"{conditions}Resources:\n{queue}")


def test_reading_needs_its_packages_only_when_it_reads(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    assert "pip install PyYAML" in refused("Resources:\n  A: {Type: X}\n")


# Any text and any structure: a reading, or a sentence.

TYPES = [
    "AWS::Lambda::Function",
    "AWS::Lambda::EventSourceMapping",
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::SNS::Subscription",
    "AWS::S3::Bucket",
    "AWS::Events::Rule",
    "AWS::Scheduler::Schedule",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGateway::Method",
    "AWS::StepFunctions::StateMachine",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Alias",
    "AWS::Kinesis::Stream",
    "AWS::DynamoDB::Table",
    "AWS::Cognito::UserPool",
    "AWS::Pipes::Pipe",
    "Custom::X",
    "AWS::Serverless::Function",
    "AWS::Serverless::Api",
]
WORDS = sorted(
    set(
        re.findall(
            r"[A-Z][A-Za-z]+",
            (FOLDER / "cfn-many.yaml").read_text(encoding="utf-8"),
        )
    )
)
FUNCTIONS = [
    "Ref",
    "Fn::GetAtt",
    "Fn::Sub",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::If",
    "Fn::FindInMap",
    "Fn::ImportValue",
    "Fn::Length",
    "Fn::ToJsonString",
    "Fn::Base64",
    "Fn::GetAZs",
    "Fn::Cidr",
    "Fn::Transform",
]
NAMES = (
    "A B C A.Arn ${A.Arn} AWS::Region AWS::NoValue nowhere arn:aws:sqs:us-east-1:1:q "
    "rate(5_minutes) lambda sqs"
)
names = st.sampled_from(NAMES.split())
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-2, 10**6)
    | st.floats(0, 9)
    | names
    | st.text(max_size=5)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
        | st.tuples(st.sampled_from(FUNCTIONS), inner).map(
            lambda pair: dict([pair])
        )
    ),
    max_leaves=8,
)
any_resource = st.fixed_dictionaries(
    {
        "Type": st.sampled_from(TYPES),
        "Properties": st.dictionaries(
            st.sampled_from(WORDS), anything, max_size=6
        ),
    },
    optional={"Condition": names},
)
template = st.fixed_dictionaries(
    {
        "Resources": st.dictionaries(
            st.sampled_from("ABC"),
            any_resource | anything,
            min_size=1,
            max_size=3,
        )
    },
    optional=dict.fromkeys(
        ("Conditions", "Mappings", "Parameters", "Globals", "Transform"),
        anything,
    ),
)


@settings(max_examples=25)
@given(template)
def test_any_structure_is_read_or_gets_a_sentence(structure):
    with contextlib.suppress(sim.TemplateError):
        assert not sim.read_template(json.dumps(structure)).report.empty


@settings(max_examples=25)
@given(st.text(max_size=60) | st.text("aA:{}[]-&*!|>'\"\n ,#%?", max_size=60))
def test_any_text_gets_a_sentence(text):
    with pytest.raises(sim.TemplateError):
        sim.read_template(text + "\n")


@pytest.mark.slow
def test_the_first_template_is_read_without_building_grammars():
    """jsonschema takes rfc3987_syntax where it finds it: seconds, for no use here."""
    reads = "import sys, sim; sim.read_template(sys.argv[1]); "
    names = "('jsonschema', 'lark', 'rfc3987_syntax')"
    asks = f"print(*[name in sys.modules for name in {names}])"
    done = subprocess.run(
        [sys.executable, "-c", reads + asks, FOLDER / "sam-fifo.yaml"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "False", "False"]


def test_the_filters_of_a_queues_subscription_and_of_a_pipe_are_read(tmp_path):
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-apply.html"""
    path = tmp_path / "filters.yaml"
    path.write_text(FILTERS, encoding="utf-8")
    read = sim.read_template(path).scenario
    (topic,) = read.topics
    assert topic.filter_policies == (
        sim.FilterPolicy("Q", PATTERN, filter_policy_scope="MessageBody"),
    )
    filters = {one.name: one.filter_criteria for one in read.triggers}
    assert filters["P"] == (f'{{"body": {PATTERN}}}',)


PATTERN = '{"a": ["x"]}'
FILTERS = """
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      InlineCode: "x"
      Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  S:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref T
      Protocol: sqs
      Endpoint: !GetAtt Q.Arn
      FilterPolicyScope: MessageBody
      FilterPolicy: {a: [x]}
  P:
    Type: AWS::Pipes::Pipe
    Properties:
      RoleArn: role
      Source: !GetAtt Q.Arn
      Target: !GetAtt F.Arn
      SourceParameters:
        FilterCriteria: {Filters: [{Pattern: '{"body": {"a": ["x"]}}'}]}
"""


@pytest.mark.parametrize(
    ("named", "qualifier"),
    [
        ("!Ref F", "$LATEST"),
        ("!GetAtt F.Arn", "$LATEST"),
        ("!Sub '${F}:$LATEST'", "$LATEST"),
        ("!Ref Live", None),
        ("!Sub '${F.Arn}:live'", None),
        ("!Sub '${F}:live'", None),
    ],
)
def test_what_names_the_function_itself_invokes_latest(named, qualifier):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    resources = [
        plain_function("F"),
        resource("V", "Lambda::Version", "FunctionName: !Ref F"),
        resource(
            "Live",
            "Lambda::Alias",
            "FunctionName: !Ref F, FunctionVersion: !GetAtt V.Version, Name: live",
        ),
        resource("Q", "SQS::Queue"),
        resource(
            "M",
            "Lambda::EventSourceMapping",
            f"FunctionName: {named}, EventSourceArn: !GetAtt Q.Arn",
        ),
    ]
    scenario = read("".join(resources)).scenario
    (trigger,) = scenario.triggers
    assert scenario.function("F").auto_publish_alias == "live"
    assert (trigger.function, trigger.qualifier) == ("F", qualifier)
