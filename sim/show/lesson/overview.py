"""The overview: every kind of trigger beside the others, by what it does with an order in trouble."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets
import pandas as pd

from sim.course.trial_systems import TROUBLES, trials
from sim.results.phrases import spoken
from sim.show.drawing.theme import MARKS

# How a fate is written: under which word it is counted, with which sign, in the colour of which
# mark; best first.
ENDS = {
    "succeeded": ("delivered", "■", "success"),
    "dead-lettered": ("kept", "◆", "dead letter"),
    "failed": ("told", "❙", "told error"),
    "rejected": ("told", "❙", "told error"),
    "in flight": ("under way", "⋯", "wait"),
    "dropped": ("lost", "⊗", "lost"),
    "expired": ("lost", "⊗", "lost"),
}
WORDS = tuple(dict.fromkeys(word for word, _, _ in ENDS.values()))
BY_MODEL = "model"
STYLE = (
    "<style>.trigger-overview { max-height: 640px; overflow: auto; max-width: 1000px }"
    ".trigger-overview table { border-collapse: collapse; line-height: 1.3; width: 100%; table-layout: fixed }"
    ".trigger-overview thead { position: sticky; top: 0; background: var(--jp-layout-color0, Canvas) }"
    ".trigger-overview :is(th, td) { text-align: left; vertical-align: top; padding: .15em .5em }"
    ".trigger-overview td { overflow-wrap: anywhere }"
    ".trigger-overview tbody tr { border-bottom: 1px solid #8A93A055 }"
    ".trigger-overview small { font-weight: normal; opacity: .8 }</style>"
)


class Overview:
    """A table with a row for each kind of trigger and a column for each trouble, and buttons that sort it."""

    def __init__(self, seed: int) -> None:
        self.outcomes = {trouble: trials(trouble, seed) for trouble in TROUBLES}
        self.sort = widgets.ToggleButtons(
            options=[BY_MODEL, *TROUBLES],
            description="sort by",
            style={"button_width": "auto"},
        )
        self.table = widgets.HTML()
        self.sort.observe(self._fill, "value")
        self.box = widgets.VBox([self.sort, self.table])
        self._fill()

    def _fill(self, _change: Any = None) -> None:
        self.table.value = page(self.outcomes, self.sort.value)

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


def overview(seed: int = 1) -> Overview:
    """What becomes of the last of three orders through every kind of trigger, in every trouble of `sim.course.trials`."""
    return Overview(seed)


def page(outcomes: dict[str, pd.DataFrame], by: str) -> str:
    """The table as HTML, in the order of the models, or from the best to the worst outcome in one trouble."""
    heads = "".join(
        f'<th scope="col">{name}<br><small>{_counted(table)}</small></th>'
        for name, table in outcomes.items()
    )
    rows = "".join(_row(kind, outcomes) for kind in _order(outcomes, by))
    head = f'<thead><tr><th scope="col">trigger</th>{heads}</tr></thead>'
    return f'{STYLE}<div class="trigger-overview" tabindex="0"><table>{head}<tbody>{rows}</tbody></table></div>'


def _order(outcomes: dict[str, pd.DataFrame], by: str) -> list[str]:
    if by == BY_MODEL:
        table = next(iter(outcomes.values()))
        return table.sort_values(
            ["model", "service"], ascending=[False, True]
        ).index.to_list()
    table = outcomes[by].assign(
        end=outcomes[by].fate.map(lambda fate: WORDS.index(ENDS[fate][0]))
    )
    return table.sort_values(
        ["end", "told", "latency_s"], kind="stable"
    ).index.to_list()


def _counted(table: pd.DataFrame) -> str:
    counts = table.fate.map(lambda fate: ENDS[fate][0]).value_counts()
    return ", ".join(f"{counts[word]} {word}" for word in WORDS if word in counts)


def _row(kind: str, outcomes: dict[str, pd.DataFrame]) -> str:
    orders = [table.loc[[kind]].iloc[0] for table in outcomes.values()]
    cells = "".join(
        f"<td>{_sign(order.fate)} {html.escape(said(order))}</td>" for order in orders
    )
    name = f"{html.escape(orders[0].service)}<br><small>{orders[0].model}</small>"
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _sign(fate: str) -> str:
    _, sign, mark = ENDS[fate]
    light, dark = MARKS[mark].face
    return f'<span style="color:{light if light == dark else "currentColor"}" aria-hidden="true">{sign}</span>'


def said(order: pd.Series[Any]) -> str:
    """What became of one order, in words: a row of `sim.course.trials`."""
    word = ENDS[order.fate][0]
    if word == "told":
        told = f"({order.told})" if order.told == "not documented" else order.told
        return f"told {told}" + (", yet done" if order.successes else "")
    after = "a day" if word == "under way" else spoken(order.latency_s)
    return f"{word} after {after}" + (
        f", {order.runs:,} runs" if order.runs > 1 else ""
    )
