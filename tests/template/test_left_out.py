"""What the simulator leaves out is named where a template has it, and on the page of left-outs."""

import pytest

import sim
from tests.support.paths import ROOT
from tests.support.template_texts import plain_function, read, resource

PAGE = ROOT / "docs" / "left-out.md"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
SETTINGS = {
    "DurableConfig": ("{ExecutionTimeout: 86400}", "Durable functions"),
    "TenancyConfig": ("{TenantIsolationMode: PER_TENANT}", "Tenant isolation"),
    "CapacityProviderConfig": (
        "{LambdaManagedInstancesCapacityProviderConfig: {CapacityProviderArn: a}}",
        "Managed Instances",
    ),
}
RESOURCES = {
    "Lambda::WebFunction": "Web Functions",
    "Lambda::WebFunctionEndpoint": "Web Functions",
    "Lambda::WebFunctionRevision": "Web Functions",
    "Lambda::CapacityProvider": "Managed Instances",
    "Lambda::MicrovmImage": "MicroVMs",
}


def left_out(text: str) -> dict[str, str]:
    report = sim.read_template(text).report
    rows = report[report.status == "not supported"]
    return dict(zip(rows.property, rows.note, strict=True))


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("is_sam", [False, True])
def test_a_setting_that_is_left_out_is_named_with_what_differs(name, is_sam):
    """https://docs.aws.amazon.com/lambda/latest/dg/welcome.html"""
    value, feature = SETTINGS[name]
    if is_sam and name == "CapacityProviderConfig":
        value = "{Arn: a}"
    kind = "Serverless" if is_sam else "Lambda"
    code = "InlineCode: x" if is_sam else "Code: {ZipFile: x}"
    text = f"""
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::{kind}::Function
    Properties:
      Runtime: python3.13
      Handler: a.b
      Role: r
      {code}
      {name}: {value}
"""
    note = left_out(text)[name]
    assert note.startswith(
        f"{feature} are not" if feature[-1] == "s" else feature
    )
    assert "there" in note
    assert "here" in note


@pytest.mark.parametrize("kind", RESOURCES)
def test_a_resource_that_is_left_out_is_named_with_what_differs(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/welcome.html"""
    other = resource("Other", kind, "Name: x")
    notes = left_out(f"Resources:\n{plain_function()}{other}")
    assert notes[""].startswith(f"{RESOURCES[kind]} are not simulated: ")


def test_the_page_of_what_is_left_out_names_each():
    text = PAGE.read_text(encoding="utf-8")
    named = {feature for _, feature in SETTINGS.values()}
    for feature in named | set(RESOURCES.values()):
        assert f"| [{feature}]({LAMBDA}/" in text


def test_a_template_of_nothing_but_what_is_left_out_says_so():
    """https://docs.aws.amazon.com/lambda/latest/dg/web-functions-scaling.html"""
    text = f"Resources:\n{resource('Site', 'Lambda::WebFunction', 'Name: x')}"
    with pytest.raises(sim.ScenarioError, match="Web Functions are not"):
        sim.read_template(text)


def test_what_only_managed_instances_take_is_kept_to_what_other_functions_take():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html"""
    value, _ = SETTINGS["CapacityProviderConfig"]
    large = "Timeout: 5400, MemorySize: 20480, EphemeralStorage: {Size: 20480}"
    managed = f"{large}, CapacityProviderConfig: {value}"
    with pytest.raises(sim.ScenarioError, match="Timeout is 5400"):
        read(plain_function(more=large))
    reading = read(plain_function(more=managed))
    (function,) = reading.scenario.functions
    assert (function.timeout, function.memory_size) == (900, 10240)
    assert function.ephemeral_storage == 10240
    notes = reading.report.note[reading.report.status == "assumed"]
    assert notes.str.contains("5400 is for Managed Instances").any()
