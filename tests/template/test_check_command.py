"""`lambda-sim check`: several templates, folders, stdin, formats, and advice that is ignored."""

import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote

import pytest

from sim.command_line import sources
from sim.command_line.main import main
from sim.template.advice.advice import advice_rules, rule_id
from tests.support.paths import ROOT
from tests.support.plans import Reference, plan
from tests.support.template_files import FOLDER
from tests.support.template_texts import mapping, plain_function, resource

QUEUE = "{0}  Q: {{Type: 'AWS::SQS::Queue'{1}}}\n"
FAULTY = (
    "Resources:\n"
    + plain_function()
    + resource("Q", "SQS::Queue")
    + resource("R", "SQS::Queue")
    + mapping("EventSourceArn: !GetAtt Q.Arn")
    + mapping("EventSourceArn: !GetAtt R.Arn").replace("  M:", "  N:")
)
CLEAN = "Resources:\n" + plain_function()
WITHOUT_FUNCTIONS = "Resources:\n" + resource("Q", "SQS::Queue")
BAD = "Resources:\n" + plain_function(more="Timeout: 1000")
PLAN = plan(
    {
        "aws_sqs_queue.orders": {"name": "orders"},
        "aws_lambda_function.worker": {
            "function_name": "worker",
            "runtime": "python3.13",
        },
        "aws_lambda_event_source_mapping.orders": {
            "event_source_arn": Reference("aws_sqs_queue.orders.arn"),
            "function_name": Reference("aws_lambda_function.worker.arn"),
        },
    }
)
SERVERLESS = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Description": "The AWS CloudFormation template for this Serverless application",
    "Resources": {
        "ServerlessDeploymentBucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {
                            "ServerSideEncryptionByDefault": {
                                "SSEAlgorithm": "AES256"
                            }
                        }
                    ]
                }
            },
        },
        "WorkerLogGroup": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": "/aws/lambda/shop-dev-worker"},
        },
        "IamRoleLambdaExecution": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17"}
            },
        },
        "WorkerLambdaFunction": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {
                    "S3Bucket": {"Ref": "ServerlessDeploymentBucket"},
                    "S3Key": "serverless/shop/dev/1-2026/shop.zip",
                },
                "Handler": "worker.handler",
                "Runtime": "nodejs22.x",
                "FunctionName": "shop-dev-worker",
                "MemorySize": 1024,
                "Timeout": 6,
                "Role": {"Fn::GetAtt": ["IamRoleLambdaExecution", "Arn"]},
            },
            "DependsOn": ["WorkerLogGroup"],
        },
        "WorkerLambdaVersion4kb7": {
            "Type": "AWS::Lambda::Version",
            "DeletionPolicy": "Retain",
            "Properties": {
                "FunctionName": {"Ref": "WorkerLambdaFunction"},
                "CodeSha256": "abc=",
            },
        },
        "Orders": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"VisibilityTimeout": 60},
        },
        "WorkerEventSourceMappingSQSOrders": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "DependsOn": ["IamRoleLambdaExecution"],
            "Properties": {
                "BatchSize": 10,
                "EventSourceArn": {"Fn::GetAtt": ["Orders", "Arn"]},
                "FunctionName": {"Fn::GetAtt": ["WorkerLambdaFunction", "Arn"]},
                "Enabled": True,
            },
        },
        "HttpApi": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {"Name": "dev-shop", "ProtocolType": "HTTP"},
        },
        "HttpApiIntegrationWorker": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "HttpApi"},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {
                    "Fn::GetAtt": ["WorkerLambdaFunction", "Arn"]
                },
                "PayloadFormatVersion": "2.0",
                "TimeoutInMillis": 30000,
            },
        },
    },
    "Outputs": {
        "ServerlessDeploymentBucketName": {
            "Value": {"Ref": "ServerlessDeploymentBucket"},
            "Export": {"Name": "sls-shop-dev-ServerlessDeploymentBucketName"},
        }
    },
}
"""As `serverless package` leaves it."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, which files are put into by their names."""
    monkeypatch.chdir(tmp_path)

    def put(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return put


def checked(capsys, *arguments):
    """The exit status of `check`, and what is printed."""
    status = main(["check", *map(str, arguments)])
    return status, *capsys.readouterr()


def test_every_line_begins_with_the_name_of_its_file(folder, capsys):
    folder(a_dot_yaml=FAULTY, b_dot_yaml=CLEAN)
    status, out, err = checked(capsys, "a.yaml", "b.yaml")
    lines = out.splitlines()
    assert (status, err) == (1, "")
    assert {line.partition(": ")[0] for line in lines} == {"a.yaml", "b.yaml"}


def test_a_file_that_is_given_twice_is_checked_once(folder, capsys):
    folder(a_dot_yaml=FAULTY)
    main(["check", "a.yaml"])
    once = capsys.readouterr().out
    main(["check", "a.yaml", "./a.yaml"])
    assert capsys.readouterr().out == once


def test_the_reason_of_a_rule_is_said_once(folder, capsys):
    folder(a_dot_yaml=FAULTY)
    _, out, _ = checked(capsys, "a.yaml")
    lines = [
        line for line in out.splitlines() if "(no dead-letter queue" in line
    ]
    assert [": Q (" in lines[0], ": R (" in lines[1]] == [True, True]
    assert ["https://" in line for line in lines] == [True, False]


def test_the_worst_status_of_all_files_is_the_commands(folder, capsys):
    folder(a_dot_yaml=FAULTY, b_dot_yaml=CLEAN, c_dot_yaml=BAD)
    assert checked(capsys, "b.yaml")[0] == 0
    assert checked(capsys, "a.yaml", "b.yaml")[0] == 1
    status, out, err = checked(capsys, "a.yaml", "c.yaml")
    assert status == 2
    assert "a.yaml: " in out
    assert err.startswith("error: c.yaml: F (line 2): ")


def test_a_folder_is_searched_for_what_can_be_read(folder, capsys):
    cdk = (FOLDER / "cdk-fan-out.json").read_text(encoding="utf-8")
    folder(
        app__template_dot_yaml=CLEAN,
        app__other_dot_yaml=BAD,
        cdk_dot_out__Shop_dot_template_dot_json=cdk,
        cdk_dot_out__Inner_dot_nested_dot_template_dot_json=BAD,
        cdk_dot_out__manifest_dot_json="{}",
        node_modules__x__template_dot_yaml=BAD,
        _dot_git__template_dot_yaml=BAD,
        infra__plan_dot_json=PLAN,
        infra__package_dot_json="{}",
        network__template_dot_json=json.dumps(
            {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
        ),
    )
    folder(
        **{
            "_dot_serverless__cloudformation-template-update-stack_dot_json": json.dumps(
                SERVERLESS
            )
        }
    )
    status, out, err = checked(capsys, ".")
    assert (status, err) == (1, "")
    assert set(
        dict.fromkeys(line.partition(": ")[0] for line in out.splitlines())
    ) == {
        ".serverless/cloudformation-template-update-stack.json",
        "app/template.yaml",
        "cdk.out/Shop.template.json",
        "infra/plan.json",
        "network/template.json",
    }
    assert "network/template.json: no function that events invoke." in out


def test_what_serverless_package_leaves_is_read(folder, capsys):
    """https://www.serverless.com/framework/docs/providers/aws/cli-reference/package"""
    name = "cloudformation-template-update-stack.json"
    text = json.dumps(SERVERLESS)
    place = folder(**{name.replace(".", "_dot_"): text})
    status, out, err = checked(capsys, place / name)
    assert (status, err) == (1, "")
    assert "Orders (no dead-letter queue" in out
    assert '--traffic "HttpApi=poisson:5"' in out


def test_links_do_not_lead_out_of_a_folder(folder, capsys):
    place = folder(
        outside__template_dot_yaml=BAD, inside__template_dot_yaml=CLEAN
    )
    (place / "inside" / "down").symlink_to(place / "outside")
    (place / "inside" / "more").mkdir()
    (place / "inside" / "more" / "template.yaml").symlink_to(
        place / "outside" / "template.yaml"
    )
    status, out, err = checked(capsys, "inside")
    assert (status, err) == (0, "")
    assert {line.partition(": ")[0] for line in out.splitlines()} == {
        "inside/template.yaml"
    }


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("main_dot_tf", "terraform show -json"),
        ("serverless_dot_yml", "serverless package"),
        ("readme_dot_md", "has none of template.yaml"),
    ],
)
def test_a_folder_without_templates_is_answered_with_a_hint(
    folder, capsys, name, hint
):
    folder(**{name: "x"})
    status, out, err = checked(capsys, ".")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert hint in err


