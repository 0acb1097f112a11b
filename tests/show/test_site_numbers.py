"""The numbers of a page are those of runs: random states, opened by their addresses.

`python -m tests.show.test_site_numbers FOLDER 200` looks at so many states of a whole site.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

import sim
from sim.show.panel.readouts import rows
from sim.show.panel.settings_text import named
from sim.show.site.playground import Lane, Playground
from sim.show.site.write import names, playground_of, write_playgrounds
from tests.conftest import installed_browser
from tests.support.lab import browser
from tests.support.play_pages import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Drawn = tuple[Playground, str, list[Lane]]


def random_states(
    playgrounds: list[Playground], count: int, seed: int
) -> Iterator[Drawn]:
    """A playground, what its address says, and the lanes that it must show."""
    draw = random.Random(seed)
    for _ in range(count):
        one = draw.choice(playgrounds)
        preset = draw.choice(one.form["presets"])
        values = [
            draw.choice(control["values"]) if has else own
            for control, has, own in zip(
                one.form["controls"],
                preset["has"],
                preset["values"],
                strict=True,
            )
        ]
        picks = {row["name"]: picked(draw, row, preset) for row in one.picks}
        yield (
            one,
            text_of(one, preset, values, picks),
            lanes_of(one, preset["name"], values, picks),
        )


def picked(draw: random.Random, row: Any, preset: Any) -> str:
    options = row["options"]
    if isinstance(options, dict):
        options = options[preset["name"]]
    return str(draw.choice(options)[0])


def text_of(one: Playground, preset: Any, values: list[Any], picks: Any) -> str:
    parts = [f"preset={named(preset['name'])}"]
    for control, value in zip(one.form["controls"], values, strict=True):
        parts.append(
            f"{control['path']}={'not set' if value is None else value}"
        )
    parts += [f"{name}={named(value)}" for name, value in picks.items()]
    return "; ".join(parts)


def lanes_of(
    one: Playground, preset: str, values: list[Any], picks: Any
) -> list[Lane]:
    place = 0
    for control, value in zip(one.form["controls"], values, strict=True):
        there = control["values"]
        place = place * len(there)
        place += there.index(value) if value in there else 0
    keys = list(dict.fromkeys(filter(None, picks.values()))) or [""]
    return [
        lane for key in keys for lane in one.states[key][preset][place].lanes
    ]


def expected(lanes: list[Lane]) -> list[list[str]]:
    """The readouts as Python's panel shows them: a row a lane."""
    found = []
    for lane in lanes:
        runs = {lane.name: sim.simulate(lane.scenario, seed=lane.seed)}
        [row] = rows(runs, {}, lane.readouts)["rows"]
        found.append([row["run"], *(cell["text"] for cell in row["cells"])])
    return found


def shown(chromium: Browser, address: str) -> list[list[str]]:
    with opened(chromium, address, reduced_motion="reduce") as play:
        assert play.page.locator("#play-notice").is_hidden()
        return play.page.evaluate(
            "[...document.querySelectorAll('table.readout tbody tr')]"
            ".map(row => [...row.children]"
            ".map(cell => cell.textContent.replaceAll('\\xa0', ' ')))"
        )


def compare(chromium: Browser, folder: Path, drawn: Drawn) -> None:
    playground, text, lanes = drawn
    address = (
        f"{(folder / 'play').as_uri()}/{playground.name}.html#{quote(text)}"
    )
    if lanes:
        assert shown(chromium, address) == expected(lanes), address


def test_the_numbers_of_random_states_are_those_of_runs(browser_path, tmp_path):
    write_playgrounds(tmp_path / "site", sample=True)
    made = [playground_of(name, sample=True) for name in names(True, None)]
    with browser(browser_path) as chromium:
        for drawn in random_states(made, 12, seed=18):
            compare(chromium, tmp_path / "site", drawn)


def main() -> None:
    """Look at states of a whole site."""
    folder = Path(sys.argv[1]).resolve()
    count = int(sys.argv[2])
    made = [playground_of(name, sample=False) for name in names(False, None)]
    with browser(installed_browser()) as chromium:
        for number, drawn in enumerate(random_states(made, count, seed=18), 1):
            compare(chromium, folder, drawn)
            sys.stderr.write(f"\r{number} of {count} are equal")
    print(f"\n{count} random states show the numbers of their runs.")


if __name__ == "__main__":
    main()
