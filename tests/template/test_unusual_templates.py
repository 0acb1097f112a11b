"""What others do in their templates: code anywhere, nested applications, macros, functions that nobody invokes."""

import pytest

import sim
from sim.__main__ import main

SAM = "Transform: AWS::Serverless-2016-10-31\n"
FUNCTION = "Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: src"
PLAIN = "Type: AWS::Lambda::Function, Properties: {Runtime: python3.13, Handler: a.b, Role: r, Code: {ZipFile: x}"


def read(resources, **options):
    return sim.read_template(f"{SAM}Resources:\n{resources}", **options)


def plain(resources, head="", **options):
    return sim.read_template(f"{head}Resources:\n{resources}", **options)


def row(reading, resource, name):
    (found,) = reading.report[
        (reading.report.resource == resource) & (reading.report.property == name)
    ].itertuples()
    return found


def refused(text, **options):
    with pytest.raises(sim.TemplateError) as error:
        sim.read_template(text, **options)
    return str(error.value)


# SAM


@pytest.mark.parametrize(
    "location",
    [
        "{ApplicationId: 'arn:aws:serverlessrepo:us-east-1:1:applications/a', SemanticVersion: 1.0.0}",
        "./n.yaml",
    ],
)
def test_a_nested_application_is_a_template_of_its_own(location):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html"""
    nested = f"  A: {{Type: AWS::Serverless::Application, Properties: {{Location: {location}}}}}\n"
    found = row(read(f"  F: {{{FUNCTION}}}}}\n{nested}"), "A", "")
    assert (found.status, found.line) == ("not supported", 4)
    assert "a template of its own" in found.note
    assert refused(f"{SAM}Resources:\n{nested}").endswith(
        "its nested stacks are templates of their own: A (line 3)."
    )


@pytest.mark.parametrize(
    "uri", ["{Bucket: !Ref Code, Key: a.zip}", "!Sub 's3://${Code}/a.zip'", "!Ref Code"]
)
def test_where_the_code_lies_needs_no_parameter(uri):
    parameters = "Parameters: {Code: {Type: String}, Commit: {Type: String}}\n"
    function = f"{{Runtime: python3.13, Handler: a.b, CodeUri: {uri}, AutoPublishCodeSha256: !Ref Commit}}"
    text = f"{SAM}{parameters}Resources:\n  F: {{Type: AWS::Serverless::Function, Properties: {function}}}\n"
    assert sim.read_template(text).scenario.functions


def test_a_parameter_that_sam_needs_is_asked_for():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html"""
    head = f"{SAM}Parameters: {{Stage: {{Type: String}}}}\n"
    text = f"{head}Resources:\n  F: {{{FUNCTION}, AutoPublishAlias: !Ref Stage}}}}\n"
    assert (
        refused(text)
        == "The template needs a value for 'Stage' (F (line 4)): give parameters={name: value}."
    )
    assert (
        sim.read_template(text, parameters={"Stage": "live"})
        .scenario.function("F")
        .auto_publish_alias
        == "live"
    )


def test_an_included_body_is_reported_and_its_events_still_read():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html"""
    body = "DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}}"
    api = f"  Api: {{Type: AWS::Serverless::HttpApi, Properties: {{{body}}}}}\n"
    event = "Events: {Get: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /, Method: get}}}"
    reading = read(f"{api}  F: {{{FUNCTION}, {event}}}}}\n")
    assert [(trigger.name, trigger.kind) for trigger in reading.scenario.triggers] == [
        ("Api", "apigw_http")
    ]
    assert "is not fetched" in row(reading, "Api", "BodyS3Location").note


def test_each_api_that_may_invoke_a_function_is_a_trigger():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html"""
    api = "  {}: {{Type: AWS::Serverless::Api, Properties: {{StageName: live, DefinitionUri: s3://bucket/{}.yaml}}}}\n"
    event = "{{Type: Api, Properties: {{RestApiId: !Ref {}, Path: /, Method: get}}}}"
    events = f"Events: {{One: {event.format('First')}, Two: {event.format('Second')}}}"
    reading = read(
        f"{api.format('First', 1)}{api.format('Second', 2)}  F: {{{FUNCTION}, {events}}}}}\n"
    )
    assert {trigger.name for trigger in reading.scenario.triggers} == {
        "First",
        "Second",
    }


