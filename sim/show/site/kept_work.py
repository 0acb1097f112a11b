"""What was made for pages earlier, kept on disk: only what changed is made again."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim import facts
from sim.show.site.lane_parts import Made, made_lane, made_scene
from sim.show.site.playground import Lane
from sim.show.site.pool import compact

PACKAGE = Path(__file__).parents[2]
APART = (PACKAGE / "command_line", PACKAGE / "show" / "site")
"""Modules that no run depends on; those here that make parts are counted all the same."""
MAKING = ("lane_parts.py", "pool.py")


@dataclass(frozen=True)
class Task:
    """Lanes to be made: one for itself, or several for what is said of them together."""

    lanes: tuple[Lane, ...]
    is_alone: bool

    def key(self) -> str:
        """The checksum of all that its outcome depends on."""
        found = hashlib.sha256(sources().encode())
        for lane in self.lanes:
            words = (lane.name, lane.seed, lane.readouts, lane.is_kind)
            found.update(f"{self.is_alone}{words}".encode())
            found.update(lane.scenario.model_dump_json().encode())
        return found.hexdigest()


@cache
def sources() -> str:
    """The checksum of the modules and data that runs are made from."""
    found = hashlib.sha256()
    files = [*PACKAGE.rglob("*.py"), *facts.DATA.rglob("*.*")]
    for path in sorted(filter(_counts, files)):
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _counts(path: Path) -> bool:
    if "node_modules" in path.parts or not path.is_file():
        return False
    is_apart = any(folder in path.parents for folder in APART)
    return not is_apart or path.name in MAKING


def make(task: Task, folder: Path) -> str:
    """Make what a task asks for, unless it is there, and return its key."""
    key = task.key()
    path = folder / key
    if not path.exists():
        alone = task.lanes[0]
        made = made_lane(alone) if task.is_alone else made_scene(task.lanes)
        _keep(made, path)
    return key


def _keep(made: Made, path: Path) -> None:
    """Write what was made; the file is there when all of it is."""
    parts = {
        name: base64.b64encode(content).decode()
        for name, content in made.parts.items()
    }
    new = path.with_suffix(".new")
    new.write_text(compact({"entry": made.entry, "parts": parts}), "utf-8")
    new.replace(path)


def read(task: Task, folder: Path) -> Made:
    """What was made of a task."""
    text = (folder / task.key()).read_text("utf-8")
    kept = json.loads(text)
    parts = {
        name: base64.b64decode(content)
        for name, content in kept["parts"].items()
    }
    return Made(kept["entry"], parts)
