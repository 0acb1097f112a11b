"""State machines: what follows a task, by choice, after a wait, side by side, or once it failed."""

import pytest

import sim
from sim.results.verdict import verdict
from tests.support.state_machines import executions, times, way

ALWAYS = {"error_rate": 1}
ALL = ("States.ALL",)


def caught(after, *following, **more):
    return way(after, *following, error_equals=ALL, **more)


def test_the_next_task_begins_when_one_has_succeeded():
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    run = executions([way(None, "a"), way("a", "b"), way("b", "c")])
    assert times(run) == [("a", 0, 1), ("b", 1, 3), ("c", 3, 7)]
    assert run.journeys.end_to_end_s.tolist() == [7]


def test_a_wait_state_delays_the_next_task():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html"""
    run = executions(
        [way(None, "a", wait_seconds=5), way("a", "b", wait_seconds=10)]
    )
    assert times(run) == [("a", 0, 6), ("b", 6, 18)]
    assert "A Wait state of `m` holds it 10 s." in run.story(1)


def test_a_parallel_state_waits_for_all_its_branches():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"""
    ways = [way(None, "a", "c", parallel="p"), way("a", "b"), way("p", "d")]
    run = executions(ways)
    assert times(run) == [("a", 0, 1), ("c", 0, 4), ("b", 1, 3), ("d", 4, 12)]


def test_a_branch_ends_with_the_wait_at_its_end():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"""
    ways = [
        way(None, "a", "b", parallel="p"),
        way("a", "last", wait_seconds=30),
        way("p", "c"),
    ]
    run = executions(ways, pass_states=["last"])
    assert times(run)[-1] == ("c", 2, 35)


def test_a_map_state_runs_its_tasks_once_for_each_item():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html"""
    items = way("e", "a", "a", "a", parallel="items")
    run = executions([way(None, "e"), items, way("items", "b")])
    assert [task for task, _, _ in times(run)] == ["e", "a", "a", "a", "b"]
    identities = {child.identity for child in run.trace.children}
    assert len(identities) == 4


def test_a_failed_task_ends_the_execution():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    run = executions([way(None, "a"), way("a", "b")], behaviour={"a": ALWAYS})
    assert times(run) == [("a", 0, 1)]
    assert run.journeys.fate.tolist() == ["failed"]
    assert "Nothing catches it" in run.story(0)


def test_the_first_catcher_for_the_error_takes_over_once_no_retry_is_left():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    ways = [
        way(None, "a"),
        way("a", "b"),
        way("a", "c", error_equals=("States.Timeout",)),
        caught("a", "d"),
        caught("a", "e"),
    ]
    once = {"a": {"retry": [sim.Retrier(max_attempts=1)]}}
    run = executions(ways, settings=once, behaviour={"a": ALWAYS})
    assert times(run) == [("a", 0, 3), ("d", 3, 11)]
    assert run.journeys.fate.tolist() == ["succeeded"]
    assert "The failure is caught: `m` goes on with `d`" in run.story(0)


def test_a_summary_counts_the_failures_that_are_caught():
    """The question is what an outage costs: a journey that a catcher has ended is delivered."""
    both = ("b", "c")
    ways = [way(None, "a"), way("a", "d"), caught("a", *both, parallel="p")]
    run = executions(ways, at=range(40), behaviour={"a": {"error_rate": 0.5}})
    failed = int((run.deliveries.fate == "failed").sum())
    summary = run.summary()
    assert 5 < failed < 35
    assert (summary.caught, summary.delivered) == (failed, 40)
    said = verdict(summary.to_frame().T)
    assert said.endswith(f"; {failed} caught by a state machine.")
    assert run.summary(after=20).caught < failed
    assert "caught" not in sim.simulate(CALM, seed=1).summary()


CALM = sim.Scenario(
    functions=[sim.Function(name="f")],
    triggers=[sim.trigger("sns", "f")],
    traffic=[sim.Traffic("sns", sim.Burst(1))],
)


def test_a_failure_that_is_caught_may_end_its_branch():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    ways = [
        way(None, "a", "b", parallel="p"),
        caught("a", "ignored"),
        way("p", "d"),
    ]
    failing = {"a": ALWAYS}
    run = executions(ways, behaviour=failing, pass_states=["ignored"])
    assert times(run) == [("a", 0, 1), ("b", 0, 2), ("d", 2, 10)]
    assert run.journeys.fate.tolist() == ["succeeded"]
    assert "The failure is caught" in run.story(0)


