"""`python -m sim`: exit statuses, sentences instead of tracebacks, and the files it writes."""

import json
import subprocess
import sys

import pandas as pd
import pytest

from sim.__main__ import main
from tests.support.paths import ROOT
from tests.support.template_files import FILES, FOLDER

QUEUE = str(FOLDER / "cdk-fan-out.json")


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_template_is_checked(path, capsys):
    status = main(["check", str(path), "--format", "json"])
    said = json.loads(capsys.readouterr().out)
    serious = [
        advice for advice in said["advice"] if advice["severity"] != "info"
    ]
    assert status == bool(serious)
    assert said["report"]


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_template_runs_or_says_what_it_needs(path, capsys):
    status = main(["run", str(path), "--seconds", "5"])
    out, err = capsys.readouterr()
    assert (status == 0 and "deliveries" in out) or (
        status == 2 and err.startswith("error: ")
    )


def test_check_prints_lines_and_what_is_unknown(capsys):
    assert main(["check", QUEUE]) == 1
    out = capsys.readouterr().out
    assert "line 3: warning: Q2 (no dead-letter queue" in out
    assert out.count('--traffic "Topic1=poisson:5"') == 1
    assert out.count('--behaviour "Slow4=duration:') == 1
    assert "sim." not in out


@pytest.mark.slow
def test_run_writes_tables_and_a_page(tmp_path, capsys):
    page, folder = tmp_path / "page.html", tmp_path / "tables"
    arguments = [
        "run",
        QUEUE,
        "--traffic",
        "Topic1=constant:5",
        "--seconds",
        "20",
        "--seed",
        "4",
    ]
    assert main([*arguments, "--csv", str(folder), "--html", str(page)]) == 0
    assert "deliveries" in capsys.readouterr().out
    assert len(pd.read_csv(folder / "deliveries.csv")) > 100
    assert {path.stem for path in folder.iterdir()} == {
        "deliveries",
        "attempts",
        "spans",
        "metrics",
        "cost",
    }
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/svg+xml;base64,") >= 4
    assert "no dead-letter queue" in text


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["check", "nowhere.yaml"], "No such file"),
        (["run", QUEUE], "into Topic1."),
        (["run", QUEUE, "--traffic", "Topic1"], "has no ="),
        (["run", QUEUE, "--traffic", "Topic1=5"], "poisson"),
        (["run", QUEUE, "--traffic", "Topic1=burst:inf"], "whole number"),
        (["run", QUEUE, "--traffic", "Topic1=poisson:-1"], "allowed"),
        (["run", QUEUE, "--traffic", "Nowhere=poisson:1"], "Nowhere"),
        (
            ["run", QUEUE, "--traffic", "Topic1=poisson:1", "--seconds", "-1"],
            "seconds",
        ),
        (["run", QUEUE, "--behaviour", "Slow4"], "has no ="),
        (["run", QUEUE, "--behaviour", "Slow4=0.2"], "duration, error_rate"),
        (
            ["run", QUEUE, "--behaviour", "Slow4=speed:2"],
            "such as Orders=duration:0.2",
        ),
        (["run", QUEUE, "--behaviour", "Slow4=error_rate:2"], "allowed"),
        (["run", QUEUE, "--behaviour", "Nobody=duration:1"], "'Nobody'"),
        (["check", QUEUE, "--parameter", "A=1"], "no parameter 'A'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(arguments, word, capsys):
    assert main(arguments) == 2
    assert word in capsys.readouterr().err


def test_behaviour_reaches_the_functions(capsys):
    """Every run fails and takes two seconds; without the option none does."""

    def summary(*more):
        assert (
            main(
                [
                    "run",
                    QUEUE,
                    "--traffic",
                    "Topic1=burst:3",
                    "--seconds",
                    "2000",
                    "--format",
                    "json",
                    *more,
                ]
            )
            == 0
        )
        (row,) = json.loads(capsys.readouterr().out)["summary"]
        return row

    usual, failing = (
        summary(),
        summary("--behaviour", "Fast6=duration:2,error_rate:1"),
    )
    assert (usual["parked"], usual["runs_per_delivery"]) == (0, 1.0)
    assert (failing["parked"], failing["runs_per_delivery"]) == (3, 2.0)
    assert failing["end_to_end_p50_s"] > 3 * 2 > usual["end_to_end_p50_s"]


def test_a_run_goes_on_until_nothing_is_under_way(capsys):
    arguments = ["run", QUEUE, "--traffic", "Topic1=burst:3", "--seconds", "1"]
    failing = ["--behaviour", "Fast6=duration:2,error_rate:1"]
    assert main([*arguments, *failing]) == 0
    lines = capsys.readouterr().out.splitlines()
    summary = {
        name.strip(): value
        for name, value in (line.rsplit(None, 1) for line in lines)
    }
    assert (summary["parked"], summary["unfinished"]) == ("3", "0")
    assert summary["given up"] == "0", "names in words"
    assert summary["p50"] == "–", "nothing was delivered"


def test_parameters_reach_the_template(tmp_path, capsys):
    arguments = ["check", str(FOLDER / "sqs-worker.yaml"), "--format", "json"]
    assert main([*arguments, "--parameter", "Stage=prod"]) == 0
    memory = [
        row["value"]
        for row in json.loads(capsys.readouterr().out)["report"]
        if row["property"] == "MemorySize"
    ]
    assert memory == ["1024"]


@pytest.mark.parametrize(
    ("arguments", "status"), [(["check", QUEUE], 1), ([], 2)]
)
def test_exit_statuses_of_the_real_command(arguments, status):
    done = subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == status
    assert "Traceback" not in done.stderr
