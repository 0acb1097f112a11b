"""CDK apps that were written, synthesised for real: one stack in both languages, one scenario."""

import json

import pytest

import sim
from sim.scenario.pipe import SOURCES_OF_PIPES
from sim.scenario.trigger_catalogue import catalogue
from tests.support.cdk import synthesised
from tests.support.deployable import (
    STARTING,
    UNLIKE,
    arguments,
    everything,
    on_default_bus,
    piped,
    state_machine,
    subscribed,
)
from tests.support.round_trips import read_back, some_for_cdk

DRAWN = 8
pytestmark = pytest.mark.slow


def systems() -> dict[str, sim.Scenario]:
    """Every kind of trigger, with and without an alias, and one system with everything else."""
    found = {
        "everything": everything(),
        "alias's subscriber": subscribed("eventbridge_bus_sync", None),
        "default bus": on_default_bus(),
        "state machine": state_machine(),
        "subscriber": subscribed("eventbridge_bus_event", "$LATEST"),
        **{f"pipe from {kind}": piped(kind) for kind in SOURCES_OF_PIPES},
    }
    for kind in catalogue():
        for alias in (None, "live"):
            worker = sim.Function(
                name="worker", timeout=4, auto_publish_alias=alias
            )
            start = (
                {"starting_position": "TRIM_HORIZON"}
                if kind in STARTING
                else {}
            )
            triggers = [sim.trigger(kind, function="worker", **start)]
            found[f"{kind} {alias or ''}".strip()] = sim.Scenario(
                functions=[worker], triggers=triggers
            )
    drawn = enumerate(some_for_cdk(DRAWN))
    return found | {f"drawn {number}": each for number, each in drawn}


@pytest.fixture(scope="module")
def written() -> dict[str, sim.Scenario]:
    return systems()


@pytest.fixture(scope="module")
def typescript(written, tmp_path_factory) -> dict[str, dict]:
    apps = {
        name: sim.write_template(scenario, to="cdk-typescript")
        for name, scenario in written.items()
    }
    return synthesised(
        apps, "typescript", tmp_path_factory.mktemp("typescript")
    )


@pytest.fixture(scope="module")
def python(written, tmp_path_factory) -> dict[str, dict]:
    apps = {
        name: sim.write_template(scenario, to="cdk-python")
        for name, scenario in written.items()
    }
    return synthesised(apps, "python", tmp_path_factory.mktemp("python"))


def test_every_typescript_app_is_a_stack(written, typescript):
    assert typescript.keys() == written.keys()
    assert all(
        "AWS::Lambda::Function" in types(template)
        for template in typescript.values()
    )


def test_both_languages_make_the_same_stack(python, typescript):
    assert python == typescript


def types(template: dict) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


# read again


def named(template: dict) -> str:
    """The template's text with the IDs of constructs in place of CDK's logical IDs."""
    text = json.dumps(template)
    for logical_id, resource in template["Resources"].items():
        path = resource.get("Metadata", {}).get("aws:cdk:path", "")
        parts = [part for part in path.split("/")[1:] if part]
        if parts and parts[1:] in ([], ["Resource"]):
            text = text.replace(f'"{logical_id}"', json.dumps(parts[0]))
    return text


def test_what_is_written_in_cdk_is_read_back_as_the_same_scenario(
    written, typescript
):
    for name, template in typescript.items():
        if name.split()[0] not in UNLIKE:
            values = arguments(template.get("Parameters", {}))
            found = sim.read_template(
                named(template), parameters=values
            ).scenario
            assert read_back(found) == read_back(written[name]), name