def test_a_folder_is_searched_up_to_a_number_of_entries(
    folder, capsys, monkeypatch
):
    folder(a_dot_yaml=CLEAN, b_dot_yaml=CLEAN, c__template_dot_yaml=CLEAN)
    monkeypatch.setattr(sources, "MOST_ENTRIES", 2)
    status, _, err = checked(capsys, ".")
    assert status == 2
    assert "more than 2 entries" in err


@pytest.mark.parametrize(
    "text", [CLEAN, PLAN, '{"Resources": {}}', "", "template.yaml"]
)
def test_a_dash_is_the_standard_input(text, capsys, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(text.encode()))
    monkeypatch.setattr("sys.stdin", stream)
    status, out, err = checked(capsys, "-")
    is_readable = text in (CLEAN, PLAN)
    assert (status < 2) == is_readable
    assert (out if is_readable else err.removeprefix("error: ")).startswith(
        "<stdin>: "
    )


def test_a_plan_in_utf_16_is_found_in_a_folder_and_at_the_standard_input(
    tmp_path, capsys, monkeypatch
):
    """https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_redirection"""
    encoded = PLAN.encode("utf-16")
    (tmp_path / "plan.json").write_bytes(encoded)
    stream = io.TextIOWrapper(io.BytesIO(encoded))
    monkeypatch.setattr("sys.stdin", stream)
    _, in_folder, _ = checked(capsys, str(tmp_path))
    _, at_input, _ = checked(capsys, "-")
    assert "plan.json: " in in_folder
    assert at_input.startswith("<stdin>: ")