def test_the_alias_of_a_state_machine_needs_no_value():
    definition = "Definition: {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt F.Arn, End: true}}}"
    machine = f"  M: {{Type: AWS::Serverless::StateMachine, Properties: {{{definition}, AutoPublishAlias: !Ref Stage}}}}\n"
    text = f"{SAM}Parameters: {{Stage: {{Type: String}}}}\nResources:\n  F: {{{FUNCTION}}}}}\n{machine}"
    assert [trigger.kind for trigger in sim.read_template(text).scenario.triggers] == [
        "sfn_sync"
    ]


def test_a_deployment_preference_is_reported():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deploymentpreference.html"""
    preference = (
        "AutoPublishAlias: live, DeploymentPreference: {Type: Canary10Percent5Minutes}"
    )
    found = row(
        read(f"  F: {{{FUNCTION}, {preference}}}}}\n"),
        "FDeploymentGroup",
        "DeploymentConfigName",
    )
    assert (found.status, found.line) == ("not supported", 3)
    assert "sim.Deployment" in found.note


# Macros


def test_what_a_macro_makes_is_reported_and_refuses_nothing():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html"""
    data = "UserData: !Sub {Fn::Transform: {Name: Boot}}, ImageId: !Ref Made"
    host = f"  Host: {{Type: AWS::EC2::Instance, Properties: {{{data}}}}}\n"
    reading = plain(f"  F: {{{PLAIN}}}}}\n{host}", head="Transform: [Maker]\n")
    assert row(reading, "Host", "Fn::Transform").status == "not supported"
    assert row(reading, "Transform", "").value == "Maker"
    assert "'Made'" in refused(f"Resources:\n  F: {{{PLAIN}}}}}\n{host}")


# Keys that stand twice


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_of_a_key_that_stands_twice_the_last_counts_and_is_reported(form):
    """https://github.com/aws-cloudformation/cfn-language-discussion/issues/96"""
    queues = "  Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1}}\n" * 2
    text = f"Resources:\n  F: {{{PLAIN}}}}}\n{queues.replace('1', '2', 1)}"
    if form == "json":
        function = '{"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13", "Handler": "a.b"}}'
        queue = '"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": %d}}'
        text = f'{{"Resources": {{\n"F": {function},\n{queue % 2},\n{queue % 1}}}}}'
    reading = sim.read_template(text)
    assert reading.scenario.queue("Q").delay_seconds == 1
    (found,) = reading.report[
        reading.report.note.str.contains("takes the last")
    ].itertuples()
    assert (found.resource, found.line, found.note) == (
        "Q",
        3,
        "The same key stands in line 4 again, and CloudFormation takes the last.",
    )


# Loops


LOOP = """Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: {Teams: {Type: CommaDelimitedList, Default: "red,light-blue"}}
Mappings: {Memory: {red: {Size: 256}, light-blue: {Size: 512}}}
Resources:
  Fn::ForEach::Workers:
    - Team
    - !Ref Teams
    - Queue&{Team}: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "jobs-${Team}"}}
      Worker&{Team}:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          Handler: a.b
          CodeUri: src
          MemorySize: !FindInMap [Memory, !Ref Team, Size]
          Events: {Jobs: {Type: SQS, Properties: {Queue: !GetAtt [!Sub "Queue&{Team}", Arn], BatchSize: 1}}}
"""


