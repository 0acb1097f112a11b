"""What Sphinx does not know of the course: formulas without a script, docstrings with backticks."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

CODE = re.compile(r"(`+[^`]+`+)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add formulas as MathML, which browsers draw themselves, and what autodoc should do."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("autodoc-process-signature", _without_settings)
    app.connect("autodoc-process-docstring", _as_plain_text, priority=400)
    app.connect("html-page-context", _for_keyboards, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _for_keyboards(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _: Any
) -> None:
    """Code that scrolls can be reached, and a heading says of which level it is."""
    code = ('class="highlight"><pre>', 'class="highlight"><pre tabindex="0">')
    context["body"] = context.get("body", "").replace(*code)
    tree = context.get("furo_navigation_tree", "")
    heading = ('role="heading"', 'role="heading" aria-level="2"')
    context["furo_navigation_tree"] = tree.replace(*heading)


def _inline(self: Any, node: nodes.math) -> None:
    self.body.append(tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def _block(self: Any, node: nodes.math_block) -> None:
    self.body.append(tex2mathml(node.astext(), as_block=True))
    raise nodes.SkipNode


def _without_settings(
    _app: Sphinx, _what: str, _name: str, found: Any, *_: Any
) -> Any:
    """No signature for a group of settings: its docstring lists them."""
    return ("", None) if hasattr(found, "model_fields") else None


def _as_plain_text(
    _app: Sphinx, _what: str, _name: str, _found: Any, _: Any, lines: list[str]
) -> None:
    """Docstrings have code between backticks, and no other markup: an asterisk is an asterisk."""
    lines[:] = map(_line, lines)


def _line(line: str) -> str:
    parts = CODE.split(line)
    parts[::2] = [part.replace("*", r"\*") for part in parts[::2]]
    parts[1::2] = [rf"{part}\ " for part in parts[1::2]]
    return "".join(parts).rstrip()
