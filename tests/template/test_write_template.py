"""A scenario written as a template or a CDK app, as a person would, and read again."""

import ast

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings

import sim
from sim.scenario.scenario import SOURCES
from sim.scenario.trigger_catalogue import catalogue
from sim.template.write.cdk_printer import PythonPrinter, TypeScriptPrinter
from sim.template.write.comments import NOT_DEPLOYED
from sim.template.write.sam_yaml import SamLoader
from tests.support.deployable import (
    STARTING,
    UNLIKE,
    arguments,
    everything,
    kept,
    on_default_bus,
)
from tests.support.round_trips import read_back, round_trips
from tests.support.rows import holds_for_each
from tests.support.template_files import FAULTS

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
FORMS = ("sam", "cdk-python", "cdk-typescript")


def system(kind: str, **settings) -> sim.Scenario:
    """A worker behind one trigger."""
    trigger = sim.trigger(kind, function="worker", **settings)
    return sim.Scenario(
        functions=[sim.Function(name="worker", timeout=4)], triggers=[trigger]
    )


def parsed(template: str) -> dict:
    return yaml.load(template, Loader=SamLoader)


# every kind, in every form


@pytest.mark.parametrize(
    "alias", [None, pytest.param("live", marks=pytest.mark.slow)]
)
@holds_for_each({kind: kind for kind in catalogue()})
def test_every_kind_of_trigger_is_written_in_every_form(kind, alias):
    scenario = system(kind).with_setting(
        "functions.worker.auto_publish_alias", alias
    )
    texts = {form: sim.write_template(scenario, to=form) for form in FORMS}
    assert (
        parsed(texts["sam"])["Resources"]["worker"]["Type"]
        == "AWS::Serverless::Function"
    )
    ast.parse(texts["cdk-python"])
    typescript = texts["cdk-typescript"]
    assert typescript.count("{") == typescript.count("}")
    for text in texts.values():
        assert (f"{kind}: nothing to deploy" in text) == (kind in NOT_DEPLOYED)
        assert text[:2] in ("# ", "//")
        assert "{id" not in text
        assert "{function" not in text


@pytest.mark.slow
@holds_for_each({kind: kind for kind in catalogue() if kind not in UNLIKE})
def test_every_kind_is_read_back_as_it_was_written(kind):
    source = (
        {"source": "orders"}
        if "source" in type(sim.trigger(kind, function="worker")).model_fields
        else {}
    )
    start = {"starting_position": "TRIM_HORIZON"} if kind in STARTING else {}
    scenario = system(
        kind, name="entry", **(source if kind in SOURCES else {}), **start
    )
    template = sim.write_template(scenario)
    assert kept(
        sim.read_template(
            template,
            parameters=arguments(parsed(template).get("Parameters", {})),
        ).scenario
    ) == kept(scenario)


def test_an_unknown_form_is_refused_with_the_known_ones():
    with pytest.raises(
        sim.ScenarioError,
        match="no form 'terraform'; it is one of sam, cdk-python, cdk-typescript",
    ):
        sim.write_template(system("sns"), to="terraform")


# random scenarios


def same_again(scenario: sim.Scenario) -> None:
    template = sim.write_template(scenario)
    values = arguments(parsed(template).get("Parameters", {}))
    again = sim.read_template(template, parameters=values).scenario
    assert read_back(again) == read_back(scenario), template


def test_a_scenario_with_everything_is_read_back_as_the_same():
    same_again(everything())


def test_a_template_that_was_read_is_written_with_its_own_names():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html"""
    given = {
        "parameters": {"PackingStations": 3},
        "traffic": [
            sim.Traffic(into="ServerlessRestApi", arrivals=sim.Burst(events=1))
        ],
    }
    scenario = sim.read_template(FAULTS, **given).scenario
    again = sim.read_template(
        sim.write_template(scenario), traffic=scenario.traffic
    ).scenario
    assert again == scenario


def test_events_that_would_get_the_same_name_keep_theirs():
    triggers = [
        sim.trigger("sns", function="F", name=name, source="topic")
        for name in ("FPost", "Post", "F")
    ]
    text = sim.write_template(
        sim.Scenario(functions=[sim.Function(name="F")], triggers=triggers)
    )
    assert set(parsed(text)["Resources"]["F"]["Properties"]["Events"]) == {
        t.name for t in triggers
    }


@given(round_trips())
@settings(max_examples=8, suppress_health_check=list(HealthCheck), phases=QUICK)
def test_what_is_written_in_sam_is_read_back_as_the_same_scenario(scenario):
    same_again(scenario)


@pytest.mark.slow
@given(round_trips())
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
def test_many_scenarios_written_in_sam_are_read_back_as_the_same(scenario):
    same_again(scenario)


@given(round_trips())
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_python_apps_are_python(scenario):
    ast.parse(sim.write_template(scenario, to="cdk-python"))


# as a person would write it

QUEUE = """\
  worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: |
        def handler(event, context):
            \"\"\"Say which records failed: only they come again.\"\"\"
            failed = []
            for record in event["Records"]:
                try:
                    print(record)
                except Exception:
                    failed.append({"itemIdentifier": record["messageId"]})
            return {"batchItemFailures": failed}
      MemorySize: 512
      Timeout: 20
      Events:
        fromOrders:
          Type: SQS
          Properties:
            Queue: !GetAtt orders.Arn
            BatchSize: 5
            FunctionResponseTypes:
              - ReportBatchItemFailures

  orders:
    # AWS recommends 6 times the function's timeout, 120 s, or more.
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt dead.Arn
        maxReceiveCount: 3

  dead:
    Type: AWS::SQS::Queue