def test_a_failed_branch_stops_the_others():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"""
    ways = [
        way(None, "b", "c", parallel="p"),
        way("b", "a"),
        way("p", "d"),
        caught("p", "e"),
    ]
    retries = {"c": {"retry": [sim.Retrier(interval_seconds=1)]}}
    behaviour = {"b": ALWAYS, "c": ALWAYS}
    run = executions(ways, settings=retries, behaviour=behaviour)
    assert times(run) == [("b", 0, 2), ("c", 0, 4), ("e", 2, 18)]
    assert run.deliveries.runs.tolist()[:2] == [1, 1]


def test_a_failed_branch_stops_what_waits_in_others():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"""
    ways = [
        way(None, "b", "a", parallel="p"),
        way("a", "c", wait_seconds=60),
        caught("p", "d"),
    ]
    retries = {"a": {"retry": [sim.Retrier(interval_seconds=5)]}}
    failing = {"b": ALWAYS}
    run = executions(ways, settings=retries, behaviour=failing)
    assert times(run) == [("a", 0, 1), ("b", 0, 2), ("c", 1, 61), ("d", 2, 10)]
    assert run.deliveries.fate.tolist().count("filtered") == 1
    assert run.journeys.fate.tolist() == ["succeeded"]


def test_a_task_is_not_tried_again_once_another_branch_has_failed():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"""
    ways = [way(None, "a", "b", parallel="p"), caught("p", "d")]
    retries = {"a": {"retry": [sim.Retrier(interval_seconds=5)]}}
    failing = {"a": ALWAYS, "b": ALWAYS}
    run = executions(ways, settings=retries, behaviour=failing)
    assert times(run) == [("a", 0, 6), ("b", 0, 2), ("d", 2, 10)]
    assert run.journeys.fate.tolist() == ["succeeded"]
    assert "Another branch has failed before" in run.story(0)


def test_a_failure_within_branches_is_caught_by_the_nearest_catcher_around():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"""
    ways = [
        way(None, "a", parallel="outer"),
        way("a", "b", "c", parallel="inner"),
        way("outer", "d", error_equals=("States.BranchFailed",)),
    ]
    run = executions(ways, behaviour={"b": ALWAYS})
    assert times(run)[-1] == ("d", 3, 11)


def test_a_fail_state_ends_its_execution_as_failed():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html"""
    ways = [
        way(None, "a"),
        way("a", "b", share=0.5),
        way("a", "sorry", share=0.5),
    ]
    run = executions(ways, at=range(100), fail_states=["sorry"])
    failed = run.journeys[run.journeys.fate == "failed"]
    counts = run.deliveries.trigger.value_counts()
    assert len(failed) == 100 - counts["b"]
    assert 30 < len(failed) < 70
    assert set(failed.end) == {"told"}
    assert run.summary().told == len(failed)
    assert "A Fail state ends this execution" in run.story(failed.event.iloc[0])


def test_an_execution_may_start_with_its_end():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html"""
    ways = [way(None, "a", share=0.5), way(None, "sorry", share=0.5)]
    run = executions(ways, at=range(100), fail_states=["sorry"])
    ends = run.journeys.end.value_counts()
    assert ends["told"] + ends["delivered"] == 100
    assert ends["told"] == (run.deliveries.fate == "filtered").sum() > 20


def test_a_fail_state_in_a_branch_may_be_caught_around_it():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html"""
    ways = [
        way(None, "a", "c", parallel="p"),
        way("a", "sorry"),
        caught("p", "d"),
    ]
    run = executions(ways, fail_states=["sorry"])
    assert times(run) == [("a", 0, 1), ("c", 0, 4), ("d", 1, 9)]
    assert run.journeys.fate.tolist() == ["succeeded"]


def test_a_task_that_hands_its_event_over_ends_when_lambda_has_accepted_it():
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html"""
    ways = [way(None, "c"), way("c", "a")]
    latency = {"c": {"latency": sim.Constant(0.5)}}
    run = executions(ways, kinds={"c": "sfn_event"}, settings=latency)
    (_, _, over), following = times(run)
    assert over > 4.5
    assert following == ("a", 0.5, 1.5)


def test_a_task_that_waits_for_its_token_goes_on_with_it():
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html"""
    ways = [way(None, "a"), way("a", "b")]
    report = {"a": {"callback_seconds": 60}}
    run = executions(ways, kinds={"a": "sfn_wait_token"}, settings=report)
    assert times(run) == [("a", 0, 61), ("b", 61, 63)]


def test_a_choice_state_takes_one_of_its_ways_by_their_shares():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html"""
    ways = [way(None, "a"), way("a", "b", share=0.5), way("a", "c", share=0.2)]
    run = executions(ways, at=range(900))
    counts = run.deliveries.trigger.value_counts()
    assert counts["a"] == 900
    assert 400 < counts["b"] < 500
    assert 130 < counts["c"] < 230


def test_an_execution_may_start_on_one_of_several_ways():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html"""
    ways = [way(None, "a", share=0.5), way(None, "b", share=0.5)]
    run = executions(ways, at=range(200))
    begun = run.deliveries[run.deliveries.fate == "succeeded"]
    assert sorted(begun.event) == list(range(200))
    assert set(begun.trigger) == {"a", "b"}
    filtered = run.deliveries[run.deliveries.fate == "filtered"].event.iloc[0]
    assert "A Choice state takes another way" in run.story(filtered)


def test_a_way_back_is_gone_as_often_as_its_choice_says():
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html"""
    ways = [way(None, "a"), way("a", "a", share=0.75, wait_seconds=1)]
    run = executions(ways, at=range(400), seconds=1000)
    assert 3.5 < run.journeys.deliveries.mean() < 4.5


