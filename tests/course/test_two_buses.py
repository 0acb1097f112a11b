"""The two buses of lesson 10: its numbers, and the settings of the folders that it names."""

import pytest

import sim
from tests.support.lessons import FOLDER, cells, read

LESSON = "10-the-catalogue.ipynb"
DEPLOY = FOLDER.parent / "data" / "deploy"
FOLDERS = {
    "Custom, EVENT": "eventbridge-bus-event",
    "Custom, REQUEST_RESPONSE": "eventbridge-bus-sync",
}


@pytest.fixture(scope="module")
def presets():
    """What the panel of the section shows, by the names of its presets."""
    names = {"sim": sim}
    for cell in cells(read(FOLDER / LESSON), "code"):
        if cell.id in ("two-buses-lanes", "two-buses-panel"):
            exec(cell.source.split("sim.show.panel(")[0], names)
    return names["presets"]


def fates(lanes):
    """By lane: the fates of its orders, and how many seconds the last one took."""
    runs = sim.simulate(lanes, seed=1)
    return {
        name: (set(run.deliveries.fate), run.deliveries.latency_s.max())
        for name, run in runs.items()
    }


def test_classic_delivers_late_and_custom_has_given_up_after_five_minutes(
    presets,
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    found = fates(presets["Lambda cannot accept for ten minutes"])
    assert found.pop("Classic") == ({"succeeded"}, pytest.approx(993, abs=1))
    for lane in FOLDERS:
        assert found[lane] == ({"dead-lettered"}, 300)


def test_subscribers_that_try_for_an_hour_deliver_late(presets):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    found = fates(presets["subscribers try for an hour"])
    for lane in FOLDERS:
        assert found[lane] == ({"succeeded"}, pytest.approx(950, abs=10))


def test_the_hour_is_that_of_the_folders(presets):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    for lane, folder in FOLDERS.items():
        shown = presets["subscribers try for an hour"][lane]
        deployed = sim.read_template(DEPLOY / folder / "template.yaml").scenario
        (here,), (there,) = shown.triggers, deployed.triggers
        assert here.kind == there.kind
        assert here.retry_policy == there.retry_policy
        (function,), (worker,) = deployed.functions, shown.functions
        assert function.timeout == worker.timeout
        assert function.memory_size == worker.memory_size


def test_a_failing_function_is_a_failed_delivery_of_request_response_only(
    presets,
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    failing = {"functions.worker.behaviour.error_rate": 1.0}
    lanes = {
        name: lane.with_settings(failing)
        for name, lane in presets["all is well"].items()
    }
    for name, run in sim.simulate(lanes, seed=1).items():
        waits = "REQUEST_RESPONSE" in name
        conditions = set(run.deliveries.condition)
        assert ("RetriesExhausted" not in conditions) is waits, name