"""

PYTHON = """\
        dead = sqs.Queue(self, "dead")
        # AWS recommends 6 times the function's timeout, 120 s, or more.
        orders = sqs.Queue(
            self, "orders",
            visibility_timeout=Duration.seconds(60),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=3),
        )

        worker = lambda_.Function(
            self, "worker",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(WORKER_HANDLER),
            memory_size=512,
            timeout=Duration.seconds(20),
        )
        worker.add_event_source(
            event_sources.SqsEventSource(orders, batch_size=5, report_batch_item_failures=True),
        )
"""

TYPESCRIPT = """\
    const worker = new lambda.Function(this, 'worker', {
      runtime: lambda.Runtime.PYTHON_3_13,
      handler: 'index.handler',
      code: lambda.Code.fromInline(WORKER_HANDLER),
      memorySize: 512,
      timeout: Duration.seconds(20),
    });
"""


def orders() -> sim.Scenario:
    settings = {
        "batch_size": 5,
        "function_response_types": ("ReportBatchItemFailures",),
    }
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=3
    )
    return sim.Scenario(
        functions=[sim.Function(name="worker", timeout=20, memory_size=512)],
        triggers=[
            sim.trigger(
                "sqs_standard",
                function="worker",
                name="fromOrders",
                source="orders",
                **settings,
            )
        ],
        queues=[
            sim.Queue(
                name="orders", visibility_timeout=60, redrive_policy=redrive
            ),
            sim.Queue(name="dead"),
        ],
    )


def without_spaces(text: str) -> str:
    return "\n".join(
        line.rstrip() for line in text.splitlines() if line.strip()
    )


def test_a_sam_template_says_only_what_differs_from_awss_defaults_and_comments_what_surprises():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html."""
    assert sim.write_template(orders()).endswith(f"Resources:\n{QUEUE}")


def test_a_python_app_reads_as_one_written_by_hand():
    assert without_spaces(PYTHON) in without_spaces(
        sim.write_template(orders(), to="cdk-python")
    )


def test_a_typescript_app_reads_as_one_written_by_hand():
    assert TYPESCRIPT in sim.write_template(orders(), to="cdk-typescript")


def test_patterns_that_no_form_writes_stand_in_comments():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"""
    pattern = '{"detail": {"a": [1]}}'
    bus = sim.EventBus(
        name="b",
        targets=("q",),
        event_patterns=(sim.EventPattern("q", pattern),),
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[
            sim.trigger("sqs_standard", function="f", source="q"),
            sim.trigger(
                "eventbridge_rule", function="f", event_pattern=pattern
            ),
        ],
        event_buses=[bus],
    )
    for form in FORMS:
        text = sim.write_template(scenario, to=form)
        assert (
            f"eventbridge_rule: put its pattern here by hand: {pattern}" in text
        )
        assert f"put the rule's pattern here by hand: {pattern}" in text


POLICY = '{"kind": ["new", {"prefix": "re"}]}'
NESTED = '{"order": {"paid": [true]}}'


def subscriptions() -> sim.Scenario:
    """A function and a queue that each get a part of a topic's messages."""
    scope = {"filter_policy_scope": "MessageBody"}
    return sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[
            sim.trigger("sns", "f", source="t", filter_policy=NESTED, **scope)
        ],
        queues=[sim.Queue(name="q")],
        topics=[
            sim.Topic(
                name="t",
                queues=("q",),
                filter_policies=[sim.FilterPolicy("q", POLICY)],
            )
        ],
    )


