"""Queues of other templates: how long they hide messages, no template here says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim import facts
from sim.scenario.source_kinds import QUEUES
from sim.template.advice.visibility import FACTOR, advised_visibility_timeout
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields


def hide_messages_long_enough(
    draft: Draft, triggers: Iterable[tuple[Fields, Resource]]
) -> None:
    """Assume a longer visibility timeout for queues of other templates, as AWS advises.

    AWS polls a queue only if its messages stay hidden while the function runs.
    `triggers`: the fields of each, and the resource that makes it.
    """
    usual = facts.fact("Queue.visibility_timeout").value
    for fields, resource in triggers:
        queue = fields.get("source")
        if queue not in draft.outside or fields["kind"] not in QUEUES:
            continue
        timeout = _timeout(draft, fields["function"])
        if timeout is None:
            continue
        window = fields.get("maximum_batching_window_in_seconds")
        window = window if isinstance(window, int) else 0
        seconds = advised_visibility_timeout(timeout, window)
        if seconds > usual:
            draft.groups["queues"][queue]["visibility_timeout"] = seconds
            more = " and the batching window" if window else ""
            note = f"Six times the function's timeout{more}, as AWS advises."
            _report(draft, queue, seconds, resource, note)


def _timeout(draft: Draft, function: str) -> int | None:
    """The timeout of a function in whole seconds; None if it is written as something else."""
    usual = facts.fact("Function.timeout").value
    written = str(draft.functions.get(function, {}).get("timeout", usual))
    return int(written) if written.isdigit() else None


def _report(
    draft: Draft, queue: str, seconds: Any, resource: Resource, note: str
) -> None:
    draft.report.add(
        "assumed",
        queue,
        "VisibilityTimeout",
        seconds,
        line=resource.line("EventSourceArn"),
        note=note,
        argument=f'scenario.with_setting("queues.{queue}.visibility_timeout", ...)',
        source=facts.fact(FACTOR).source,
    )
