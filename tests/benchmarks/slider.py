"""From the arrow key to the new picture, in a real JupyterLab and browser: `python -m tests.benchmarks.slider`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from textwrap import dedent

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser

from tests.conftest import installed_browser
from tests.lab import WINDOW, Lab, PanelPage, browser, lab, open_notebook, run_all

MOVES = 15
LABEL = "timeout"
SYSTEM = """\
import sim

work = sim.Behaviour(handler=sim.LogNormal(median=0.4, p99=2.5), error_rate=0.25)
worker = sim.Function(name="worker", runtime="python3.13", memory_size=512, timeout=10, behaviour=work)


def system(kind, per_second, events):
    traffic = sim.Traffic(name="orders", into=kind, arrivals=sim.Poisson(per_second=per_second, events=events))
    return sim.Scenario(
        functions=[worker], triggers=[sim.trigger(kind, function="worker")], traffic=[traffic], seconds=300
    )


def panel(kinds, per_second, events):
    systems = {"preset": {kind: system(kind, per_second, events) for kind in kinds}}
    timeout = sim.show.Control("functions.worker.behaviour.error_rate", label="timeout", low=0, high=0.5)
    return sim.show.panel(systems, [timeout], seed=6)
"""
TARGETS = {
    "40 events in three models": ('panel(["invoke", "sns", "sqs_standard"], per_second=0.5, events=40)', 120),
    "600 events": ('panel(["sns"], per_second=5, events=600)', 200),
}
