"""Each folder of `data/deploy/` deploys one kind of trigger in three forms of one system."""

import json
import os
import subprocess
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

import sim
from sim import facts
from sim.facts import DATA
from sim.scenario.trigger_catalogue import catalogue
from tests.deploy.forms import REGION, comparable, named, translate
from tests.deploy.watched import RULES, alarms, expected_alarms
from tests.support.paths import ROOT

DEPLOY = DATA / "deploy"
HERE = Path(__file__).parent
CDK = ROOT / ".venv" / "cdk" / "bin"
"""Where `make cdk` puts the CDK for Python, Node.js and the linters."""
KINDS = sorted(catalogue())
FOLDERS = [kind.replace("_", "-") for kind in KINDS]
SYSTEMS = [*FOLDERS, "first-stack", "reference-system"]
WRITTEN = date.fromisoformat(RULES[0]["date"])
EDGE = ("edge-origin", "edge-viewer")
PARAMETERS = {
    "Vpc": "vpc-0123456789abcdef0",
    "Subnets": "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
    "Bucket": "incoming-orders",
    "ClusterArn": "arn:aws:kafka:us-east-1:123456789012:"
    "cluster/orders/0c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f-2",
    "BootstrapServer": "kafka.example.com:9096",
    "InstanceArn": "arn:aws:connect:us-east-1:123456789012:instance/orders",
    "CredentialsArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-AbCdEf",
}
LINTER_DOES_NOT_KNOW = {
    "W3011",  # SAM itself keeps a function's old versions with half of the two policies
}
needs_cdk = pytest.mark.skipif(
    not CDK.exists() and "CI" not in os.environ,
    reason="needs the CDK: `make cdk` installs it into .venv/cdk",
)


@cache
def sam(folder):
    return translate(
        (DEPLOY / folder / "template.yaml").read_text(encoding="utf-8")
    )


def cdk_environment(scratch):
    """Node.js and Python of `make cdk`; what an app leaves behind goes to the test's own folder."""
    return {
        **os.environ,
        "PATH": f"{CDK}:{os.environ['PATH']}",
        "TMPDIR": str(scratch),
        "CDK_VALIDATION": "false",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
    }


def complaints_of_linters(folder, but=LINTER_DOES_NOT_KNOW):
    """What the linters say of all templates in a folder, but for the rules that are left out."""
    found = run(
        CDK / "python",
        HERE / "lint.py",
        *sorted(folder.glob("*.json")),
        folder=folder,
        scratch=folder,
    )
    return [
        line
        for line in found.splitlines()
        if not any(rule in line for rule in but)
    ]


def run(*command, folder, scratch):
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=cdk_environment(scratch),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def typescript(tmp_path_factory):
    out = tmp_path_factory.mktemp("typescript")
    run(
        "node",
        "--import",
        "tsx",
        HERE / "synth.mjs",
        out,
        *FOLDERS,
        folder=DEPLOY,
        scratch=out,
    )
    return {
        folder: json.loads(
            next((out / folder).glob("*.template.json")).read_text()
        )
        for folder in FOLDERS
    }


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    out = tmp_path_factory.mktemp("python")
    apps = [f"{folder}/app.py" for folder in FOLDERS]
    run(
        CDK / "python",
        HERE / "synth.py",
        out,
        *apps,
        folder=DEPLOY,
        scratch=out,
    )
    return {
        folder: json.loads((out / f"{folder}.json").read_text())
        for folder in FOLDERS
    }


def test_every_kind_of_trigger_has_a_folder_of_the_same_form():
    for folder in FOLDERS:
        names = {path.name for path in (DEPLOY / folder).iterdir()}
        assert {
            "template.yaml",
            "app.py",
            "app.ts",
            "handler",
            "README.md",
        } <= names, folder


def test_the_overview_names_every_folder():
    overview = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert [
        folder for folder in FOLDERS if f"({folder}/)" not in overview
    ] == []


def test_every_readme_has_the_usual_sections():
    sections = [
        "Requirements",
        "Deploy",
        "How it works",
        "Test",
        "Clean up",
        "What it costs",
        "Lesson",
    ]
    for folder in FOLDERS:
        lines = (
            (DEPLOY / folder / "README.md")
            .read_text(encoding="utf-8")
            .splitlines()
        )
        assert [
            line[3:] for line in lines if line.startswith("## ")
        ] == sections, folder


def test_functions_run_on_runtimes_that_stay_for_a_year():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    deprecated = {row.runtime: row.deprecated for row in facts.runtimes()}
    for folder in SYSTEMS:
        for function in functions(folder):
            last = date.fromisoformat(deprecated[function["Runtime"]])
            assert last >= WRITTEN + timedelta(days=365), folder