def test_a_loop_is_written_out_before_sam_reads_it():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html"""
    reading = sim.read_template(LOOP)
    scenario = reading.scenario
    assert {function.name: function.memory_size for function in scenario.functions} == {
        "Workerred": 256,
        "Workerlightblue": 512,
    }
    assert {(t.function, t.source) for t in scenario.triggers} == {
        ("Workerred", "Queuered"),
        ("Workerlightblue", "Queuelightblue"),
    }
    assert row(reading, "Workerlightblue", "MemorySize").line == 15
    assert (
        len(sim.read_template(LOOP, parameters={"Teams": "red"}).scenario.functions)
        == 1
    )


def test_loops_within_loops_and_properties():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach-example-resource.html"""
    inner = "{Fn::ForEach::Inner: [Size, ['1', '2'], {'Q${Team}${Size}': {Type: AWS::SQS::Queue}}]}"
    variables = "{Variables: {Fn::ForEach::Names: [N, [A, B], {'${N}': x}]}}"
    head = "Transform: AWS::LanguageExtensions\n"
    reading = plain(
        f"  F: {{{PLAIN}, Environment: {variables}}}}}\n  Fn::ForEach::Outer: [Team, [a, b], {inner}]\n",
        head=head,
    )
    assert [queue.name for queue in reading.scenario.queues] == [
        "Qa1",
        "Qa2",
        "Qb1",
        "Qb2",
    ]
    assert reading.template.resources["F"].get("Environment.Variables") == {
        "A": "x",
        "B": "x",
    }


@pytest.mark.parametrize(
    ("loop", "sentence"),
    [
        (
            "[N, !Ref Teams, {'Q${N}': {Type: AWS::SQS::Queue}}]",
            "needs a value for 'Teams' (line 5)",
        ),
        (
            "[N, a, {'Q${N}': {Type: AWS::SQS::Queue}}]",
            "Line 5: the collection of Fn::ForEach::L is no list.",
        ),
        (
            "[N, [a, b], {Q: {Type: AWS::SQS::Queue}}]",
            "Line 5: Fn::ForEach::L makes 'Q', which is there already.",
        ),
        (
            "[N, [a]]",
            "Line 5: Fn::ForEach::L needs an identifier, a collection and a mapping.",
        ),
        (
            "[N, [!Ref Nothing], {'Q${N}': {Type: AWS::SQS::Queue}}]",
            "Line 5: Fn::ForEach::L: it refers to 'Nothing'",
        ),
    ],
)
def test_a_loop_that_cannot_be_carried_out_is_refused_with_its_line(loop, sentence):
    head = "Transform: AWS::LanguageExtensions\nParameters: {Teams: {Type: CommaDelimitedList}}\n"
    assert sentence in refused(
        f"{head}Resources:\n  F: {{{PLAIN}}}}}\n  Fn::ForEach::L: {loop}\n"
    )


def test_loops_that_multiply_end_in_a_sentence():
    loop = "{'Q${A}x${B}x${C}x${D}': {Type: AWS::SQS::Queue}}"
    for name in "ABCD":
        loop = f"{{Fn::ForEach::{name}: [{name}, [{', '.join(map(str, range(40)))}], {loop}]}}"
    head = "Transform: AWS::LanguageExtensions\n"
    assert "loops make more than" in refused(f"{head}Resources: {loop}\n")


def test_a_loop_without_its_transform_is_only_reported():
    reading = plain(
        f"  F: {{{PLAIN}}}}}\n  Fn::ForEach::L: [N, [a], {{'Q${{N}}': {{Type: AWS::SQS::Queue}}}}]\n"
    )
    assert "AWS::LanguageExtensions" in row(reading, "Fn::ForEach::L", "").note


# Who invokes