def test_what_a_choice_takes_does_not_depend_on_how_long_the_branches_work():
    """The design's first principle: chance belongs to events, never to the order of the run."""
    ways = [
        way(None, "e"),
        way("e", "a", "b", parallel="p"),
        way("p", "c", share=0.5),
        way("p", "d", share=0.5),
    ]

    def taken(seconds):
        slow = {"a": {"handler": sim.Constant(seconds)}}
        run = executions(ways, at=range(0, 500, 5), behaviour=slow)
        last = run.deliveries[run.deliveries.trigger.isin(["c", "d"])]
        return last.sort_values("n").trigger.tolist()

    assert taken(0.1) == taken(3)


@pytest.mark.parametrize(
    ("ways", "sentence"),
    [
        ([way(None, "a"), way("a", "x")], "no trigger of kind sfn_sync"),
        ([way(None, "a", "b")], "name the Parallel state"),
        ([way(None, "a"), way("b", "c")], "never comes to 'b'"),
        ([way(None, "a"), way("a", "b"), way("a", "c")], "shares are 2"),
        ([caught(None, "a")], "nothing can fail"),
        ([way(None, "a"), caught("p", "a"), way("a", "p")], "nothing can fail"),
        (
            [way(None, "a"), way("a", "p"), way("p", "p")],
            "goes round for ever",
        ),
        (
            [way(None, "a", parallel="q"), way("a", "b"), way("q", "b")],
            "both within a Parallel state and from outside",
        ),
        ([way(None, "a", parallel="q"), way("a", "q")], "by its name"),
        ([way(None, "a"), way("a", "f"), way("f", "a")], "its Fail state"),
    ],
)
def test_ways_that_no_definition_could_have_are_refused(ways, sentence):
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    with pytest.raises(sim.ScenarioError, match=sentence):
        executions(ways, pass_states=["p"], fail_states=["f"])


def test_a_task_belongs_to_one_state_machine():
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    scenario = executions([way(None, "a")]).scenario
    (machine,) = scenario.state_machines
    with pytest.raises(sim.ScenarioError, match="task of 2 state machines"):
        scenario.replace(state_machines=[machine, machine.replace(name="n")])


def test_a_bus_and_a_function_start_executions():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-invoke-sfn.html"""
    run = executions([way(None, "a"), way("a", "b")])
    starter = sim.Function(
        name="starter", behaviour=sim.Behaviour(sends=[sim.Output("m")])
    )
    scenario = run.scenario.replace(
        functions=[*run.scenario.functions, starter],
        triggers=[*run.scenario.triggers, sim.trigger("invoke", "starter")],
        event_buses=[sim.EventBus(name="bus", targets=["m"])],
        traffic=[
            sim.Traffic("bus", sim.Burst(3)),
            sim.Traffic("invoke", sim.Burst(2)),
        ],
    )
    counts = sim.simulate(scenario, seed=1).deliveries.trigger.value_counts()
    assert (counts["a"], counts["b"]) == (5, 5)


@pytest.mark.parametrize(
    ("error", "is_caught"),
    [
        ("States.HeartbeatTimeout", True),
        ("States.Timeout", True),
        ("States.TaskFailed", True),
        ("Exception", False),
    ],
)
def test_a_late_heartbeat_has_an_error_of_its_own(error, is_caught):
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    ways = [way(None, "a"), way("a", "b", error_equals=(error,))]
    late = {"a": {"callback_seconds": 60, "heartbeat_seconds": 7}}
    run = executions(ways, kinds={"a": "sfn_wait_token"}, settings=late)
    assert times(run)[1:] == ([("b", 8, 10)] if is_caught else [])


@pytest.mark.parametrize(
    ("error", "is_caught"),
    [("States.Timeout", True), ("States.TaskFailed", False)],
)
def test_a_tasks_own_timeout_is_no_late_heartbeat(error, is_caught):
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    ways = [way(None, "a"), way("a", "b", error_equals=(error,))]
    limited = {"a": {"callback_seconds": 60, "timeout_in_millis": 9000}}
    run = executions(ways, kinds={"a": "sfn_wait_token"}, settings=limited)
    assert times(run)[1:] == ([("b", 9, 11)] if is_caught else [])


def test_a_story_tells_of_a_task_that_waits_no_longer_what_its_function_does():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    limited = {"callback_seconds": 60, "timeout_in_millis": 2000}

    def story(task):
        kinds = {task: "sfn_wait_token"}
        run = executions(
            [way(None, task)], kinds=kinds, settings={task: limited}
        )
        return run.story(0)

    returned, working = story("a"), story("c")
    assert "until its TimeoutSeconds have passed" in returned
    assert "works on" not in returned
    assert "Nobody waits" not in returned
    assert "while the function works on" in working
    assert "Nobody waits" in working
