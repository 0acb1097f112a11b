"""The services of the course's first page, each as a question whose answer unfolds."""

from __future__ import annotations

from sim.course.service_walks import Walk, walks
from sim.markup import Html, escaped, link, page_link
from sim.scenario.trigger_catalogue import catalogue
from sim.show.panel.deploy_tab import lab_link

PLAY = "#Play"
WALKS = "notebooks/10-the-catalogue.ipynb#A-walk-for-each-service"
STYLE = (
    "<style>.service-walks { line-height: 1.4; max-width: 60em } "
    ".service-walks details { margin: .3em 0 } "
    ".service-walks :is(summary, p) { margin: .2em 0 } "
    ".service-walks details > :not(summary) { margin-left: 1.2em }</style>"
)


class ServiceFolds:
    """One fold a service; what its run shows is inside."""

    def _repr_html_(self) -> str:
        headings = dict.fromkeys(_heading(walk) for walk in walks())
        parts = "".join(
            f"<h4>{escaped(heading)}</h4>{_folds(heading)}"
            for heading in headings
        )
        return f'{STYLE}<div class="service-walks">{parts}</div>'

    def __repr__(self) -> str:
        return "\n".join(f"{walk.service}: {walk.question}" for walk in walks())


def service_walks() -> ServiceFolds:
    """A question for each service, and under it a run, what it shows and AWS's rule."""
    return ServiceFolds()


def folds_of(kind: str) -> str:
    """The walks of one kind of trigger, as its card has them; "" without one."""
    others = lab_link(WALKS, "All walks")
    folds = "".join(
        _fold(walk, others) for walk in walks() if walk.kind == kind
    )
    if not folds:
        return ""
    return f'{STYLE}<div class="service-walks">{folds}</div>'


def _heading(walk: Walk) -> str:
    return catalogue()[walk.kind].model.capitalize()


def _folds(heading: str) -> str:
    return "".join(
        _fold(walk, _from_the_lesson(walk))
        for walk in walks()
        if _heading(walk) == heading
    )


def _from_the_lesson(walk: Walk) -> str:
    """Where a walk leads in the lesson: to the catalogue, and to the folder that deploys it."""
    folder = f"data/deploy/{walk.kind.replace('_', '-')}"
    play = page_link(PLAY, "Pick it in the catalogue")
    return f"{play}, {page_link(f'../{folder}/README.md', f'{folder}/')}"


def _fold(walk: Walk, links: str) -> Html:
    question = f"<b>{escaped(walk.service)}.</b> {escaped(walk.question)}"
    where = escaped(
        f"Run: {catalogue()[walk.kind].service}, day “{walk.day}”, seed 1. "
    )
    rule = f"<b>Rule:</b> {escaped(walk.rule)} {link(walk.source, 'Source')}."
    return Html(
        f"<details><summary>{question}</summary>"
        f"<p>{where}{links}</p>"
        f"<p><b>What you saw:</b> {escaped(walk.what_is_seen())}</p>"
        f"<p>{rule}</p></details>"
    )
