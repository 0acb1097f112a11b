"""`calibrate` on the command line, and what `run` makes of its file."""

import json

import pytest

from sim.calibration.sample_log import sample_path
from sim.command_line.main import main

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      Timeout: 3
      Events:
        Jobs: {Type: SNS, Properties: {Topic: !Ref Jobs}}
  Jobs:
    Type: AWS::SNS::Topic
"""


@pytest.fixture
def template(tmp_path):
    """A function behind a topic."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return str(path)


@pytest.fixture
def calibration(tmp_path, capsys):
    """What `calibrate --format json` prints of the sample, as a file."""
    named = ["--function", "Worker", "--format", "json"]
    assert main(["calibrate", str(sample_path()), *named]) == 0
    path = tmp_path / "calibration.json"
    path.write_text(capsys.readouterr().out)
    return path


def test_calibrate_prints_what_was_found_in_words(capsys):
    assert main(["calibrate", str(sample_path())]) == 0
    shown = capsys.readouterr().out
    assert "at 512 MB: median: 346 ms (330 ms to 362 ms)" in shown
    assert "give --messages-per-run to share it out" in shown


def test_its_file_says_how_a_function_works_and_when_it_is_called(calibration):
    document = json.loads(calibration.read_text())
    assert document["behaviour"]["handler"]["kind"] == "lognormal"
    assert len(document["arrivals"]["instants"]) > 2000
    assert document["behaviour"]["batch_processing"]["order"] == "fixed time"


def test_run_takes_behaviour_and_arrivals_from_it(
    calibration, template, capsys
):
    traffic = f"Jobs=recorded:{calibration}"
    told = ["--behaviour", str(calibration), "--traffic", traffic]
    told += ["--seconds", "400", "--format", "json"]
    assert main(["run", template, *told]) == 0
    (summary,) = json.loads(capsys.readouterr().out)["summary"]
    assert summary["journeys"] > 50
    told[1] = f"Worker={calibration},error_rate:1"
    main(["run", template, *told])
    (summary,) = json.loads(capsys.readouterr().out)["summary"]
    assert summary["delivered"] == 0


def test_a_time_can_be_shared_out_among_messages(capsys):
    told = ["--messages-per-run", "10", "--format", "json"]
    main(["calibrate", str(sample_path()), *told])
    behaviour = json.loads(capsys.readouterr().out)["behaviour"]
    assert behaviour["handler"]["median"] == pytest.approx(0.0346, rel=0.01)
    assert "batch_processing" not in behaviour


@pytest.mark.parametrize(
    "file", ["nothing.json", "list.json", "empty.json", "text.json"]
)
def test_what_is_no_such_file_is_refused_in_a_sentence(
    file, template, tmp_path, capsys
):
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "empty.json").write_text("{}")
    (tmp_path / "text.json").write_text("x")
    told = f"f={tmp_path / file}"
    assert main(["run", template, "--behaviour", told]) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("error: ")


def test_logs_that_are_none_are_refused_in_a_sentence(tmp_path, capsys):
    assert main(["calibrate", str(tmp_path / "nothing")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["calibrate", str(tmp_path), "--format", "json"]) == 2
    assert "problems" in json.loads(capsys.readouterr().out)


def test_what_is_wrong_is_said_in_a_shells_words(tmp_path, capsys):
    empty = tmp_path / "empty.log"
    empty.touch()
    assert main(["calibrate", str(empty), str(empty)]) == 2
    assert (
        f"calibrate: {empty}, {empty} has no REPORT" in capsys.readouterr().err
    )
    few = ["--messages-per-run", "0"]
    assert main(["calibrate", str(sample_path()), *few]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: --messages-per-run is 0.0, but ")
    assert "None" not in said


@pytest.mark.slow
def test_a_picture_of_your_minutes_is_drawn_on_request(tmp_path, capsys):
    place = tmp_path / "minutes.svg"
    log = str(sample_path())
    assert main(["calibrate", log, "--picture", str(place)]) == 0
    assert "held out" in place.read_text()
    for wrong in ("minutes.txt", "nowhere/minutes.svg"):
        told = ["--picture", str(tmp_path / wrong)]
        assert main(["calibrate", log, *told]) == 2
    assert capsys.readouterr().err.count("error: --picture ") == 2


def test_recorded_events_all_come_if_nothing_else_is_said(
    calibration, template, capsys
):
    told = ["--behaviour", str(calibration), "--format", "json"]
    traffic = f"Jobs=recorded:{calibration}"
    assert main(["run", template, *told, "--traffic", traffic]) == 0
    (summary,) = json.loads(capsys.readouterr().out)["summary"]
    assert summary["journeys"] == 2338


def test_a_calibration_without_a_name_asks_for_one(template, tmp_path, capsys):
    main(["calibrate", str(sample_path()), "--format", "json"])
    path = tmp_path / "nameless.json"
    path.write_text(capsys.readouterr().out)
    assert main(["run", template, "--behaviour", str(path)]) == 2
    assert "give --behaviour Worker=CALIB" in capsys.readouterr().err
