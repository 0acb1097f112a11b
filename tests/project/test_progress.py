"""Progress of long work: a line in notebooks, which goes away; nothing anywhere else."""

import sys
from types import SimpleNamespace

import IPython.display
import pytest

import sim
from sim import progress
from sim.engine import clock, simulate


@pytest.fixture
def notebook(monkeypatch) -> list[str]:
    """What a notebook's cell shows, in the order in which it is shown."""
    shown: list[str] = []

    def note(data: dict[str, str], **_: object) -> SimpleNamespace:
        shown.append(data["text/plain"])
        return SimpleNamespace(update=note)

    shell = SimpleNamespace(kernel=object())
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: shell)
    monkeypatch.setattr(IPython.display, "display", note)
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0)
    monkeypatch.setattr(progress, "BETWEEN_SECONDS", 0)
    monkeypatch.setattr(clock, "STEPS_A_LOOK", 100)
    monkeypatch.setattr(simulate, "STEPS_A_LOOK", 100)
    return shown


def scenario() -> sim.Scenario:
    """A thousand requests."""
    return sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("invoke", function="f", name="i")],
        traffic=[
            sim.Traffic(into="i", arrivals=sim.Burst(events=1000, within=60))
        ],
        seconds=60,
    )


def test_a_notebook_sees_how_far_a_long_run_is_and_then_nothing(notebook):
    sim.simulate(scenario())
    assert notebook[0].startswith("Simulating: ")
    assert len(notebook) > 2
    assert notebook[-1] == ""


def test_a_sweep_counts_runs_and_its_runs_say_nothing(notebook):
    sim.sweep(scenario(), seeds=range(3))
    assert notebook == ["1 of 3 runs", "2 of 3 runs", "3 of 3 runs", ""]


def test_metrics_and_a_bill_say_what_they_count_and_then_nothing(notebook):
    run = sim.simulate(scenario())
    notebook.clear()
    run.metrics()
    assert "Counting metrics: Duration FunctionName=f" in notebook
    assert notebook[-1] == ""
    notebook.clear()
    run.cost()
    assert "Adding up the bill: Lambda requests" in notebook
    assert notebook[-1] == ""


def test_a_script_sees_nothing(monkeypatch, capsys):
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0)
    run = sim.simulate(scenario())
    run.metrics()
    run.cost()
    sim.sweep(scenario(), seeds=range(2))
    assert capsys.readouterr() == ("", "")


def test_a_short_run_shows_nothing_in_a_notebook(notebook, monkeypatch):
    monkeypatch.setattr(progress, "QUIET_SECONDS", 100)
    sim.simulate(scenario())
    assert notebook == []


def test_the_line_goes_away_when_the_run_is_stopped(notebook, monkeypatch):
    def stop(line: progress.ProgressLine, text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(progress.ProgressLine, "show", stop)
    with pytest.raises(KeyboardInterrupt, match="The run was stopped at"):
        sim.simulate(scenario())
    assert progress.ProgressLine.outermost is None
