"""What others do in their templates: code anywhere, nested applications, macros, loops."""

import pytest

import sim
from sim.__main__ import main
from tests.support.template_texts import (
    SAM,
    mapping,
    plain_function,
    read,
    read_sam,
    refused,
    resource,
    row,
    sam_function,
)

LAMBDA = "arn:aws:lambda:us-east-1:1:function"


def kinds(reading):
    return [trigger.kind for trigger in reading.scenario.triggers]


def functions(reading):
    return [trigger.function for trigger in reading.scenario.triggers]


# SAM


@pytest.mark.parametrize(
    "location",
    [
        "{ApplicationId: 'arn:aws:serverlessrepo:us-east-1:1:applications/a'}",
        "./n.yaml",
    ],
)
def test_a_nested_application_is_a_template_of_its_own(location):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html"""
    nested = resource("A", "Serverless::Application", f"Location: {location}")
    found = row(read_sam(sam_function() + nested), "A", "")
    assert (found.status, found.line) == ("not supported", 4)
    assert "a template of its own" in found.note
    assert refused(f"{SAM}Resources:\n{nested}").endswith(
        "its nested stacks are templates of their own: A (line 3)."
    )


@pytest.mark.parametrize(
    "uri",
    [
        "{Bucket: !Ref Code, Key: a.zip}",
        "!Sub 's3://${Code}/a.zip'",
        "!Ref Code",
    ],
)
def test_where_the_code_lies_needs_no_parameter(uri):
    head = "Parameters: {Code: {Type: String}, Commit: {Type: String}}\n"
    code = f"CodeUri: {uri}, AutoPublishCodeSha256: !Ref Commit"
    settings = f"Runtime: python3.13, Handler: a.b, {code}"
    assert read_sam(
        resource("F", "Serverless::Function", settings), head
    ).scenario


def test_a_parameter_that_sam_needs_is_asked_for():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html"""
    head = "Parameters: {Stage: {Type: String}}\n"
    function = sam_function("F", "AutoPublishAlias: !Ref Stage")
    asked = refused(f"{SAM}{head}Resources:\n{function}")
    place = "'Stage' (F (line 4))"
    assert asked == (
        f"The template needs a value for {place}: give parameters={{name: value}}."
    )
    reading = read_sam(function, head, parameters={"Stage": "live"})
    assert reading.scenario.function("F").auto_publish_alias == "live"


def test_an_included_body_is_reported_and_its_events_still_read():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html"""
    include = "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}}"
    api = resource("Api", "Serverless::HttpApi", f"DefinitionBody: {include}")
    get = "{Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /, Method: get}}"
    reading = read_sam(api + sam_function("F", f"Events: {{Get: {get}}}"))
    (trigger,) = reading.scenario.triggers
    assert (trigger.name, trigger.kind) == ("Api", "apigw_http")
    assert "is run or fetched" in row(reading, "Api", "Fn::Transform").note


def test_each_api_that_may_invoke_a_function_is_a_trigger():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html"""
    apis, events = "", []
    for name in ("First", "Second"):
        definition = f"StageName: live, DefinitionUri: s3://bucket/{name}.yaml"
        apis += resource(name, "Serverless::Api", definition)
        get = f"RestApiId: !Ref {name}, Path: /, Method: get"
        events.append(f"On{name}: {{Type: Api, Properties: {{{get}}}}}")
    function = sam_function("F", f"Events: {{{', '.join(events)}}}")
    triggers = read_sam(apis + function).scenario.triggers
    assert {trigger.name for trigger in triggers} == {"First", "Second"}


def test_the_alias_of_a_state_machine_needs_no_value():
    head = "Parameters: {Stage: {Type: String}}\n"
    task = "{Type: Task, Resource: !GetAtt F.Arn, End: true}"
    definition = f"Definition: {{StartAt: A, States: {{A: {task}}}}}"
    settings = f"{definition}, AutoPublishAlias: !Ref Stage"
    machine = resource("M", "Serverless::StateMachine", settings)
    assert kinds(read_sam(sam_function() + machine, head)) == ["sfn_sync"]


