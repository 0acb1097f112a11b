"""Advice: a rule fires where it is broken, is silent where it is kept, and its runs show why."""

import pytest

import sim
from sim.template.advice.advice import advice_rules, advice_table, advise
from sim.template.advice.demonstrations import demonstrate, demonstrated_rules
from sim.template.advice.findings import FINDERS
from sim.template.advice.visibility import advised_visibility_timeout
from tests.support.template_files import FAULTS, FOLDER
from tests.support.template_texts import plain_function, refused, resource

OF_TEMPLATES = {"no permission"}
"""Rules that only a template can break: no scenario has permissions."""
SHOWN = {
    rule.name: demonstrate(rule.name, rule.measures, 3)
    for rule in advice_rules()
}


def test_every_rule_has_what_finds_it_and_its_demonstration():
    names = {rule.name for rule in advice_rules()}
    assert names == {*FINDERS, *OF_TEMPLATES} == set(demonstrated_rules())


@pytest.mark.parametrize("name", SHOWN)
def test_a_run_shows_what_breaking_the_rule_does(name):
    assert SHOWN[name].broken_count > SHOWN[name].kept_count, str(SHOWN[name])


@pytest.mark.parametrize("name", FINDERS)
def test_a_rule_fires_on_the_system_that_breaks_it_only(name):
    fired = [
        {advice.rule.name for advice in advise(run.scenario)}
        for run in (SHOWN[name].broken, SHOWN[name].kept)
    ]
    assert name in fired[0]
    assert name not in fired[1]


@pytest.mark.parametrize(
    "setting",
    ["RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: 5}"],
)
def test_a_dead_letter_queue_of_the_wrong_type_is_refused_with_its_line(
    setting,
):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    queue = resource("Q", "SQS::Queue", setting)
    dead = resource("D", "SQS::Queue", "FifoQueue: true")
    problems = refused(f"Resources:\n{plain_function()}{queue}{dead}")
    assert "Q (line 3)" in problems


def test_the_worst_comes_first():
    severities = [
        advice.rule.severity
        for advice in sim.read_template(FOLDER / "cfn-many.yaml").advise()
    ]
    assert severities == sorted(
        severities, key=["error", "warning", "info"].index
    )
    assert "warning" in severities


def test_the_template_with_faults_has_those_that_its_lesson_finds():
    advice = sim.read_template(FAULTS, parameters={"PackingStations": 3}).advice
    text = FAULTS.read_text(encoding="utf-8").splitlines()
    assert list(advice.rule) == [
        "visibility timeout",
        "concurrency above reserved",
        "no failure store",
        "front door gives up first",
        "whole batch fails",
        "retries without idempotency",
        "retries without idempotency",
        "few receives",
    ]
    assert "VisibilityTimeout" in text[advice.line[0] - 1]
    assert "maxReceiveCount" in text[advice.line[7] - 1]


def test_nothing_is_said_of_a_queue_that_another_template_has():
    reading = sim.read_template(FOLDER / "cfn-many.yaml")
    assert "other-QueueArn" in {queue.name for queue in reading.scenario.queues}
    assert "other-QueueArn" not in set(reading.advice.resource)
    assert "other-QueueArn" in {
        advice.resource for advice in advise(reading.scenario)
    }


def test_the_advised_visibility_timeout_is_six_timeouts_and_the_window_at_most_12_hours():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    assert advised_visibility_timeout(10) == 60
    assert advised_visibility_timeout(10, batching_window=20) == 80
    assert advised_visibility_timeout(2 * 3600) == 12 * 3600


def test_a_function_is_advised_once_whatever_invokes_it():
    advice = sim.read_template(FOLDER / "cfn-many.yaml").advice
    (detail,) = advice.detail[advice.rule == "retries without idempotency"]
    assert (
        detail
        == "invoked by Bucket, Map, Map2, Map3, Rule, Rule2/a, Rule2/b, Sched, Sub"
    )


def test_a_demonstration_says_what_it_counted():
    assert repr(SHOWN["whole batch fails"]).startswith("runs: ")


# A scenario that was built in Python


def careless():
    """A queue whose messages come back too soon, and a listener that loses its events."""
    worker = sim.Function(name="Worker", timeout=10)
    listener = sim.Function(name="Listener")
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="Dead", max_receive_count=2
    )
    queue = sim.Queue(
        name="Jobs", visibility_timeout=10, redrive_policy=redrive
    )
    return sim.Scenario(
        functions=[worker, listener],
        triggers=[
            sim.trigger(
                "sqs_standard", "Worker", name="FromJobs", source="Jobs"
            ),
            sim.trigger("sns", "Listener", name="FromNews", source="News"),
        ],
        queues=[queue, sim.Queue(name="Dead")],
    )


