"""The scripts of a playground: its index, and the parts that it names, in packs and files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.show.site.kept_work import Task, read
from sim.show.site.playground import Playground, State, place_of
from sim.show.site.pool import Parts, compact, script

PARTS = "parts"
ALONE = ("details", "code", "card")
"""What of a lane is a file of its own."""


class PlaygroundScripts:
    """Writes the scripts of one playground into a folder.

    Scenes of one preset, or of one thing that was picked, are a pack: a page loads it in one piece,
    so that a slider need not wait. Stories, bills and code are files of their own.
    """

    def __init__(
        self, playground: Playground, kept: Path, folder: Path
    ) -> None:
        self.playground = playground
        self.kept = kept
        self.folder = folder
        self.lanes: list[dict[str, Any]] = []
        self.places: dict[str, int] = {}
        self.parts: Parts = {}

    def write(self) -> None:
        """Write all of them."""
        (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
        states = {
            picked: {
                preset: [self._state(one) for one in found]
                for preset, found in by_preset.items()
            }
            for picked, by_preset in self.playground.states.items()
        }
        index = {**self._words(), "lanes": self.lanes, "states": states}
        packs = self._packs(states)
        index["packs"] = packs
        first = self._first(states)
        text = f"{script(first)}lambdaPlay.open({compact(index)});\n"
        self._file(f"{self.playground.name}.js", text)

    def _words(self) -> dict[str, Any]:
        one = self.playground
        return {
            "name": one.name,
            "title": one.title,
            "form": one.form,
            "first": one.first,
            "picks": one.picks,
            "notebook": one.cell.notebook,
            "cell": one.cell.number,
            "in_lab": one.in_lab,
        }

    def _state(self, state: State) -> Any:
        """A state as the index has it: lanes by their places, and the scene of several."""
        if state.complaint:
            return {"complaint": state.complaint}
        lanes = [
            self._lane(Task((lane,), is_alone=True)) for lane in state.lanes
        ]
        if len(lanes) == 1:
            return {"lanes": lanes}
        made = read(Task(state.lanes, is_alone=False), self.kept)
        self.parts |= made.parts
        return {"lanes": lanes, **made.entry}

    def _lane(self, task: Task) -> int:
        """The place of a lane in the index."""
        key = task.key()
        if key not in self.places:
            made = read(task, self.kept)
            self.parts |= made.parts
            self.places[key] = len(self.lanes)
            self.lanes.append(dict(made.entry))
        return self.places[key]

    def _scenes(self, states: list[Any]) -> list[str]:
        """The scenes and maps of these states."""
        found = []
        for state in states:
            if "complaint" not in state:
                lane = self.lanes[state["lanes"][0]]
                found += [state.get("scene", lane["scene"]), lane["map"]]
        return [one for one in dict.fromkeys(found) if one]

    def _packs(self, states: Mapping[str, Any]) -> dict[str, str]:
        """Write the packs and single files; by part: the file that it is in, but its own."""
        packs: dict[str, str] = {}
        for number, group in enumerate(self._groups(states)):
            name = f"{self.playground.name}-{number}"
            scenes = self._scenes(group)
            mine = {one: self.parts[one] for one in scenes if one not in packs}
            packs |= dict.fromkeys(mine, name)
            self._file(f"{PARTS}/{name}.js", script(mine))
        alone = {lane[part] for lane in self.lanes for part in ALONE}
        for part in sorted(alone - {""}):
            self._file(f"{PARTS}/{part}.js", script({part: self.parts[part]}))
        return packs

    def _groups(self, states: Mapping[str, Any]) -> list[list[Any]]:
        """The states that share a pack: those of what is picked, or of a preset."""
        if self.playground.puts_beside:
            return [
                [one for found in by_preset.values() for one in found]
                for by_preset in states.values()
            ]
        presets = [one["name"] for one in self.playground.form["presets"]]
        return [
            [
                one
                for by_preset in states.values()
                for one in by_preset.get(preset, [])
            ]
            for preset in presets
        ]

    def _first(self, states: Mapping[str, Any]) -> Parts:
        """The scenes that a page shows at first."""
        first = self.playground.first
        place = place_of(self.playground.form, first["values"])
        picked = [one for one in first["picks"].values() if one] or [""]
        shown = [states[one][first["preset"]][place] for one in picked]
        return {one: self.parts[one] for one in self._scenes(shown)}

    def _file(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")
