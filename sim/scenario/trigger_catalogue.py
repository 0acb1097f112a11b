"""The trigger catalogue: what is known of every event source of Lambda."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from sim import facts
from sim.scenario.errors import ScenarioError

WEBHOOKS = {"stripe_webhook": "function_url"}
"""Senders over HTTP, with the front door that they call unless the trigger names another."""
CALLING_LATER = (
    "ses_sync",
    "pipes_target",
    "apigw_ws",
    "s3_batch",
    "sfn_sync",
    "sfn_wait_token",
    "alexa",
    "firehose",
    "stripe_webhook",
)
"""Synchronous kinds whose service takes an event at once: who sends it there does not wait."""
SILENT = "nothing"
"""What a service is told that only hands events on: nobody reads it."""


@dataclass(frozen=True, kw_only=True)
class TriggerKind:
    """One row of `data/triggers.csv`, with the percentiles of its latency in milliseconds, if any.

    `told_...` is what a waiting caller gets, empty where nobody waits; `told_on_limit` and
    `wait_limit_seconds` are those of the caller or front door, empty where only the function's own
    timeout ends the wait. `upstream_...` is what happens before Lambda has accepted the event,
    `after_failure` what happens from then on. `request_limit_kb` is the largest event, empty where
    none is published; `wait_limit_raised` says whether a quota may lift the limit of the wait.
    `event_checked_by` says whose word the sample event has.
    """

    kind: str
    service: str
    model: str
    who_waits: str
    told_on_success: str
    told_on_throttle: str
    told_on_error: str
    told_on_function_timeout: str
    told_on_limit: str
    wait_limit_seconds: int | None
    wait_limit_raised: bool
    request_limit: str
    request_limit_kb: int | None
    response_limit: str
    upstream_attempts: int | None
    upstream_window_seconds: int | None
    upstream_retries: str
    after_failure: str
    failure_store: str
    order: str
    delivery: str
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    cloudformation: str
    cdk: str
    sam: str
    event_checked_by: str
    evidence: str
    source: str
    date: str
    links: str
    note: str


NUMBERS = (
    "wait_limit_seconds",
    "request_limit_kb",
    "upstream_attempts",
    "upstream_window_seconds",
)


@cache
def catalogue() -> dict[str, TriggerKind]:
    """Every kind of trigger by its name."""
    with (facts.DATA / "triggers.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        return {
            row["kind"]: _kind(row) for row in csv.DictReader(file, strict=True)
        }


def trigger_kind(kind: str) -> TriggerKind:
    """The catalogue's row of this kind; raises `ScenarioError` with the kinds that may be meant."""
    known = catalogue()
    if kind not in known:
        meant = _kinds_like(kind) or list(known)
        raise ScenarioError(
            f"There is no trigger kind {kind!r}; did you mean {' or '.join(map(repr, meant))}?"
        )
    return known[kind]


def _kinds_like(word: str) -> list[str]:
    """Kinds whose name begins so, whose service is called so, or whose name is nearly the same."""
    known = catalogue()
    begins = [kind for kind in known if kind.startswith(word.lower())]
    parts = re.findall("[a-z0-9]+", word.lower())
    called = [kind for kind, row in known.items() if _is_called(row, parts)]
    return begins or called or get_close_matches(word, known, n=2, cutoff=0.4)


def _is_called(row: TriggerKind, parts: list[str]) -> bool:
    """Whether all these parts of a name stand in what AWS calls the service."""
    names = f"{row.service} {row.cloudformation} {row.cdk} {row.sam}".lower()
    text = re.sub("[^a-z0-9]", "", names)
    return bool(parts) and all(part in text for part in parts)


def _kind(row: dict[str, str]) -> TriggerKind:
    cells: dict[str, Any] = dict(row)
    for name in NUMBERS:
        cells[name] = int(row[name]) if row[name] else None
    cells["wait_limit_raised"] = row["wait_limit_raised"] == "yes"
    measured = measured_latency(row["kind"])
    cells["latency_p50_ms"] = measured.p50 if measured is not None else None
    cells["latency_p99_ms"] = measured.p99 if measured is not None else None
    return TriggerKind(**cells)


def measured_latency(kind: str) -> facts.Latency | None:
    """The percentiles that somebody measured from the source to Lambda."""
    known = {latency.name: latency for latency in facts.latencies()}
    return known.get(kind)
