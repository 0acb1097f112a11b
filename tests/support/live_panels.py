"""Panels on a page without a server: the bundle of notebooks, and Python behind its model."""

from __future__ import annotations

import ast
import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from sim.show.panel.panel import STYLES, Panel
from tests.support.lab import PanelPage
from tests.support.lessons import cells, read
from tests.support.paths import ROOT

SENT = ("asked", "answer", "pinned", "story", "chosen", "lane")
BUNDLE = ROOT / "sim/show/panel/panel.js"
# A model as anywidget has it: what a view sets goes to Python, which answers with what is new.
PAGE = """
const bytes = text => new DataView(Uint8Array.from(atob(text), each => each.charCodeAt(0)).buffer);
const read = ({scene, pinned, answer, ...rest}) => ({
    ...rest,
    ...(answer && {answer: {...answer, scene: bytes(scene)}}),
    ...(pinned !== undefined && {pinned: bytes(pinned)}),
});
window.openLive = async (bundle, first, width) => {
    const state = read(first);
    const heard = {};
    let set = {};
    const model = {
        get: name => state[name],
        set: (name, value) => { state[name] = value; set[name] = value; },
        on: (event, callback) => (heard[event] ??= new Set()).add(callback),
        off: (event, callback) => heard[event]?.delete(callback),
        save_changes: async () => {
            const sent = set;
            set = {};
            const changed = read(await window.toPython(sent));
            Object.assign(state, changed);
            for (const name of Object.keys(changed))
                heard[`change:${name}`]?.forEach(each => each());
        },
    };
    const url = URL.createObjectURL(new Blob([bundle], {type: "text/javascript"}));
    const {default: view} = await import(url);
    const place = document.getElementById("panel");
    place.style.width = `${width}px`;
    view.render({model, el: place});
};
"""


class LivePanel:
    """A panel, and the page that shows it; `told` are the exceptions that Python would hide."""

    def __init__(self, page: Page, panel: Panel, width: int = 848) -> None:
        self.page, self.model = page, panel
        self._sent: dict[str, Any] = {}
        page.expose_function("toPython", self._take)
        page.set_content(_html())
        page.add_script_tag(content=PAGE)
        first = {**self._news(), "form": panel.form, "theme": "", "width": 0}
        page.evaluate(
            "([bundle, first, width]) => openLive(bundle, first, width)",
            [BUNDLE.read_text("utf-8"), first, width],
        )
        self.shown = PanelPage(page)

    def _take(self, changes: dict[str, Any]) -> dict[str, Any]:
        """What the page sets, and what follows."""
        self.model.set_state(changes)
        return self._news()

    def _news(self) -> dict[str, Any]:
        """What has changed since the page was told, as it reads it."""
        now = {name: getattr(self.model, name) for name in SENT}
        news = {
            name: value
            for name, value in now.items()
            if name not in self._sent or value is not self._sent[name]
        }
        self._sent = now
        if "answer" in news:
            answer = dict(news["answer"])
            news["scene"] = _text(answer.pop("scene"))
            news["answer"] = answer
        if "pinned" in news:
            news["pinned"] = _text(news["pinned"])
        return news


def _html() -> str:
    styles = "".join(path.read_text("utf-8") for path in STYLES)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Panel</title>'
        f'<style>{styles}</style><body><div id="panel"></div></body></html>'
    )


def _text(scene: bytes) -> str:
    return base64.b64encode(scene).decode()


def panels_of(lesson: Path) -> list[Panel]:
    """The panels that a notebook shows, in order."""
    made: list[Panel] = []
    build = Panel.__init__

    def note(panel: Panel, *values: Any, **named: Any) -> None:
        build(panel, *values, **named)
        made.append(panel)

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(lesson.parent)
        patch.setattr(Panel, "__init__", note)
        names: dict[str, Any] = {"display": lambda *_: None}
        for cell in cells(read(lesson), "code"):
            tree = ast.parse(cell.source)
            exec(compile(tree, lesson.name, "exec"), names)
    return made
