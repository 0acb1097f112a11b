"""A scenario as a CDK app, in Python or TypeScript."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.scenario import Scenario
from sim.template.write.alarms import alarm_statements
from sim.template.write.cdk_app import cdk_app
from sim.template.write.cdk_functions import (
    asynchronous_settings,
    function_statements,
    grants,
    handler_constant,
)
from sim.template.write.cdk_names import CdkNames
from sim.template.write.cdk_printer import PythonPrinter, TypeScriptPrinter
from sim.template.write.cdk_sources import source_statements
from sim.template.write.cdk_state_machines import (
    definition_constant,
    definition_text,
    state_machine_statements,
)
from sim.template.write.cdk_statements import without_unused_variables
from sim.template.write.cdk_triggers import trigger_statements
from sim.template.write.handler_stub import handler_stub
from sim.template.write.names import construct_ids


def write_cdk_python(scenario: Scenario) -> str:
    """The text of a CDK app in Python that deploys this scenario."""
    return _app(scenario, PythonPrinter())


def write_cdk_typescript(scenario: Scenario) -> str:
    """The text of a CDK app in TypeScript that deploys this scenario."""
    return _app(scenario, TypeScriptPrinter())


def _app(scenario: Scenario, printer: PythonPrinter) -> str:
    names = CdkNames(scenario, construct_ids(scenario))
    handlers = {}
    for function in scenario.functions:
        stub = handler_stub(scenario, function)
        if stub:
            handlers[handler_constant(names, function.name)] = stub
    for machine in scenario.state_machines:
        text = definition_text(names, machine)
        handlers[definition_constant(names, machine)] = text
    statements = list(dict.fromkeys(_statements(names)))
    body = without_unused_variables(statements)
    return cdk_app(printer, body, handlers, names.ids.changed)


def _statements(names: CdkNames) -> Iterator[str]:
    scenario = names.scenario
    yield from source_statements(names)
    for function in scenario.functions:
        yield from function_statements(names, function)
    for function in scenario.functions:
        yield from asynchronous_settings(names, function)
    for trigger in scenario.triggers:
        yield from trigger_statements(names, trigger)
    for machine in scenario.state_machines:
        yield from state_machine_statements(names, machine)
    for function in scenario.functions:
        yield from grants(names, function)
    yield from alarm_statements(names)
