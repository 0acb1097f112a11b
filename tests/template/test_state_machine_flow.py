"""State machines are read as one flow: what follows a task, and what starts an execution."""

import json

import pytest
from hypothesis import given, settings

import sim
from tests.support.state_machines import definitions
from tests.support.template_texts import (
    plain_function,
    read,
    read_sam,
    resource,
    row,
    sam_function,
)

ALL = ["States.ALL"]
ARNS = "DefinitionSubstitutions: {F: !GetAtt F.Arn, G: !GetAtt G.Arn}"


def task(function="F", **more):
    """A task that invokes a function, and then comes to the end unless it says otherwise."""
    goes_on = {} if "Next" in more else {"End": True}
    return {"Type": "Task", "Resource": f"${{{function}}}", **goes_on, **more}


def machine(definition, more=""):
    """A state machine with this definition."""
    written = f"Definition: {json.dumps(definition)}, {ARNS}{more}"
    return resource("M", "StepFunctions::StateMachine", written)


def reading(states, start="A", more="", **options):
    """A template with a state machine of these states, and functions F and G."""
    definition = {"StartAt": start, "States": states}
    functions = plain_function("F") + plain_function("G")
    return read(functions + machine(definition) + more, **options)


def ways(found):
    """The ways of the only state machine, each as what differs from a plain one."""
    (machine,) = found.scenario.state_machines
    return [
        way.model_dump(exclude_defaults=True) for way in machine.transitions
    ]


def test_tasks_that_follow_each_other_are_one_flow_with_their_retries():
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    retry = [{"ErrorEquals": ALL, "MaxAttempts": 5, "Comment": "x"}]
    states = {"A": task(Next="B", Retry=retry), "B": task("G")}
    found = reading(states)
    assert ways(found) == [
        {"next": ("M/A",)},
        {"after": "M/A", "next": ("M/B",)},
    ]
    first, second = found.scenario.triggers
    assert (first.function, second.function) == ("F", "G")
    assert [one.max_attempts for one in first.retry] == [5]
    assert not (found.report.status == "not supported").any()
    unknown = found.report[found.report.property == "traffic"]
    assert unknown.resource.tolist() == ["M"]


def test_states_keep_names_of_their_own():
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    states = {
        "A b": task(Next="A-b"),
        "A-b": task(Next="\u6ce8\u6587"),
        "\u6ce8\u6587": task("G"),
    }
    found = ways(reading(states, start="A b"))
    assert found[1] == {"after": "M/A-b", "next": ("M/A-b-2",)}
    assert len(found) == 3


def test_a_single_task_is_its_state_machines_trigger():
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html"""
    found = reading({"A": task(Next="B"), "B": {"Type": "Succeed"}})
    assert found.scenario.state_machines == ()
    assert {one.name for one in found.scenario.triggers} == {"G", "M"}


def test_what_invokes_nothing_only_leads_on():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html"""
    states = {
        "A": {"Type": "Wait", "Seconds": 5, "Next": "B"},
        "B": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Catch": [{"ErrorEquals": ALL, "Next": "E"}],
            "Next": "C",
        },
        "C": task(Next="D"),
        "D": {"Type": "Pass", "Next": "E"},
        "E": task("G"),
    }
    assert ways(reading(states)) == [
        {"next": ("M/C",), "wait_seconds": 5},
        {"after": "M/C", "next": ("M/E",)},
    ]


def test_the_ways_of_a_choice_are_equally_likely_until_somebody_says_otherwise():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html"""
    rules = [{"Next": "B"}, {"Next": "C"}, {"Next": "B"}]
    states = {
        "A": task(Next="D"),
        "D": {"Type": "Choice", "Choices": rules, "Default": "A"},
        "B": task("G"),
        "C": {"Type": "Succeed"},
    }
    found = reading(states)
    third = pytest.approx(1 / 3)
    assert ways(found) == [
        {"next": ("M/A",)},
        {"after": "M/A", "next": ("M/B",), "share": third},
        {"after": "M/A", "next": ("M/A",), "share": third},
    ]
    assert row(found, "M", "Definition.D.Choices").status == "assumed"


def test_branches_begin_together_and_meet_again():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"""
    branches = [
        {"StartAt": "B", "States": {"B": task()}},
        {"StartAt": "C", "States": {"C": task("G", Next="D"), "D": task()}},
    ]
    catch = [{"ErrorEquals": ALL, "Next": "F"}]
    states = {
        "A": {
            "Type": "Parallel",
            "Branches": branches,
            "Next": "E",
            "Catch": catch,
        },
        "E": task("G"),
        "F": task(),
    }
    assert ways(reading(states)) == [
        {"next": ("M/B", "M/C"), "parallel": "M/A"},
        {"after": "M/C", "next": ("M/D",)},
        {"after": "M/A", "next": ("M/E",)},
        {"after": "M/A", "next": ("M/F",), "error_equals": ("States.ALL",)},
    ]


