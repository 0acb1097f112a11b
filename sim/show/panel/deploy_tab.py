"""The code that deploys what a panel shows: as SAM, CDK Python or CDK TypeScript, to copy."""

from __future__ import annotations

import html
from collections.abc import Mapping

import ipywidgets as widgets

from sim import facts
from sim.scenario.scenario import Scenario
from sim.template.write.write import write_template

FORMS = {"SAM": "sam", "CDK Python": "cdk-python", "CDK TypeScript": "cdk-typescript"}

# Without https or localhost browsers have no clipboard: there the text is selected and copied as by
# hand.
# https://developer.mozilla.org/en-US/docs/Web/API/Clipboard_API
COPY = """
const code = this.closest('.deploy').querySelector('pre');
const done = () => { this.textContent = 'Copied'; };
const select = () => { getSelection().selectAllChildren(code); if (document.execCommand('copy')) done(); };
navigator.clipboard ? navigator.clipboard.writeText(code.textContent).then(done, select) : select();
"""

# JupyterLab may live below a path of its own; its page says which.
FOLLOW = """
const config = document.getElementById('jupyter-config-data');
if (config) this.href = JSON.parse(config.textContent).baseUrl + 'lab/tree/' + this.dataset.path;
"""


class Deploy(widgets.VBox):  # type: ignore[misc] # ipywidgets has no types
    """A choice of forms, and below it the code of each scenario with a button that copies it."""

    def __init__(self) -> None:
        self.scenarios: Mapping[str, Scenario] = {}
        self.form = widgets.ToggleButtons(
            options=FORMS, style={"button_width": "auto"}, tooltips=["which code"]
        )
        self.code = widgets.HTML()
        self.form.observe(lambda _change: self.update(self.scenarios), "value")
        super().__init__(
            [self.form, self.code], layout={"max_width": "1000px", "display": "none"}
        )

    def update(self, scenarios: Mapping[str, Scenario]) -> None:
        """Show the code of these scenarios."""
        self.scenarios = scenarios
        self.code.value = "".join(
            section(name, each, self.form.value) for name, each in scenarios.items()
        )


def section(name: str, scenario: Scenario, form: str) -> str:
    """One scenario's code, with a copy button and links to the folders of its kinds of triggers."""
    copy = f'<button class="lm-Widget jupyter-button" onclick="{html.escape(COPY)}">Copy</button>'
    folders = " ".join(
        filter(
            None,
            map(folder, dict.fromkeys(trigger.kind for trigger in scenario.triggers)),
        )
    )
    code = html.escape(write_template(scenario, to=form))
    return (
        f'<div class="deploy"><h4>{html.escape(name)}</h4><div>{copy} {folders}</div>'
        f'<pre style="max-height:480px;overflow:auto;line-height:1.35;white-space:pre">{code}</pre></div>'
    )


def folder(kind: str) -> str:
    """A link to the folder with the whole example of a kind of trigger, handler and tests included; "" without one."""
    path = f"data/deploy/{kind.replace('_', '-')}"
    return place(path, f"{path}/") if (facts.DATA.parent / path).is_dir() else ""


def place(path: str, text: str) -> str:
    """A link to a file or folder of this repository, opened in JupyterLab."""
    return (
        f'<a href="/lab/tree/{path}" target="_blank" data-path="{path}" '
        f'onclick="{html.escape(FOLLOW)}" style="text-decoration:underline">{html.escape(text)}</a>'
    )
