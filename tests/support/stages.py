"""Stages to look at: runs of three models, a page without Python, and what is drawn on a canvas."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import sim
from sim.show.stage.scene import scene
from sim.show.stage.story_lines import story_lines
from tests.support.paths import ROOT

STAGE = ROOT / "sim/show/stage"
KINDS = {
    "Synchronous": "invoke",
    "Asynchronous": "sns",
    "Queue": "sqs_standard",
}
# What part of a canvas is not of the paper's colour.
INK = """canvas => {
    const pen = canvas.getContext('2d');
    const {data} = pen.getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let at = 3; at < data.length; at += 4) inked += data[at] > 0;
    return inked / (data.length / 4);
}"""


def systems(
    events: int = 40,
    per_second: float = 0.5,
    error_rate: float = 0.25,
    **settings: object,
) -> dict[str, sim.Scenario]:
    """The same orders through three models, to a function that fails now and then."""
    work = sim.LogNormal(median=0.4, p99=2.5)
    worker = sim.Function(
        name="worker",
        memory_size=512,
        timeout=10,
        behaviour=sim.Behaviour(handler=work, error_rate=error_rate),
        **settings,
    )
    orders = sim.Poisson(per_second=per_second, events=events)
    return {
        name: sim.Scenario(
            functions=[worker],
            triggers=[sim.trigger(kind, function="worker")],
            traffic=[sim.Traffic(name="orders", into=kind, arrivals=orders)],
            seconds=300,
        )
        for name, kind in KINDS.items()
    }


def runs_of(
    events: int = 40, per_second: float = 0.5, **settings: object
) -> dict[str, sim.Run]:
    """Their runs."""
    return sim.simulate(systems(events, per_second, **settings), seed=6)


def page_of(
    runs: Mapping[str, sim.Run], folder: Path, view: str = "race"
) -> str:
    """The address of a page, opened from the disk, that shows the runs without Python."""
    stories = {
        name: {event: story_lines(run, event) for event in range(5)}
        for name, run in runs.items()
        if len(run.workload.time) >= 5
    }
    words = {
        "view": view,
        "caption": "Orders: Poisson, 0.5 a second; worker: 512 MB",
    }
    packed = base64.b64encode(scene(runs)).decode()
    script = (
        f"const stories = {json.dumps(list(stories.values()))};\n"
        f"const story = (row, lane) => stories[lane]?.[row] ?? [];\n"
        f"window.shown = lambdaStage.open(document.getElementById('stage'), '{packed}',"
        f" {{...{json.dumps(words)}, story}});"
    )
    page = folder / "page.html"
    page.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Stage</title>'
        f'<link rel="stylesheet" href="{(STAGE / "stage.css").as_uri()}">'
        f'<body><div id="stage"></div><script src="{(STAGE / "stage_page.js").as_uri()}"></script>'
        f"<script>{script}</script></body></html>",
        encoding="utf-8",
    )
    return page.as_uri()
