"""The wheel: what is in it, and what `pip install` of it gives where there is no repository."""

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest

import sim
from tests.support.paths import ROOT

LEFT_BEHIND = {"__pycache__", ".ruff_cache", "node_modules", "cdk.out", "dist"}


def ran(folder: Path, *command: object, **variables: object) -> str:
    """What a command prints, started in the folder; a failure shows what it said."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **{key: str(variables[key]) for key in variables}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    ran(ROOT, *build, "--directory", folder)
    return next(folder.glob("*.whl"))


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as files:
        (name,) = [
            name
            for name in files.namelist()
            if name.endswith(".dist-info/METADATA")
        ]
        return message_from_string(files.read(name).decode())


def files(folder: Path) -> set[str]:
    found = (
        path
        for path in folder.rglob("*")
        if path.is_file() and LEFT_BEHIND.isdisjoint(path.parts)
    )
    return {path.relative_to(folder).as_posix() for path in found}


def test_wheel_holds_the_package_and_the_data_and_nothing_else(wheel):
    """What JavaScript is joined from stays out: a learner needs what is made of it."""
    names = {
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if ".dist-info/" not in name
    }
    code = {
        f"sim/{name}"
        for name in files(ROOT / "sim")
        if "source" not in Path(name).parts
    }
    assert {"sim/py.typed", "sim/show/panel/panel.js"} < code
    assert names == code | {f"sim/data/{name}" for name in files(ROOT / "data")}


def test_wheel_says_what_it_is(wheel):
    """https://packaging.python.org/en/latest/specifications/core-metadata/"""
    said = metadata(wheel)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert said["Name"] == project["name"]
    assert said["Version"] == sim.__version__
    assert said["License-Expression"] == "MIT"
    assert "LICENSE" in said.get_all("License-File", [])
    assert "Typing :: Typed" in said.get_all("Classifier", [])
    assert said["Requires-Python"] == project["requires-python"]


def test_wheel_finds_its_own_data(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "import sim; assert len(sim.course.quotas()); print(sim.__file__)"
    said = ran(tmp_path, sys.executable, "-c", code, PYTHONPATH=tmp_path)
    assert Path(said.strip()).is_relative_to(tmp_path)


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A virtual environment with the wheel in it, which sees the locked packages beside it."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=os.name != "nt")
    scheme = {"base": str(folder), "platbase": str(folder)}
    python = Path(sysconfig.get_path("scripts", "venv", scheme), "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install"]
    ran(folder, *pip, "--quiet", "--no-deps", "--no-index", wheel)
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    # A line of a .pth file is a folder in which no further .pth file counts: not the
    # editable installation of this repository either.
    locked = sysconfig.get_path("purelib")
    (packages / "locked.pth").write_text(f"{locked}\n")
    return python


@pytest.mark.slow
def test_installed_wheel_gives_sim_with_its_types_and_data(installed, tmp_path):
    """https://typing.python.org/en/latest/spec/distributing.html"""
    code = """
import sim
from pathlib import Path
assert Path(sim.__file__).with_name("py.typed").exists()
assert len(sim.triggers()) > 40
assert sim.show.panel(sim.course.reference_system(), []).form
print(sim.__file__)
"""
    said = ran(tmp_path, installed, "-c", code, PYTHONPATH="")
    assert Path(said.strip()).is_relative_to(installed.parent.parent)


@pytest.mark.slow
def test_installed_wheel_gives_the_command_lambda_sim(installed, tmp_path):
    command = installed.with_name("lambda-sim")
    version = ran(tmp_path, command, "--version", PYTHONPATH="")
    assert version == f"lambda-sim {sim.__version__}\n"
    template = next(
        installed.parent.parent.rglob("sim/data/deploy/sqs-standard/*.yaml")
    )
    checked = ran(tmp_path, command, "check", template, PYTHONPATH="")
    assert "WorkerFunction" in checked
    traffic = ["--traffic", "OrdersQueue=burst:3", "--seconds", "5"]
    run = [command, "run", template, *traffic, "--format", "json"]
    said = json.loads(ran(tmp_path, *run, PYTHONPATH=""))
    assert said["summary"][0]["deliveries"] == 3
