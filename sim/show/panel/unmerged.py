"""Stands in for pictures until the new ones are merged."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from sim.show.pictures.fates import fates
from sim.show.pictures.latency import latency
from sim.show.pictures.pictures import first_cloudwatch


class _Svg:
    def __init__(self, figure: Any) -> None:
        self.figure = figure

    def svg(self) -> str:
        file = io.StringIO()
        self.figure.savefig(file, format="svg", metadata={"Date": None})
        text = file.getvalue()
        return text[text.index("<svg") :]


def _of(draw: Callable[..., Any]) -> Callable[..., _Svg]:
    def made(
        runs: Any, *, pinned: Any = None, theme: str = "light", **_: Any
    ) -> _Svg:
        return _Svg(draw(runs, theme=theme))

    return made


PICTURES: Mapping[str, Callable[..., _Svg]] = {
    "latency": _of(latency),
    "fates": _of(fates),
    "CloudWatch": _of(first_cloudwatch),
}
CHOICES: Mapping[str, Callable[..., list[dict[str, Any]]]] = {}
