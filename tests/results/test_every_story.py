"""Every story of every delivery of every kind in trouble can be told, and ends as its row does."""

import re

import pytest

import sim
from sim.course.trial_systems import trial
from sim.scenario.trigger_catalogue import catalogue
from sim.scenario.triggers import SynchronousTrigger
from tests.results.test_story import from_queue, told, works
from tests.support.useful import useful

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
}
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
"""What stands at the end, by fate; the caller of an asynchronous event may be told later."""


def in_trouble(kind, trouble, failure_store, caller):
    scenario = trial(kind, failure_store)
    traffic = scenario.traffic[0]
    settings = {
        "traffic.orders.arrivals": sim.Burst(events=3),
        "traffic.orders.caller": caller,
        **TROUBLES[trouble],
    }
    if trouble == "calls itself":
        to_itself = (sim.Output(to=traffic.into),)
        settings[BEHAVIOUR + "sends"] = to_itself
    return useful(scenario.with_settings(settings))


def ending(story):
    """The last entries of the first delivery: its last runs may end after it has its fate."""
    entries = []
    headings = 0
    for line in told(story):
        if re.match(r"^`.*(\(.*\))\.$", line):
            headings += 1
        elif headings == 1 and not line.startswith("Left out"):
            entries.append(line)
    return " ".join(entries[-6:])


def agrees(run, row, story):
    """Whether the end of a story of one delivery is what its row says."""
    last = ending(story)
    assert re.search(LAST_WORDS[row.fate], last), (row.fate, last)
    trigger = run.trigger_of(row.delivery)
    if isinstance(trigger, SynchronousTrigger) and row.told_s == row.told_s:
        assert row.told in story or row.told == "caller timed out"
    for store in filter(None, row.stores.split(";")):
        assert f"`{store}`" in story


def tell_and_compare(kind, trouble, failure_store, tries):
    """Tell the first, the last and one story more; a combination that is refused is fine."""
    caller = sim.Caller(max_attempts=tries)
    try:
        scenario = in_trouble(kind, trouble, failure_store, caller)
    except sim.ScenarioError:
        return
    # nobody stops the loops of most kinds: they end with the traffic
    run = sim.simulate(scenario, drain=trouble != "calls itself")
    events = run.deliveries.event.unique()
    for event in sorted({0, 2, int(events[-1])}):
        story = run.story(event)
        rows = run.deliveries[run.deliveries.event == event]
        if len(rows) == 1:
            agrees(run, next(rows.itertuples(index=False)), story)


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_story_can_be_told_and_ends_with_its_fate(kind, trouble):
    for failure_store, tries in ((True, 1), (False, 3)):
        tell_and_compare(kind, trouble, failure_store, tries)


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_a_story_of_each_kind_ends_with_its_fate(number):
    trouble = list(TROUBLES)[number % len(TROUBLES)]
    tell_and_compare(KINDS[number], trouble, number % 2 == 0, 1 + number % 3)


@pytest.mark.parametrize("event", [0, 99])
def test_a_poison_batch_is_told_in_a_few_lines(event):
    """Each story of a batch of 100 records that fails all day."""
    behaviour = works(0.05, error_rate=1)
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", behaviour=behaviour)],
        triggers=[
            sim.trigger("kinesis", function="f", source="k", batch_size=100)
        ],
        traffic=[sim.Traffic(into="k", arrivals=sim.Burst(events=100))],
        seconds=86_400,
    )
    run = sim.simulate(scenario)
    story = run.story(event)
    assert len(story.splitlines()) <= 22
    tried = re.findall(r"Tried ([\d,]+) times, every (.*): each time", story)
    assert [count for count, _ in tried] == ["1,440"]


def test_refused_tries_are_folded_before_the_one_that_succeeds():
    scenario = sim.Scenario(
        functions=[
            sim.Function(
                name="f",
                behaviour=works(),
                reserved_concurrent_executions=1,
            )
        ],
        triggers=[sim.trigger("sqs_standard", function="f", source="q")],
        queues=[sim.Queue(name="q", visibility_timeout=60)],
        outages=[sim.Outage(of="lambda", at=0, seconds=1_000)],
        traffic=[sim.Traffic(into="q", arrivals=sim.Burst(events=1))],
        seconds=2_000,
    )
    story = sim.simulate(scenario).story(0)
    assert "Tried " in story
    assert "Lambda deletes the message." in told(story)[-1]


@pytest.mark.parametrize("event", [None, "0", -1, 3, 1.5, float("nan"), [0]])
def test_an_event_that_is_none_is_refused_in_a_sentence(event):
    words = r"There is no event 3: .* events 0 to 0|story: event is .* expected"
    with pytest.raises(sim.ScenarioError, match=words):
        from_queue().story(event)


def test_a_front_door_that_refuses_a_call_is_told():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"""
    door = sim.trigger(
        "apigw_rest",
        function="f",
        name="api",
        throttle_rate_limit=1,
        throttle_burst_limit=1,
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", behaviour=works())],
        triggers=[door],
        traffic=[sim.Traffic(into="api", arrivals=sim.Burst(events=2))],
    )
    story = sim.simulate(scenario).story(1)
    assert told(story)[-1].endswith("is told 429 Too Many Requests.")


def test_a_loop_that_lambda_stops_is_told():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    alone = sim.Caller(max_attempts=1)
    scenario = in_trouble("sns", "calls itself", False, alone)
    run = sim.simulate(scenario)
    story = run.story(int(run.deliveries.event.max()))
    assert "Lambda stops the loop that it belongs to" in told(story)[-1]