def test_a_deployment_preference_is_reported():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deploymentpreference.html"""
    preference = "DeploymentPreference: {Type: Canary10Percent5Minutes}"
    reading = read_sam(
        sam_function("F", f"AutoPublishAlias: live, {preference}")
    )
    found = row(reading, "FDeploymentGroup", "DeploymentConfigName")
    assert (found.status, found.line) == ("not supported", 3)
    assert "sim.Deployment" in found.note


# Macros


def test_what_a_macro_makes_is_reported_and_refuses_nothing():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html"""
    data = "UserData: !Sub {Fn::Transform: {Name: Boot}}, ImageId: !Ref Made"
    resources = plain_function() + resource("Host", "EC2::Instance", data)
    reading = read(resources, "Transform: [Maker]\n")
    assert row(reading, "Host", "Fn::Transform").status == "not supported"
    assert row(reading, "Transform", "").value == "Maker"
    assert "'Made'" in refused(f"Resources:\n{resources}")


# Keys that stand twice


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_of_a_key_that_stands_twice_the_last_counts_and_is_reported(form):
    """https://github.com/aws-cloudformation/cfn-language-discussion/issues/96"""
    queues = [resource("Q", "SQS::Queue", f"DelaySeconds: {n}") for n in (2, 1)]
    text = f"Resources:\n{plain_function()}{''.join(queues)}"
    if form == "json":
        code = '{"Runtime": "python3.13", "Handler": "a.b"}'
        function = (
            f'"F": {{"Type": "AWS::Lambda::Function", "Properties": {code}}}'
        )
        queue = '"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": %d}}'
        text = f'{{"Resources": {{\n{function},\n{queue % 2},\n{queue % 1}}}}}'
    reading = sim.read_template(text)
    assert reading.scenario.queue("Q").delay_seconds == 1
    is_repeated = reading.report.note.str.contains("takes the last")
    (found,) = reading.report[is_repeated].itertuples()
    assert (found.resource, found.line) == ("Q", 3)
    assert found.note.startswith("The same key stands in line 4 again")


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
          Events:
            Jobs:
              Type: SQS
              Properties: {Queue: !GetAtt [!Sub "Queue&{Team}", Arn], BatchSize: 1}
"""
EXTENSIONS = "Transform: AWS::LanguageExtensions\n"
QUEUE_OF_N = "{'Q${N}': {Type: AWS::SQS::Queue}}"


def test_a_loop_is_written_out_before_sam_reads_it():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html"""
    reading = sim.read_template(LOOP)
    scenario = reading.scenario
    memory = {
        function.name: function.memory_size for function in scenario.functions
    }
    assert memory == {"Workerred": 256, "Workerlightblue": 512}
    assert {(t.function, t.source) for t in scenario.triggers} == {
        ("Workerred", "Queuered"),
        ("Workerlightblue", "Queuelightblue"),
    }
    assert row(reading, "Workerlightblue", "MemorySize").line == 15
    one = sim.read_template(LOOP, parameters={"Teams": "red"}).scenario
    assert len(one.functions) == 1


