"""What a page keeps of a run: numbers, scene, stories, bill and code."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.engine.simulate import simulate
from sim.markup import isolated
from sim.results.run import Run
from sim.show.lesson.trigger_card import card, sample_events
from sim.show.panel.bills import bill_lines
from sim.show.panel.deploy_tab import FORMATS, code_section
from sim.show.panel.readout_numbers import ReadoutNumbers
from sim.show.panel.readouts import READOUTS
from sim.show.pictures.captions import describe, event_numbers
from sim.show.site.playground import Lane
from sim.show.site.pool import Parts, put, put_json
from sim.show.stage.lanes import By
from sim.show.stage.scene import scene
from sim.show.stage.settings_caption import settings_caption
from sim.show.stage.stage import views_of
from sim.show.stage.story_lines import StoryLines, story_lines

MOST_STORIES = 500
"""The largest run of which a page tells every event's story."""
SOME_STORIES = 60
"""How many are told of a larger one."""


@dataclass(frozen=True)
class Made:
    """An entry of a page's index, and the parts that it names."""

    entry: Mapping[str, Any]
    parts: Parts = field(default_factory=dict)


def made_lane(lane: Lane) -> Made:
    """Simulate a lane, and keep what a page shows of it."""
    run = simulate(lane.scenario, lane.seed)
    runs = {lane.name: run}
    parts: Parts = {}
    has_map = "system" in views_of({lane.name: lane.scenario}, "ages")
    by: By | None = "function" if lane.is_kind else None
    entry = {
        "name": lane.name,
        "cells": _cells(run, lane.readouts),
        "events": len(run.workload.time),
        "delivered": event_numbers(run).delivered,
        "ways": list(dict.fromkeys(one.function for one in run.triggers)),
        "caption": settings_caption(runs),
        "words": describe(runs),
        "scene": put(parts, scene(runs, by)),
        "map": put(parts, scene(runs, None, with_map=True)) if has_map else "",
        "details": put_json(
            parts, {"stories": _stories(run), "bill": bill_lines(run)}
        ),
        "code": put_json(parts, _code(lane)),
        "card": put_json(parts, _card(lane, run)) if lane.is_kind else "",
    }
    return Made(entry, parts)


def made_scene(lanes: tuple[Lane, ...]) -> Made:
    """Simulate lanes that stand beside each other, and keep what is said of all."""
    runs = {lane.name: simulate(lane.scenario, lane.seed) for lane in lanes}
    parts: Parts = {}
    entry = {
        "scene": put(parts, scene(runs)),
        "caption": settings_caption(runs),
        "words": describe(runs),
    }
    return Made(entry, parts)


def _cells(run: Run, readouts: tuple[str, ...]) -> list[list[Any]]:
    """By readout: its text, and its number; None for what is unknown."""
    numbers = ReadoutNumbers(run)
    found = []
    for name in readouts:
        value = float(READOUTS[name].value(numbers))
        known = value if math.isfinite(value) else None
        found.append([READOUTS[name].text(numbers), known])
    return found


def _stories(run: Run) -> dict[int, StoryLines]:
    return {event: story_lines(run, event) for event in told_events(run)}


def told_events(run: Run) -> list[int]:
    """The events whose stories a page tells: all, or some of each end."""
    count = len(run.workload.time)
    if count <= MOST_STORIES:
        return list(range(count))
    end = run.journey_numbers.end
    of_each = [np.flatnonzero(end == one) for one in np.unique(end)]
    each = SOME_STORIES // len(of_each)
    chosen = [
        events[np.linspace(0, len(events) - 1, each).astype(int)]
        for events in of_each
    ]
    return sorted(set(np.concatenate(chosen).tolist()))


def _code(lane: Lane) -> dict[str, str]:
    return {
        code_format: code_section(lane.name, lane.scenario, code_format)
        for code_format in FORMATS
    }


def _card(lane: Lane, run: Run) -> dict[str, str]:
    """By tab: what the catalogue shows of a kind of trigger."""
    heading = f"<h4>{isolated(lane.name)}</h4>"
    kind = lane.scenario.triggers[0].kind
    sample = sample_events({lane.name: run}, 0)
    return {"card": heading + card(kind), "sample event": sample}
