"""Welcomes new orders from a table's stream.

The first failed record is reported and the batch is cut there.
"""

import json

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def welcome(record: DynamoDBRecord) -> None:
    """Welcome one new item; the record's own event id tells a repeated record from a new one."""
    order = json.loads(record.dynamodb.new_image["body"])
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"welcomed {order['order']}, change {record.event_id}")


def handler(event: dict, context: object) -> dict:
    """Answer which records failed; Lambda tries again from the first of them."""
    return process_partial_response(
        event=event, record_handler=welcome, processor=processor, context=context
    )