def test_loops_within_loops_and_properties():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach-example-resource.html"""
    queue = "{'Q${Team}${Size}': {Type: AWS::SQS::Queue}}"
    inner = f"{{Fn::ForEach::Inner: [Size, ['1', '2'], {queue}]}}"
    variables = "{Variables: {Fn::ForEach::Names: [N, [A, B], {'${N}': x}]}}"
    function = plain_function("F", f"Environment: {variables}")
    outer = f"  Fn::ForEach::Outer: [Team, [a, b], {inner}]\n"
    reading = read(function + outer, EXTENSIONS)
    names = [queue.name for queue in reading.scenario.queues]
    assert names == ["Qa1", "Qa2", "Qb1", "Qb2"]
    found = reading.template.resources["F"].get("Environment.Variables")
    assert found == {"A": "x", "B": "x"}


NEEDS = (
    "Line 5: Fn::ForEach::L needs an identifier, a collection and a mapping."
)


@pytest.mark.parametrize(
    ("loop", "sentence"),
    [
        (
            f"[N, !Ref Teams, {QUEUE_OF_N}]",
            "needs a value for 'Teams' (line 5)",
        ),
        (
            f"[N, a, {QUEUE_OF_N}]",
            "Line 5: the collection of Fn::ForEach::L is no list.",
        ),
        (
            "[N, [a, b], {Q: {Type: AWS::SQS::Queue}}]",
            "Line 5: Fn::ForEach::L makes 'Q', which is there already.",
        ),
        ("[N, [a]]", NEEDS),
        ("[N, [a], {Ref: N}]", NEEDS),
        (
            f"[N, [!Ref Nothing], {QUEUE_OF_N}]",
            "Line 5: Fn::ForEach::L: it refers to 'Nothing'",
        ),
    ],
)
def test_a_loop_that_cannot_be_carried_out_is_refused_with_its_line(
    loop, sentence
):
    head = f"{EXTENSIONS}Parameters: {{Teams: {{Type: CommaDelimitedList}}}}\n"
    resources = f"{plain_function()}  Fn::ForEach::L: {loop}\n"
    assert sentence in refused(f"{head}Resources:\n{resources}")


def test_loops_that_multiply_end_in_a_sentence():
    loop = "{'Q${A}x${B}x${C}x${D}': {Type: AWS::SQS::Queue}}"
    numbers = ", ".join(map(str, range(40)))
    for name in "ABCD":
        loop = f"{{Fn::ForEach::{name}: [{name}, [{numbers}], {loop}]}}"
    assert "loops make more than" in refused(f"{EXTENSIONS}Resources: {loop}\n")


def test_a_loop_without_its_transform_is_only_reported():
    reading = read(
        f"{plain_function()}  Fn::ForEach::L: [N, [a], {QUEUE_OF_N}]\n"
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
def test_a_function_with_asynchronous_settings_is_called_without_waiting(
    setting,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html"""
    assert kinds(read_sam(sam_function("F", setting))) == ["invoke_event"]
    assert kinds(read_sam(sam_function())) == ["invoke"]


def test_functions_that_only_invoke_each_other_are_called_from_outside():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""

    def ring(name, destination):
        target = f"{{OnSuccess: {{Destination: '{LAMBDA}:{destination}'}}}}"
        config = f"FunctionName: {name}, Qualifier: $LATEST, DestinationConfig: {target}"
        return plain_function(name, f"FunctionName: {name}") + resource(
            f"{name}Config", "Lambda::EventInvokeConfig", config
        )

    both = read(ring("F", "G") + ring("G", "F"))
    assert kinds(both) == ["invoke_event", "invoke_event"]
    assert functions(both) == ["F", "G"]
    assert functions(
        read(ring("F", "G") + plain_function("G", "FunctionName: G"))
    ) == ["F"]


def test_an_authorizer_is_not_said_to_be_invoked_by_nothing():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    path = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions"
    uri = f"!Sub '{path}/${{F.Arn}}/invocations'"
    settings = f"Type: TOKEN, RestApiId: a, AuthorizerUri: {uri}"
    authorizer = resource("A", "ApiGateway::Authorizer", settings)
    found = row(read(plain_function() + authorizer), "F", "trigger")
    assert found.note.startswith("What invokes it is not simulated")


def test_what_cdk_runs_only_while_it_deploys_gets_no_events():
    """https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html"""
    name = "AWS679f53fac002430cb0da5b7982bd22872D164C4C"
    custom = resource(
        "C", "Custom::Anything", f"ServiceToken: !GetAtt {name}.Arn"
    )
    scenario = read(plain_function() + plain_function(name) + custom).scenario
    assert [function.name for function in scenario.functions] == ["F"]


