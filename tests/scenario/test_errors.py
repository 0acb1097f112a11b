"""An error of ours shows the user's own lines and one sentence, in Python and in notebooks."""

import pickle
import subprocess
import sys

import pytest

import sim
from tests.support.paths import ROOT

REFUSED = """
import sim

def worker():
    return sim.Function(name="worker", timeout=901)

worker()
"""
READ = """
import sim
sim.read_template("nowhere.yaml")
"""


def plain(code, folder):
    """What Python prints when it runs a file with this code."""
    file = folder / "mine.py"
    file.write_text(code)
    shown = subprocess.run(
        [sys.executable, str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert shown.returncode == 1
    return shown.stderr


def in_ipython(code, folder):
    """What IPython prints when a cell with this code is run."""
    shell = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance(colors='NoColor', history_manager=None)\n"
        f"shell.run_cell({code!r})\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", shell],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder)},
    )
    return shown.stdout


@pytest.mark.parametrize("run", [plain, in_ipython])
def test_a_refused_setting_shows_the_users_lines_and_the_sentence(
    run, tmp_path
):
    text = run(REFUSED, tmp_path)
    assert 'sim.Function(name="worker", timeout=901)' in text
    assert "worker()" in text
    assert (
        "ScenarioError: Function 'worker': timeout is 901, but 1 to 900 s"
        in text
    )
    for foreign in (str(ROOT), "pydantic", "interactiveshell"):
        assert foreign not in text


@pytest.mark.parametrize("run", [plain, in_ipython])
def test_so_does_a_template_that_cannot_be_read(run, tmp_path):
    text = run(READ, tmp_path)
    assert 'sim.read_template("nowhere.yaml")' in text
    assert "TemplateError: Cannot read 'nowhere.yaml'" in text
    assert str(ROOT) not in text


@pytest.mark.parametrize("run", [plain, in_ipython])
def test_other_errors_are_shown_whole(run, tmp_path):
    text = run("from sim import facts\nfacts.fact(3)", tmp_path)
    assert str(ROOT) in text


def test_an_error_survives_its_way_from_another_process():
    again = pickle.loads(pickle.dumps(sim.ScenarioError("no")))
    assert type(again) is sim.ScenarioError
    assert str(again) == "no"


@pytest.mark.parametrize(
    ("make", "page"),
    [
        (lambda: sim.Function("f", snap_start="x"), "API_CreateFunction"),
        (lambda: sim.Queue("q", fifo_throughput_limit="x"), "API_SetQueue"),
        (lambda: sim.Filter("{}", scope="x"), "eb-custom-bus-filtering"),
        (lambda: sim.Stream("s", stream_mode="x"), "key-concepts"),
        (
            lambda: sim.Traffic("q", sim.Poisson(1), deduplication_type="x"),
            "eb-custom-bus-ordering",
        ),
    ],
)
def test_a_word_that_is_not_allowed_is_refused_with_the_page(make, page):
    sentence = f"is 'x', but '.+' is allowed .https://docs.aws.*{page}"
    with pytest.raises(sim.ScenarioError, match=sentence):
        make()


def test_many_wrong_values_are_counted_after_some_of_them():
    with pytest.raises(sim.ScenarioError) as error:
        sim.trigger("sqs_standard", "f", function_response_types=[0] * 50_000)
    sentences = str(error.value).split("\n")
    assert len(sentences) == 21
    assert sentences[-1].endswith(": 49,980 more values are refused.")
