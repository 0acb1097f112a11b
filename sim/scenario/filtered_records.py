"""Where an event's body stands in what a filter sees, by the kind of trigger.

What a body says nothing of, such as a record's Region, is that of the kind's sample event.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from math import prod
from typing import Any

from sim import facts
from sim.scenario.event_patterns import matches, problems_of_pattern
from sim.scenario.pattern_operators import (
    EVENTBRIDGE,
    JSON,
    LAMBDA,
    PIPES,
    SNS,
    PatternDialect,
)
from sim.scenario.pipe import PIPE
from sim.scenario.source_kinds import KAFKA, QUEUES, STREAMS

Record = dict[str, JSON]

DATA_KEY: dict[str, str] = {
    **dict.fromkeys(QUEUES, "body"),
    **dict.fromkeys(STREAMS, "data"),
    **dict.fromkeys(KAFKA, "value"),
    "ddb_streams": "dynamodb",
    "mq": "data",
}
"""The field of a polled record that holds what was sent."""
BROKER_PROPERTIES = ("properties", "basicProperties")
"""Where a message of ActiveMQ, and one of RabbitMQ, carries its attributes.

AWS's page names only `data`; AWS's own template filters by `basicProperties` too.
https://github.com/aws-samples/serverless-patterns/tree/main/lambda-esm-rabbitmq-filters-sam
"""
PIPE_KEYS = ("body", "data", "dynamodb", "value")
"""A pipe's source is no resource here: the body stands where any source would put it.