@pytest.mark.parametrize(("pattern", "asked"), [("", 0), ("ERROR", 1)])
def test_an_empty_filter_lets_everything_through(pattern, asked):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"""
    settings = f"DestinationArn: !GetAtt F.Arn, FilterPattern: '{pattern}'"
    logs = resource("L", "Logs::SubscriptionFilter", settings)
    report = read(plain_function() + logs).report
    assert report.property.str.contains("share of events").sum() == asked


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("!GetAtt F.Arn", ["R"]),
        ("!GetAtt Q.Arn", ["Q"]),
        ("'arn:aws:codebuild:us-east-1:1:project/p'", []),
    ],
)
def test_the_share_of_a_rule_is_asked_for_where_its_events_go(target, asked):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html"""
    rule = f"EventPattern: {{source: [a]}}, Targets: [{{Id: a, Arn: {target}}}]"
    queue = resource("Q", "SQS::Queue")
    report = read(
        plain_function() + queue + resource("R", "Events::Rule", rule)
    ).report
    shares = report.argument[report.property.str.contains("share of events")]
    assert [text.rsplit(" ", maxsplit=1)[-1] for text in shares] == asked


def test_a_definition_in_a_file_names_its_functions_by_substitutions():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html"""
    substitutions = "{Function: !GetAtt F.Arn, Wait: 5}"
    settings = (
        f"DefinitionUri: m.asl.json, DefinitionSubstitutions: {substitutions}"
    )
    machine = resource("M", "Serverless::StateMachine", settings)
    reading = read_sam(sam_function() + machine)
    assert (kinds(reading), functions(reading)) == (["sfn_sync"], ["F"])
    found = row(reading, "M", "DefinitionSubstitutions.Function")
    assert (found.status, found.line) == ("assumed", 4)


def test_a_task_of_a_function_elsewhere_needs_no_value():
    paid = "{Type: Task, Resource: !Ref Paid, Next: B}"
    own = "{Type: Task, Resource: !GetAtt F.Arn, End: true}"
    definition = f"{{StartAt: A, States: {{A: {paid}, B: {own}}}}}"
    machine = resource(
        "M", "StepFunctions::StateMachine", f"Definition: {definition}"
    )
    reading = read(
        plain_function() + machine, "Parameters: {Paid: {Type: String}}\n"
    )
    assert functions(reading) == ["F"]
    assert row(reading, "M", "Definition.A").status == "not supported"


def test_objects_that_a_notification_filters_are_of_unknown_share_for_each_function():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"""
    resources = resource("B", "S3::Bucket")
    for name in ("jpg", "pdf"):
        rules = f"{{S3Key: {{Rules: [{{Name: suffix, Value: {name}}}]}}}}"
        settings = (
            f"Bucket: !Ref B, Events: 's3:ObjectCreated:*', Filter: {rules}"
        )
        event = f"{{Type: S3, Properties: {{{settings}}}}}"
        resources += sam_function(name, f"Events: {{E: {event}}}")
    report = read_sam(resources).report
    asked = report.argument[report.property.str.contains("share of events")]
    assert {text.rsplit(" ", maxsplit=1)[-1] for text in asked} == {
        "jpg",
        "pdf",
    }