def test_filter_policies_are_written_and_read_again():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html"""
    scenario = subscriptions()
    template = parsed(sim.write_template(scenario))["Resources"]
    event = template["f"]["Properties"]["Events"]["sns"]["Properties"]
    assert event["FilterPolicy"] == {"order": {"paid": [True]}}
    assert event["FilterPolicyScope"] == "MessageBody"
    assert template["tToq"]["Properties"]["FilterPolicy"] == {
        "kind": ["new", {"prefix": "re"}]
    }
    again = sim.read_template(sim.write_template(scenario)).scenario
    assert kept(again) == kept(scenario)


def test_filter_policies_are_conditions_in_cdk():
    """https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_sns/SubscriptionFilter.html"""
    code = sim.write_template(subscriptions(), to="cdk-python")
    condition = 'sns.SubscriptionFilter(["new", {"prefix": "re"}])'
    assert f'filter_policy={{"kind": {condition}}}' in code
    assert "filter_policy_with_message_body=" in code
    assert "sns.FilterOrPolicy.filter(sns.SubscriptionFilter([True]))" in code
    typescript = sim.write_template(subscriptions(), to="cdk-typescript")
    assert "new sns.SubscriptionFilter([true])" in typescript


def test_a_global_table_is_written_with_a_second_region():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html"""
    scenario = system(
        "ddb_streams", source="t", starting_position="TRIM_HORIZON"
    ).replace(tables=[sim.Table(name="t", global_table=True)])
    text = sim.write_template(scenario)
    table = parsed(text)["Resources"]["t"]
    assert table["Type"] == "AWS::DynamoDB::GlobalTable"
    assert table["Properties"]["Replicas"] == [
        {"Region": "AWS::Region"},
        {"Region": "us-west-2"},
    ]
    assert "put yours" in text
    assert sim.read_template(text).scenario.tables == scenario.tables
    assert "Regions by hand" in sim.write_template(scenario, to="cdk-python")


def test_a_long_visibility_timeout_needs_no_comment():
    calm = orders().with_setting("queues.orders.visibility_timeout", 120)
    assert all(
        "recommends" not in sim.write_template(calm, to=form) for form in FORMS
    )


def test_a_batching_window_adds_to_the_advised_visibility_timeout():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html."""
    waiting = orders().with_settings(
        {
            "queues.orders.visibility_timeout": 120,
            "triggers.fromOrders.maximum_batching_window_in_seconds": 5,
        }
    )
    advised = "6 times the function's timeout and the batching window, 125 s, or more."
    assert all(
        advised in sim.write_template(waiting, to=form) for form in FORMS
    )


@pytest.mark.parametrize("form", FORMS)
def test_behaviour_traffic_and_outages_are_left_out_and_the_first_line_says_so(
    form,
):
    plain = orders()
    busy = plain.replace(
        functions=[
            plain.functions[0].replace(
                behaviour=sim.Behaviour(
                    error_rate=0.5, handler=sim.Constant(seconds=3)
                )
            )
        ],
        traffic=[
            sim.Traffic(into="orders", arrivals=sim.Poisson(per_second=7))
        ],
    )
    assert sim.write_template(busy, to=form) == sim.write_template(
        plain, to=form
    )
    assert (
        "traffic and outages are not here"
        in sim.write_template(plain, to=form).splitlines()[0]
    )


def test_names_that_are_no_logical_ids_are_kept_beside_them():
    named = parsed(sim.write_template(system("sqs_standard")))
    assert named["Metadata"] == {"Names": {"SqsStandard": "sqs_standard"}}
    assert list(named["Resources"]) == ["worker", "SqsStandard"]


def test_two_names_that_would_make_one_logical_id_stay_two():
    queues = [
        sim.Queue(name="a-b"),
        sim.Queue(name="a_b"),
        sim.Queue(name="AB"),
    ]
    scenario = system("sns").replace(queues=queues)
    for form in FORMS:
        sim.write_template(scenario, to=form)
    template = parsed(sim.write_template(scenario))
    made = [
        name
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::SQS::Queue"
    ]
    assert len(set(map(str.lower, made))) == len(made) == len(queues)


def test_a_schedule_fires_when_the_traffic_says():
    often = sim.Traffic(
        into="eventbridge_scheduler",
        arrivals=sim.Scheduled(expression="rate(5 minutes)"),
    )
    scenario = system("eventbridge_scheduler").replace(traffic=[often])
    assert all(
        "rate(5 minutes)" in sim.write_template(scenario, to=form)
        for form in FORMS
    )


def test_what_a_handler_sends_to_it_may_send_to_and_no_more():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html."""
    sends = sim.Behaviour(sends=[sim.Output(to="dead")])
    scenario = orders().with_setting("functions.worker.behaviour", sends)
    worker = parsed(sim.write_template(scenario))["Resources"]["worker"][
        "Properties"
    ]
    assert worker["Policies"] == [
        {"SQSSendMessagePolicy": {"QueueName": "dead.QueueName"}}
    ]
    assert worker["Environment"] == {"Variables": {"DEAD": "dead"}}
    assert "dead.grant_send_messages(worker)" in sim.write_template(
        scenario, to="cdk-python"
    )


