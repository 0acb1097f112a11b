"""A picture in light colours that turns dark with the page in which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.show.drawing.theme import (
    DARK,
    LIGHT,
    MARKS,
    PALE,
    RUN_COLOURS,
    Colours,
)

DARK_PAGES = (
    "body[data-jp-theme-light='false'], body.vscode-dark, "
    "body[data-theme='dark']"
)
"""What JupyterLab, VS Code and Furo write on a dark page."""
PAGES_LIKE_THE_SYSTEM = "body[data-theme='auto']"
"""What Furo writes on a page that is dark where the reader's system is."""
COLOUR = re.compile(r"#[0-9a-f]{6}")


def _pairs() -> Iterator[Colours]:
    for name in ("background", "text", "secondary", "axis"):
        yield getattr(LIGHT, name), getattr(DARK, name)
    for mark in MARKS.values():
        yield mark.face
        yield mark.edge
    yield PALE
    yield from RUN_COLOURS


DARK_COLOURS = {
    light.lower(): dark for light, dark in _pairs() if light != dark
}
"""By a colour of a light page: what it is on a dark one."""


def following_page(svg: str) -> str:
    """One <svg> element whose colours are variables, which a dark page gives other values.

    https://developer.mozilla.org/en-US/docs/Web/CSS/Guides/Cascading_variables
    """
    values = "".join(
        f"{_variable(light)}: {dark};" for light, dark in DARK_COLOURS.items()
    )
    inside = svg.index(">") + 1
    opening = svg[:inside].replace("<svg", '<svg class="lambda-picture"', 1)
    dark = f".lambda-picture {{{values}}}"
    style = (
        f"<style>:is({DARK_PAGES}) {dark} @media (prefers-color-scheme: dark) "
        f"{{{PAGES_LIKE_THE_SYSTEM} {dark}}}</style>"
    )
    return f"{opening}{style}{COLOUR.sub(_as_variable, svg[inside:])}"


def _as_variable(colour: re.Match[str]) -> str:
    light = colour[0]
    return (
        f"var({_variable(light)}, {light})" if light in DARK_COLOURS else light
    )


def _variable(light: str) -> str:
    return f"--lambda-{light[1:]}"