IGNORED = "no-dead-letter-queue"
METADATA = "Metadata: {lambda-sim: {ignore: [" + IGNORED + "]}}"


def advised(said):
    """The resources that a rule advises something, by the JSON of a check."""
    return [
        row["resource"]
        for row in json.loads(said)["advice"]
        if row["rule"].replace(" ", "-") == IGNORED
    ]


def test_metadata_of_a_template_or_resource_ignores_a_rule(folder, capsys):
    of_one = FAULTY.replace(
        "Properties: {}}\n  R", f"Properties: {{}}, {METADATA}}}\n  R"
    )
    folder(
        no_dot_yaml=FAULTY,
        one_dot_yaml=of_one,
        all_dot_yaml=f"{METADATA}\n{FAULTY}",
    )
    names = {
        name: advised(checked(capsys, f"{name}.yaml", "--format", "json")[1])
        for name in ("no", "one", "all")
    }
    assert names == {"no": ["Q", "R"], "one": ["R"], "all": []}


def test_an_option_ignores_a_rule_also_of_one_resource(folder, capsys):
    folder(plan_dot_json=PLAN)
    for rule, left in {
        "": ["orders"],
        IGNORED: [],
        f"orders:{IGNORED}": [],
        f"aws_sqs_queue.orders:{IGNORED}": [],
        f"worker:{IGNORED}": ["orders"],
    }.items():
        option = ["--ignore", rule] if rule else []
        said = checked(capsys, "plan.json", "--format", "json", *option)[1]
        assert advised(said) == left


def test_a_rule_that_there_is_not_is_refused(folder, capsys):
    folder(
        a_dot_yaml=FAULTY,
        b_dot_yaml=f"{METADATA}\n{FAULTY}".replace(IGNORED, "no-such-rule"),
    )
    status, _, err = checked(capsys, "a.yaml", "--ignore", f"{IGNORED}s")
    assert status == 2
    assert f"perhaps {IGNORED} or" in err
    status, _, err = checked(capsys, "b.yaml")
    assert status == 2
    assert "names no rule 'no-such-rule'" in err


def test_a_resource_that_no_template_has_is_refused(folder, capsys):
    """One without functions has resources, too; of one that is not read they are unknown."""
    folder(a_dot_yaml=FAULTY, c_dot_yaml=BAD, plan_dot_json=PLAN)
    folder(more__template_dot_yaml=WITHOUT_FUNCTIONS.replace("Q:", "Alone:"))

    def ignored(resource, *files):
        option = ["--ignore", f"{resource}:{IGNORED}"]
        status, out, err = checked(capsys, *files, *option)
        assert (out == "") == err.startswith("error: --ignore")
        return status, err.rpartition("; ")[2]

    meant = (2, "perhaps Alone is meant.\n")
    assert ignored("Alon", "a.yaml", "more") == meant
    assert ignored("Alone", "a.yaml", "more") == (1, "")
    assert ignored("aws_sqs_queue.orders", "a.yaml", "plan.json") == (1, "")
    assert ignored("Zzz", "a.yaml") == (2, "there are F, M, N, Q, R.\n")
    assert "Timeout" in ignored("Zzz", "a.yaml", "c.yaml")[1]


