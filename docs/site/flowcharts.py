"""Mermaid's flowcharts as lists of arrows, which need no script: what the lessons use of them."""

from __future__ import annotations

import re

from sim.markup import escaped

NODE = r'(\w+)(?:(?:\["?|\{"?)(.*?)(?:"?\]|"?\}))?'
ARROW = r"\s*(?:-->|-- (.*?) -->)\s*"
CHART = re.compile(r"```mermaid\nflowchart LR\n(.*?)```", re.DOTALL)
STEP = re.compile(f"{ARROW}{NODE}")
FIRST = re.compile(NODE)


def with_flowcharts_as_lists(text: str, fence: str) -> str:
    """Markdown in which each flowchart is a list in raw HTML, fenced by `fence`."""
    return CHART.sub(
        lambda found: f"{fence}{{raw}} html\n{_list(found[1])}\n{fence}", text
    )


def _list(chart: str) -> str:
    words: dict[str, str] = {}
    rows = [_row(line.strip(), words) for line in chart.splitlines()]
    return f'<ul class="flow">{"".join(rows)}</ul>'


def _row(line: str, words: dict[str, str]) -> str:
    """One line of the chart: a node, and arrows to the next ones."""
    first = FIRST.match(line)
    if first is None:
        return ""
    parts = [_node(first[1], first[2], words)]
    for label, name, shown in STEP.findall(line, first.end()):
        said = f"{escaped(label)} " if label else ""
        parts.append(f'<span class="arrow">{said}→</span>')
        parts.append(_node(name, shown, words))
    return f"<li>{' '.join(parts)}</li>"


def _node(name: str, shown: str | None, words: dict[str, str]) -> str:
    if shown:
        words[name] = shown
    lines = [escaped(part) for part in words.get(name, name).split("<br>")]
    return f'<span class="node">{"<br>".join(lines)}</span>'