def test_a_kafka_destination_is_a_topic():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html"""
    servers = "{Endpoints: {KafkaBootstrapServers: ['a:9092']}}"
    settings = [
        f"SelfManagedEventSource: {servers}",
        "Topics: [orders]",
        "StartingPosition: LATEST",
        "ProvisionedPollerConfig: {MinimumPollers: 1, MaximumPollers: 1}",
        "DestinationConfig: {OnFailure: {Destination: 'kafka://failed'}}",
    ]
    scenario = read(plain_function() + mapping(", ".join(settings))).scenario
    assert {topic.name for topic in scenario.kafka_topics} == {
        "orders",
        "failed",
    }
    assert (scenario.triggers[0].on_failure, scenario.queues) == ("failed", ())


def test_an_empty_provisioned_mode_is_kept():
    """https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html"""
    queue = resource("Q", "SQS::Queue")
    settings = "EventSourceArn: !GetAtt Q.Arn, ProvisionedPollerConfig: {}"
    scenario = read(plain_function() + queue + mapping(settings)).scenario
    config = sim.ProvisionedPollerConfig()
    assert scenario.triggers[0].provisioned_poller_config == config
    again = sim.read_template(sim.write_template(scenario)).scenario
    assert again.triggers[0].provisioned_poller_config == config


SCALED = """  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
  A:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref F, FunctionVersion: !GetAtt V.Version, Name: live}
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: lambda
      ScalableDimension: lambda:function:ProvisionedConcurrency
      ResourceId: IDENTIFIER
      MinCapacity: 3
      MaxCapacity: 50
      ScheduledActions:
        - ScheduledActionName: up
          Schedule: cron(0 8 * * ? *)
          ScalableTargetAction: {MinCapacity: 20}
        - ScheduledActionName: once
          Schedule: cron(0 9 * * ? *)
          StartTime: 2026-12-25T00:00:00Z
        - ScheduledActionName: down
          Schedule: cron(0 20 * * ? *)
          ScalableTargetAction: {MinCapacity: 1, MaxCapacity: 10}
  P:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      ScalingTargetId: !Ref T
      TargetTrackingScalingPolicyConfiguration: {TargetValue: 0.5}
"""


def read_scaled(identifier):
    function = plain_function("F", "FunctionName: f")
    return read(function + SCALED.replace("IDENTIFIER", identifier))


@pytest.mark.parametrize(
    "identifier",
    ["function:f:live", "!Sub 'function:${F}:live'", "!Sub 'function:${A}'"],
)
def test_auto_scaling_of_provisioned_concurrency_is_read(identifier):
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    reading = read_scaled(identifier)
    config = reading.scenario.function("F").provisioned_concurrency_config
    up = sim.ScheduledAction(
        schedule="cron(0 8 * * ? *)", min_capacity=20, max_capacity=50
    )
    down = sim.ScheduledAction(
        schedule="cron(0 20 * * ? *)", min_capacity=1, max_capacity=10
    )
    assert config.provisioned_concurrent_executions == 3
    assert config.scalable_target == sim.ScalableTarget(
        min_capacity=3,
        max_capacity=50,
        target_value=0.5,
        scheduled_actions=(up, down),
    )
    assert (
        "A date has no place" in row(reading, "T", "ScheduledActions.once").note
    )


def test_auto_scaling_of_anything_else_plays_no_part():
    table = SCALED.replace("IDENTIFIER", "table/orders").replace(
        "lambda:function:ProvisionedConcurrency", "dynamodb:table:x"
    )
    scenario = read(plain_function("F", "FunctionName: f") + table).scenario
    assert scenario.function("F").provisioned_concurrency_config is None


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
SUCCESS = "detail-type: ['Lambda Function Invocation Result - Success']"
FAILURE = "detail-type: ['Lambda Function Invocation Result - Failure']"


def rule(name, pattern, target="!GetAtt Second.Arn"):
    settings = (
        f"EventPattern: {{{pattern}}}, Targets: [{{Id: t, Arn: {target}}}]"
    )
    return resource(name, "Events::Rule", settings)


def destination_of_first(reading):
    config = reading.scenario.function("First").event_invoke_config
    return config.destination_config.on_success


def rules_before(reading, bus):
    return {t.name.split("/")[0] for t in reading.scenario.consumers(bus)}


def test_results_on_a_bus_reach_only_the_rules_that_admit_them():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    first, second = (
        f"resources: [!Sub '${{{name}.Arn}}:$LATEST']"
        for name in ("First", "Second")
    )
    rules = [
        rule("Good", f"source: [lambda], {SUCCESS}, {first}"),
        rule("Bad", f"source: [lambda], {FAILURE}"),
        rule("Others", f"source: [lambda], {second}"),
        rule("Any", "account: ['1']"),
        rule("Kept", "source: [lambda]", "!GetAtt Q.Arn"),
        resource("Q", "SQS::Queue"),
    ]
    reading = read_sam(SENDER + sam_function("Second") + "".join(rules))
    results = destination_of_first(reading)
    assert results == "default-First-on_success"
    assert rules_before(reading, results) == {"Good", "Any"}
    assert rules_before(reading, "default") == {
        "FirstSeen",
        "Bad",
        "Others",
        "Any",
    }
    targets = {bus.name: bus.targets for bus in reading.scenario.event_buses}
    assert targets == {"default": (), results: ("Q",)}
    assert (
        row(reading, "First", "on_success (rules)").value == "Good, Any, Kept"
    )
    assert "recursive loop" not in set(reading.advice.rule)


def test_results_that_every_rule_admits_stay_on_their_bus():
    text = SENDER.replace("{source: [aws.s3]}", "{source: [{prefix: lam}]}")
    reading = read_sam(text)
    assert destination_of_first(reading) == "default"
    assert "recursive loop" in set(reading.advice.rule)


def test_a_rule_of_the_default_bus_sends_to_several_queues():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html"""
    arns = {"a": "!GetAtt Q.Arn", "b": "!Ref T", "c": "!GetAtt F.Arn"}
    targets = ", ".join(
        f"{{Id: {name}, Arn: {arn}}}" for name, arn in arns.items()
    )
    settings = f"EventPattern: {{source: [aws.s3]}}, Targets: [{targets}]"
    resources = plain_function() + resource("Q", "SQS::Queue")
    resources += resource("T", "SNS::Topic") + resource(
        "R", "Events::Rule", settings
    )
    reading = read(resources)
    (bus,) = reading.scenario.event_buses
    assert (bus.name, bus.targets) == ("default-R", ("Q", "T"))
    (trigger,) = reading.scenario.triggers
    assert (trigger.function, trigger.source) == ("F", "default-R")
    asked = reading.report.resource[reading.report.property == "traffic"]
    assert list(asked) == ["default-R"]


