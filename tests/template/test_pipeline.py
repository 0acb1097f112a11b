"""The example of a pipeline: its commands work, on a template as it names it."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
import yaml

from tests.support.paths import ROOT
from tests.support.template_files import FOLDER

WORKFLOW = ROOT / "docs" / "examples" / "github-actions.yml"


def commands():
    """What its steps run with the project's own command."""
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    steps = workflow["jobs"]["simulate"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    return [each for each in runs if each.startswith("lambda-sim ")]


@pytest.mark.slow
def test_the_commands_of_the_example_work_as_they_are_written(tmp_path):
    shutil.copy(FOLDER / "sqs-worker.yaml", tmp_path / "template.yaml")
    here = f"{sys.executable} -m sim "
    statuses = [
        subprocess.run(
            command.replace("lambda-sim ", here, 1),
            shell=True,
            cwd=tmp_path,
            check=False,
        ).returncode
        for command in commands()
    ]
    assert statuses == [0, 0]
    cases = ET.parse(tmp_path / "orders.xml").getroot().iter("testcase")
    assert [case.get("name") for case in cases] == [
        "not lost > 0",
        "not p99_s > 600",
    ]
    assert "Of 3," in (tmp_path / "orders.html").read_text(encoding="utf-8")
