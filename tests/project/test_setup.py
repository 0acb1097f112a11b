"""The set-up: locks, environment.yml and lab settings agree with pyproject.toml."""

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import yaml
from jupyter_server.serverapp import ServerApp
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec
from traitlets.config import Config
from voila.app import Voila

from tests.support.lab import CONFIG as LAB
from tests.support.lab import address, free_port, server
from tests.support.paths import ROOT
from tests.support.rows import holds_for_each

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
MAIN = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
BUILD = [Requirement(text) for text in PROJECT["dependency-groups"]["build"]]
TEST = [Requirement(text) for text in PROJECT["dependency-groups"]["test"]]
LOCKS = {
    "requirements.lock": MAIN + BUILD,
    "requirements-dev.lock": MAIN + BUILD + TEST,
}

SITE = [Requirement(text) for text in PROJECT["dependency-groups"]["site"]]
SITE_LOCK = "requirements-site.lock"
EVERY_LOCK = {**LOCKS, SITE_LOCK: SITE}

ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
CONDA = [
    entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)
]
CONDA_NAMES = {
    "matplotlib": "matplotlib-base"
}  # conda-forge's name, where it differs from PyPI's
CONDA_ALONE = {"python", "pip"}  # what only conda has to be told
VERSION = r"\d+(\.\d+)*"
MATCH = re.compile(rf"[a-z][a-z0-9_-]*( (>=|==){VERSION}(,<{VERSION})?)?")


def conda_bounds() -> dict[str, SpecifierSet]:
    return {
        name: SpecifierSet(bounds)
        for name, _, bounds in (entry.partition(" ") for entry in CONDA)
    }


def conda_name(requirement: Requirement) -> str:
    return CONDA_NAMES.get(requirement.name, requirement.name)


def locked(name: str) -> list[tuple[str, Version, list[str]]]:
    """The lock's entries: canonical name, version, hashes; a name comes once for each Python."""
    text = re.sub(r"#.*|\\\n", "", (ROOT / name).read_text())
    entries = [
        line.partition("==") for line in text.splitlines() if line.strip()
    ]
    words = [(package, rest.split()) for package, _, rest in entries]
    return [
        (canonicalize_name(package), Version(version), rest)
        for package, (version, *rest) in words
    ]