def test_a_map_state_has_one_item():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html"""
    inner = {"StartAt": "B", "States": {"B": task(Next="C"), "C": task("G")}}
    states = {"A": {"Type": "Map", "ItemProcessor": inner, "End": True}}
    found = reading(states)
    assert ways(found)[0] == {"next": ("M/B",), "parallel": "M/A"}
    assert row(found, "M", "Definition.A.ItemsPath").status == "assumed"


def test_a_way_to_a_fail_state_ends_the_execution_as_failed():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html"""
    states = {
        "A": task(Next="B"),
        "B": {"Type": "Choice", "Choices": [{"Next": "C"}], "Default": "D"},
        "C": task("G"),
        "D": {"Type": "Pass", "Next": "E"},
        "E": {"Type": "Fail"},
    }
    found = reading(states)
    (machine,) = found.scenario.state_machines
    assert machine.fail_states == ("M/E",)
    assert machine.pass_states == ()
    assert {"after": "M/A", "next": ("M/E",), "share": 0.5} in ways(found)


def test_a_catcher_that_only_fails_catches_nothing():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html"""
    catch = [{"ErrorEquals": ALL, "Next": "D"}]
    states = {
        "A": task(Next="B", Catch=catch),
        "B": task("G", Catch=[{"ErrorEquals": ALL, "Next": "A"}]),
        "D": {"Type": "Pass", "Next": "E"},
        "E": {"Type": "Fail"},
    }
    errors = [
        way["error_equals"]
        for way in ways(reading(states))
        if "error_equals" in way
    ]
    assert errors == [("States.ALL",)]


@pytest.mark.parametrize(
    ("states", "start", "sentence"),
    [
        ({"A": task(Next="B")}, "A", "Next of 'A' is 'B'"),
        ({"A": task()}, "B", "StartAt is 'B'"),
        (
            {"A": {"Type": "Choice", "Choices": [{"Next": "B"}]}},
            "A",
            "Choices.Next of 'A' is 'B'",
        ),
        (
            {"A": {"Type": "Choice", "Choices": [], "Default": "B"}},
            "A",
            "Default of 'A' is 'B'",
        ),
        (
            {"A": task(Catch=[{"ErrorEquals": ALL, "Next": "B"}])},
            "A",
            "Catch.Next of 'A' is 'B'",
        ),
        (
            {
                "B": task(),
                "A": {
                    "Type": "Map",
                    "Next": "B",
                    "Iterator": {
                        "StartAt": "C",
                        "States": {"C": task(Next="B")},
                    },
                },
            },
            "A",
            "Next of 'C' is 'B'",
        ),
        ({"A": task(), "B": task("G")}, "A", "no way from StartAt leads to"),
        (
            {"A": task(), "B": task(Next="C"), "C": task(Next="B")},
            "A",
            "leads to 'C'",
        ),
    ],
)
def test_states_that_are_missing_or_out_of_reach_are_refused(
    states, start, sentence
):
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    with pytest.raises(sim.TemplateError, match=sentence):
        reading(states, start=start)


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ({"A": task(TimeoutSeconds=0)}, "TimeoutSeconds of 'A' is 0, but at"),
        ({"A": task(HeartbeatSeconds=-1)}, "HeartbeatSeconds of 'A' is -1"),
        (
            {
                "A": {"Type": "Wait", "Seconds": -4, "Next": "B"},
                "B": task(),
            },
            "Seconds of 'A' is -4, but at least 0 s is allowed",
        ),
    ],
)
def test_times_below_the_least_are_refused_in_the_definitions_words(
    states, sentence
):
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html"""
    with pytest.raises(sim.TemplateError, match=sentence) as error:
        reading(states)
    assert "_seconds" not in str(error.value)
    assert "millis" not in str(error.value)


