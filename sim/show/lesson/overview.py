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
STYLE = (
    "<style>.trigger-overview { max-height: 640px; overflow: auto; max-width: 1000px }"
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

    Buttons sort it.
    """

    @checked
    def __init__(self, seed: Seed) -> None:
        self.outcomes = {trouble: trials(trouble, seed) for trouble in TROUBLES}
        self.sort = widgets.ToggleButtons(
            options=[BY_MODEL, *TROUBLES],
            description="sort by",
            style={"button_width": "auto"},
        )
        self.table = widgets.HTML()
        self.error = ErrorLine()
        self.sort.observe(self.error.guarded(self._fill), "value")
        self.box = widgets.VBox([self.sort, self.error, self.table])
        self._fill()

    def _fill(self, _change: Any = None) -> None:
        self.table.value = overview_table(self.outcomes, self.sort.value)

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


def _counts(table: pd.DataFrame) -> str:
    counts = table.end.map(lambda end: ENDS[end].word).value_counts()
    words = [end.word for end in BEST_FIRST if end.word in counts]
    return ", ".join(f"{counts[word]} {word}" for word in words)


def _row(kind: str, outcomes: dict[str, pd.DataFrame]) -> str:
    orders = [table.loc[[kind]].iloc[0] for table in outcomes.values()]
    cells = "".join(
        f"<td>{_sign(order.end)} {escaped(outcome_text(order))}</td>"
        for order in orders
    )
    service, model = escaped(orders[0].service), escaped(orders[0].model)
    head = f'<th scope="row">{service}<br><small>{model}</small></th>'
    return f"<tr>{head}{cells}</tr>"


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