def schedule(window, target):
    settings = f"FlexibleTimeWindow: {window}, Target: {{{target}, RoleArn: r}}"
    expression = "ScheduleExpression: rate(5 minute)"
    return resource("S", "Scheduler::Schedule", f"{expression}, {settings}")


def test_a_flexible_time_window_is_asked_for():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html"""
    window = "{Mode: FLEXIBLE, MaximumWindowInMinutes: !Ref Minutes}"
    resources = plain_function() + schedule(window, "Arn: !GetAtt F.Arn")
    head = "Parameters: {Minutes: {Type: Number}}\n"
    asked = refused(f"{head}Resources:\n{resources}")
    assert "needs a value for 'Minutes'" in asked
    (flow,) = read(resources, head, parameters={"Minutes": 15}).scenario.traffic
    assert flow.arrivals.flexible_time_window_minutes == 15


def test_a_universal_target_of_scheduler_names_its_function_in_json():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html"""
    called = (
        """!Sub '{"FunctionName": "${F.Arn}", "InvocationType": "Event"}'"""
    )
    target = (
        f"Arn: 'arn:aws:scheduler:::aws-sdk:lambda:invoke', Input: {called}"
    )
    reading = read(plain_function() + schedule("{Mode: 'OFF'}", target))
    assert kinds(reading) == ["eventbridge_scheduler"]
    assert functions(reading) == ["F"]


