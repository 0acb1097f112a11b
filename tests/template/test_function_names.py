"""Whose behaviour is given, by names that are no logical IDs."""

import pytest

import sim

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.13}
  Worker:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.13, FunctionName: shop-worker}
  AFunctionWithQuiteALongLogicalId:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.13}
"""


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("Orders", "Orders"),
        ("shop-prod-Orders-1A2B3C4D5E6F", "Orders"),
        ("shop-Orders-ig7PTEUl4kUL", "Orders"),
        ("shop-worker", "Worker"),
        (
            "shop-AFunctionWithQuiteALongL-1A2B3C4D5E6F",
            "AFunctionWithQuiteALongLogicalId",
        ),
        (
            "s-AFunctionWithQuiteALongLogicalId-1A2B3C4D5E6F",
            "AFunctionWithQuiteALongLogicalId",
        ),
    ],
)
def test_a_function_may_be_called_by_its_name_in_the_account(name, function):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html"""
    told = {name: sim.Behaviour(handler=7)}
    scenario = sim.read_template(TEMPLATE, behaviour=told).scenario
    assert scenario.function(function).behaviour.handler.seconds == 7


@pytest.mark.parametrize("name", ["shop-Other-1A2B3C4D5E6F", "Orders-x", "s"])
def test_what_is_no_functions_name_is_refused(name):
    with pytest.raises(
        sim.TemplateError, match=r"functions are Orders, Worker"
    ):
        sim.read_template(TEMPLATE, behaviour={name: sim.Behaviour()})


def test_a_logical_id_comes_before_another_name_of_the_function():
    told = {"Worker": sim.Behaviour(handler=7), "shop-worker": sim.Behaviour()}
    scenario = sim.read_template(TEMPLATE, behaviour=told).scenario
    assert scenario.function("Worker").behaviour.handler.seconds == 7
