"""Advice: each rule fires where it is broken, is silent where it is kept, and its runs show the difference."""

import pytest

import sim
from sim.template.advice import CHECKS, advise, rules, table
from sim.template.demonstrations import demonstrations
from tests.template_files import FOLDER

SHOWN = {name: demonstrations()[name](rule.measures, 3) for name, rule in rules().items()}


def test_every_rule_has_its_check_and_its_demonstration():
    assert set(rules()) == set(CHECKS) == set(demonstrations())


@pytest.mark.parametrize("name", SHOWN)
def test_a_run_shows_what_breaking_the_rule_does(name):
    assert SHOWN[name].broken_count > SHOWN[name].kept_count, str(SHOWN[name])


@pytest.mark.parametrize("name", [name for name in SHOWN if name != "wrong dead-letter queue"])
def test_a_rule_fires_on_the_system_that_breaks_it_only(name):
    fired = [{advice.rule.rule for advice in advise(run.scenario)} for run in (SHOWN[name].broken, SHOWN[name].kept)]
    assert name in fired[0]
    assert name not in fired[1]


@pytest.mark.parametrize(("fifo", "fires"), [(True, True), (False, False)])
def test_lambda_sends_to_standard_queues_only(fifo, fires):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    function = sim.Function(name="f", dead_letter_config=sim.DeadLetterConfig(target_arn="dead"))
    queue = sim.Queue(name="dead", fifo_queue=fifo)
    scenario = sim.Scenario(functions=[function], triggers=[sim.trigger("sns", function="f")], queues=[queue])
    assert ("wrong dead-letter queue" in {advice.rule.rule for advice in advise(scenario)}) is fires


def test_a_dead_letter_queue_is_of_its_queues_type():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    text = """Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13, Handler: a.b, Role: r, Code: {ZipFile: x}}}
  Q:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: 5}
  D: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
"""
    found = table(sim.read_template(text).advise())
    wrong = found[found.rule == "wrong dead-letter queue"].iloc[0]
    assert (wrong.resource, wrong.line, wrong.severity) == ("Q", 6, "error")


def test_the_worst_comes_first():
    severities = [advice.rule.severity for advice in sim.read_template(FOLDER / "cfn-many.yaml").advise()]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert "warning" in severities