def test_functions_run_on_arm_and_are_traced_but_at_the_edge():
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html"""
    for folder in SYSTEMS:
        is_edge = folder in EDGE
        for function in functions(folder):
            on_arm = function.get("Architectures") == ["arm64"]
            traced = function.get("TracingConfig") == {"Mode": "Active"}
            assert on_arm != is_edge, folder
            assert traced != is_edge, folder


def test_the_edge_folders_say_what_the_edge_does_not_know():
    for folder in EDGE:
        for name in ("template.yaml", "app.py", "app.ts"):
            written = (DEPLOY / folder / name).read_text(encoding="utf-8")
            assert "Lambda@Edge knows neither arm64 nor X-Ray" in written


def test_every_template_has_the_alarms_of_what_it_has():
    """The forms are equal, so this holds for all three; lesson 08's template is SAM only."""
    for folder in [*SYSTEMS, "orders-with-faults"]:
        assert in_order(alarms(sam(folder))) == in_order(
            expected_alarms(sam(folder))
        ), folder


def test_every_alarm_says_why_and_which_lesson_teaches_it():
    for rule in RULES:
        assert rule["reason"]
        assert (ROOT / "notebooks" / rule["lesson"]).is_file()
        assert rule["source"].startswith("https://docs.aws.amazon.com/")


def functions(folder):
    """The settings of the folder's functions, as its template translates."""
    found = [
        resource["Properties"]
        for resource in sam(folder)["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    ]
    assert found, folder
    return found


def in_order(properties):
    return sorted(json.dumps(one, sort_keys=True) for one in properties)


@pytest.mark.slow
@needs_cdk
def test_the_three_forms_have_the_same_settings(typescript, python):
    for folder in FOLDERS:
        assert comparable(typescript[folder]) == comparable(sam(folder)), (
            f"{folder}: app.ts and template.yaml"
        )
        assert comparable(python[folder]) == comparable(typescript[folder]), (
            f"{folder}: app.py and app.ts"
        )


@pytest.mark.slow
@needs_cdk
def test_the_three_forms_read_as_the_same_scenario(typescript, python):
    for folder in FOLDERS:
        first, *others = (
            plain_scenario(folder, form)
            for form in (sam(folder), typescript[folder], python[folder])
        )
        assert others == [first, first], folder


def plain_scenario(folder, template):
    """What the template reads as, without order and without the triggers' names in each form."""
    parameters = {
        name: value
        for name, value in PARAMETERS.items()
        if name in template.get("Parameters", {})
    }
    if folder == "documentdb":
        parameters["ClusterArn"] = (
            "arn:aws:rds:us-east-1:123456789012:cluster:orders"
        )
    scenario = sim.read_template(
        json.dumps(named(template)), parameters=parameters
    ).scenario
    text = scenario.model_dump_json(
        exclude={"functions": {"__all__": {"auto_publish_alias"}}}
    )
    for number, trigger in enumerate(scenario.triggers):
        text = text.replace(f'"{trigger.name}"', f'"trigger {number}"')
    return {
        key: sorted(map(str, value)) if isinstance(value, list) else value
        for key, value in json.loads(text).items()
    }


@pytest.mark.slow
@needs_cdk
def test_linters_find_nothing_in_what_is_deployed(tmp_path):
    for folder in FOLDERS:
        (tmp_path / f"{folder}.json").write_text(json.dumps(sam(folder)))
    assert complaints_of_linters(tmp_path) == []


@pytest.mark.slow
@needs_cdk
def test_the_typescript_apps_have_sound_types(tmp_path):
    run(
        "node",
        "node_modules/typescript/bin/tsc",
        "--project",
        ".",
        folder=DEPLOY,
        scratch=tmp_path,
    )


DEPLOYED = ["sqs-standard", "sqs-fifo", "kinesis", "ddb-streams"]
"""Those whose source moto makes, too; a mapping of another source needs one that is there."""


@pytest.mark.slow
@needs_cdk
@pytest.mark.parametrize("folder", DEPLOYED)
def test_a_mappings_settings_survive_a_deployment(folder, tmp_path):
    template = without_code(sam(folder))
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template))
    [mapping] = json.loads(
        run(
            CDK / "python",
            HERE / "readback.py",
            path,
            folder=tmp_path,
            scratch=tmp_path,
        )
    )
    [written] = [
        r["Properties"]
        for r in template["Resources"].values()
        if r["Type"].endswith("EventSourceMapping")
    ]
    names = {
        name for name, value in written.items() if not names_a_resource(value)
    }
    assert len(names) >= 2
    assert {name: mapping[name] for name in names} == {
        name: written[name] for name in names
    }


def names_a_resource(value):
    return any(word in json.dumps(value) for word in ("Ref", "Fn::"))


def without_code(template):
    """The template with its functions' code written in it: there is no bucket to take it from.

    A FIFO queue gets a name, because moto makes up one that AWS would not take.
    """
    template = json.loads(json.dumps(template))
    for name, resource in template["Resources"].items():
        if resource.get("Properties", {}).get("FifoQueue"):
            resource["Properties"]["QueueName"] = f"{name}.fifo"
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Code"] = {
                "ZipFile": "def handler(event, context): ..."
            }
            resource["Properties"].pop("Layers", None)
    return template
