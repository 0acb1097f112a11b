"""The code that deploys what a panel shows, to copy: SAM, CDK Python or CDK TypeScript."""

from __future__ import annotations

import os
from collections.abc import Mapping

import ipywidgets as widgets

from sim import facts
from sim.markup import escaped, isolated
from sim.scenario.scenario import Scenario
from sim.template.write.write import write_template

FORMATS = {
    "SAM": "sam",
    "CDK Python": "cdk-python",
    "CDK TypeScript": "cdk-typescript",
}

# Without https or localhost browsers have no clipboard: there the text is selected and copied as by
# hand.
# https://developer.mozilla.org/en-US/docs/Web/API/Clipboard_API
COPY = """
const code = this.closest('.deploy').querySelector('pre');
const done = () => { this.textContent = 'Copied'; };
const select = () => {
  getSelection().selectAllChildren(code);
  if (document.execCommand('copy')) done();
};
if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, select);
else select();
"""

# JupyterLab may live below a path of its own; its page says which.
SET_ADDRESS = """
const config = document.getElementById('jupyter-config-data');
const base = config && JSON.parse(config.textContent).baseUrl;
if (config) this.href = base + 'lab/tree/' + this.dataset.path;
"""

CODE_STYLE = "max-height:480px;overflow:auto;line-height:1.35;white-space:pre"


class DeployTab(widgets.VBox):  # type: ignore[misc] # ipywidgets has no types
    """A choice of formats, and below it each scenario's code with a button that copies it."""

    def __init__(self) -> None:
        self.scenarios: Mapping[str, Scenario] = {}
        self.format = widgets.ToggleButtons(
            options=FORMATS,
            style={"button_width": "auto"},
            tooltips=["which code"],
        )
        self.code = widgets.HTML()
        super().__init__(
            [self.format, self.code],
            layout={"max_width": "1000px", "display": "none"},
        )

    def update(self, scenarios: Mapping[str, Scenario]) -> None:
        """Show the code of these scenarios."""
        self.scenarios = scenarios
        self.show_code()

    def show_code(self) -> None:
        """Show the code in the format that is chosen."""
        self.code.value = "".join(
            code_section(name, scenario, self.format.value)
            for name, scenario in self.scenarios.items()
        )


def code_section(name: str, scenario: Scenario, code_format: str) -> str:
    """One scenario's code, with a copy button and links to the examples of its triggers."""
    button = (
        '<button class="lm-Widget jupyter-button" '
        f'onclick="{escaped(COPY)}">Copy</button>'
    )
    kinds = dict.fromkeys(trigger.kind for trigger in scenario.triggers)
    links = " ".join(filter(None, map(example_link, kinds)))
    code = isolated(write_template(scenario, to=code_format))
    return (
        f'<div class="deploy"><h4>{isolated(name)}</h4><div>{button} {links}</div>'
        f'<pre style="{CODE_STYLE}">{code}</pre></div>'
    )


def example_link(kind: str) -> str:
    """A link to the folder with the whole example of a kind of trigger; "" without one."""
    path = f"data/deploy/{kind.replace('_', '-')}"
    is_there = (facts.DATA.parent / path).is_dir()
    return lab_link(path, f"{path}/") if is_there else ""


def lab_link(path: str, text: str) -> str:
    """A link to a file or folder of this repository, opened in JupyterLab.

    Only its name in an app of Voila, where there is no JupyterLab.
    """
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return escaped(text)
    return (
        f'<a href="/lab/tree/{escaped(path)}" target="_blank" '
        f'data-path="{escaped(path)}" '
        f'onclick="{escaped(SET_ADDRESS)}" style="text-decoration:underline">'
        f"{escaped(text)}</a>"
    )
