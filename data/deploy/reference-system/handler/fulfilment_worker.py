"""Tells the warehouse what happened to orders; a failed message alone comes back."""

import os

import boto3
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
warehouse = boto3.resource("dynamodb").Table(os.environ["WAREHOUSE_TABLE"])


def note(record: SQSRecord) -> None:
    """Note one event under its own name.

    Twice does the same as once, and no order of arrival is needed.
    """
    event = record.json_body
    detail = event["detail"]
    if detail["amount"] < 0:
        raise ValueError(f"Order {detail['id']} has the amount {detail['amount']}.")
    warehouse.update_item(
        Key={"id": detail["id"]},
        UpdateExpression="SET #happened = if_not_exists(#happened, :detail)",
        ExpressionAttributeNames={"#happened": event["detail-type"]},
        ExpressionAttributeValues={":detail": detail},
    )


def handler(event: dict, context: object) -> dict:
    """Answer which messages failed; the mapping deletes all others."""
    return process_partial_response(
        event=event, record_handler=note, processor=processor, context=context
    )
