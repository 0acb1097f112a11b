"""Changes of settings: what is refused in which sentence, and what settings they come to."""

import pytest

import sim
from tests.support.rows import holds_for_each


def system(**settings):
    policy = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=3
    )
    return sim.Scenario(
        functions=[sim.Function(name="f"), sim.Function(name="g")],
        queues=[
            sim.Queue(name="q", redrive_policy=policy),
            sim.Queue(name="dead"),
        ],
        triggers=[
            sim.trigger("sqs_standard", function="f", name="m", source="q"),
            sim.trigger("kinesis", function="g", name="g"),
            sim.trigger("apigw_rest", function="f", name="api"),
        ],
        **settings,
    )


def changed(of, at=10, **settings):
    return system(changes=[sim.Change(of=of, at=at, **settings)])


REFUSED = [
    (
        {"of": "q", "visibility": 3},
        "Queue 'q': it has no setting 'visibility'; did you mean 'visibility_timeout'?",
    ),
    (
        {"of": "q", "visibility_timeout": 99999},
        "Queue 'q': visibility_timeout is 99999, but 0 to 43,200 s",
    ),
    (
        {"of": "q", "fifo_queue": True},
        "Queue 'q': fifo_queue stays as it was created",
    ),
    ({"of": "q"}, "A change of 'q' at 10 s changes nothing"),
    (
        {"of": "nobody", "timeout": 3},
        "'nobody', which this scenario does not have; it has dead, f, g, m, q.",
    ),
    (
        {"of": "api", "timeout_in_millis": 50},
        "'api', which this scenario does not have",
    ),
    (
        {"of": "q", "at": -1, "delay_seconds": 3},
        "Change: at is -1, but at least 0 s",
    ),
    (
        {"of": "m", "kind": "sqs_fifo"},
        "EventSourceMapping 'm': kind stays as it was created",
    ),
    ({"of": "m", "source": "dead"}, "source stays as it was created"),
    (
        {"of": "g", "starting_position": "LATEST"},
        "starting_position stays as it was created",
    ),
    ({"of": "m", "function": "g"}, "a change of function is not simulated"),
    (
        {"of": "m", "batch_size": 100},
        "maximum_batching_window_in_seconds must be at least 1 s",
    ),
    (
        {"of": "m", "parallelization_factor": 2},
        "takes no parallelization_factor",
    ),
    (
        {"of": "f", "package_type": "Image"},
        "Function 'f': package_type stays as it was created",
    ),
    ({"of": "f", "runtime": "cobol"}, "Lambda has no runtime 'cobol'"),
    (
        {"of": "f", "timeout": 1000},
        "Function 'f': timeout is 1000, but 1 to 900 s",
    ),
    (
        {"of": "f", "reserved_concurrent_executions": 950},
        "From 10 s on: Scenario: functions reserve 950",
    ),
    (
        {"of": "f", "provisioned_concurrent_executions": 2},
        "From 10 s on: Function 'f': provisioned concurrency belongs to an alias",
    ),
    (
        {"of": "q", "dead_letter_target_arn": "lost"},
        "From 10 s on: Queue 'q' redrives to queue 'lost'",
    ),
    (
        {"of": "f", "sends": [sim.Output("nobody")]},
        "From 10 s on: Function 'f' sends to resource or trigger 'nobody'",
    ),
    (
        {"of": "dead", "max_receive_count": 3},
        "RedrivePolicy needs dead_letter_target_arn.",
    ),
]


@holds_for_each({sentence: (given, sentence) for given, sentence in REFUSED})
def test_what_a_change_cannot_be_is_refused_in_one_sentence(row):
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""
    settings, sentence = row
    with pytest.raises(sim.ScenarioError) as error:
        changed(**settings)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_setting_that_lies_deeper_is_found_by_its_name():
    later = changed("q", max_receive_count=5).at(10).queue("q")
    assert later.redrive_policy.max_receive_count == 5
    function = changed("f", error_rate=0.5).at(10).function("f")
    assert function.behaviour.error_rate == 0.5
    config = changed("m", maximum_concurrency=5).at(10).mappings[0]
    assert config.scaling_config.maximum_concurrency == 5


def test_settings_tell_a_queue_from_a_trigger_of_the_same_name():
    later = changed("g", batch_size=7).at(10)
    assert [mapping.batch_size for mapping in later.mappings] == [10, 7]
    assert changed("g", timeout=7).at(10).function("g").timeout == 7


def test_a_system_has_the_settings_of_its_time():
    changes = [
        sim.Change(of="q", at=20, visibility_timeout=90),
        sim.Change(of="q", at=10, visibility_timeout=60),
    ]
    scenario = system(changes=changes)
    timeouts = [
        scenario.at(second).queue("q").visibility_timeout
        for second in (0, 9.9, 10, 19, 20, 99)
    ]
    assert timeouts == [30, 30, 60, 60, 90, 90]
    assert scenario.queue("q").visibility_timeout == 30


def test_settings_that_change_together_are_checked_together():
    scenario = system(
        changes=[
            sim.Change(of="m", at=5, batch_size=100),
            sim.Change(of="m", at=5, maximum_batching_window_in_seconds=2),
        ]
    )
    assert scenario.at(5).mappings[0].batch_size == 100


def test_groups_come_back_from_json_and_from_dictionaries_as_groups():
    policy = {"dead_letter_target_arn": "dead", "max_receive_count": 9}
    scenario = changed("q", redrive_policy=policy)
    group = scenario.changes[0].redrive_policy
    assert isinstance(group, sim.RedrivePolicy)
    text = scenario.model_dump_json()
    again = sim.Scenario.model_validate_json(text)
    assert again == scenario
    assert again.model_dump_json() == text
    assert isinstance(again.changes[0].redrive_policy, sim.RedrivePolicy)


def test_a_change_has_paths_by_the_name_of_its_resource():
    scenario = changed("q", visibility_timeout=60)
    later = scenario.with_setting("changes.q.visibility_timeout", 90)
    assert later.at(10).queue("q").visibility_timeout == 90
    assert scenario.with_setting("changes.*.at", 5).changes[0].at == 5
    with pytest.raises(sim.ScenarioError, match="has nothing at"):
        scenario.with_setting("changes.q.delay_seconds", 5)


def test_a_new_value_has_the_range_and_the_help_of_its_setting():
    [(fact, value)] = changed("q", visibility_timeout=60).found(
        "changes.q.visibility_timeout"
    )
    assert (fact.name, value) == ("Queue.visibility_timeout", 60)
    [(fact, _)] = changed("q", max_receive_count=5).found(
        "changes.*.max_receive_count"
    )
    assert fact.name == "RedrivePolicy.max_receive_count"


def test_what_is_not_simulated_beside_a_change_says_so():
    published = sim.Function(
        name="f",
        auto_publish_alias="live",
        provisioned_concurrency_config=sim.ProvisionedConcurrencyConfig(1),
    )
    provisioned = system(deployments=[sim.Deployment(function="f", at=5)])
    provisioned = provisioned.replace(
        functions=[published, sim.Function(name="g")]
    )
    timeout = sim.Change(of="f", at=10, timeout=5)
    with pytest.raises(sim.ScenarioError, match="write the deployment as"):
        provisioned.replace(changes=[timeout])
    with pytest.raises(sim.ScenarioError, match="beside tumbling windows"):
        changed("g", tumbling_window_in_seconds=5)
