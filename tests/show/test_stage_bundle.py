"""The JavaScript of stage and panel is joined into files that a learner needs no Node.js for."""

import hashlib
import os
import subprocess

import pytest

from tests.support.paths import ROOT

SHOW = ROOT / "sim/show"
STAGE = SHOW / "stage"
SOURCE = STAGE / "source"
SOURCES = {"stage": SOURCE, "panel": SHOW / "panel/source"}
BUNDLES = (
    "stage/stage.js",
    "stage/stage_page.js",
    "panel/panel.js",
    "panel/panel_page.js",
    "panel/play.js",
)
LARGEST = 100_000  # bytes


def checksum() -> str:
    """As build.js computes it."""
    made_from = hashlib.sha256()
    for folder, source in SOURCES.items():
        for path in sorted(
            [*source.glob("*.js"), *source.glob("package-lock.json")]
        ):
            if path.name.endswith(".test.js"):
                continue
            made_from.update(f"{folder}/{path.name}\n".encode())
            made_from.update(path.read_bytes())
    return made_from.hexdigest()


def run_node(*arguments: str) -> subprocess.CompletedProcess[str]:
    path = f"{ROOT / '.venv/cdk/bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        arguments,
        cwd=SOURCE,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", BUNDLES)
def test_the_joined_file_is_made_from_the_present_modules(name):
    bundle = (SHOW / name).read_text(encoding="utf-8")
    assert checksum() in bundle.splitlines()[0], "run `make stage`"
    assert len(bundle.encode()) < LARGEST


@pytest.mark.parametrize("name", BUNDLES)
def test_the_joined_file_fetches_nothing(name):
    bundle = (SHOW / name).read_text(encoding="utf-8")
    for word in (
        "fetch(",
        "XMLHttpRequest",
        "import(",
        "eval(",
        "localStorage",
    ):
        assert word not in bundle


def test_the_licence_of_what_is_joined_comes_with_it():
    assert "MIT License" in (STAGE / "LICENSE-gifenc").read_text()


@pytest.mark.slow
def test_the_joined_files_are_built_anew_byte_by_byte(tmp_path):
    built = run_node("node", "build.js", str(tmp_path))
    assert built.returncode == 0, built.stderr
    for name in BUNDLES:
        assert (tmp_path / name.split("/")[1]).read_bytes() == (
            SHOW / name
        ).read_bytes()


@pytest.mark.slow
def test_the_modules_have_no_error_of_types():
    checked = run_node("npx", "tsc")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_each_module_does_what_its_tests_tell():
    files = sorted(
        str(path)
        for source in SOURCES.values()
        for path in source.glob("*.test.js")
    )
    tested = run_node("node", "--test", "--test-reporter=tap", *files)
    assert tested.returncode == 0, tested.stdout
    assert "# fail 0" in tested.stdout
