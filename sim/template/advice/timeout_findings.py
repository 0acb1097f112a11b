"""What breaks a rule of advice on the time that a function has for its work."""

from __future__ import annotations

from sim.phrases import spoken
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.template.advice.finding import Finding, Findings
from sim.trace import MICROSECONDS
from sim.workload import draws
from sim.workload.function_draws import FunctionDraws


def inits_that_use_up_the_timeout(scenario: Scenario) -> Findings:
    """Functions whose median init and work reach the timeout.

    The init of a cold start has a time of its own; the one after a timeout has not.
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    for function in scenario.functions:
        init = FunctionDraws(function, seed=0).median_init()
        work = _work(scenario, function)
        if init + work >= function.timeout:
            detail = f"init {spoken(init)} and handler {spoken(work)}; the timeout is"
            yield Finding(function.name, f"{detail} {function.timeout} s")


def batches_longer_than_the_timeout(scenario: Scenario) -> Findings:
    """Mappings whose full batches take the handler longer than the timeout."""
    for mapping in scenario.mappings:
        function = scenario.function(mapping.function)
        turns = function.behaviour.batch_processing.turns(mapping.batch_size)
        work = _work(scenario, function) * turns
        if mapping.enabled and work > function.timeout:
            detail = f"{mapping.batch_size} records take {spoken(work)}; the timeout is"
            yield Finding(mapping.name, f"{detail} {function.timeout} s")


def _work(scenario: Scenario, function: Function) -> float:
    """The median time of the handler on one event, with its calls, in seconds."""
    called = function.behaviour.depends_on
    calls = [
        draws.microseconds_of(dependency.latency, 0.5) / MICROSECONDS
        for dependency in scenario.dependencies
        if dependency.name in called
    ]
    return FunctionDraws(function, seed=0).median_work() + sum(calls)
