"""Runtimes: which a function takes, what is said of old and new ones, and how long they init."""

import gzip
import json
import warnings
from pathlib import Path

import botocore
import pytest

import sim
from sim import facts
from sim.scenario import runtimes
from tests.support.rows import holds_for_each

PYTHON_39 = (
    "Function 'f': runtime 'python3.9' is deprecated since 2025-12-15; "
    "a function can be created until 2027-02-01 and can be updated until 2027-03-03"
)


def said_of(make):
    """What is warned of, and in which file."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        make()
    assert {warning.filename for warning in caught} <= {__file__}
    return [str(warning.message) for warning in caught]


def function(runtime, **settings):
    return sim.Function(name="f", runtime=runtime, **settings)


# Which there are


@holds_for_each({row.runtime: row.runtime for row in facts.runtimes()})
def test_a_function_takes_every_runtime_of_the_table(runtime):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert function(runtime).runtime == runtime
        assert function(runtime, package_type="Image").runtime == runtime


def test_the_table_has_every_runtime_of_the_api():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""
    folder = Path(botocore.__file__).parent / "data" / "lambda"
    model = json.loads(
        gzip.decompress((folder / "2015-03-31/service-2.json.gz").read_bytes())
    )
    known = {row.runtime for row in facts.runtimes()}
    assert set(model["shapes"]["Runtime"]["enum"]) <= known


@pytest.mark.parametrize(
    ("runtime", "nearest"),
    [
        ("python3.16", "python3.14"),
        ("python4.0", "python3.14"),
        ("nodejs28.x", "nodejs24.x"),
        ("java29", "java25"),
        ("java21.al2023", "java21"),
        ("dotnet12", "dotnet10"),
        ("ruby4.1", "ruby3.4"),
        ("provided.al2026", "go (provided.al2023)"),
    ],
)
def test_a_name_that_comes_later_is_taken_with_a_sentence(runtime, nearest):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    (sentence,) = said_of(lambda: function(runtime))
    assert f"of '{runtime}' as Zip were not measured" in sentence
    assert f"those of '{nearest}' are taken, measured 2026" in sentence
    given = sim.Behaviour(init=sim.Constant(seconds=1))
    assert said_of(lambda: function(runtime, behaviour=given)) == []


@pytest.mark.parametrize(
    "runtime",
    [
        "cobol1",
        "pyton3.13",
        "python3.5",
        "python3.113",
        "python",
        "nodejs23.x",
        "nodejs26",
        "dotnet9",
        "java21.al2023.1",
        "provided.al",
        "",
    ],
)
def test_an_invented_runtime_is_refused(runtime):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    init = sim.Behaviour(init=sim.Constant(seconds=1))
    with pytest.raises(sim.ScenarioError, match="Lambda has no runtime"):
        function(runtime, behaviour=init)


def test_an_image_holds_versions_that_lambda_has_left_out():
    """https://docs.aws.amazon.com/lambda/latest/dg/csharp-image.html"""
    (sentence,) = said_of(lambda: function("dotnet9", package_type="Image"))
    assert "'dotnet9' as Image" in sentence
    with pytest.raises(sim.ScenarioError, match="no runtime 'cobol1'"):
        function("cobol1", package_type="Image")


# Deprecated ones


def test_a_deprecated_runtime_says_since_when_and_until_when():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    (sentence,) = said_of(lambda: function("python3.9"))
    assert sentence == f"{PYTHON_39} ({runtimes.SOURCE})."


def test_a_runtime_that_can_no_longer_be_created_says_so():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    first, second = said_of(lambda: function("python3.7"))
    assert "can no longer be created (since 2024-01-09)" in first
    assert "can be updated until 2027-03-03" in first
    assert "those of 'python3.9' are taken" in second


def test_it_is_said_once_and_not_of_copies():
    def use():
        old = function("python3.9")
        system = sim.Scenario(
            functions=[old],
            triggers=[sim.trigger("invoke", function="f")],
            traffic=[sim.Traffic(into="invoke", arrivals=sim.Burst(events=2))],
            seconds=10,
        )
        longer = system.with_setting("functions.f.timeout", 9)
        sim.simulate({"short": system, "long": longer}, seed=1)

    assert len(said_of(use)) == 1