@pytest.mark.parametrize("text", ["[]", "3", "null", '"A"'])
def test_a_definition_that_is_no_mapping_is_refused(text):
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    written = f"DefinitionString: {json.dumps(text)}"
    machines = resource("M", "StepFunctions::StateMachine", written)
    with pytest.raises(sim.TemplateError, match="is no mapping"):
        read(plain_function() + machines)


def test_a_next_state_that_a_substitution_names_is_not_called_missing():
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    found = reading({"A": task(Next="${Later}"), "B": task("G")})
    assert row(found, "M", "Definition.A").status == "read"


def test_a_retriers_line_is_that_of_its_own_state():
    """The issue: errors speak the template's language, with a line of their own."""
    text = f"""
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      {ARNS}
      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: ${{F}}
            Retry: [{{ErrorEquals: [States.ALL]}}]
            Next: B
          B:
            Type: Task
            Resource: ${{F}}
            Retry: [{{ErrorEquals: [States.ALL]}}]
            End: true
"""
    found = read(text + plain_function("F") + plain_function("G"))
    lines = [
        row(found, "M", f"Definition.{state}.Retry.ErrorEquals").line
        for state in "AB"
    ]
    assert lines[1] - lines[0] == 5


def test_what_a_definition_says_and_no_run_does_is_reported():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html"""
    inner = {"StartAt": "B", "States": {"B": task("G")}}
    states = {
        "A": {
            "Type": "Map",
            "ItemProcessor": inner,
            "MaxConcurrency": 2,
            "ToleratedFailurePercentage": 5,
            "Next": "C",
        },
        "C": task(Next="D", TimeoutSecondsPath="$.limit"),
        "D": {"Type": "Fail", "Error": "Undone"},
    }
    definition = {"StartAt": "A", "States": states, "TimeoutSeconds": 60}
    express = ", StateMachineType: EXPRESS"
    functions = plain_function("F") + plain_function("G")
    report = read(functions + machine(definition, express)).report
    unsimulated = report[report.status == "not supported"]
    assert set(unsimulated.property) == {
        "StateMachineType",
        "Definition.TimeoutSeconds",
        "Definition.A.MaxConcurrency",
        "Definition.A.ToleratedFailurePercentage",
        "Definition.C.TimeoutSecondsPath",
    }


def test_a_fail_state_that_only_a_catcher_leads_to_is_simulated():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html"""
    catch = [{"ErrorEquals": ALL, "Next": "D"}]
    states = {
        "A": task(Next="B", Catch=catch),
        "B": task("G"),
        "D": {"Type": "Pass", "Next": "E"},
        "E": {"Type": "Fail"},
    }
    assert not (reading(states).report.status == "not supported").any()


def test_the_retry_of_a_task_that_hands_its_event_over_is_reported():
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html"""
    event = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "${F}", "InvocationType": "Event"},
        "Retry": [{"ErrorEquals": ALL}],
        "Next": "B",
    }
    found = reading({"A": event, "B": task("G")})
    assert row(found, "M", "Definition.A.Retry").status == "not supported"


@pytest.mark.parametrize(
    ("errors", "is_noted"),
    [
        (["CardDeclined"], True),
        (["States.Timeout", "CardDeclined"], True),
        (["Exception"], False),
        (["CardDeclined", "Exception"], False),
        (["States.TaskFailed", "Lambda.Unknown"], False),
    ],
)
def test_errors_that_a_functions_code_names_are_reported(errors, is_noted):
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    catch = [{"ErrorEquals": errors, "Next": "B"}]
    report = reading({"A": task(Catch=catch), "B": task("G")}).report
    noted = report[report.property == "Definition.A.Catch.ErrorEquals"]
    assert (noted.status == "not supported").tolist() == [True] * is_noted


def test_an_error_that_is_caught_only_to_fail_needs_no_note():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html"""
    catch = [{"ErrorEquals": ["CardDeclined"], "Next": "B"}]
    states = {"A": task(Catch=catch), "B": {"Type": "Fail"}}
    assert not (reading(states).report.status == "not supported").any()


