"""What a page says of itself, so that a link to it shows what it is."""

from __future__ import annotations

import json
import os

SITE = "What happens to my event?"
URL = os.environ.get("SITE_URL", "").rstrip("/")
"""Where the site is published: a preview picture needs a whole address."""


def front_matter(title: str, description: str, picture: str) -> str:
    """MyST's front matter with a description and a preview, `preview/<picture>.png`."""
    said = _said(title, description, picture)
    lines = [f'    "{name}": {json.dumps(text)}' for name, text in said.items()]
    return "\n".join(["---", "myst:", "  html_meta:", *lines, "---"])


def meta(title: str, description: str, picture: str) -> str:
    """The same in reStructuredText."""
    said = _said(title, description, picture)
    names = {name: name.replace(":", r"\:") for name in said}
    lines = [f"   :{names[name]}: {text}" for name, text in said.items()]
    return "\n".join([".. meta::", *lines, "", ""])


def _said(title: str, description: str, picture: str) -> dict[str, str]:
    return {
        "description": description,
        "property=og:title": title if title == SITE else f"{title}: {SITE}",
        "property=og:description": description,
        "property=og:type": "website",
        "property=og:image": f"{URL}/preview/{picture}.png",
        "twitter:card": "summary_large_image",
    }


def orphan(front: str) -> str:
    """The front matter of a page that stands in no table of contents."""
    return front.replace("myst:", "orphan: true\nmyst:", 1)
