"""The rules behind the marks of a lane, in a sentence each: what a pointed-at mark says."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.results.story.rules import rules
from sim.results.story.synchronous import BACK_OFF_RULES
from sim.scenario.subscriber import REQUEST_RESPONSE
from sim.scenario.triggers import Trigger
from sim.show.pictures.captions import model_of
from sim.show.stage.spans import FAILURES, MARKS, Spans

IN_EVERY_MODEL = {
    "init": "cold start",
    "timeout": "function timeout",
    "throttle": "throttle",
    "extension": "extension",
    "system error": "system error",
}
BY_MODEL = {
    "synchronous": {
        "failure": "synchronous retry",
        "wait": "client back-off",
    },
    "asynchronous": {
        "queue": "asynchronous acceptance",
        "failure": "asynchronous retry",
        "throttle": "asynchronous throttle",
    },
    "polling": {
        "failure": "failed batch",
        "throttle": "throttled batch",
        "not reached": "failed batch",
    },
    "stream": {
        "queue": "shard poll",
        "failure": "stream retry",
        "throttle": "stream throttle",
        "not reached": "stream retry",
    },
}
"""The names of rules by the mark they are behind; a wait has those of what comes before it."""
OF_REPORTS = {
    "polling": {"failure": "batch item failures"},
    "stream": {"failure": "checkpoint"},
}
"""Those of a mapping that listens to what the function reports of single records."""
BY_KIND = {
    **{kind: {"wait": rule} for kind, rule in BACK_OFF_RULES.items()},
    REQUEST_RESPONSE: {
        "failure": "failed delivery",
        "throttle": "failed delivery",
        "wait": "subscriber retry",
    },
}
"""Those of kinds of trigger that have rules of their own."""


def lane_rules(triggers: Iterable[Trigger], spans: Spans) -> dict[str, str]:
    """By mark that occurs: the sentences of the rules behind it, for these triggers."""
    occurs = [MARKS[code] for code in np.unique(spans.mark).tolist()]
    tables = [_names(trigger, occurs) for trigger in triggers]
    found = {}
    for mark in occurs:
        names = [name for table in tables for name in table.get(mark, ())]
        if names:
            sentences = [
                rules()[name].sentence for name in dict.fromkeys(names)
            ]
            found[mark] = " ".join(sentences)
    return found


def _names(trigger: Trigger, occurs: list[str]) -> dict[str, list[str]]:
    """By mark: the names of its rules, for one trigger."""
    model = model_of(trigger)
    table = {**IN_EVERY_MODEL, **BY_MODEL.get(model, {})}
    table |= BY_KIND.get(trigger.kind, {})
    if getattr(trigger, "reports_batch_item_failures", False):
        table |= OF_REPORTS[model]
    names = {mark: [name] for mark, name in table.items()}
    has_failed = any(mark in FAILURES for mark in occurs)
    before = [(has_failed, "failure"), ("throttle" in occurs, "throttle")]
    reasons = [table[mark] for is_there, mark in before if is_there]
    return {"wait": reasons, **names}