@pytest.mark.parametrize(
    "setting",
    [
        "EventInvokeConfig: {MaximumRetryAttempts: 1}",
        "DeadLetterQueue: {Type: SQS, TargetArn: a}",
    ],
)
def test_a_function_with_asynchronous_settings_is_called_without_waiting(setting):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html"""
    (trigger,) = read(f"  F: {{{FUNCTION}, {setting}}}}}\n").scenario.triggers
    assert trigger.kind == "invoke_event"
    (trigger,) = read(f"  F: {{{FUNCTION}}}}}\n").scenario.triggers
    assert trigger.kind == "invoke"


def test_functions_that_only_invoke_each_other_are_called_from_outside():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""

    def ring(name, destination):
        config = f"{{OnSuccess: {{Destination: 'arn:aws:lambda:us-east-1:1:function:{destination}'}}}}"
        config = (
            f"{{FunctionName: {name}, Qualifier: $LATEST, DestinationConfig: {config}}}"
        )
        return (
            f"  {name}: {{{PLAIN}, FunctionName: {name}}}}}\n"
            f"  {name}Config: {{Type: AWS::Lambda::EventInvokeConfig, Properties: {config}}}\n"
        )

    triggers = plain(f"{ring('F', 'G')}{ring('G', 'F')}").scenario.triggers
    assert [(trigger.kind, trigger.function) for trigger in triggers] == [
        ("invoke_event", "F"),
        ("invoke_event", "G"),
    ]
    (trigger,) = plain(
        f"{ring('F', 'G')}  G: {{{PLAIN}, FunctionName: G}}}}\n"
    ).scenario.triggers
    assert trigger.function == "F"


def test_an_authorizer_is_not_said_to_be_invoked_by_nothing():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    uri = "!Sub 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations'"
    authorizer = f"  A: {{Type: AWS::ApiGateway::Authorizer, Properties: {{Type: TOKEN, RestApiId: a, AuthorizerUri: {uri}}}}}\n"
    assert row(
        plain(f"  F: {{{PLAIN}}}}}\n{authorizer}"), "F", "trigger"
    ).note.startswith("What invokes it is not simulated")


def test_what_cdk_runs_only_while_it_deploys_gets_no_events():
    """https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html"""
    name = "AWS679f53fac002430cb0da5b7982bd22872D164C4C"
    custom = f"  C: {{Type: 'Custom::Anything', Properties: {{ServiceToken: !GetAtt {name}.Arn}}}}\n"
    scenario = plain(f"  F: {{{PLAIN}}}}}\n  {name}: {{{PLAIN}}}}}\n{custom}").scenario
    assert [function.name for function in scenario.functions] == ["F"]


def test_an_empty_filter_lets_everything_through():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"""
    properties = "{{DestinationArn: !GetAtt F.Arn, FilterPattern: '{}'}}"
    filtered = (
        f"  L: {{{{Type: AWS::Logs::SubscriptionFilter, Properties: {properties}}}}}\n"
    )
    shares = [
        plain(f"  F: {{{PLAIN}}}}}\n{filtered.format(pattern)}")
        .report.property.str.contains("share of events")
        .sum()
        for pattern in ("", "ERROR")
    ]
    assert shares == [0, 1]


def test_a_definition_in_a_file_names_its_functions_by_substitutions():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html"""
    substitutions = "DefinitionSubstitutions: {Function: !GetAtt F.Arn, Wait: 5}"
    machine = f"{{Type: AWS::Serverless::StateMachine, Properties: {{DefinitionUri: m.asl.json, {substitutions}}}}}"
    reading = read(f"  F: {{{FUNCTION}}}}}\n  M: {machine}\n")
    assert [
        (trigger.kind, trigger.function) for trigger in reading.scenario.triggers
    ] == [("sfn_sync", "F")]
    found = row(reading, "M", "DefinitionSubstitutions.Function")
    assert (found.status, found.line) == ("assumed", 4)


def test_a_task_of_a_function_elsewhere_needs_no_value():
    tasks = "{A: {Type: Task, Resource: !Ref Paid, Next: B}, B: {Type: Task, Resource: !GetAtt F.Arn, End: true}}"
    definition = f"{{StartAt: A, States: {tasks}}}"
    machine = f"{{Type: AWS::StepFunctions::StateMachine, Properties: {{Definition: {definition}}}}}"
    reading = plain(
        f"  F: {{{PLAIN}}}}}\n  M: {machine}\n",
        head="Parameters: {Paid: {Type: String}}\n",
    )
    assert [trigger.function for trigger in reading.scenario.triggers] == ["F"]
    assert row(reading, "M", "Definition.A").status == "not supported"


def test_objects_that_a_notification_filters_are_of_unknown_share_for_each_function():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"""
    rules = "{S3Key: {Rules: [{Name: suffix, Value: VALUE}]}}"
    event = f"{{Type: S3, Properties: {{Bucket: !Ref B, Events: 's3:ObjectCreated:*', Filter: {rules}}}}}"
    functions = "".join(
        f"  {n}: {{{FUNCTION}, Events: {{E: {event.replace('VALUE', n)}}}}}}}\n"
        for n in ("jpg", "pdf")
    )
    report = read(f"  B: {{Type: AWS::S3::Bucket}}\n{functions}").report
    asked = report.argument[report.property.str.contains("share of events")]
    assert {text.rsplit(" ", maxsplit=1)[-1] for text in asked} == {"jpg", "pdf"}


