"""The overview: all kinds of trigger, by what they do with an order in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import pandas as pd

from sim.course.trial_systems import TROUBLES, trials
from sim.markup import escaped
from sim.phrases import spoken
from sim.scenario.arguments import Seed, checked
from sim.show.drawing.theme import MARKS
from sim.show.lesson.trigger_filters import (
    FILTERS,
    filter_options,
    kinds_that_fit,
)
from sim.show.panel.error_line import ErrorLine


@dataclass(frozen=True)
class EndSign:
    """How an end is written: a word, and a sign in the colour of a mark."""

    word: str
    sign: str
    mark: str


DELIVERED = EndSign("delivered", "■", "success")
GIVEN_UP = EndSign("handled, then given up", "▣", "success")
KEPT = EndSign("kept", "◆", "dead letter")
TOLD = EndSign("told", "❙", "told error")
UNDER_WAY = EndSign("under way", "⋯", "wait")
LOST = EndSign("lost", "⊗", "lost")
BEST_FIRST = (DELIVERED, GIVEN_UP, KEPT, TOLD, UNDER_WAY, LOST)
ENDS = {
    "delivered": DELIVERED,
    "given up": GIVEN_UP,
    "parked": KEPT,
    "told": TOLD,
    "in flight": UNDER_WAY,
    "lost": LOST,
}
BY_MODEL = "model"
LAMBDA_IS_DOWN = "Lambda is down"
AS_WIDE = {"description_width": "initial"}
IN_LINES = {"flex_flow": "row wrap"}
STYLE = (
    "<style>.trigger-overview { overflow-x: auto }"
    ".trigger-overview table { border-collapse: collapse; line-height: 1.3; "
    "width: 100%; table-layout: fixed }"
    ".trigger-overview thead { position: sticky; top: 0; "
    "background: var(--jp-layout-color0, Canvas) }"
    ".trigger-overview :is(th, td) { text-align: left; vertical-align: top; padding: .15em .5em }"
    ".trigger-overview td { overflow-wrap: anywhere }"
    ".trigger-overview tbody tr { border-bottom: 1px solid #8A93A055 }"
    ".trigger-overview small { font-weight: normal; opacity: .8 }</style>"
)


class Overview:
    """A table with a row for each kind of trigger and a column for each trouble.

    Lists leave some kinds out, and buttons sort the others.
    """

    @checked
    def __init__(self, seed: Seed) -> None:
        self.outcomes = {trouble: trials(trouble, seed) for trouble in TROUBLES}
        self.sort = widgets.ToggleButtons(
            options=[BY_MODEL, *TROUBLES],
            description="sort by",
            style={"button_width": "auto"},
        )
        self.filters = {
            name: widgets.Dropdown(
                options=_options(name), description=one.label, style=AS_WIDE
            )
            for name, one in FILTERS.items()
        }
        self.table = widgets.HTML(layout={"width": "100%"})
        self.error = ErrorLine()
        for choice in (self.sort, *self.filters.values()):
            choice.observe(self.error.guarded(self._fill), "value")
        filters = widgets.HBox(list(self.filters.values()), layout=IN_LINES)
        self.box = widgets.VBox([filters, self.sort, self.error, self.table])
        self._fill()

    def _fill(self, _change: Any = None) -> None:
        picked = {name: one.value for name, one in self.filters.items()}
        kinds = [row.kind for row in kinds_that_fit(picked)]
        left = {
            trouble: table[table.index.isin(kinds)]
            for trouble, table in self.outcomes.items()
        }
        self.table.value = overview_table(left, self.sort.value)

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


@checked
def overview(seed: Seed = 1) -> Overview:
    """What becomes of the last of three orders through every kind of trigger.

    In every trouble of `sim.course.trials`.
    """
    return Overview(seed)


def overview_table(outcomes: dict[str, pd.DataFrame], by: str) -> str:
    """The table as HTML, in the order of the models, or from the best to the worst in a trouble."""
    heads = "".join(
        f'<th scope="col">{escaped(name)}<br><small>{_counts(table)}</small></th>'
        for name, table in outcomes.items()
    )
    rows = "".join(_row(kind, outcomes) for kind in _order(outcomes, by))
    head = f'<thead><tr><th scope="col">trigger</th>{heads}</tr></thead>'
    return (
        f'{STYLE}<div class="trigger-overview" tabindex="0">'
        f"<table>{head}<tbody>{rows}</tbody></table></div>"
    )


def _order(outcomes: dict[str, pd.DataFrame], by: str) -> list[str]:
    if by == BY_MODEL:
        table, *_ = outcomes.values()
        ordered = table.sort_values(
            ["model", "service"], ascending=[False, True]
        )
    else:
        rank = (
            outcomes[by]
            .end.astype(str)
            .map(lambda end: BEST_FIRST.index(ENDS[end]))
        )
        table = outcomes[by].assign(rank=rank)
        ordered = table.sort_values(
            ["rank", "told", "latency_s"], kind="stable"
        )
    return ordered.index.to_list()


def _options(name: str) -> list[tuple[str, str]]:
    return [(text, value) for value, text in filter_options(name, {}).items()]


def _counts(table: pd.DataFrame) -> str:
    counts = table.end.map(lambda end: ENDS[end].word).value_counts()
    words = [end.word for end in BEST_FIRST if end.word in counts]
    return ", ".join(f"{counts[word]} {word}" for word in words)


def _row(kind: str, outcomes: dict[str, pd.DataFrame]) -> str:
    orders = [table.loc[[kind]].iloc[0] for table in outcomes.values()]
    cells = "".join(
        f"<td>{_sign(order.end)} {escaped(outcome_text(order))}"
        f"{_why_no_run(order, trouble)}</td>"
        for trouble, order in zip(outcomes, orders, strict=True)
    )
    service, model = escaped(orders[0].service), escaped(orders[0].model)
    head = f'<th scope="row">{service}<br><small>{model}</small></th>'
    return f"<tr>{head}{cells}</tr>"


def _why_no_run(order: pd.Series[Any], trouble: str) -> str:
    """Why a handler never began with an order that Lambda took: it stops at a batch's failure."""
    if order.runs or order.throttles or trouble == LAMBDA_IS_DOWN:
        return ""
    return ", its turn in the batch never came"


def _sign(word: str) -> str:
    end = ENDS[word]
    light, dark = MARKS[end.mark].face
    # what has two colours, one for each theme, is as the text is
    colour = light if light == dark else "currentColor"
    return f'<span style="color:{colour}" aria-hidden="true">{end.sign}</span>'


def outcome_text(order: pd.Series[Any]) -> str:
    """What became of one order, in words: a row of `sim.course.trials`."""
    end = ENDS[order.end]
    if end is TOLD:
        told = (
            f"({order.told})" if order.told == "not documented" else order.told
        )
        return f"told {told}" + (", yet done" if order.successes else "")
    after = "a day" if end is UNDER_WAY else spoken(order.latency_s)
    runs = f", {order.runs:,} runs" if order.runs > 1 else ""
    return f"{end.word} after {after}{runs}"
