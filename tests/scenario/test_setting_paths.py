"""Settings by dotted paths: what is missing on the way is made, what is nowhere is refused."""

import pytest

import sim
from sim import facts


def scenario(**changes) -> sim.Scenario:
    """Two functions, one behind a queue and one behind a topic."""
    parts = {
        "functions": [sim.Function("worker"), sim.Function("other")],
        "triggers": [
            sim.trigger("sqs_standard", "worker", source="jobs"),
            sim.trigger("sns", "other"),
        ],
        "traffic": [sim.Traffic("jobs", sim.Burst(1))],
    }
    return sim.Scenario(**{**parts, **changes})


CONCURRENCY = "triggers.sqs_standard.scaling_config.maximum_concurrency"


def test_a_group_that_is_not_set_is_made_with_its_defaults():
    before = scenario()
    assert before.triggers[0].scaling_config is None
    after = before.with_setting(CONCURRENCY, 7)
    assert after.triggers[0].scaling_config == sim.ScalingConfig(7)
    policy = {
        "queues.jobs.redrive_policy.dead_letter_target_arn": "dead",
        "queues.dead.redrive_policy.dead_letter_target_arn": "dead",
    }
    redriven = scenario(queues=[sim.Queue("jobs"), sim.Queue("dead")])
    made = redriven.with_settings(policy).queues[0].redrive_policy
    assert made == sim.RedrivePolicy(dead_letter_target_arn="dead")


def test_several_settings_make_one_group():
    init = "functions.worker.behaviour.init"
    changes = {f"{init}.median": 0.3, f"{init}.p99": 0.6}
    made = scenario().with_settings(changes).function("worker").behaviour.init
    assert made == sim.LogNormal(median=0.3, p99=0.6)


def test_a_group_within_a_group_is_made():
    config = "functions.worker.provisioned_concurrency_config"
    changes = {
        "functions.worker.auto_publish_alias": "live",
        f"{config}.provisioned_concurrent_executions": 2,
        f"{config}.scalable_target.max_capacity": 9,
    }
    worker = scenario().with_settings(changes).function("worker")
    made = worker.provisioned_concurrency_config
    assert made.provisioned_concurrent_executions == 2
    assert made.scalable_target == sim.ScalableTarget(max_capacity=9)


def test_all_names_get_a_group_or_a_change_of_theirs():
    path = "functions.*.dead_letter_config.target_arn"
    config = sim.DeadLetterConfig("dead")
    worker = sim.Function("worker", dead_letter_config=config)
    before = scenario(
        functions=[worker, sim.Function("other")],
        queues=[sim.Queue("jobs"), sim.Queue("dead")],
    )
    after = before.with_setting(path, "jobs")
    stores = [function.dead_letter_config for function in after.functions]
    assert stores == [sim.DeadLetterConfig("jobs")] * 2


def test_a_group_that_is_not_set_stays_so_where_nothing_is_set_in_it():
    before = scenario()
    assert before.with_setting(CONCURRENCY, None) == before


def test_what_is_not_set_is_found_with_its_fact_and_no_value():
    fact = facts.fact("ScalingConfig.maximum_concurrency")
    before = scenario()
    assert list(before.found(CONCURRENCY)) == [(fact, None)]
    assert list(before.with_setting(CONCURRENCY, 7).found(CONCURRENCY)) == [
        (fact, 7)
    ]
    deep = "functions.worker.provisioned_concurrency_config.scalable_target.max_capacity"
    fact = facts.fact("ScalableTarget.max_capacity")
    assert list(before.found(deep)) == [(fact, None)]


def test_a_number_is_a_constant_duration():
    after = scenario().with_setting("functions.worker.behaviour.handler", 0.25)
    assert after.function("worker").behaviour.handler == sim.Constant(
        seconds=0.25
    )


def test_what_is_changed_from_above_and_within_takes_both():
    changes = {
        "functions.worker.behaviour": sim.Behaviour(error_rate=0.5),
        "functions.worker.behaviour.poison_share": 0.25,
    }
    behaviour = scenario().with_settings(changes).function("worker").behaviour
    assert (behaviour.error_rate, behaviour.poison_share) == (0.5, 0.25)


NOWHERE = {
    "functions.wroker.timeout": "functions.worker.timeout",
    "functions.worker.memory": "functions.worker.memory_size",
    "functions.worker.timeouts": "functions.worker.timeout",
    "triggers.sqs_standard.maximum_concurrency": CONCURRENCY,
    "timeout": "functions.other.timeout",
    "functions..timeout": "functions.other.timeout",
    "functions.worker.scaling_config.maximum_concurrency": CONCURRENCY,
    "function.worker.timeout": "functions.worker.timeout",
    "functions.worker.timeout.seconds": "functions.worker.timeout",
    f"{CONCURRENCY}.value": CONCURRENCY,
}


@pytest.mark.parametrize("path", NOWHERE)
def test_a_path_to_nowhere_is_refused_with_the_nearest_one(path):
    assert list(scenario().found(path)) == []
    with pytest.raises(sim.ScenarioError) as refusal:
        scenario().with_setting(path, 1)
    sentence = (
        f"Scenario has nothing at {path!r}; did you mean {NOWHERE[path]!r}?"
    )
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("path", ["", "*", "xyz", "."])
def test_a_path_like_no_other_is_refused_with_how_paths_begin(path):
    with pytest.raises(
        sim.ScenarioError, match="paths begin with one of functions, "
    ):
        scenario().with_setting(path, 1)


REFUSED = {
    (CONCURRENCY, 1): "maximum_concurrency is 1, but 2 to 1,000",
    (CONCURRENCY, "many"): "maximum_concurrency is 'many'",
    (
        "queues.jobs.redrive_policy.max_receive_count",
        3,
    ): "needs dead_letter_target_arn",
    ("functions.worker.behaviour.init.median", 1): "LogNormal needs p99",
    (
        "functions.worker.behaviour.handler",
        -1,
    ): "seconds is -1, but at least 0 s",
}


@pytest.mark.parametrize(("path", "value"), REFUSED)
def test_what_cannot_be_set_is_refused_as_anywhere(path, value):
    with pytest.raises(sim.ScenarioError) as refusal:
        scenario().with_setting(path, value)
    assert REFUSED[path, value] in str(refusal.value)


def test_a_kind_of_source_that_does_not_take_a_group_refuses_it():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    triggers = [sim.trigger("kinesis", "worker"), sim.trigger("sns", "other")]
    streaming = scenario(triggers=triggers, traffic=[])
    with pytest.raises(sim.ScenarioError, match="takes no scaling_config"):
        streaming.with_setting(
            "triggers.*.scaling_config.maximum_concurrency", 5
        )


def test_what_has_no_name_has_its_number():
    retriers = [sim.Retrier(error_equals=("States.Timeout",)), sim.Retrier()]
    task = sim.trigger("sfn_sync", "other", name="task", retry=retriers)
    changed = scenario(triggers=[task], traffic=[]).with_setting(
        "triggers.task.retry.1.max_attempts", 9
    )
    assert [one.max_attempts for one in changed.triggers[0].retry] == [3, 9]
    with pytest.raises(sim.ScenarioError, match="has nothing at"):
        changed.with_setting("triggers.task.retry.2.max_attempts", 9)