def found(advice):
    return [(each.rule.name, each.resource) for each in advice]


def test_a_scenario_built_in_python_gets_advice_without_lines():
    advice = sim.advise(careless())
    assert found(advice) == [
        ("visibility timeout", "Jobs"),
        ("no failure store", "Listener"),
        ("whole batch fails", "FromJobs"),
        ("retries without idempotency", "Worker"),
        ("retries without idempotency", "Listener"),
        ("few receives", "Jobs"),
    ]
    assert {each.line for each in advice} == {None}
    assert advice[0].detail == "10 s; advised for Worker are 60 s"
    assert repr(advice[0]).startswith(
        "warning: Jobs (visibility timeout: 10 s;"
    )


def test_each_advice_on_it_has_a_run_that_shows_why():
    for each in sim.advise(careless()):
        shown = each.demonstrate(seed=3)
        assert shown.broken_count > shown.kept_count, each


def test_its_template_gets_the_same_advice_in_the_same_columns():
    scenario = careless()
    reading = sim.read_template(sim.write_template(scenario))
    # SAM puts the function's name before that of its trigger.
    read = [
        (rule, name.removeprefix("Worker") or name)
        for rule, name in found(reading.advise())
    ]
    assert sorted(read) == sorted(found(sim.advise(scenario)))
    table = advice_table(sim.advise(scenario))
    assert list(table) == list(reading.advice)
    assert table.line.isna().all()
    assert reading.advice.line.notna().all()


def test_a_careful_scenario_gets_none():
    careful = careless().with_settings(
        {
            "queues.Jobs.visibility_timeout": 60,
            "queues.Jobs.redrive_policy.max_receive_count": 5,
            "triggers.FromJobs.function_response_types": (
                "ReportBatchItemFailures",
            ),
            "functions.*.behaviour.idempotency": sim.Idempotency(),
            "functions.Listener.dead_letter_config": sim.DeadLetterConfig(
                target_arn="Dead"
            ),
        }
    )
    assert sim.advise(careful) == []


# The time that a function has


def timed(handler, init, kind="function_url", timeout=3, memory=1769, **more):
    """A function behind a trigger of this kind, whose times are known."""
    behaviour = sim.Behaviour(handler=handler, init=init, cpu_bound_share=1)
    return sim.Scenario(
        functions=[
            sim.Function(
                name="f",
                timeout=timeout,
                memory_size=memory,
                behaviour=behaviour,
            )
        ],
        queues=[sim.Queue(name="q", visibility_timeout=600)],
        triggers=[sim.trigger(kind, function="f", name="t", **more)],
    )


def details(scenario, rule):
    """What the advice of this rule says in numbers."""
    return [each.detail for each in advise(scenario) if each.rule.name == rule]


def test_an_init_inside_a_run_leaves_no_time_for_the_handler():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    rule = "init uses up the timeout"
    assert details(timed(0.1, 3), rule) == [
        "init 3 s and handler 100 ms; the timeout is 3 s"
    ]
    assert details(timed(0.1, 2.9), rule) != []
    assert details(timed(0.1, 2.89), rule) == []
    # A quarter of a CPU takes four times as long.
    assert details(timed(0.1, 0.7, memory=442), rule) != []
    assert details(timed(0.1, 0.6, memory=442), rule) == []


@pytest.mark.parametrize(
    ("kind", "source", "size", "long"),
    [
        (
            "sqs_standard",
            "q",
            50,
            ["50 records take 75 s; the timeout is 30 s"],
        ),
        ("sqs_standard", "q", 20, []),
        ("kinesis", "s", 21, ["21 records take 31.5 s; the timeout is 30 s"]),
        ("kinesis", "s", 20, []),
    ],
)
def test_a_full_batch_takes_the_sum_of_its_records(kind, source, size, long):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    batches = {"batch_size": size, "maximum_batching_window_in_seconds": 1}
    scenario = timed(1.5, 0.1, kind, timeout=30, source=source, **batches)
    assert details(scenario, "batch outlasts the timeout") == long