def test_a_kafka_destination_is_a_topic():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html"""
    pollers = "ProvisionedPollerConfig: {MinimumPollers: 1, MaximumPollers: 1}"
    failed = "DestinationConfig: {OnFailure: {Destination: 'kafka://failed'}}"
    source = "SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ['a:9092']}}, Topics: [orders]"
    mapping = f"{{FunctionName: !Ref F, {source}, StartingPosition: LATEST, {pollers}, {failed}}}"
    text = f"  F: {{{PLAIN}}}}}\n  M: {{Type: AWS::Lambda::EventSourceMapping, Properties: {mapping}}}\n"
    scenario = plain(text).scenario
    assert {topic.name for topic in scenario.kafka_topics} == {"orders", "failed"}
    assert (scenario.triggers[0].on_failure, scenario.queues) == ("failed", ())


SCALED = """  F: {FUNCTION, FunctionName: f}}
  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, FunctionVersion: !GetAtt V.Version, Name: live}}
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: lambda
      ScalableDimension: lambda:function:ProvisionedConcurrency
      ResourceId: IDENTIFIER
      MinCapacity: 3
      MaxCapacity: 50
      ScheduledActions:
        - {ScheduledActionName: up, Schedule: cron(0 8 * * ? *), ScalableTargetAction: {MinCapacity: 20}}
        - {ScheduledActionName: once, Schedule: cron(0 9 * * ? *), StartTime: 2026-12-25T00:00:00Z}
        - ScheduledActionName: down
          Schedule: cron(0 20 * * ? *)
          ScalableTargetAction: {MinCapacity: 1, MaxCapacity: 10}
  P:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      ScalingTargetId: !Ref T
      TargetTrackingScalingPolicyConfiguration: {TargetValue: 0.5}
""".replace("FUNCTION", PLAIN)


@pytest.mark.parametrize(
    "identifier",
    ["function:f:live", "!Sub 'function:${F}:live'", "!Sub 'function:${A}'"],
)
def test_auto_scaling_of_provisioned_concurrency_is_read(identifier):
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    reading = plain(SCALED.replace("IDENTIFIER", identifier))
    config = reading.scenario.function("F").provisioned_concurrency_config
    up = sim.ScheduledAction(
        schedule="cron(0 8 * * ? *)", min_capacity=20, max_capacity=50
    )
    down = sim.ScheduledAction(
        schedule="cron(0 20 * * ? *)", min_capacity=1, max_capacity=10
    )
    target = sim.ScalableTarget(
        min_capacity=3, max_capacity=50, target_value=0.5, scheduled_actions=(up, down)
    )
    assert (config.provisioned_concurrent_executions, config.scalable_target) == (
        3,
        target,
    )
    assert "A date has no place" in row(reading, "T", "ScheduledActions.once").note


def test_auto_scaling_of_anything_else_plays_no_part():
    table = SCALED.replace("IDENTIFIER", "table/orders").replace(
        "lambda:function:ProvisionedConcurrency", "dynamodb:table:x"
    )
    assert plain(table).scenario.function("F").provisioned_concurrency_config is None


# Results on an event bus

SENDER = """  First:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: a.b
      CodeUri: src
      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: EventBridge, Destination: "BUS"}}}
      Events: {Seen: {Type: EventBridgeRule, Properties: {Pattern: {source: [aws.s3]}}}}