def test_a_parameter_goes_to_the_templates_that_have_it(folder, capsys):
    asking = "Parameters: {Seconds: {Type: Number}}\n" + CLEAN.replace(
        "Handler: a.b", "Handler: a.b, Timeout: !Ref Seconds"
    )
    folder(a_dot_yaml=asking, b_dot_yaml=CLEAN)
    assert (
        checked(capsys, "a.yaml", "b.yaml", "--parameter", "Seconds=5")[0] == 0
    )
    status, _, err = checked(
        capsys, "a.yaml", "b.yaml", "--parameter", "Other=5"
    )
    assert status == 2
    assert "none of the templates has" in err


def test_sarif_has_what_its_schema_requires(folder, capsys):
    """https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""
    folder(**{"a b_dot_yaml": FAULTY, "c_dot_yaml": BAD})
    status, out, _ = checked(capsys, "a b.yaml", "c.yaml", "--format", "sarif")
    log = json.loads(out)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (status, log["version"], driver["name"]) == (
        2,
        "2.1.0",
        "lambda-sim",
    )
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == [rule_id(rule) for rule in advice_rules()]
    assert len(set(ids)) == len(ids)
    for result in run["results"]:
        assert result["ruleId"] in ids
        assert result["level"] in ("error", "warning", "note", "none")
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "a%20b.yaml"
        assert physical["region"]["startLine"] >= 1
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert (
        "Timeout" in notification["message"]["text"]
        or "timeout" in notification["message"]["text"]
    )


def test_junit_has_a_case_for_each_rule_of_each_file(folder, capsys):
    folder(a_dot_yaml=FAULTY, c_dot_yaml=BAD)
    _, out, _ = checked(capsys, "a.yaml", "c.yaml", "--format", "junit")
    cases = ET.fromstring(out).findall("testsuite/testcase")
    failed = {
        (case.get("classname"), case.get("name"))
        for case in cases
        if case.find("failure") is not None
    }
    assert ("a.yaml", IGNORED) in failed
    assert ("c.yaml", "can be read") in failed
    assert len(cases) == 2 + len(advice_rules())


ODD = [
    "\u00fcn\u00ef \U0001f600.yaml",
    "]]>&<\"'%.yaml",
    "\x01\x1b[31m\x7f.yaml",
    "two\nlines.yaml",
    "no text \udcff.yaml",
    f"{'x' * 240}.yaml",
]
"""Names that Linux gives to files."""


@pytest.mark.skipif(sys.platform != "linux", reason="others refuse such names")
@pytest.mark.parametrize("name", ODD)
def test_every_format_is_right_for_any_name_of_a_file(
    name, tmp_path, monkeypatch, capsys
):
    """XML 1.0 takes no control characters: https://www.w3.org/TR/xml/#charsets"""
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(FAULTY, encoding="utf-8")
    said = {
        each: checked(capsys, name, "--format", each)
        for each in ("text", "json", "sarif", "junit")
    }
    assert {(status, err) for status, _, err in said.values()} == {(1, "")}
    text, out, log, suites = (printed for _, printed, _ in said.values())
    lines = text.splitlines()
    shown = lines[0].partition(".yaml: ")[0]
    assert all(line.startswith(f"{shown}.yaml: ") for line in lines)
    assert json.loads(out)["advice"][0]["file"] == f"{shown}.yaml"
    (run,) = json.loads(log)["runs"]
    (place,) = run["results"][0]["locations"]
    uri = place["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == f"{shown}.yaml"
    assert suites.isascii()
    (case, *_) = ET.fromstring(suites).iter("testcase")
    assert case.get("classname") == f"{shown}.yaml"


@pytest.mark.slow
def test_an_output_that_knows_few_letters_shows_the_others(folder):
    """As of a console of Windows, or of a container without a locale."""
    place = folder(**{"\U0001f600_dot_yaml": FAULTY})
    file = str(place / "\U0001f600.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "sim", "check", file],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"/\\U0001f600.yaml: " in done.stdout


@pytest.mark.slow
def test_a_reader_that_leaves_ends_the_command_quietly(folder):
    place = folder(a_dot_yaml=FAULTY)
    command = f"set -o pipefail; {sys.executable} -m sim check {place}/a.yaml | head -1 > /dev/null"
    for more in ("", " --format sarif"):
        done = subprocess.run(
            ["bash", "-c", command.replace(" |", f"{more} |")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        assert done.returncode in (0, 1, 141)