def test_it_is_said_of_a_copy_with_another_runtime():
    current = function("nodejs24.x")
    (sentence,) = said_of(lambda: current.replace(runtime="nodejs20.x"))
    assert "deprecated since 2026-04-30" in sentence
    (sentence,) = said_of(lambda: current.with_setting("runtime", "dotnet8"))
    assert "deprecated since 2026-11-10" in sentence


def test_it_is_said_of_a_change_once_too():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""

    def use():
        system = sim.Scenario(
            functions=[function("nodejs24.x")],
            triggers=[sim.trigger("invoke", function="f")],
            traffic=[sim.Traffic(into="invoke", arrivals=sim.Burst(events=2))],
            seconds=10,
            changes=[sim.Change(of="f", at=5, runtime="nodejs18.x")],
        )
        sim.simulate(system.with_setting("functions.f.timeout", 9), seed=1)

    (sentence,) = said_of(use)
    assert sentence.startswith(
        "Change of 'f': runtime 'nodejs18.x' is deprecated"
    )


@holds_for_each({row.runtime: row for row in facts.runtimes()})
def test_a_runtime_is_deprecated_before_it_can_no_longer_be_updated(row):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    assert bool(row.deprecated) == bool(row.create_blocked)
    assert row.create_blocked <= row.update_blocked
    assert row.deprecated <= row.update_blocked or "edge" in row.runtime


# How they start


@pytest.mark.parametrize(
    ("runtime", "package_type", "nearest"),
    [
        ("python3.13", "Zip", "python3.13"),
        ("python3.13", "Image", "python3.13"),
        ("python3.8", "Zip", "python3.9"),
        ("java8", "Zip", "java8.al2"),
        ("java8.al2023", "Zip", "java8.al2"),
        ("java17.al2023", "Image", "java17"),
        ("dotnetcore3.1", "Zip", "dotnet8"),
        ("nodejs4.3-edge", "Zip", "nodejs20.x"),
        ("go1.x", "Zip", "go (provided.al2023)"),
        ("provided", "Image", "go (provided.al2023)"),
        ("provided.al2023", "Zip", "go (provided.al2023)"),
        ("custom", "Zip", "go (provided.al2023)"),
    ],
)
def test_the_nearest_version_of_the_language_is_taken(
    runtime, package_type, nearest
):
    taken = runtimes.cold_start(runtime, package_type)
    assert (taken.runtime, taken.package_type) == (
        nearest,
        package_type.lower(),
    )


@pytest.mark.parametrize(
    ("runtime", "nearest"),
    [
        ("java11.al2023", "java11"),
        ("java25", "java21"),
        ("python3.13", "java21"),
    ],
)
def test_a_restore_is_that_of_the_nearest_java(runtime, nearest):
    """https://github.com/maxday/lambda-perf"""
    assert runtimes.restore(runtime).runtime == nearest


# In templates

TEMPLATE = """
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {{Runtime: {runtime}, Handler: a.b, Role: r, Code: {{ZipFile: x}}{more}}}
"""


def test_a_template_with_a_deprecated_runtime_is_read_with_advice():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    text = TEMPLATE.format(runtime="python3.7", more="")
    read = []
    assert said_of(lambda: read.append(sim.read_template(text))) == []
    (advice,) = read[0].advise()
    assert (advice.rule.name, advice.resource) == ("deprecated runtime", "F")
    assert "can no longer be created (since 2024-01-09)" in advice.detail
    assert advice.line == 5


def test_a_template_with_an_invented_runtime_is_refused():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    with pytest.raises(
        sim.ScenarioError, match=r"F \(line 5\): .*no runtime 'cobol1'"
    ):
        sim.read_template(TEMPLATE.format(runtime="cobol1", more=""))


def test_a_template_with_snap_start_and_no_version_is_read_with_advice():
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    snap = ", SnapStart: {ApplyOn: PublishedVersions}"
    reading = sim.read_template(
        TEMPLATE.format(runtime="python3.13", more=snap)
    )
    (advice,) = reading.advise()
    assert advice.rule.name == "snapshot of no version"


def test_a_template_says_whose_cold_starts_it_takes():
    reading = sim.read_template(
        TEMPLATE.format(runtime="java17.al2023", more="")
    )
    rows = reading.report[reading.report.property == "behaviour.init"]
    assert rows.value.tolist() == ["as measured 2026 for java17 (zip)"]
    assert rows.status.tolist() == ["assumed"]