def test_provisioned_concurrency_belongs_to_the_alias():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html."""
    config = sim.ProvisionedConcurrencyConfig(
        provisioned_concurrent_executions=3
    )
    worker = (
        orders()
        .functions[0]
        .replace(
            auto_publish_alias="live", provisioned_concurrency_config=config
        )
    )
    scenario = orders().replace(functions=[worker])
    written = parsed(sim.write_template(scenario))["Resources"]["worker"][
        "Properties"
    ]
    assert written["AutoPublishAlias"] == "live"
    assert written["ProvisionedConcurrencyConfig"] == {
        "ProvisionedConcurrentExecutions": 3
    }
    assert (
        'worker.add_alias("live", provisioned_concurrent_executions=3)'
        in sim.write_template(scenario, "cdk-python")
    )


# the printers


@pytest.mark.parametrize(
    ("written", "python", "typescript"),
    [
        ("a.b_c(d_e)", "a.b_c(d_e)", "a.bC(dE);"),
        ("x = sqs.Queue(self, 'q', fifo=True)", 'x = sqs.Queue(self, "q", fifo=True)',
         "const x = new sqs.Queue(this, 'q', { fifo: true });"),
        ("a.f(lambda_.LogOptions(b_c=-1))", "a.f(lambda_.LogOptions(b_c=-1))", "a.f({ bC: -1 });"),
        ("a.f(dict(b=['d']), None)", 'a.f({"b": ["d"]}, None)', "a.f({ b: ['d'] }, undefined);"),
        ("a.f({'B': 'it\\'s'})", "a.f({\"B\": \"it's\"})", "a.f({'B': \"it's\"});"),
    ],
)  # fmt: skip
def test_one_statement_is_printed_in_both_languages(
    written, python, typescript
):
    assert PythonPrinter().statement(written, 0) == [python]
    assert TypeScriptPrinter().statement(written, 0) == [typescript]


CALLED_FIRST = {
    "authorizer_rest": ("apigw_rest", "authorizer", {}),
    "authorizer_http": ("apigw_http", "authorizer", {}),
    "authorizer_ws": ("apigw_ws", "authorizer", {}),
    "pipes_enrichment": ("pipes_target", "enrichment", {}),
}


@pytest.mark.parametrize("first", CALLED_FIRST)
def test_what_is_called_first_is_written_with_what_follows_and_read_again(
    first,
):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-lambdarequestauthorizer.html"""
    kind, setting, _ = CALLED_FIRST[first]
    own = {}
    if first in ("authorizer_rest", "authorizer_http"):
        own["authorizer_result_ttl_in_seconds"] = 60
    triggers = [
        sim.trigger(first, "guard", name="First", **own),
        sim.trigger(kind, "worker", name="Then", **{setting: "First"}),
    ]
    scenario = sim.Scenario(
        functions=[sim.Function("guard"), sim.Function("worker")],
        triggers=triggers,
    )
    again = sim.read_template(sim.write_template(scenario)).scenario
    found = {one.kind: one for one in again.triggers}
    then = found["sqs_standard"] if kind == "pipes_target" else found[kind]
    asking = then.pipe if kind == "pipes_target" else then
    assert set(found) == {first, then.kind}
    assert getattr(asking, setting) == found[first].name
    assert (found[first].function, then.function) == ("guard", "worker")
    if own:
        assert found[first].authorizer_result_ttl_in_seconds == 60
    for form in FORMS:
        text = sim.write_template(scenario, form)
        assert any(word in text for word in ("uthorizer", "nrichment", "Auth:"))


def test_the_default_bus_is_there_and_not_created():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html"""
    scenario = on_default_bus()
    text = sim.write_template(scenario)
    assert "AWS::Events::EventBus" not in text
    assert text.count("EventBusName: default") == 3
    assert kept(sim.read_template(text).scenario) == kept(scenario)
    for form in ("cdk-python", "cdk-typescript"):
        code = sim.write_template(scenario, form).replace("_", "").lower()
        assert "eventbus.fromeventbusname(" in code
