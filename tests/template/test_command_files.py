"""The files that a command reads and writes: named in each sentence, whole or not there."""

import errno
import os
from pathlib import Path

import pytest

import sim
from sim.command_line.main import main
from tests.support.template_files import FOLDER

WORKER = str(FOLDER / "sqs-worker.yaml")
FEW = ["--traffic", "Orders=burst:2"]
TABLES = {"deliveries", "attempts", "spans", "metrics", "cost"}
CALIBRATION = (
    '{"behaviour": {"error_rate": 5}, "arrivals": {"instants": [9, 1]}}'
)
BROKEN = {
    "scenario.json": '{"functions": [{"name": "a", "timeout": 5000}]}',
    "template.yaml": "Resources: [",
    "empty.yaml": "",
    "calibration.json": CALIBRATION,
    "arrivals.csv": "at\n0\n1e300\n",
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *options, template=WORKER):
    """The exit status of `run`, and its sentences."""
    status = main(["run", template, *map(str, options)])
    return status, capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["scenario.json", *FEW],
        ["template.yaml", *FEW],
        ["empty.yaml", *FEW],
        [WORKER, *FEW, "--behaviour", "Worker=calibration.json"],
        [WORKER, "--traffic", "Orders=recorded:calibration.json"],
        [WORKER, "--traffic", "Orders=recorded:arrivals.csv"],
    ],
)
def test_what_is_wrong_with_a_file_names_it(options, place, capsys):
    for name, text in BROKEN.items():
        (place / name).write_text(text, encoding="utf-8")
    named = next(name for name in BROKEN if name in " ".join(options))
    status, err = run(capsys, *options[1:], template=options[0])
    assert status == 2
    for sentence in err.splitlines():
        assert sentence.startswith(f"error: {named}: ")


def test_what_windows_powershell_writes_is_read(place, capsys):
    """https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_character_encoding"""
    calibration = '{"behaviour": {"error_rate": 1}}'
    (place / "c.json").write_text(calibration, encoding="utf-16")
    behaviour = ["--behaviour", "Worker=c.json", "--fail-on", "parked > 0"]
    assert run(capsys, *FEW, *behaviour)[0] == 1
    scenario = sim.read_template(WORKER).scenario.model_dump_json()
    (place / "s.json").write_text(scenario, encoding="utf-16")
    assert run(capsys, *FEW, template="s.json")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", ""],
        ["check", WORKER, ""],
        ["run", "", *FEW],
        ["run", WORKER, *FEW, "--csv", ""],
        ["run", WORKER, *FEW, "--html", ""],
        ["calibrate", ""],
    ],
)
def test_an_empty_text_names_no_file_or_folder(arguments, place, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    out, err = capsys.readouterr()
    assert (stop.value.code, out, err.count("\n")) == (2, "", 1)
    assert "an empty text names no file or folder" in err
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([*FEW, "--html", "template.yaml"], "template.yaml: it is read"),
        (["--traffic", "Orders=recorded:spans.csv", "--csv", "."], "is read"),
        ([*FEW, "--csv", "new", "--html", "new"], "name the same"),
        ([*FEW, "--csv", ".", "--html", "cost.csv"], "name the same"),
        ([*FEW, "--html", "/dev/null"], "it is no file"),
        (
            [*FEW, "--csv", "template.yaml/deep/er"],
            "template.yaml is no folder",
        ),
    ],
)
def test_a_file_is_never_written_over_another_one(
    options, words, place, capsys
):
    text = Path(WORKER).read_text(encoding="utf-8")
    (place / "template.yaml").write_text(text, encoding="utf-8")
    (place / "spans.csv").write_text("at\n1\n", encoding="utf-8")
    status, err = run(capsys, *options, template="template.yaml")
    assert (status, err.count("\n")) == (2, 1)
    assert words in err
    assert (place / "template.yaml").read_text(encoding="utf-8") == text
    assert len(list(place.iterdir())) == 2


def test_tables_go_into_new_folders_and_over_older_tables(place, capsys):
    folder = place / "new" / "tables"
    for events in (1, 2):
        options = ["--traffic", f"Orders=burst:{events}", "--csv", folder]
        assert run(capsys, *options) == (0, "")
        assert {path.stem for path in folder.iterdir()} == TABLES
        rows = (folder / "deliveries.csv").read_text(encoding="utf-8")
        assert rows.count("\n") == 1 + events


@pytest.mark.parametrize("command", ["check", "calibrate"])
def test_a_folder_that_cannot_be_searched_is_no_empty_one(
    command, place, capsys, monkeypatch
):
    """Also where others beside it can: what is in it would go unseen."""
    scan = os.scandir

    def refuse(path):
        if Path(path).name == "shut":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    (place / "in" / "shut").mkdir(parents=True)
    monkeypatch.setattr(os, "scandir", refuse)
    assert main([command, "in"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: in/shut cannot be ")
    assert err.endswith(": Permission denied.\n")


def test_a_full_disk_leaves_nothing_behind(place, capsys, monkeypatch):
    written = []
    write = Path.write_text

    def write_some(self, text, **options):
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(write(self, text, **options))

    monkeypatch.setattr(Path, "write_text", write_some)
    said = "error: new/tables/metrics.csv cannot be written: "
    end = "No space left on device.\n"
    assert run(capsys, *FEW, "--csv", "new/tables") == (2, said + end)
    assert list(place.iterdir()) == []


def test_a_run_that_is_stopped_leaves_nothing_behind(
    place, capsys, monkeypatch
):
    """Also while its page is made, which comes last."""

    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.show.report.html_report.fates", stop)
    files = ["--csv", "tables", "--html", "page.html"]
    assert run(capsys, *FEW, *files)[0] == 130
    assert list(place.iterdir()) == []


def test_a_later_seed_that_is_stopped_leaves_nothing_behind(
    place, capsys, monkeypatch
):
    simulate = sim.simulate

    def first_only(scenario, seed):
        if seed > 1:
            raise KeyboardInterrupt
        return simulate(scenario, seed=seed)

    monkeypatch.setattr(sim, "simulate", first_only)
    options = ["--csv", "tables", "--seeds", "2"]
    assert run(capsys, *FEW, *options)[0] == 130
    assert list(place.iterdir()) == []


def test_arrivals_out_of_range_are_said_of_their_file(tmp_path):
    file = tmp_path / "arrivals.csv"
    file.write_text("at\n0\n1e300\n", encoding="utf-8")
    with pytest.raises(sim.ScenarioError, match=r"^/.*arrivals\.csv: R"):
        sim.read_arrivals(file)