@pytest.mark.parametrize(
    ("processing", "taken"),
    [
        ("side by side", None),
        (
            sim.BatchProcessing("side by side", concurrency=4),
            "10 records take 6 s",
        ),
        (sim.BatchProcessing("side by side", concurrency=5), None),
        ("fixed time", None),
    ],
)
def test_records_side_by_side_take_less(processing, taken):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    scenario = timed(
        2, 0.1, "sqs_standard", timeout=5, source="q"
    ).with_setting("functions.f.behaviour.batch_processing", processing)
    found_details = details(scenario, "batch outlasts the timeout")
    assert [detail.split(";")[0] for detail in found_details] == (
        [taken] if taken else []
    )


def test_nothing_is_said_of_a_handlers_time_that_no_template_tells():
    batches = timed(0.1, 0.1, "sqs_standard", source="q", batch_size=10)
    text = sim.write_template(batches.with_setting("functions.f.timeout", 1))
    silent = sim.read_template(text)
    told = sim.read_template(text, behaviour={"f": sim.Behaviour(handler=0.2)})
    rule = "batch outlasts the timeout"
    assert rule not in set(silent.advice.rule)
    assert rule in set(told.advice.rule)


# Where a failure store gets nothing


def test_a_dead_letter_queue_is_for_asynchronous_invocations():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    rule = "failure store of a polled function"
    polled = timed(0.1, 0.1, "sqs_standard", source="q").with_settings(
        {"functions.f.dead_letter_config": sim.DeadLetterConfig("q")}
    )
    assert details(polled, rule) == [
        "q gets nothing, as Lambda polls for this function"
    ]
    invoked = polled.replace(
        triggers=[*polled.triggers, sim.trigger("sns", "f", name="s")]
    )
    assert details(invoked, rule) == []


@pytest.mark.parametrize(
    ("readers", "long"),
    [(5, []), (6, ["6 mappings poll its shards, which answer 5 at full rate"])],
)
def test_a_shard_answers_five_reads_a_second(readers, long):
    """https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""
    crowd = sim.Scenario(
        functions=[sim.Function(f"f{n}") for n in range(readers)],
        triggers=[
            sim.trigger("kinesis", f"f{n}", name=f"m{n}", source="s")
            for n in range(readers)
        ],
    )
    assert details(crowd, "too many readers") == long


# What pollers may ask for


@pytest.mark.parametrize(
    ("reserved", "settings", "asked"),
    [
        (10, {}, ["mappings may ask for 1,250; 10 reserved"]),
        (1249, {}, ["mappings may ask for 1,250; 1249 reserved"]),
        (1250, {}, []),
        (10, {"scaling_config": sim.ScalingConfig(10)}, []),
        (
            10,
            {"scaling_config": sim.ScalingConfig(11)},
            ["mappings may ask for 11; 10 reserved"],
        ),
        (
            30,
            {
                "provisioned_poller_config": sim.ProvisionedPollerConfig(
                    minimum_pollers=2, maximum_pollers=4
                )
            },
            ["mappings may ask for 40; 30 reserved"],
        ),
    ],
)
def test_pollers_ask_for_more_than_a_reservation_of_any_size(
    reserved, settings, asked
):
    """https://repost.aws/knowledge-center/lambda-sqs-scaling"""
    polled = timed(0.1, 0.1, "sqs_standard", source="q", **settings).replace(
        account=sim.Account(5000)
    )
    path = "functions.f.reserved_concurrent_executions"
    scenario = polled.with_setting(path, reserved)
    assert details(scenario, "concurrency above reserved") == asked


# What a handler says after an error


@pytest.mark.parametrize(
    ("returned", "listens", "said"),
    [
        (None, False, []),
        ("exception", False, []),
        ("failed items", True, []),
        ("failed items", False, ["f returns failed items, which nobody reads"]),
        ("wrong key", False, ["f returns wrong key, which nobody reads"]),
        ("empty list", False, []),
    ],
)
def test_a_report_is_read_where_the_mapping_says_so(returned, listens, said):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    types = ("ReportBatchItemFailures",) if listens else ()
    scenario = timed(
        0.1, 0.1, "sqs_standard", source="q", function_response_types=types
    ).with_setting("functions.f.behaviour.batch_response", returned)
    assert details(scenario, "report that nobody reads") == said


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"swallows_errors": True}, ["returns normally after an error"]),
        ({"batch_response": "null list"}, ["returns normally after an error"]),
        ({"batch_response": "failed items"}, []),
        ({}, []),
    ],
)
def test_a_handler_that_returns_after_an_error_has_succeeded(settings, said):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    scenario = timed(0.1, 0.1).with_settings(
        {
            f"functions.f.behaviour.{name}": value
            for name, value in settings.items()
        }
    )
    assert details(scenario, "swallowed errors") == said