def jupyter_config(uid: int, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setattr(
        os, "geteuid", lambda: uid, raising=False
    )  # Windows has none
    path = ROOT / "jupyter" / "jupyter_lab_config.py"
    config = Config()
    exec(
        compile(path.read_text(), path, "exec"),
        {"c": config, "__file__": str(path)},
    )
    return config


def python(
    folder: Path, *arguments: str, **environment: object
) -> subprocess.CompletedProcess[str]:
    """A Python of its own, in the folder."""
    variables = {
        **os.environ,
        **{name: str(value) for name, value in environment.items()},
    }
    command = [sys.executable, *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_environment_has_conda_forge_alone_and_installs_the_project():
    assert set(ENVIRONMENT) == {"name", "channels", "dependencies"}
    assert ENVIRONMENT["name"] == PROJECT["project"]["name"]
    assert ENVIRONMENT["channels"] == ["conda-forge"]
    assert [
        entry for entry in ENVIRONMENT["dependencies"] if entry not in CONDA
    ] == [{"pip": ["-e ."]}]


@holds_for_each({entry: entry for entry in CONDA})
def test_environment_entry_is_a_match_specification(entry):
    assert MATCH.fullmatch(
        entry
    )  # rattler alone would let "pandas 2.x.y >=" pass
    assert MatchSpec(entry).name.normalized == entry.split()[0]


def test_environment_asks_for_what_the_project_asks_for():
    required = {
        conda_name(requirement): requirement.specifier for requirement in MAIN
    }
    bounds = conda_bounds()
    assert required.items() <= bounds.items()
    tests = {
        conda_name(requirement): requirement.specifier for requirement in TEST
    }
    rest = {
        name: bounds[name]
        for name in bounds.keys() - required.keys() - CONDA_ALONE
    }
    assert rest
    assert rest.items() <= tests.items()


def test_python_is_the_same_in_environment_and_project_and_is_running_here():
    bound = conda_bounds()["python"]
    assert bound == SpecifierSet(PROJECT["project"]["requires-python"])
    assert "{}.{}.{}".format(*sys.version_info[:3]) in bound


@pytest.mark.parametrize("name", EVERY_LOCK)
def test_lock_holds_every_requirement_within_its_bounds(name):
    entries = locked(name)
    for requirement in EVERY_LOCK[name]:
        versions = [
            version
            for key, version, _ in entries
            if key == canonicalize_name(requirement.name)
        ]
        assert versions, f"{requirement.name} is missing: make lock"
        assert all(version in requirement.specifier for version in versions), (
            f"{requirement}: make lock"
        )


@pytest.mark.parametrize("name", EVERY_LOCK)
def test_lock_has_a_hash_for_every_line(name):
    for package, _, rest in locked(name):
        assert any(
            re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in rest
        ), package


@pytest.mark.parametrize("name", EVERY_LOCK)
def test_lock_names_no_host_and_no_folder(name):
    trace = re.compile(r"://|--(index|extra-index|find-links)|(^|\s|@)/")
    assert not [
        line
        for line in (ROOT / name).read_text().splitlines()
        if trace.search(line)
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_serves_windows_and_macos_too(name):
    text = (ROOT / name).read_text()
    assert "sys_platform == 'win32'" in text
    assert "sys_platform == 'darwin'" in text


def test_both_locks_hold_the_same_versions():
    learner, developer = (
        {(key, version) for key, version, _ in locked(name)} for name in LOCKS
    )
    assert learner < developer
    assert {key for key, _ in developer - learner}.isdisjoint(
        {key for key, _ in learner}
    )


def test_the_pages_are_made_with_the_developers_versions_of_what_both_need():
    developer = {
        key: version for key, version, _ in locked("requirements-dev.lock")
    }
    site = {(key, version) for key, version, _ in locked(SITE_LOCK)}
    once = {key for key, _ in site if sum(key == one for one, _ in site) == 1}
    assert [
        key
        for key, version in site
        if key in once and developer.get(key, version) != version
    ] == []


def test_learners_do_not_download_test_packages():
    learner = {key for key, _, _ in locked("requirements.lock")}
    assert learner.isdisjoint(
        {
            "pytest",
            "playwright",
            "ruff",
            "mypy",
            "simfaas",
            "scipy",
            "hypothesis",
            "distributed",
            "dask",
        }
    )


def test_the_extra_for_clusters_is_what_the_tests_use():
    (dask,) = PROJECT["project"]["optional-dependencies"]["dask"]
    assert Requirement(dask) in TEST


def test_binder_installs_the_lock_and_the_project_on_a_python_that_it_allows():
    """https://repo2docker.readthedocs.io/en/latest/configuration/"""
    folder = ROOT / ".binder"
    assert (
        folder / "requirements.txt"
    ).read_text() == "-r ../requirements.lock\n"
    name, _, version = (
        (folder / "runtime.txt").read_text().strip().partition("-")
    )
    assert (
        name,
        version in SpecifierSet(PROJECT["project"]["requires-python"]),
    ) == (
        "python",
        True,
    )
    assert os.access(folder / "postBuild", os.X_OK)


def test_make_pins_the_build_backend_that_pyproject_names():
    assert (
        PROJECT["dependency-groups"]["build"]
        == PROJECT["build-system"]["requires"]
    )


def test_lab_opens_the_first_lesson_with_the_repository_as_root(monkeypatch):
    config = jupyter_config(1000, monkeypatch)
    assert config.ServerApp.root_dir == str(ROOT)
    assert (
        config.LabApp.default_url == "/lab/tree/notebooks/00-start-here.ipynb"
    )
    assert config.LabApp.app_settings_dir == str(
        ROOT / "jupyter" / "lab-settings"
    )


@pytest.mark.parametrize(("uid", "allowed"), [(0, True), (1000, False)])
def test_lab_starts_as_root_only_where_everybody_is_root(
    uid, allowed, monkeypatch
):
    assert jupyter_config(uid, monkeypatch).ServerApp.allow_root is allowed


def test_lab_listens_on_this_machine_only_and_asks_for_a_token(monkeypatch):
    """https://jupyter-server.readthedocs.io/en/latest/operators/security.html"""
    configs = [jupyter_config(uid, monkeypatch) for uid in (0, 1000)]
    server = ServerApp(config=configs[0])
    assert server.ip == "localhost"
    assert not server.allow_remote_access
    assert not server.disable_check_xsrf
    assert len(server.identity_provider_class().token) >= 32
    for config in configs:
        assert not {"ip", "token", "password", "allow_origin"} & set(
            config.ServerApp
        )
        assert not {"IdentityProvider", "PasswordIdentityProvider"} & set(
            config
        )
    commands = (ROOT / "Makefile").read_text()
    for option in ("--ip", "--IdentityProvider", "token", "--ServerApp"):
        assert option not in commands
    app = (ROOT / "jupyter" / "voila.py").read_text()
    assert "c.Voila.auto_token = True" in app
    assert not re.search(r"\.(ip|token|password|allow_origin)\b", app)
    assert Voila().ip == "localhost"


def own_address() -> str:
    """The address under which others would reach this machine; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect(("192.0.2.1", 9))
        return str(line.getsockname()[0])


@pytest.mark.slow
def test_a_lab_that_runs_answers_nobody_without_its_token(tmp_path):
    """https://jupyter-server.readthedocs.io/en/latest/operators/security.html"""
    command = ["jupyterlab", f"--config={LAB}", "--no-browser"]
    port = f"--port={free_port()}"
    with server(tmp_path, *command, port) as process:
        opened = urlsplit(address(process, tmp_path))
        place = f"{opened.scheme}://{opened.netloc}/api/kernels"
        with pytest.raises(HTTPError, match="403"):
            urlopen(place)
        with urlopen(f"{place}?{opened.query}") as answer:
            assert json.load(answer) == []
        with suppress(OSError), pytest.raises(ConnectionRefusedError):
            socket.create_connection((own_address(), opened.port or 0), 5)


def test_lab_keeps_callbacks_on_the_main_thread_and_shows_no_news():
    overrides = json.loads(
        (ROOT / "jupyter" / "lab-settings" / "overrides.json").read_text()
    )
    assert overrides == {
        "@jupyterlab/apputils-extension:kernels-settings": {
            "commsOverSubshells": "disabled"
        },
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
    }


def test_overrides_are_settings_that_this_jupyterlab_knows():
    schemas = Path(sys.prefix, "share", "jupyter", "lab", "schemas")
    overrides = json.loads(
        (ROOT / "jupyter" / "lab-settings" / "overrides.json").read_text()
    )
    for plugin, settings in overrides.items():
        schema = json.loads(
            (schemas / f"{plugin.replace(':', '/')}.json").read_text()
        )
        assert settings.keys() <= schema["properties"].keys()


BROWSER_TEST = """
import pytest

@pytest.mark.browser
def test_marked(): pass

def test_asks_for_its_path(browser_path): pass
"""


@pytest.mark.slow  # pytest in pytest
@pytest.mark.parametrize(
    ("ci", "outcome"), [("", "2 skipped"), ("true", "2 errors")]
)
def test_missing_browser_is_a_skip_for_a_learner_and_a_failure_in_ci(
    ci, outcome, tmp_path
):
    (tmp_path / "conftest.py").write_text(
        (ROOT / "tests" / "conftest.py").read_text()
    )
    (tmp_path / "test_browser.py").write_text(BROWSER_TEST)
    ran = python(
        tmp_path,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        ".",
        PATH=tmp_path,
        CI=ci,
    )
    assert outcome in ran.stdout
