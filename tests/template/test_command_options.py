"""`python -m sim run`: what its options say, what fails a run, and what bad ones leave behind."""

import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from sim import Behaviour, Burst, Function, Queue, Scenario, Traffic, trigger
from sim.command_line.main import main
from sim.command_line.words import behaviours
from sim.progress import ProgressLine
from tests.support.template_files import FOLDER

FULL = Path("/dev/full")
WORKER = str(FOLDER / "sqs-worker.yaml")
FEW = ["--traffic", "Orders=burst:20"]


def said(capsys, *options, subject=WORKER, status=0):
    """The JSON that a run of these options prints."""
    assert main(["run", subject, "--format", "json", *options]) == status
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--traffic", "Orders=burst:1.5"], "whole number"),
        (["--traffic", "Orders=poisson:1e9"], "at most 20,000,000"),
        ([*FEW, "--outage", "lambda"], "such as lambda@60+30"),
        ([*FEW, "--change", "Orders.visibility_timeout=9"], "=180@600"),
        ([*FEW, "--change", "Orders.visibility=9@1"], "visibility"),
        ([*FEW, "--set", "queues.Order.fifo=1"], "queues.Order"),
        ([*FEW, "--fail-on", "lost"], '"lost > 0"'),
        ([*FEW, "--fail-on", "lots > 0"], "'lots'"),
        ([*FEW, "--fail-on", "lost > nan"], '"lost > 0"'),
        ([*FEW, "--change", "Orders.of=9@1"], "=180@600"),
        ([*FEW, "--change", "Orders.at=9@1"], "=180@600"),
        ([*FEW, "--seeds", "0"], "1 to 1,000"),
        ([*FEW, "--seed", "-1"], "error: --seed is -1, but"),
        ([*FEW, "--set", "functions.0=5"], "functions.0"),
        ([*FEW, "--set", "functions.Worker=5"], "settings of a Function are"),
        ([*FEW, "--behaviour", "Worker=depends_on:"], "WORD:VALUE"),
        ([*FEW, "--parameter", "=prod"], "has no name before the ="),
        (["--traffic", "Orders=recorded:"], "recorded as KIND"),
        (["--traffic", "Orders=recorded:nowhere.csv"], "file: No such file"),
    ],
)
def test_bad_options_write_nothing_and_say_one_sentence(
    options, words, tmp_path, capsys
):
    page, tables = tmp_path / "page.html", tmp_path / "tables"
    files = ["--html", str(page), "--csv", str(tables)]
    assert main(["run", WORKER, *options, *files]) == 2
    out, err = capsys.readouterr()
    assert (out, list(tmp_path.iterdir())) == ("", [])
    assert words in err
    assert err.count("\n") == 1
    assert "sim." not in err