""".replace("BUS", "arn:aws:events:us-east-1:123456789012:event-bus/default")
RESULT = "Lambda Function Invocation Result - {}"


def ruled(name, pattern, target="!GetAtt Second.Arn"):
    targets = f"[{{Id: t, Arn: {target}}}]"
    return f"  {name}: {{Type: AWS::Events::Rule, Properties: {{EventPattern: {pattern}, Targets: {targets}}}}}\n"


def test_results_on_a_bus_reach_only_the_rules_that_admit_them():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    good = f"{{source: [lambda], detail-type: ['{RESULT.format('Success')}'], resources: [!Sub '${{First.Arn}}:$LATEST']}}"
    bad = f"{{source: [lambda], detail-type: ['{RESULT.format('Failure')}']}}"
    others = "{source: [lambda], resources: [!Sub '${Second.Arn}:$LATEST']}"
    rules = (
        ruled("Good", good)
        + ruled("Bad", bad)
        + ruled("Others", others)
        + ruled("Any", "{account: ['1']}")
    )
    kept = (
        ruled("Kept", "{source: [lambda]}", "!GetAtt Q.Arn")
        + "  Q: {Type: AWS::SQS::Queue}\n"
    )
    reading = read(f"{SENDER}  Second: {{{FUNCTION}}}}}\n{rules}{kept}")
    results = reading.scenario.function(
        "First"
    ).event_invoke_config.destination_config.on_success
    assert results == "default-First-on_success"
    assert {t.name.split("/")[0] for t in reading.scenario.consumers(results)} == {
        "Good",
        "Any",
    }
    assert {t.name.split("/")[0] for t in reading.scenario.consumers("default")} == {
        "FirstSeen",
        "Bad",
        "Others",
        "Any",
    }
    assert {bus.name: bus.targets for bus in reading.scenario.event_buses} == {
        "default": (),
        results: ("Q",),
    }
    assert "recursive loop" not in set(reading.advice.rule)


def test_results_that_every_rule_admits_stay_on_their_bus():
    text = SENDER.replace("{source: [aws.s3]}", "{source: [{prefix: lam}]}")
    reading = read(text)
    assert (
        reading.scenario.function(
            "First"
        ).event_invoke_config.destination_config.on_success
        == "default"
    )
    assert "recursive loop" in set(reading.advice.rule)


def test_a_rule_of_the_default_bus_sends_to_several_queues():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html"""
    targets = "[{Id: a, Arn: !GetAtt Q.Arn}, {Id: b, Arn: !Ref T}, {Id: c, Arn: !GetAtt F.Arn}]"
    rule = f"{{Type: AWS::Events::Rule, Properties: {{EventPattern: {{source: [aws.s3]}}, Targets: {targets}}}}}"
    queue = "  Q: {Type: AWS::SQS::Queue}\n  T: {Type: AWS::SNS::Topic}\n"
    reading = plain(f"  F: {{{PLAIN}}}}}\n{queue}  R: {rule}\n")
    assert [(bus.name, bus.targets) for bus in reading.scenario.event_buses] == [
        ("default-R", ("Q", "T"))
    ]
    assert [
        (trigger.function, trigger.source) for trigger in reading.scenario.triggers
    ] == [("F", "default-R")]
    assert list(reading.report.resource[reading.report.property == "traffic"]) == [
        "default-R"
    ]


