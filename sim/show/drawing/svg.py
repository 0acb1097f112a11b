"""A figure as SVG that can stand anywhere in a page: small, with ids that no other picture has.

https://www.w3.org/TR/SVG2/
"""

from __future__ import annotations

import io
import re
from hashlib import blake2b

import matplotlib as mpl
from matplotlib.figure import Figure

from sim.markup import escaped

NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
# Verdana has the widths of DejaVu Sans, by which places are measured; others are narrower.
FONTS = "'DejaVu Sans', Verdana, Geneva, sans-serif"
FONT_LIST = re.compile(r"'DejaVu Sans'[^;\"]*sans-serif")
OWN_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>\s*", re.DOTALL)
PATH = re.compile(r' d="[^"]*"')
DECIMALS = re.compile(r"(\.\d\d)\d+")
ID = re.compile(r' id="([^"]*)"')
USED = re.compile(r'(?:url\(#|href="#)([^")]*)')


def svg_of(figure: Figure, words: str, dpi: float) -> str:
    """One <svg> element: letters stay letters, `words` is what it says to a screen reader.

    `dpi`: of the parts that are drawn as pixels.
    """
    file = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sim"}):
        figure.savefig(
            file,
            format="svg",
            dpi=dpi,
            facecolor=figure.get_facecolor(),
            metadata=NO_METADATA,
        )
    text = file.getvalue()
    element = text[text.index("<svg") :].strip()
    element = OWN_STYLE.sub("", element, count=1)  # it would hold for the page
    element = FONT_LIST.sub(FONTS, element)
    element = PATH.sub(_rounded, element)
    start = (
        f'<svg role="img" aria-label="{escaped(words)}" '
        'style="max-width: 100%; height: auto" '
        'stroke-linejoin="round" stroke-linecap="butt"'
    )
    return _with_own_ids(element).replace("<svg", start, 1)


def _rounded(path: re.Match[str]) -> str:
    """A path's places to a hundredth of a point."""
    return DECIMALS.sub(r"\1", path[0])


def _with_own_ids(element: str) -> str:
    """The ids that are used, beginning with what only this picture begins with."""
    digest = blake2b(element.encode(), digest_size=5).hexdigest()
    used = set(USED.findall(element))

    def own(found: re.Match[str]) -> str:
        return f' id="p{digest}{found[1]}"' if found[1] in used else ""

    with_ids = ID.sub(own, element)
    return USED.sub(
        lambda found: found[0][: -len(found[1])] + f"p{digest}{found[1]}",
        with_ids,
    )