What asks for another source's field is sound, and matches nothing.
"""
RULE = "eventbridge_rule"
BUS_FIELDS = (
    "version",
    "id",
    "detail-type",
    "source",
    "account",
    "time",
    "region",
    "resources",
    "detail",
)


def problems_of_filters(
    kind: str,
    patterns: tuple[str, ...],
    dialect: PatternDialect | None = None,
) -> Iterator[str]:
    """What is wrong with the filters of a mapping, or of a pipe, of this kind.

    `dialect`: the operators that they take, if not those of the kind.
    """
    if patterns and kind not in (*DATA_KEY, PIPE):
        yield f"{kind} takes no filter_criteria; mappings and pipes do ({LAMBDA.source})."
        return
    most = facts.fact("mapping.filter_patterns")
    if len(patterns) > most.value:
        allowed = f"{most.value} are allowed ({most.source})"
        yield f"it has {len(patterns)} filter patterns, but {allowed}."
    for text in patterns:
        sound = True
        for problem in problems_of_pattern(text, dialect or dialect_of(kind)):
            sound = False
            yield problem
        if sound:
            yield from _problems_of_keys(kind, json.loads(text))


def _problems_of_keys(kind: str, pattern: Record) -> Iterator[str]:
    data_key = DATA_KEY.get(kind)
    known = fields_of_records(kind)
    for name in _top_fields(pattern):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = near or [data_key or "body"]
            yield (
                f"a filter pattern asks for {name!r}, which the records of {kind} do not have; "
                f"did you mean {meant[0]!r} ({LAMBDA.source})?"
            )
    if kind in STREAMS and isinstance(pattern.get(data_key or ""), list):
        yield (
            f"the filter pattern of {data_key!r} is a list, but of {kind} it must be an object "
            f"of fields, as the data are JSON ({LAMBDA.source})."
        )


def fields_of_records(kind: str) -> tuple[str, ...]:
    """The fields by which records of this kind can be filtered, those of its own first."""
    own = () if kind == PIPE else _record(kind, None, {}, 0)
    return (*own, *PIPE_KEYS)


def _top_fields(pattern: Record) -> Iterator[str]:
    for name, wanted in pattern.items():
        if name == "$or":
            for one in wanted:
                yield from _top_fields(one)
        else:
            yield name


def problems_of_rule(kind: str, pattern: str) -> Iterator[str]:
    """What is wrong with the event pattern of a rule of EventBridge."""
    if kind != RULE:
        yield f"{kind} takes no event_pattern; {RULE} does ({EVENTBRIDGE.source})."
    for problem in problems_of_pattern(pattern, EVENTBRIDGE):
        yield problem
        return
    for name in _top_fields(json.loads(pattern)):
        if name not in BUS_FIELDS:
            meant = get_close_matches(name, BUS_FIELDS, n=1) or ["detail"]
            yield (
                f"the event pattern asks for {name!r}, which no event of a bus has; "
                f"did you mean {meant[0]!r} ({EVENTBRIDGE.source})?"
            )


def problems_of_policy(kind: str, policy: str, scope: str) -> Iterator[str]:
    """What is wrong with a filter policy of SNS; attributes lie in no others."""
    if kind != "sns":
        yield f"{kind} takes no filter_policy; sns does ({SNS.source})."
    for problem in problems_of_pattern(policy, SNS, scope == "MessageBody"):
        yield problem
        return
    yield from _problems_of_size(json.loads(policy))


def _problems_of_size(policy: Record) -> Iterator[str]:
    """A policy has few keys, and few combinations of its values; a nested one counts its level.

    https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    """
    values = list(_values_by_level(policy, 1))
    keys = facts.fact("sns.filter_policy_keys")
    if len(values) > keys.value:
        allowed = f"{keys.value} are allowed ({keys.source})"
        yield f"its filter policy has {len(values)} keys, but {allowed}."
    most = facts.fact("sns.filter_policy_combinations")
    combinations = prod(values)
    if combinations > most.value:
        yield (
            f"its filter policy has {combinations} combinations of values, but {most.value} "
            f"are allowed ({most.source})."
        )


def _values_by_level(policy: Record, level: int) -> Iterator[int]:
    """How many values each key has, times the level it lies at; `$or` is left out."""
    for name, wanted in policy.items():
        if isinstance(wanted, dict):
            yield from _values_by_level(wanted, level + 1)
        elif name != "$or":
            yield len(wanted) * level


def dialect_of(kind: str) -> PatternDialect:
    """The operators that filters of this kind take."""
    return PIPES if kind == PIPE else LAMBDA


def passes_filter(
    kind: str,
    pattern: Record,
    body: JSON,
    attributes: Record,
    key: int,
    dialect: PatternDialect | None = None,
) -> bool:
    """Whether a record with this body, these attributes and this key matches a filter.

    Where one of body and pattern is plain text and the other is JSON, it does not.
    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
    """
    if kind == PIPE:
        record: Record = dict.fromkeys(PIPE_KEYS, body)
        data_keys: tuple[str, ...] = PIPE_KEYS
    else:
        record = _record(kind, body, attributes, key)
        data_keys = (DATA_KEY[kind],)
    for name in data_keys:
        if name in pattern and _differs_in_form(pattern[name], record[name]):
            return False
    return matches(pattern, record, dialect or dialect_of(kind))


def _differs_in_form(wanted: JSON, data: JSON) -> bool:
    return isinstance(wanted, list) != isinstance(data, str)


def _record(kind: str, body: JSON, attributes: Record, key: int) -> Record:
    record = {**_sample(kind), DATA_KEY[kind]: body}
    if kind in QUEUES:
        record["messageAttributes"] = {
            name: _message_attribute(value)
            for name, value in attributes.items()
        }
    elif kind == "mq":
        record |= dict.fromkeys(BROKER_PROPERTIES, attributes)
    elif kind == "ddb_streams":
        record |= _change_of_item(body)
    elif kind in KAFKA:
        record["key"] = str(key)
    elif kind in STREAMS:
        record["partitionKey"] = str(key)
    return record


def _message_attribute(value: JSON) -> Record:
    """How a message of a queue carries an attribute.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    """
    is_text = isinstance(value, str)
    text = value if is_text else json.dumps(value)
    return {"stringValue": text, "dataType": "String" if is_text else "Number"}


def _change_of_item(body: JSON) -> Record:
    """A body with the field `dynamodb` is the record; else the images say what has happened.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
    """
    if not isinstance(body, dict):
        return {}
    if "dynamodb" in body:
        return body
    images = ("OldImage" in body, "NewImage" in body)
    changes = {(True, True): "MODIFY", (True, False): "REMOVE"}
    return {"eventName": changes.get(images, "INSERT")}


def passes_rule(pattern: Record, body: JSON) -> bool:
    """Whether an event of a bus matches a rule's pattern.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
    """
    return matches(pattern, bus_event(body), EVENTBRIDGE)


def bus_event(body: JSON) -> Record:
    """The event of a bus with this body.

    The body is the event's `detail`; a body with the field `detail` is the event itself.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
    """
    is_whole = isinstance(body, dict) and "detail" in body
    written = body if is_whole else {"detail": body}
    return {**_sample(RULE), **written}


def passes_policy(
    policy: Record, scope: str, body: JSON, attributes: Record
) -> bool:
    """Whether SNS delivers a message to the subscription with this filter policy.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html
    """
    if scope == "MessageAttributes":
        return matches(policy, attributes, SNS)
    return isinstance(body, dict) and matches(policy, body, SNS)


@cache
def _sample(kind: str) -> Record:
    """The first record of the kind's sample event, as a filter sees it."""
    path = facts.DATA / "events" / f"{kind}.json"
    event: Any = json.loads(path.read_text(encoding="utf-8"))
    records: Any = event
    for place in ("Records", "records", "messages"):
        records = event.get(place, records)
    if isinstance(records, dict) and "detail" not in records:
        records = [one for batch in records.values() for one in batch]
    record: Record = records[0] if isinstance(records, list) else records
    data: Record = record.get("kinesis", {})
    return {**record, **data}
