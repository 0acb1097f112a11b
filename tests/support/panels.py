"""A panel on a page without Python, whose answers a test delays, and may refuse."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from sim.show.stage.scene import scene
from sim.show.stage.story_lines import story_lines
from tests.support.paths import ROOT
from tests.support.stages import runs_of

SHOW = ROOT / "sim/show"
SOURCE = (
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"
)
NAMES = ("delivered", "lost", "p99")
CONTROLS = (
    ("functions.worker.timeout", "timeout", "s", range(1, 31), "", ""),
    (
        "functions.worker.reserved_concurrent_executions",
        "reserved concurrency",
        "environments",
        range(21),
        "not set",
        "off: 0",
    ),
)
TABS = ("ages", "race", "latency", "deploy")
ANSWER = """
window.asks = [];
window.delay = 0;
const answerOf = async asked => {
  window.asks.push(asked);
  await new Promise(resolve => setTimeout(resolve, window.delay));
  const bad = asked.values[0] > 30;
  const complaint = bad ? "timeout: 1 to 30 s." : "";
  const pin = {text: asked.pin === "keep" ? "timeout 10 s" : "", compares: true};
  const html = asked.tab === "deploy" ? CODE : "";
  const svg = asked.tab === "latency" ? TALL : "";
  const answer = {...base, tab: asked.tab, complaint, control: bad ? 0 : -1, pin, html, svg};
  return {answer, pinned: asked.pin === "keep" ? bytes : null};
};
"""
TALL = '<svg width="600" height="800" viewBox="0 0 600 800"></svg>'
CODE = '<section><button class="panel-copy">Copy</button><pre>Resources: {}</pre></section>'


def form() -> dict[str, object]:
    """Two presets, two controls, four tabs."""
    controls = [
        {
            "path": path,
            "label": label,
            "group": "Function",
            "help": f"What {label} is.",
            "source": SOURCE,
            "unit": unit,
            "stops": [
                [value, f"{value} {unit}" if unit == "s" else str(value)]
                for value in stops
            ],
            "unset": unset,
            "off": off,
        }
        for path, label, unit, stops, unset, off in CONTROLS
    ]
    return {
        "presets": [
            {"name": "calm", "values": [10, None], "has": [True, True]},
            {"name": "narrow", "values": [3, 1], "has": [True, False]},
        ],
        "controls": controls,
        "tabs": [{"name": name, "title": name} for name in TABS],
        "readouts": {name: f"What {name} counts" for name in NAMES},
        "seed": {"min": 0, "max": 1_000_000},
    }


def answer() -> dict[str, object]:
    """What follows from every move, but for the scene."""
    cells = [
        {"text": "35", "difference": "+3", "better": True},
        {"text": "2", "difference": "+2", "better": False},
        {"text": "6 min", "difference": "", "better": None},
    ]
    return {
        "readouts": {
            "names": NAMES,
            "rows": [{"run": "Synchronous", "cells": cells}],
        },
        "views": ["ages", "race"],
        "caption": "",
        "svg": "",
        "choices": [],
        "stopped": "",
        "words": "35 of 40 delivered.",
        "settings": "preset=calm; seed=6",
    }


def panel_page(folder: Path) -> str:
    """The address of a page, opened from the disk, with one panel; `asks` are its moves."""
    runs = runs_of()
    packed = base64.b64encode(scene(runs)).decode()
    stories = [
        {event: story_lines(run, event) for event in range(5)}
        for run in runs.values()
    ]
    first = {
        "move": 0,
        "preset": "calm",
        "values": [10, None],
        "seed": 6,
        "tab": "ages",
        "choices": {},
        "pin": "",
    }
    script = (
        f"const bytes = Uint8Array.from(atob('{packed}'), each => each.charCodeAt(0)).buffer;\n"
        f"const CODE = {json.dumps(CODE)};\n"
        f"const TALL = {json.dumps(TALL)};\n"
        f"const base = {{...{json.dumps(answer())}, scene: bytes}};\n"
        f"const stories = {json.dumps(stories)};\n{ANSWER}"
        f"lambdaPanel.open(document.getElementById('panel'), {{form: {json.dumps(form())},"
        f" asked: {json.dumps(first)}, answerOf,"
        f" storyOf: (row, lane) => stories[lane]?.[row] ?? []}});"
    )
    page = folder / "panel.html"
    page.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Panel</title>'
        f'<link rel="stylesheet" href="{(SHOW / "stage/stage.css").as_uri()}">'
        f'<link rel="stylesheet" href="{(SHOW / "panel/panel.css").as_uri()}">'
        '<body><div id="panel"></div>'
        f'<script src="{(SHOW / "panel/panel_page.js").as_uri()}"></script>'
        f"<script>{script}</script></body></html>",
        encoding="utf-8",
    )
    return page.as_uri()
