"""Events of Lambda's JSON logs and its Telemetry API, such as `platform.report`.

https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

from __future__ import annotations

import json
from math import nan
from typing import Any

from sim.calibration.failure_lines import failure_in
from sim.calibration.messages import (
    OK,
    Begun,
    Failed,
    Initialized,
    Message,
    Report,
    Start,
    Unread,
    how_it_ended,
    number_in,
)


def read_json(text: str) -> Message:
    """What an event says that is written as JSON."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return Unread("broken JSON")
    return read_event(document)


def read_event(document: Any) -> Message:
    """What an event in JSON says; raises nothing, whatever it is."""
    kind = document.get("type") if isinstance(document, dict) else None
    record = document.get("record") if isinstance(document, dict) else None
    if not isinstance(kind, str) or not kind.startswith("platform."):
        return None
    if isinstance(record, str):  # as platform.fault has it
        return failure_in(record)
    if not isinstance(record, dict):
        return Unread("broken JSON")
    try:
        return _of_event(kind, record)
    except (ValueError, OverflowError):
        return Unread(f"broken {kind}")


def _of_event(kind: str, record: dict[str, Any]) -> Message:
    metrics = record.get("metrics")
    numbers = metrics if isinstance(metrics, dict) else {}
    request = str(record.get("requestId") or "")[:64]
    status = how_it_ended(record.get("status"), record.get("errorType"))
    match kind:
        case "platform.start":
            return Start(request, _name_in(record.get("functionArn")))
        case "platform.runtimeDone" if status:
            return Failed(request, status)
        case "platform.report":
            return _report_event(request, numbers, status)
        case "platform.initReport" | "platform.restoreReport":
            return _initialized_event(kind, record, numbers, status or OK)
        case "platform.initStart":
            name = str(record.get("functionName") or "")
            return Begun(name, _is_provisioned(record))
    return None


def _name_in(resource: object) -> str:
    """The function's name in its ARN."""
    parts = str(resource or "").split(":")
    return parts[6] if len(parts) > 6 else ""


def _is_provisioned(record: dict[str, Any]) -> bool:
    return record.get("initializationType") == "provisioned-concurrency"


def _initialized_event(
    kind: str, record: dict[str, Any], numbers: dict[str, Any], status: int
) -> Initialized | Unread:
    if "durationMs" not in numbers:
        return Unread(f"{kind} cut off")
    return Initialized(
        kind.removeprefix("platform.").removesuffix("Report"),
        number_in(numbers["durationMs"]),
        status,
        _is_provisioned(record),
        str(record.get("phase") or ""),
    )


def _report_event(
    request: str, numbers: dict[str, Any], status: int | None
) -> Report | Unread:
    if "durationMs" not in numbers or not request:
        return Unread("report cut off")
    names = (
        "durationMs",
        "billedDurationMs",
        "memorySizeMB",
        "maxMemoryUsedMB",
        "initDurationMs",
        "restoreDurationMs",
    )
    told = [
        number_in(numbers[name]) if name in numbers else nan for name in names
    ]
    return Report._make([request, *told, status])
