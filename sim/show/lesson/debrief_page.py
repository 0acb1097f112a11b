"""The end of a game day as a part of a page: what it was, the score, and what would have helped."""

from __future__ import annotations

from sim.course.game.debrief import BEST, Debrief
from sim.markup import escaped, link

HEADS = {
    "lost": "lost",
    "unfinished": "unfinished",
    "parked": "parked",
    "told": "told",
    "late": "late",
    "damage": "damage",
    "paid_usd": "paid, USD",
}


def debrief_page(debrief: Debrief) -> str:
    """The cause, three nights beside each other, and the listed repairs."""
    return (
        f"<div role='status'>{_cause(debrief)}</div>{_score(debrief)}{_repairs(debrief)}"
        f"<p><b>The rule.</b> {escaped(debrief.rule)} "
        f"{link(debrief.source, 'AWS says so')}. The lesson that teaches it: "
        f"<code>{escaped(debrief.lesson)}</code>.</p>"
    )


def _cause(debrief: Debrief) -> str:
    said = "You named no cause."
    if debrief.named:
        verdict = "You found it." if debrief.is_right else "It was not that."
        said = f"You said: “{escaped(debrief.named)}” {verdict}"
    return (
        f"<h4>{escaped(debrief.cause)}</h4>"
        f"<p>{escaped(debrief.incident.sentence)} {said}</p>"
    )


def _score(debrief: Debrief) -> str:
    head = "".join(f'<th scope="col">{word}</th>' for word in HEADS.values())
    rows = ""
    for name, row in debrief.score.iterrows():
        cells = "".join(
            f"<td>{row[column]:,.0f}</td>"
            for column in HEADS
            if column != "paid_usd"
        )
        paid = f"<td>{row.paid_usd:.4f}</td>"
        rows += f'<tr><th scope="row">{escaped(name)}</th>{cells}{paid}</tr>'
    best = escaped(debrief.tried.index[0])
    return (
        f'<table><thead><tr><th scope="col">night</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table><p>The {BEST}, made at the first alarm: <b>{best}</b>.</p>"
    )


def _repairs(debrief: Debrief) -> str:
    nothing = int(debrief.score.damage.iloc[0])
    rows = "".join(
        f'<tr><th scope="row">{escaped(name)}</th><td>{damage:,}</td>'
        f"<td>{_verdict(int(damage), nothing)}</td></tr>"
        for name, damage in debrief.tried.damage.items()
    )
    return (
        "<details open><summary>What each of these would have done at the first alarm</summary>"
        '<table><thead><tr><th scope="col">repair</th><th scope="col">damage</th>'
        f'<th scope="col">result</th></tr></thead><tbody>{rows}</tbody></table></details>'
    )


def _verdict(damage: int, nothing: int) -> str:
    """What a repair does, beside doing nothing; a hundredth more or less is nothing."""
    if damage < 0.99 * nothing:
        return "helps"
    return "makes it worse" if damage > 1.01 * nothing else "does not help"
