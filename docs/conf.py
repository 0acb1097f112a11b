"""Sphinx's settings for the course's pages, which `python -m docs.site` writes."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from docs.site.sphinx_setup import setup  # noqa: E402, F401

project = "What happens to my event?"
author = "The authors of this course"
copyright = "2026, the authors of this course, MIT licence"  # noqa: A001
language = "en"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["extra"]
nitpicky = False

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_math_renderer = "mathml"

default_role = "code"
add_module_names = False
autosummary_generate = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_custom_sections = [("Settings", "params_style")]

html_theme = "furo"
html_title = project
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["stage.css", "site.css"]
html_js_files = [
    ("stage_page.js", {"defer": "defer"}),
    ("lesson.js", {"defer": "defer"}),
    ("catalogue.js", {"defer": "defer"}),
]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
# A search result's summary would be fetched, which a page from the disk may not do.
html_show_search_summary = False
html_theme_options = {"source_repository": ""}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