@pytest.mark.parametrize("option", ["--html", "--csv"])
def test_a_place_that_cannot_be_written_is_said_before_the_run(
    option, tmp_path, capsys
):
    (tmp_path / "file").touch()
    place = {
        "--html": tmp_path / "no" / "page.html",
        "--csv": tmp_path / "file",
    }
    assert main(["run", WORKER, *FEW, option, str(place[option])]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "is no folder" in err


def test_a_condition_that_holds_fails_the_run(capsys):
    failing = [*FEW, "--behaviour", "Worker=error_rate:1"]
    conditions = ["--fail-on", "parked > 0", "--fail-on", "lost > 0"]
    found = said(capsys, *failing, *conditions, status=1)
    assert found["failed"] == ["seed 1: parked > 0: parked is 20."]
    assert said(capsys, *FEW, *conditions)["failed"] == []


def test_a_number_that_is_unknown_fails_the_run(capsys):
    failing = [*FEW, "--behaviour", "Worker=error_rate:1"]
    (sentence,) = said(capsys, *failing, "--fail-on", "p99_s > 2", status=1)[
        "failed"
    ]
    assert "p99_s is unknown" in sentence


def test_every_seed_has_its_row(capsys):
    flaky = [*FEW, "--behaviour", "Worker=error_rate:0.5", "--seed", "4"]
    several = said(capsys, *flaky, "--seeds", "2")["summary"]
    assert [row["seed"] for row in several] == [4, 5]
    assert said(capsys, *flaky)["summary"] == several[:1]
    assert several[0]["runs_per_delivery"] != several[1]["runs_per_delivery"]


def test_what_is_unfinished_or_lost_comes_first(capsys):
    assert main(["run", WORKER, *FEW]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "Of 20 events none is unfinished, lost or given up."
    numbers = [line for line in rest if not line.startswith("assumed: ")]
    assert [line.rsplit(None, 1)[0].strip() for line in numbers[:3]] == [
        "unfinished",
        "lost",
        "given up",
    ]


def test_what_is_assumed_of_a_state_machine_is_said_with_its_setting(
    tmp_path, capsys
):
    path = tmp_path / "flow.yaml"
    path.write_text(FLOW)
    share = "state_machines.M.transitions.1.share"
    some = ["--traffic", "M=burst:5", "--seconds", "9"]
    (choice,) = flow_assumptions(capsys, path, some, "after M/A")
    assert "50% go on with M/B" in choice
    assert f"{share}=VALUE" in choice
    assert "the others" not in choice
    less = [*some, "--set", f"{share}=0.1"]
    (choice,) = flow_assumptions(capsys, path, less, "after M/A")
    assert "10% go on with M/B" in choice
    assert choice.endswith("the others end there.")
    assert flow_assumptions(capsys, path, some, "does not wait")


def flow_assumptions(capsys, path, options, words):
    """The assumptions of a run that have these words."""
    assert main(["run", str(path), *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    return [line for line in lines if words in line]


FLOW = """
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: a.b, Role: r, Code: {ZipFile: x}}
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionSubstitutions: {F: !GetAtt F.Arn}
      Definition:
        StartAt: A
        States:
          A: {Type: Task, Resource: "${F}", Next: W}
          W: {Type: Wait, SecondsPath: $.wait, Next: C}
          C: {Type: Choice, Choices: [{Next: B}], Default: D}
          B: {Type: Task, Resource: "${F}", End: true}
          D: {Type: Task, Resource: "${F}", End: true}
"""


def test_a_duration_is_of_a_message_or_of_a_batch(capsys):
    def p99(word):
        found = said(capsys, *FEW, "--behaviour", f"Worker={word}:2")
        return found["summary"][0]["p99_s"], " ".join(found["assumptions"])

    (of_message, one), (of_batch, whole) = (
        p99("duration"),
        p99("batch_duration"),
    )
    assert of_message > 2 * of_batch
    assert "that of a message" in one
    assert "that of a batch" in whole


def test_an_outage_and_a_change_come_when_they_say(capsys):
    usual = said(capsys, *FEW)["summary"][0]["p50_s"]
    down = said(capsys, *FEW, "--outage", "lambda@0+60")["summary"][0]["p50_s"]
    assert down > 30 > usual
    slow = ["--traffic", "Orders=constant:1", "--seconds", "60"]
    changed = [
        "--change",
        "WorkerQueue.enabled=false@30",
        "--fail-on",
        "unfinished > 0",
    ]
    assert (
        said(capsys, *slow, *changed, status=1)["summary"][0]["unfinished"] > 20
    )


def test_recorded_arrivals_come_as_the_file_says(tmp_path, capsys):
    file = tmp_path / "arrivals.csv"
    file.write_text("at\n0\n1.5\n1.5\n")
    found = said(capsys, "--traffic", f"Orders=recorded:{file}")
    assert found["summary"][0]["journeys"] == 3


def test_events_that_go_into_one_source_come_together(capsys):
    both = ["--traffic", "Orders=burst:3", "--traffic", "Orders=burst:4"]
    assert said(capsys, *both)["summary"][0]["journeys"] == 7


def test_a_warning_is_printed_once(capsys):
    slow = ["--change", "Orders.visibility_timeout=9@0", "--seeds", "3"]
    said(capsys, *FEW, *slow)
    main(["run", WORKER, *FEW, *slow])
    err = capsys.readouterr().err
    assert err.startswith("warning: Queue 'Orders': visibility_timeout is 9 s")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "word"),
    [
        (["--change", "Orders.visibility_timeout=99@{}"], "Orders.visibility"),
        (["--outage", "lambda@{}+5"], "outage of lambda"),
    ],
)
def test_what_comes_when_no_event_is_under_way_is_said(option, word, capsys):
    few = ["--traffic", "Orders=constant:1", "--seconds", "9", "--seeds", "2"]
    said(capsys, *few, option[0], option[1].format(5))
    main(["run", WORKER, *few, option[0], option[1].format(30)])
    err = capsys.readouterr().err
    assert err.startswith("warning: ")
    assert err.count("\n") == 1
    assert word in err
    assert "at 30 s meets no event" in err


def test_a_scenario_runs_as_it_is_and_with_options(
    tmp_path, capsys, monkeypatch
):
    file = tmp_path / "scenario.json"
    scenario = Scenario(
        functions=[Function(name="worker", behaviour=Behaviour())],
        queues=[Queue(name="jobs")],
        triggers=[trigger("sqs_standard", function="worker", source="jobs")],
        traffic=[Traffic(into="jobs", arrivals=Burst(events=7))],
    )
    file.write_text(scenario.model_dump_json())
    (row,) = said(capsys, subject=str(file))["summary"]
    assert (row["journeys"], row["delivered"]) == (7, 7)
    stream = io.TextIOWrapper(io.BytesIO(file.read_bytes()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert said(capsys, subject="-")["summary"] == [row]
    options = ["--traffic", "jobs=burst:3", "--behaviour", "worker=duration:2"]
    (row,) = said(capsys, *options, subject=str(file))["summary"]
    assert (row["journeys"], row["p50_s"] > 2) == (3, True)
    assert main(["run", str(file), "--parameter", "A=1"]) == 2
    assert "has no parameters" in capsys.readouterr().err


def test_progress_is_written_on_a_terminal_and_taken_away(monkeypatch):
    terminal = io.StringIO()
    monkeypatch.setattr(ProgressLine, "terminal", terminal)
    line = ProgressLine()
    line.show("Simulating: " + "x" * 200)
    line.end()
    shown, taken_away = terminal.getvalue().split("\r\x1b[K")[1:]
    assert (len(shown), taken_away) == (79, "")


def test_junit_has_a_case_for_each_condition(capsys):
    """https://github.com/testmoapp/junitxml"""
    asked = ["--fail-on", "lost > 0", "--fail-on", "p99_s > 0.001"]
    options = [*FEW, *asked, "--seeds", "2", "--format", "junit"]
    assert main(["run", WORKER, *options]) == 1
    suites = ET.fromstring(capsys.readouterr().out)
    counts = {"tests": "2", "failures": "1", "errors": "0"}
    assert suites.attrib == counts
    assert suites.find("testsuite").attrib == {"name": "sim run", **counts}
    kept, broken = suites.iter("testcase")
    assert (kept.get("name"), list(kept)) == ("not lost > 0", [])
    assert broken.get("classname") == WORKER
    assert [line[:7] for line in broken[0].text.split("\n")] == [
        "seed 1:",
        "seed 2:",
    ]


def test_junit_of_a_run_without_conditions_has_one_case(capsys):
    assert main(["run", WORKER, *FEW, "--format", "junit"]) == 0
    (case,) = ET.fromstring(capsys.readouterr().out).iter("testcase")
    assert case.get("name") == "it runs"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--seed", "1e3"], "no whole number: '1e3'"),
        (["--seconds", "ten"], "no number: 'ten'"),
    ],
)
def test_options_are_refused_without_pythons_words(option, words, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["run", WORKER, *FEW, *option])
    assert stop.value.code == 2
    assert words in capsys.readouterr().err


def test_an_outage_of_what_nobody_needs_says_how_to_need_it(capsys):
    assert main(["run", WORKER, *FEW, "--outage", "db@10+600"]) == 2
    assert "NAME=depends_on:db says who" in capsys.readouterr().err


def test_what_is_said_of_one_function_adds_up():
    told = behaviours(
        [
            "Worker=error_rate:0.5,sends:a,sends:b",
            "Worker=crash_share:0.1,sends:c",
            "Other=error_rate:1",
        ]
    )
    assert [output.to for output in told["Worker"].pop("sends")] == [*"abc"]
    assert told == {
        "Worker": {"error_rate": 0.5, "crash_share": 0.1},
        "Other": {"error_rate": 1},
    }


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_command_can_do_without_its_output(closed, monkeypatch):
    """As `>&-` closes it in a shell: Python has None there."""
    monkeypatch.setattr(sys, closed, None)
    assert main(["run", WORKER, *FEW]) == 0
    assert main(["run", "nowhere.yaml", *FEW, "--format", "json"]) == 2


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_command_says_that_its_input_is_closed(command, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    assert main([command, "-"]) == 2
    assert capsys.readouterr() == ("", "error: <stdin> is closed.\n")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has it")
@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.slow
def test_an_output_that_is_full_is_one_sentence(form):
    command = [sys.executable, "-m", "sim", "check", WORKER, "--format", form]
    with FULL.open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    words = "error: Nothing can be printed: No space left on device.\n"
    assert (done.returncode, done.stderr) == (2, words)