def test_the_share_of_events_that_start_a_state_machine_is_its_first_ways():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"""
    target = "Targets: [{Id: a, Arn: !GetAtt M.Arn, RoleArn: r}]"
    rule = resource(
        "R", "Events::Rule", f"EventPattern: {{source: [a]}}, {target}"
    )
    found = reading({"A": task()}, more=rule)
    share = row(found, "R", "EventPattern (share of events that match)")
    path = "state_machines.M.transitions.0.share"
    assert path in share.argument
    scenario = found.scenario.with_setting(path, 0.5)
    (machine,) = scenario.state_machines
    assert machine.transitions[0].share == 0.5


def test_rules_and_schedules_start_executions():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-invoke-sfn.html"""
    target = "Targets: [{Id: a, Arn: !GetAtt M.Arn, RoleArn: r}]"
    rule = resource(
        "R", "Events::Rule", f"EventPattern: {{source: [a]}}, {target}"
    )
    hourly = resource(
        "H", "Events::Rule", f"ScheduleExpression: rate(1 hour), {target}"
    )
    daily = resource(
        "S",
        "Scheduler::Schedule",
        "ScheduleExpression: rate(1 day), FlexibleTimeWindow: {Mode: 'OFF'}, "
        "Target: {Arn: !Ref M, RoleArn: r}",
    )
    found = reading({"A": task()}, more=rule + hourly + daily).scenario
    assert [bus.targets for bus in found.event_buses] == [("M",)]
    assert {one.name: one.into for one in found.traffic} == {"H": "M", "S": "M"}
    run = sim.simulate(found.replace(seconds=7300), seed=1)
    assert run.deliveries.trigger.tolist() == ["M/A"] * len(run.deliveries)


def test_a_schedule_calls_a_single_task_by_its_state_machine():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html"""
    target = "Targets: [{Id: a, Arn: !GetAtt M.Arn, RoleArn: r}]"
    hourly = resource(
        "H", "Events::Rule", f"ScheduleExpression: rate(1 hour), {target}"
    )
    (traffic,) = reading({"A": task()}, more=hourly).scenario.traffic
    assert (traffic.name, traffic.into) == ("H", "M")


def test_a_schedule_may_send_to_a_queue():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html"""
    target = "Targets: [{Id: a, Arn: !GetAtt Q.Arn}]"
    hourly = resource(
        "H", "Events::Rule", f"ScheduleExpression: rate(1 hour), {target}"
    )
    joined = resource(
        "J",
        "Lambda::EventSourceMapping",
        "FunctionName: !Ref F, EventSourceArn: !GetAtt Q.Arn",
    )
    text = plain_function() + resource("Q", "SQS::Queue") + joined + hourly
    (traffic,) = read(text).scenario.traffic
    assert (traffic.into, traffic.name) == ("Q", "H")


def test_the_events_of_sams_state_machine_start_it():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-statemachine-statemachineeventsource.html"""
    definition = {"StartAt": "A", "States": {"A": task(Next="B"), "B": task()}}
    new = "New: {Type: EventBridgeRule, Properties: {Pattern: {source: [a]}}}"
    written = (
        f"Definition: {json.dumps(definition)}, Events: {{{new}}}, "
        "DefinitionSubstitutions: {F: !GetAtt F.Arn}"
    )
    text = sam_function() + resource("M", "Serverless::StateMachine", written)
    (bus,) = read_sam(text).scenario.event_buses
    assert bus.targets == ("M",)


def run_to_its_end(definition):
    functions = plain_function("F") + plain_function("G")
    scenario = read(functions + machine(definition)).scenario
    if scenario.consumers("M"):
        traffic = [sim.Traffic("M", sim.Burst(3))]
        run = sim.simulate(scenario.replace(traffic=traffic), seed=1)
        assert not (run.deliveries.fate == "in flight").any()


@settings(max_examples=20)
@given(definitions())
def test_every_definition_is_a_flow_that_comes_to_an_end(definition):
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html"""
    run_to_its_end(definition)


@pytest.mark.slow
@settings(max_examples=500)
@given(definitions())
def test_so_are_many_more_definitions(definition):
    run_to_its_end(definition)


def test_a_large_definition_is_not_read_as_one_flow():
    """The bound is on the work done, whoever wrote the template."""
    count = 300
    states = {
        f"S{n}": {
            "Type": "Choice",
            "Choices": [{"Next": f"S{n * k % count}"} for k in range(1, 6)],
            "Default": f"S{n + 1}",
        }
        for n in range(count)
    }
    states[f"S{count}"] = task(Next="Other")
    states["Other"] = task("G")
    found = reading(states, start="S0")
    assert found.scenario.state_machines == ()


def test_what_is_no_state_needs_no_way():
    """A public definition has its query language among its states."""
    states = {"QueryLanguage": "JSONata", "A": task(Next="B"), "B": task("G")}
    assert len(ways(reading(states))) == 2
