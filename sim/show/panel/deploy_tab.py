"""The code that deploys what a panel shows, to copy: SAM, CDK Python or CDK TypeScript."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sim import facts
from sim.markup import Html, escaped, isolated
from sim.scenario.scenario import Scenario
from sim.template.write.write import write_template

FORMATS = {
    "sam": "SAM",
    "cdk-python": "CDK Python",
    "cdk-typescript": "CDK TypeScript",
}


def code_sections(scenarios: Mapping[str, Scenario], code_format: str) -> Html:
    """The code of these scenarios in a format, a section each."""
    return Html(
        "".join(
            code_section(name, scenario, code_format)
            for name, scenario in scenarios.items()
        )
    )


def code_section(name: str, scenario: Scenario, code_format: str) -> Html:
    """One scenario's code, with a copy button and links to the examples of its triggers."""
    kinds = dict.fromkeys(trigger.kind for trigger in scenario.triggers)
    links = " ".join(filter(None, map(example_link, kinds)))
    code = isolated(write_template(scenario, to=code_format))
    return Html(
        f'<section class="panel-code"><h4>{isolated(name)}</h4>'
        f'<div><button class="panel-copy">Copy</button> {links}</div>'
        f"<pre>{code}</pre></section>"
    )


def example_link(kind: str) -> str:
    """A link to the folder with the whole example of a kind of trigger; "" without one."""
    path = f"data/deploy/{kind.replace('_', '-')}"
    is_there = (facts.DATA.parent / path).is_dir()
    return lab_link(path, f"{path}/") if is_there else ""


def lab_link(path: str, text: str) -> str:
    """A link to a file or folder of this repository, opened in JupyterLab.

    Its page sets the address, for JupyterLab may live below a path of its own. Only its name in an
    app of Voila, where there is no JupyterLab.
    """
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return escaped(text)
    return f'<a data-lab-path="{escaped(path)}">{escaped(text)}</a>'