def test_a_flexible_time_window_is_asked_for():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html"""
    window = "{Mode: FLEXIBLE, MaximumWindowInMinutes: !Ref Minutes}"
    target = "{Arn: !GetAtt F.Arn, RoleArn: r}"
    schedule = f"{{ScheduleExpression: rate(1 hour), FlexibleTimeWindow: {window}, Target: {target}}}"
    text = f"  F: {{{PLAIN}}}}}\n  S: {{Type: AWS::Scheduler::Schedule, Properties: {schedule}}}\n"
    head = "Parameters: {Minutes: {Type: Number}}\n"
    assert "needs a value for 'Minutes'" in refused(f"{head}Resources:\n{text}")
    (flow,) = plain(text, head=head, parameters={"Minutes": 15}).scenario.traffic
    assert flow.arrivals.flexible_time_window_minutes == 15


def test_a_universal_target_of_scheduler_names_its_function_in_json():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html"""
    called = """!Sub '{"FunctionName": "${F.Arn}", "InvocationType": "Event"}'"""
    target = f"{{Arn: 'arn:aws:scheduler:::aws-sdk:lambda:invoke', RoleArn: r, Input: {called}}}"
    schedule = f"{{ScheduleExpression: rate(5 minute), FlexibleTimeWindow: {{Mode: 'OFF'}}, Target: {target}}}"
    reading = plain(
        f"  F: {{{PLAIN}}}}}\n  S: {{Type: AWS::Scheduler::Schedule, Properties: {schedule}}}\n"
    )
    assert [(t.kind, t.function) for t in reading.scenario.triggers] == [
        ("eventbridge_scheduler", "F")
    ]


def test_an_address_that_no_function_has_is_not_asked_for():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html"""
    topic = "{Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: email, Endpoint: !Ref Mail}]}}"
    reading = plain(
        f"  F: {{{PLAIN}}}}}\n  T: {topic}\n",
        head="Parameters: {Mail: {Type: String}}\n",
    )
    assert "by email is not simulated" in row(reading, "T", "Protocol").note


def test_a_nested_stack_invokes_nothing_itself():
    nested = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: u, Parameters: {F: !GetAtt F.Arn}}}"
    assert row(plain(f"  F: {{{PLAIN}}}}}\n  N: {nested}\n"), "N", "").note.startswith(
        "A nested stack is a template"
    )


# The report and the advice


def test_what_plays_no_part_is_one_line(tmp_path, capsys):
    path = tmp_path / "template.yaml"
    roles = "".join(f"  Role{n}: {{Type: AWS::IAM::Role}}\n" for n in range(3))
    path.write_text(f"Resources:\n  F: {{{PLAIN}}}}}\n{roles}", encoding="utf-8")
    main(["check", str(path)])
    lines = [line for line in capsys.readouterr().out.splitlines() if "Role" in line]
    assert lines == ["no part in what happens to events: Role0, Role1, Role2"]


@pytest.mark.parametrize(
    ("retries", "rule"),
    [("", "endless stream retries"), (", MaximumRetryAttempts: 2", "records skipped")],
)
def test_a_stream_without_a_store_is_advised_for_what_it_does(retries, rule):
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    stream = "arn:aws:kinesis:us-east-1:1:stream/s"
    mapping = f"{{FunctionName: !Ref F, EventSourceArn: '{stream}', StartingPosition: LATEST{retries}}}"
    text = f"  F: {{{PLAIN}}}}}\n  M: {{Type: AWS::Lambda::EventSourceMapping, Properties: {mapping}}}\n"
    assert {"endless stream retries", "records skipped"} & set(
        plain(text).advice.rule
    ) == {rule}


def test_a_destination_is_invoked_by_the_function_that_has_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    config = "EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: Lambda, Destination: !GetAtt G.Arn}}}"
    advice = read(f"  F: {{{FUNCTION}, {config}}}}}\n  G: {{{FUNCTION}}}}}\n").advice
    assert list(
        advice.detail[(advice.rule == "no failure store") & (advice.resource == "G")]
    ) == ["invoked by F"]
