"""Advice: each rule fires where it is broken, is silent where it is kept, and its runs show the difference."""

import pytest

import sim
from sim.template.advice.advice import advice_rules, advise
from sim.template.advice.demonstrations import demonstrate, demonstrated_rules
from sim.template.advice.findings import FINDERS
from sim.template.advice.visibility import advised_visibility_timeout
from tests.support.template_files import FAULTS, FOLDER

SHOWN = {rule.name: demonstrate(rule.name, rule.measures, 3) for rule in advice_rules()}


def test_every_rule_has_what_finds_it_and_its_demonstration():
    names = {rule.name for rule in advice_rules()}
    assert names == set(FINDERS) == set(demonstrated_rules())


@pytest.mark.parametrize("name", SHOWN)
def test_a_run_shows_what_breaking_the_rule_does(name):
    assert SHOWN[name].broken_count > SHOWN[name].kept_count, str(SHOWN[name])


@pytest.mark.parametrize("name", SHOWN)
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
def test_a_dead_letter_queue_of_the_wrong_type_is_refused_with_its_line(setting):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    text = f"""Resources:
  F: {{Type: AWS::Lambda::Function, Properties: {{Runtime: python3.13, Handler: a.b, Role: r, Code: {{ZipFile: x}}}}}}
  Q: {{Type: AWS::SQS::Queue, Properties: {{{setting}}}}}
  D: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: true}}}}
"""
    with pytest.raises(sim.TemplateError, match=r"Q \(line 3\)"):
        sim.read_template(text)


def test_the_worst_comes_first():
    severities = [
        advice.rule.severity
        for advice in sim.read_template(FOLDER / "cfn-many.yaml").advise()
    ]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
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
    assert "other-QueueArn" in {advice.resource for advice in advise(reading.scenario)}


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
