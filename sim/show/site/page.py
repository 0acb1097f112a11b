"""The page of a playground: what stands around the panel."""

from __future__ import annotations

from sim.markup import escaped
from sim.show.site.playground import Playground

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta name="description" content="{description}">
<meta property="og:type" content="website">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{description}">
<meta property="og:image" content="{name}.png">
<meta name="twitter:card" content="summary_large_image">
<link rel="stylesheet" href="stage.css">
<link rel="stylesheet" href="panel.css">
<link rel="stylesheet" href="play.css">
</head>
<body class="play">
<header class="play-head">
<nav class="play-course" aria-label="course">
<a href="../index.html">AWS Lambda's invocation models</a>{lesson}
</nav>
<h1>{title}</h1>
<p>{description}</p>
</header>
<main>
<p id="play-notice" class="play-notice" role="status" hidden></p>
<div id="play-panel"></div>
<div id="play-tools" class="play-tools"></div>
</main>
<footer class="play-foot">
<p>Every stop of a slider is a run that was simulated when this page was made: {runs} runs, none of
them interpolated. What lies between two stops is shown as the nearest one, and the page says so.
Any other setting, tab or seed: in JupyterLab, with the course's own panel.</p>
</footer>
<noscript>This page draws with JavaScript, which is switched off here.</noscript>
<script src="panel_page.js"></script>
<script src="play.js"></script>
<script src="{name}.js"></script>
</body>
</html>
"""


def page(playground: Playground, runs: int) -> str:
    """The page as HTML; `runs`: how many there are behind it."""
    return PAGE.format(
        title=escaped(playground.title),
        description=escaped(playground.description),
        name=escaped(playground.name),
        runs=f"{runs:,}",
        lesson=_lesson(playground),
    )


def _lesson(playground: Playground) -> str:
    """A link to the lesson whose panel this is; free playgrounds have none."""
    is_lesson = playground.cell.notebook == f"notebooks/{playground.name}.ipynb"
    address = f"../lessons/{escaped(playground.name)}.html"
    return f' · <a href="{address}">The lesson</a>' if is_lesson else ""
