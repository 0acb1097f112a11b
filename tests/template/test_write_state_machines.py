"""A state machine of several tasks is written, and read again as the same flow."""

import json

import pytest
from hypothesis import given, settings

import sim
from tests.support.deployable import kept, state_machine
from tests.support.state_machines import definitions
from tests.support.template_texts import plain_function, read, resource


def machines(text):
    """The state machines of a template's scenario."""
    return sim.read_template(text).scenario.state_machines


def plain(machines):
    """The ways of state machines without shares; places are numbers, in order of appearance."""
    numbers: dict = {None: None}

    def number(place):
        return numbers.setdefault(place, len(numbers))

    return [
        (
            number(way.after),
            [number(name) for name in way.next],
            number(way.parallel),
            way.wait_seconds,
            way.error_equals,
        )
        for machine in machines
        for way in machine.transitions
    ]


def write_and_read(definition):
    settings = (
        f"Definition: {json.dumps(definition)}, "
        "DefinitionSubstitutions: {F: !GetAtt F.Arn}"
    )
    machine = resource("M", "StepFunctions::StateMachine", settings)
    scenario = read(plain_function("F") + machine).scenario
    again = machines(sim.write_template(scenario))
    assert plain(again) == plain(scenario.state_machines)


@settings(max_examples=15)
@given(definitions())
def test_a_flow_is_read_again_as_it_was_written(definition):
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html"""
    write_and_read(definition)


@pytest.mark.slow
@settings(max_examples=300)
@given(definitions())
def test_so_are_many_more_flows(definition):
    write_and_read(definition)


def test_a_state_machine_is_read_again_with_its_tasks_and_its_bus():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html"""
    scenario = state_machine()
    again = sim.read_template(sim.write_template(scenario)).scenario
    assert kept(again) == kept(scenario)


def test_a_function_that_starts_executions_may_do_so():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html"""
    starter = sim.Function(
        name="starter", behaviour=sim.Behaviour(sends=[sim.Output("Flow")])
    )
    scenario = state_machine()
    started = scenario.replace(
        functions=[*scenario.functions, starter],
        triggers=[*scenario.triggers, sim.trigger("invoke", "starter")],
    )
    assert "StepFunctionsExecutionPolicy" in sim.write_template(started)
    cdk = sim.write_template(started, to="cdk-python")
    assert "flow.grant_start_execution(starter)" in cdk
