"""The stage on a page without Python, with the stories of the events that can be chosen."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.markup import Html
from sim.results.run import Run
from sim.show.pictures.captions import runs_by_name
from sim.show.stage import stage as stages
from sim.show.stage.drawn_lane import MOST_DELIVERIES
from sim.show.stage.lanes import Lane, lanes_of
from sim.show.stage.scene import scene
from sim.show.stage.settings_caption import settings_caption
from sim.show.stage.story_lines import StoryLines, story_lines

STAGE = Path(stages.__file__).parent
STYLE = (STAGE / "stage.css").read_text(encoding="utf-8")
SCRIPT = (STAGE / "stage_page.js").read_text(encoding="utf-8")
OPENING = """
const shown = JSON.parse(document.getElementById("shown").textContent);
const story = (row) => shown.stories[row] ?? [];
lambdaStage.open(document.getElementById("stage"), shown.scene, { ...shown, story });
"""
"""What opens the stage; it holds nothing of the run, so that it is the same in every report."""


def stage_section(run: Run) -> Html:
    """The elements of the stage: where it stands, and what it shows, as JSON that is no script."""
    shown = json.dumps(_shown(run), separators=(",", ":"))
    # within <script> only "<" could end the text
    safe = shown.replace("<", "\\u003c")
    return Html(
        '<div id="stage" data-stage-theme="light"></div>'
        f'<script type="application/json" id="shown">{safe}</script>'
    )


def _shown(run: Run) -> dict[str, Any]:
    runs = runs_by_name(run)
    scenarios = {name: each.scenario for name, each in runs.items()}
    views = stages.views_of(scenarios, "ages")
    packed = scene(runs, with_map="system" in views)
    return {
        "scene": base64.b64encode(packed).decode(),
        "views": views,
        "caption": settings_caption(runs),
        "stories": _stories(run, lanes_of(runs)),
    }


def _stories(run: Run, lanes: Iterable[Lane]) -> dict[int, StoryLines]:
    """By row: the story of each event that some lane draws by itself."""
    drawn = [
        lane.deliveries
        for lane in lanes
        if len(lane.deliveries) <= MOST_DELIVERIES
    ]
    rows = {int(row) for each in drawn for row in run.journey_of[each]}
    return {row: story_lines(run, row) for row in sorted(rows)}
