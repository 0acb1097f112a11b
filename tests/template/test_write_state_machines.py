"""A state machine of several tasks is written, and read again as the same flow."""

import json

from hypothesis import given, settings

import sim
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


@settings(max_examples=25)
@given(definitions())
def test_a_flow_is_read_again_as_it_was_written(definition):
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html"""
    settings = (
        f"Definition: {json.dumps(definition)}, "
        "DefinitionSubstitutions: {F: !GetAtt F.Arn}"
    )
    machine = resource("M", "StepFunctions::StateMachine", settings)
    scenario = read(plain_function("F") + machine).scenario
    again = machines(sim.write_template(scenario))
    assert plain(again) == plain(scenario.state_machines)
