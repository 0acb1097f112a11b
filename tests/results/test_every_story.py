"""Every story of every delivery of every kind in trouble can be told, and ends as its row does."""

import re

import pytest

import sim
from sim.course.trial_systems import trial
from sim.scenario.trigger_catalogue import catalogue
from sim.scenario.triggers import SynchronousTrigger
from tests.results.test_story import from_queue, told, works

KINDS = list(catalogue())
WORKER = "functions.worker."
BEHAVIOUR = WORKER + "behaviour."
TROUBLES = {
    "always fails": {BEHAVIOUR + "error_rate": 1.0},
    "fails at times": {BEHAVIOUR + "error_rate": 0.5},
    "crashes": {BEHAVIOUR + "crash_share": 1.0, BEHAVIOUR + "error_rate": 1.0},
    "times out": {
        WORKER + "timeout": 1,
        BEHAVIOUR + "handler": sim.Constant(seconds=5),
    },
    "keeps callers waiting": {
        WORKER + "timeout": 400,
        BEHAVIOUR + "handler": sim.Constant(seconds=350),
    },
    "reserved 0": {WORKER + "reserved_concurrent_executions": 0},
    "reserved 1": {
        WORKER + "reserved_concurrent_executions": 1,
        BEHAVIOUR + "handler": sim.Constant(seconds=2),
    },
    "outage": {"outages": (sim.Outage(of="lambda", at=0, seconds=600),)},
    "long outage": {"outages": (sim.Outage(of="lambda", at=0, seconds=1e5),)},
    "init fails": {BEHAVIOUR + "init_error_rate": 1.0},
    "swallows errors": {
        BEHAVIOUR + "error_rate": 1.0,
        BEHAVIOUR + "swallows_errors": True,
    },
    "names failed items": {
        BEHAVIOUR + "poison_share": 1.0,
        BEHAVIOUR + "batch_response": "failed items",
    },
    "calls itself": {},
    "calls itself for ever": {WORKER + "recursive_loop": "Allow"},
}
BATCHES = ("names failed items", "swallows errors")
LAST_WORDS = {
    "in flight": r"still in flight\.|is told|until the simulation ends",
    "succeeded": (
        r"is told|succeeds|done with|deletes the message|goes to|work is lost"
        r"|answers with the result|returns normally|waits for this answer"
    ),
    "failed": r"is told|waits for this answer|hears it",
    "rejected": r"is told",
    "dead-lettered": r"goes to|moves to|is told",
    "dropped": r"lost|nothing else knows|is told",
    "expired": r"lost|nothing else knows|is told",
    "filtered": r"keeps it out|does not read it|no record of it",
}
"""What stands in the last entry, by fate; the caller of an asynchronous event may be told later."""
MOST_LINES = 40
"""Of one delivery that was tried any number of times, with its headings and rules."""


@pytest.fixture(autouse=True)
def _no_advice(recwarn):
    yield


def in_trouble(kind, trouble, failure_store, caller):
    scenario = trial(kind, failure_store)
    traffic = scenario.traffic[0]
    settings = {
        "traffic.orders.arrivals": sim.Burst(events=3),
        "traffic.orders.caller": caller,
        **TROUBLES[trouble],
    }
    if trouble.startswith("calls itself"):
        to_itself = (sim.Output(to=traffic.into),)
        settings[BEHAVIOUR + "sends"] = to_itself
    if trouble.startswith("calls itself for ever"):
        settings[BEHAVIOUR + "handler"] = sim.Constant(seconds=1)
    return scenario.with_settings(settings)


def endings(story):
    """The last entry of each delivery, by its heading."""
    ends = {}
    heading = None
    for line in told(story):
        if re.match(r"^`.*(\(.*\))\.$", line):
            heading = line
        elif not line.startswith(("Event ", "Left out")):
            ends[heading] = line
    return list(ends.items())


def agrees(run, row, story):
    """Whether the end of a story of one delivery is what its row says."""
    (_, last), *_ = endings(story)
    assert re.search(LAST_WORDS[row.fate], last), (row.fate, last)
    trigger = run.trigger_of(row.delivery)
    if isinstance(trigger, SynchronousTrigger) and row.told_s == row.told_s:
        assert row.told in story or row.told == "caller timed out"
    for store in filter(None, row.stores.split(";")):
        assert f"`{store}`" in story


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_story_can_be_told_and_ends_with_its_fate(kind, trouble):
    for store, drain, tries in (
        (True, True, 1),
        (False, True, 3),
        (True, False, 3),
    ):
        if drain and trouble == "calls itself for ever":
            continue
        caller = sim.Caller(max_attempts=tries)
        try:
            scenario = in_trouble(kind, trouble, store, caller)
        except sim.ScenarioError:
            continue
        run = sim.simulate(scenario, drain=drain)
        events = run.deliveries.event.unique()
        for event in {0, 1, 2, int(events[-1])}:
            story = run.story(event)
            rows = run.deliveries[run.deliveries.event == event]
            if len(rows) == 1:
                agrees(run, next(rows.itertuples(index=False)), story)