def test_an_address_that_no_function_has_is_not_asked_for():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html"""
    subscription = "Subscription: [{Protocol: email, Endpoint: !Ref Mail}]"
    topic = resource("T", "SNS::Topic", subscription)
    reading = read(
        plain_function() + topic, "Parameters: {Mail: {Type: String}}\n"
    )
    assert "by email is not simulated" in row(reading, "T", "Protocol").note


def test_a_nested_stack_invokes_nothing_itself():
    settings = "TemplateURL: u, Parameters: {F: !GetAtt F.Arn}"
    stack = resource("N", "CloudFormation::Stack", settings)
    found = row(read(plain_function() + stack), "N", "")
    assert found.note.startswith("A nested stack is a template")


# The report and the advice


def test_what_plays_no_part_is_one_line(tmp_path, capsys):
    path = tmp_path / "template.yaml"
    roles = "".join(resource(f"Role{n}", "IAM::Role") for n in range(3))
    path.write_text(f"Resources:\n{plain_function()}{roles}", encoding="utf-8")
    main(["check", str(path)])
    lines = [
        line for line in capsys.readouterr().out.splitlines() if "Role" in line
    ]
    said = "no part in what happens to events: Role0, Role1, Role2"
    assert [line.endswith(f": {said}") for line in lines] == [True]


@pytest.mark.parametrize(
    ("retries", "rule"),
    [
        ("", "endless stream retries"),
        (", MaximumRetryAttempts: 2", "records skipped"),
    ],
)
def test_a_stream_without_a_store_is_advised_for_what_it_does(retries, rule):
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    source = "EventSourceArn: 'arn:aws:kinesis:us-east-1:1:stream/s'"
    settings = f"{source}, StartingPosition: LATEST{retries}"
    advice = read(plain_function() + mapping(settings)).advice
    about_streams = {"endless stream retries", "records skipped"}
    assert about_streams & set(advice.rule) == {rule}


def test_a_destination_is_invoked_by_the_function_that_has_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    on_success = "{OnSuccess: {Type: Lambda, Destination: !GetAtt G.Arn}}"
    config = f"EventInvokeConfig: {{DestinationConfig: {on_success}}}"
    advice = read_sam(sam_function("F", config) + sam_function("G")).advice
    about_g = advice[
        (advice.rule == "no failure store") & (advice.resource == "G")
    ]
    assert list(about_g.detail) == ["invoked by F"]


AUTHORIZED = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::{api}
    Properties:
      {stage}
      Auth: {{DefaultAuthorizer: Door, Authorizers: {{Door: {{{settings}}}}}}}
  Doorkeeper:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: python3.13, Handler: a.b, CodeUri: src}}
  Shop:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: a.b
      CodeUri: src
      Events:
        Buy: {{Type: {api}, Properties: {{Path: /buy, Method: post, {of}: !Ref Api}}}}
"""
REST_API = {"api": "Api", "stage": "StageName: live", "of": "RestApiId"}
HTTP_API = {"api": "HttpApi", "stage": "StageName: live", "of": "ApiId"}
DOOR = "FunctionArn: !GetAtt Doorkeeper.Arn"


@pytest.mark.parametrize(
    ("api", "settings", "kind", "seconds"),
    [
        (REST_API, DOOR, "rest", 300),
        (REST_API, f"{DOOR}, Identity: {{ReauthorizeEvery: 0}}", "rest", 0),
        (
            HTTP_API,
            f'{DOOR}, AuthorizerPayloadFormatVersion: "2.0"',
            "http",
            None,
        ),
        (
            HTTP_API,
            (
                f'{DOOR}, AuthorizerPayloadFormatVersion: "2.0", '
                "Identity: {Headers: [Authorization], ReauthorizeEvery: 60}"
            ),
            "http",
            60,
        ),
    ],
)
def test_an_authorizer_is_asked_by_its_api(api, settings, kind, seconds):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html"""
    reading = read(AUTHORIZED.format(settings=settings, **api))
    shop, door = reading.scenario.triggers
    assert (shop.name, shop.function, shop.authorizer) == (
        "Api",
        "Shop",
        "Door",
    )
    assert (door.name, door.kind) == ("Door", f"authorizer_{kind}")
    assert door.function == "Doorkeeper"
    assert door.authorizer_result_ttl_in_seconds == seconds
    unknown = reading.report[reading.report.property == "traffic"]
    assert unknown.resource.tolist() == ["Api"]


def test_an_authorizer_by_resources_is_asked_by_its_methods():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html"""
    path = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions"
    api = resource("Api", "ApiGateway::RestApi", "Name: shop")
    door = resource(
        "Door",
        "ApiGateway::Authorizer",
        "Type: REQUEST, Name: d, RestApiId: !Ref Api, AuthorizerResultTtlInSeconds: 30, "
        f"AuthorizerUri: !Sub '{path}/${{F.Arn}}/invocations'",
    )
    method = resource(
        "Buy",
        "ApiGateway::Method",
        "RestApiId: !Ref Api, HttpMethod: POST, AuthorizationType: CUSTOM, "
        "AuthorizerId: !Ref Door, Integration: {Type: AWS_PROXY, "
        f"Uri: !Sub '{path}/${{G.Arn}}/invocations'}}",
    )
    text = plain_function() + plain_function("G") + api + door + method
    triggers = read(text).scenario.triggers
    (asking,) = [one for one in triggers if one.authorizer]
    (asked,) = [one for one in triggers if one.kind == "authorizer_rest"]
    assert (asking.function, asking.authorizer) == ("G", asked.name)
    assert (asked.name, asked.authorizer_result_ttl_in_seconds) == ("Door", 30)


