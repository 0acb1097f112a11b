"""A repair is judged by what it changes, and then by what it reaches."""

import pytest

import sim
from sim.show.lesson import failed_cells
from sim.show.lesson.differences import changed_paths

TIMEOUT = "functions.worker.timeout"
BROKEN = sim.Scenario(
    functions=[
        sim.Function(
            "worker",
            timeout=1,
            behaviour=sim.Behaviour(handler=sim.Constant(seconds=2)),
        )
    ],
    triggers=[sim.trigger("sns", "worker")],
    traffic=[sim.Traffic(name="orders", into="sns", arrivals=sim.Burst(3))],
    outages=[sim.Outage(of="lambda", seconds=1)],
    seconds=60,
)
REPAIRED = BROKEN.with_setting(TIMEOUT, 3)


def judged(answer, **others):
    settings = {
        "may_change": [TIMEOUT],
        "goal": lambda run: run.summary().delivered == 3,
        "hint": "How long does a run take?",
        "why": "Now a run is long enough.",
        **others,
    }
    return sim.show.check_repair(answer, BROKEN, **settings)


def test_a_repair_says_what_it_reaches_and_why():
    assert judged(REPAIRED) == (
        "Right. Of 3 events: 3 delivered. Now a run is long enough."
    )


def test_the_right_setting_with_a_wrong_value_gets_its_result_and_the_hint():
    assert judged(BROKEN.with_setting(TIMEOUT, 2)).startswith(
        "Right. Of 3 events: 3"
    )
    shorter = BROKEN.with_settings(
        {TIMEOUT: 2, "functions.worker.behaviour.handler": sim.Constant(3)}
    )
    verdict = sim.show.check_repair(
        shorter.with_setting(TIMEOUT, 1),
        shorter,
        [TIMEOUT],
        lambda run: run.summary().lost == 0,
        hint="How long does a run take?",
    )
    assert verdict == (
        "Not yet. Of 3 events: 0 delivered, 3 lost. How long does a run take?"
    )


NO_REPAIR = {
    "no outage": (
        REPAIRED.replace(outages=[]),
        (
            "You changed `outages.lambda`. The outage is the world, not your setting: "
            "your system has to live with it."
        ),
    ),
    "less traffic": (
        REPAIRED.with_setting("traffic.orders.arrivals", sim.Burst(1)),
        (
            "You changed `traffic.orders.arrivals.events`. The traffic is the world, "
            "not your setting: all of it still comes."
        ),
    ),
    "a faster handler": (
        BROKEN.with_setting(
            "functions.worker.behaviour.handler", sim.Constant(0.5)
        ),
        (
            "You changed `functions.worker.behaviour.handler.seconds`. How the handler works, "
            "and how often it fails, is its code. Asked for is a setting of AWS."
        ),
    ),
    "a shorter look": (
        REPAIRED.replace(seconds=1),
        "You changed `seconds`. How long you look changes nothing for the orders.",
    ),
    "another setting": (
        BROKEN.with_setting("functions.worker.memory_size", 1024),
        (
            "You changed `functions.worker.memory_size`. This one can stay as it is; "
            "the cause is elsewhere."
        ),
    ),
    "nothing": (BROKEN, "Nothing is changed yet: this is `broken` as it was."),
}


@pytest.mark.parametrize(
    ("answer", "sentence"), NO_REPAIR.values(), ids=NO_REPAIR
)
def test_a_change_that_is_no_repair_is_refused_with_its_reason(
    answer, sentence
):
    assert judged(answer) == f"Not yet: {sentence}"


def test_an_exercise_has_its_own_sentence_for_a_usual_wrong_repair():
    more = BROKEN.with_setting("functions.worker.memory_size", 1024)
    not_so = {"functions.*.memory_size": "It waits, and computes nothing."}
    assert (
        judged(more, not_so=not_so)
        == "Not yet: It waits, and computes nothing."
    )


def test_more_changes_than_one_are_too_many_unless_the_exercise_says_so():
    both = REPAIRED.with_setting("functions.worker.memory_size", 1024)
    allowed = [TIMEOUT, "functions.worker.memory_size"]
    assert judged(both, may_change=allowed) == (
        "Not yet: This changes 2 settings, `functions.worker.memory_size` and "
        "`functions.worker.timeout`; 1 is enough."
    )
    assert judged(both, may_change=allowed, most=2).startswith("Right.")


def test_a_run_of_the_repair_or_the_only_one_of_several_is_taken_too():
    assert judged(sim.simulate(REPAIRED)).startswith("Right.")
    assert judged({"mine": REPAIRED}).startswith("Right.")


@pytest.mark.parametrize(
    "answer", [3, "timeout", [1, 2], object(), sim.Scenario]
)
def test_what_is_no_scenario_gets_one_friendly_sentence(answer):
    verdict = judged(answer)
    assert verdict.startswith("Not yet: ")
    assert "broken.with_setting" in verdict
    assert "\n" not in verdict


def test_a_goal_that_raises_gives_no_traceback():
    assert judged(REPAIRED, goal=lambda run: 1 / 0).startswith(
        "This cannot be checked: Zero"
    )


def test_nothing_is_not_answered_yet_and_a_failed_cell_gives_no_repair():
    assert judged(None) == "Not answered yet."
    failed = failed_cells.FailedCell("ScenarioError")
    assert judged(failed).startswith(
        "Not yet: the cell of this answer ended with an error"
    )


def test_what_differs_is_named_by_its_path():
    queue = sim.Queue("failed")
    config = sim.EventInvokeConfig(maximum_retry_attempts=0)
    changed = BROKEN.replace(queues=[queue]).with_settings(
        {
            "functions.worker.event_invoke_config": config,
            "triggers.sns.latency": sim.Constant(0),
        }
    )
    assert changed_paths(BROKEN, changed) == [
        "functions.worker.event_invoke_config.maximum_retry_attempts",
        "triggers.sns.latency",
        "queues.failed",
    ]
    assert changed_paths(BROKEN, BROKEN.replace()) == []
