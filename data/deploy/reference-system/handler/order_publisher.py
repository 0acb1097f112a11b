"""Publishes what was written to the table: an order was placed, changed, paid or removed."""

import json
import os

import boto3
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
events = boto3.client("events")


def happened(before: dict, after: dict) -> str:
    """What happened to the order, seen from the item before and after."""
    if not before:
        return "OrderPlaced"
    if not after:
        return "OrderRemoved"
    return "OrderPaid" if after.get("payment") != before.get("payment") else "OrderChanged"


def publish(record: DynamoDBRecord) -> None:
    """Publish one change, with its own id: whoever gets it twice can tell."""
    before, after = record.dynamodb.old_image or {}, record.dynamodb.new_image or {}
    order = after or before
    detail = {
        "change": record.event_id,
        "id": order["id"],
        "item": order["item"],
        "amount": int(order["amount"]),
    }
    entry = {
        "EventBusName": os.environ["ORDER_EVENTS"],
        "Source": "shop.orders",
        "DetailType": happened(before, after),
        "Detail": json.dumps(detail),
    }
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RuntimeError(answer["Entries"][0]["ErrorMessage"])


def handler(event: dict, context: object) -> dict:
    """Answer which record failed; Lambda tries again from there."""
    return process_partial_response(
        event=event, record_handler=publish, processor=processor, context=context
    )