def test_a_pipe_with_an_enrichment_reads_as_two_functions_one_after_the_other():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html"""
    pipe = resource(
        "P",
        "Pipes::Pipe",
        "RoleArn: r, Source: 'arn:aws:sqs:us-east-1:123456789012:q', "
        "Enrichment: !GetAtt F.Arn, Target: !GetAtt G.Arn",
    )
    triggers = read(
        plain_function() + plain_function("G") + pipe
    ).scenario.triggers
    assert [(one.name, one.kind, one.function) for one in triggers] == [
        ("PEnrichment", "pipes_enrichment", "F"),
        ("P", "sqs_standard", "G"),
    ]
    assert triggers[1].pipe.enrichment == "PEnrichment"


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("", "sync"),
        (", LambdaConfig: {InvokeType: REQUEST_RESPONSE}", "sync"),
        (", LambdaConfig: {InvokeType: EVENT}", "event"),
    ],
)
def test_a_channel_namespace_invokes_as_it_says(how, kind):
    """https://docs.aws.amazon.com/appsync/latest/eventapi/direct-lambda-integrations.html"""
    api = resource("A", "AppSync::Api", "Name: a")
    source = resource(
        "S",
        "AppSync::DataSource",
        "ApiId: !GetAtt A.ApiId, Name: s, Type: AWS_LAMBDA, "
        "LambdaConfig: {LambdaFunctionArn: !GetAtt F.Arn}",
    )
    space = resource(
        "N",
        "AppSync::ChannelNamespace",
        "ApiId: !GetAtt A.ApiId, Name: n, HandlerConfigs: {OnPublish: "
        f"{{Behavior: DIRECT, Integration: {{DataSourceName: s{how}}}}}}}",
    )
    (trigger,) = read(plain_function() + api + source + space).scenario.triggers
    assert (trigger.name, trigger.kind) == ("N", f"appsync_events_{kind}")


@pytest.mark.parametrize(
    ("action", "target"),
    [
        ("Lambda: {FunctionArn: !GetAtt G.Arn}", "G"),
        ("Sqs: {QueueUrl: !Ref Q, RoleArn: r}", "Q"),
        ("Republish: {Topic: t, RoleArn: r}", None),
    ],
)
def test_an_iot_rules_error_action_is_read(action, target):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-iot-topicrule-topicrulepayload.html"""
    rule = resource(
        "Rule",
        "IoT::TopicRule",
        "TopicRulePayload: {Sql: SELECT, Actions: [{Lambda: {FunctionArn: "
        f"!GetAtt F.Arn}}}}], ErrorAction: {{{action}}}}}",
    )
    text = plain_function() + plain_function("G") + rule
    reading = read(text + resource("Q", "SQS::Queue"))
    (found,) = [
        one for one in reading.scenario.triggers if one.kind == "iot_rule"
    ]
    assert found.error_action == target


def test_a_package_type_that_there_is_not_is_refused_in_a_sentence():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""
    said = refused(f"Resources:\n{plain_function(more='PackageType: Jar')}")
    assert "PackageType is 'Jar', but 'Zip' or 'Image' is allowed" in said
