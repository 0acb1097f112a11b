"""What reading a template may cost, however few lines ask for how much."""

import cProfile

import pytest

import sim
from tests.support.plans import Reference, plan

PAGE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
CODE = "Runtime: python3.13, Handler: a.b, Role: r, Code: {ZipFile: x}"


def function(properties: str) -> str:
    """A template with one function that has these properties, too."""
    kind = "Type: AWS::Lambda::Function"
    return (
        f"Resources:\n  F: {{{kind}, Properties: {{{CODE}, {properties}}}}}\n"
    )


def nested(inner: str, around: str, times: int) -> str:
    """A function of CloudFormation around itself, as often as this."""
    for _ in range(times):
        inner = around.replace("INNER", inner)
    return inner


def multiplied_mapping(width: int, depth: int) -> str:
    """A mapping in which each value joins the one before it, several times, to nothing."""
    lines = ["Mappings:\n  M:\n    a:\n      k0: ''"]
    for level in range(1, depth):
        found = f'{{"Fn::FindInMap": [M, a, k{level - 1}]}}'
        parts = ", ".join([found] * width)
        lines.append(f'      k{level}: !Join ["", [{parts}]]')
    text = "\n".join(lines)
    found = f'{{"Fn::FindInMap": [M, a, k{depth - 1}]}}'
    return f"{text}\n{function(f'Description: {found}')}"


LONG = "y" * 300_000
STARS = ", ".join(["*s"] * 30_000)
SAM = "Transform: AWS::Serverless-2016-10-31\n"
SAM_CODE = "Runtime: python3.13, Handler: a.b, CodeUri: s"
SAM_FUNCTION = (
    f"{{Type: AWS::Serverless::Function, Properties: {{{SAM_CODE}}}}}"
)
BOMBS = {
    "aliases of a long text": (
        f"x: &s {LONG}\n{function(f'Tags: [{STARS}]')}",
        "aliases counted in full",
    ),
    "aliases of a long text in SAM": (
        (f"{SAM}x: &s {LONG}\nResources:\n  A: {{Type: AWS::Serverless::HttpApi, "
        f"Properties: {{DefinitionBody: {{openapi: 3.0.1, paths: {{}}, x: [{STARS}]}}}}}}\n"),
        "aliases counted in full",
    ),
    "address ranges of address ranges": (
        function("Description: " + nested("10.0.0.0/8", "!Cidr [INNER, 256, 8]", 6)),
        "characters",
    ),
    "parts of parts": (
        function(
            "Description: " + nested("a-" * 900, '!Join ["aaa", !Split ["a", INNER]]', 12)
        ),
        "characters",
    ),
    "mappings of nothing": (multiplied_mapping(9, 9), "values"),
    "a variable that never ends": (
        function("Description: !Sub '" + "${a" * 150_000 + "'"),
        "that no } closes",
    ),
    "a variable that never ends in SAM": (
        (f"{SAM}Resources:\n  F: {SAM_FUNCTION}\n  G: {{Type: AWS::SQS::Queue, "
        f"Properties: {{QueueName: !Sub '{'${a' * 150_000}'}}}}\n"),
        "SAM translator",
    ),
    "a long parameter in SAM": (
        (f"{SAM}Parameters: {{P: {{Type: String, Default: {LONG}}}}}\nResources:\n"
        f"  F: {SAM_FUNCTION}\n  A: {{Type: AWS::Serverless::Api, Properties: {{StageName: p, "
        f"DefinitionBody: {{swagger: '2.0', paths: {{}}, x: [{'!Ref P, ' * 500}]}}}}}}\n"),
        "SAM translator",
    ),
    "too many resources": (
        "Resources:\n"
        + "".join(f"  Q{n}: {{Type: AWS::SQS::Queue}}\n" for n in range(501)),
        PAGE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_work_that_multiplies_ends_in_a_sentence(bomb):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
    text, word = BOMBS[bomb]
    with pytest.raises(sim.ScenarioError) as error:
        sim.read_template(text)
    assert word in str(error.value)
    assert len(str(error.value)) < 1000


def machine(substitutions: str) -> str:
    """A state machine that invokes a function by a substitution."""
    return function("Timeout: 5") + (
        "  Flow:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      RoleArn: r\n"
        "      Definition: {StartAt: A, States: {A: {Type: Task, Resource: '${f}', End: true}}}\n"
        f"      DefinitionSubstitutions: {{f: !GetAtt F.Arn{substitutions}}}\n"
    )


def test_a_substitution_is_put_in_once():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html"""
    variables = [f"${{v{n}}}" * 8 for n in range(1, 13)]
    doubling = "".join(f", v{n}: '{text}'" for n, text in enumerate(variables))
    (trigger,) = sim.read_template(machine(doubling)).scenario.triggers
    assert (trigger.kind, trigger.function) == ("sfn_sync", "F")


def test_a_long_substitution_used_often_ends_in_a_sentence():
    text = machine(f", v: {LONG}").replace(
        "StartAt: A", f"Comment: '{'${v}' * 50}', StartAt: A"
    )
    with pytest.raises(sim.ScenarioError, match="characters"):
        sim.read_template(text)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "a?" * 40 + "b", "a*" * 20 + "b"]
)
def test_a_pattern_that_could_be_searched_for_ever_is_not_tried(pattern):
    """A template's pattern must not hold the reader up: the value is taken."""
    text = (
        f"Parameters: {{P: {{Type: String, AllowedPattern: '{pattern}', "
        f"Default: {'a' * 60}}}}}\n{function('Description: !Ref P')}"
    )
    assert sim.read_template(text).scenario.function("F")


@pytest.mark.slow
def test_work_grows_no_faster_than_the_number_of_functions():
    """Each function once more compared with all others would be seen: calls are counted."""
    calls_of_reading(2)  # what is read only once
    few, many = (calls_of_reading(number) for number in (33, 330))
    assert many < few * 10 * 1.1


def calls_of_reading(number: int) -> int:
    """How many of Python's functions are called to read and advise on a ring of so many.

    Each polls a queue of its own, is a topic's subscriber, and invokes the next one.
    """
    resources: dict[str, dict[str, object]] = {"aws_sns_topic.t": {}}
    for each in range(number):
        queue, worker = f"aws_sqs_queue.q{each}", f"aws_lambda_function.f{each}"
        function = {"function_name": Reference(f"{worker}.arn")}
        following = f"aws_lambda_function.f{(each + 1) % number}.arn"
        success = {"destination": Reference(following)}
        resources |= {
            queue: {},
            worker: {"handler": "a.b", "runtime": "python3.13"},
            f"aws_lambda_event_source_mapping.m{each}": {
                "event_source_arn": Reference(f"{queue}.arn"),
                **function,
            },
            f"aws_lambda_function_event_invoke_config.c{each}": {
                "destination_config": [{"on_success": [success]}],
                **function,
            },
            f"aws_sns_topic_subscription.s{each}": {
                "protocol": "lambda",
                "topic_arn": Reference("aws_sns_topic.t.arn"),
                "endpoint": Reference(f"{worker}.arn"),
            },
            f"aws_lambda_permission.p{each}": {
                "action": "lambda:InvokeFunction",
                "principal": "sns.amazonaws.com",
                **function,
            },
        }
    profile = cProfile.Profile()
    profile.runcall(read_and_advise, plan(resources))
    return sum(entry.callcount for entry in profile.getstats())


def read_and_advise(text: str) -> None:
    """Advice on a ring of functions tells of each that it comes back."""
    advice = sim.read_template(text).advise()
    assert "recursive loop" in {each.rule.name for each in advice}
