"""Looks for fraud in a batch of orders.

The first failed record is reported and the batch is cut there.
"""

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord

processor = BatchProcessor(EventType.KinesisDataStreams, raise_on_entire_batch_failure=False)


def look(record: KinesisStreamRecord) -> None:
    """Look at one order; its sequence number tells a repeated record from a new one."""
    order = record.kinesis.data_as_json()
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"looked at {order['order']} at {record.kinesis.sequence_number}")


def handler(event: dict, context: object) -> dict:
    """Answer which records failed; Lambda tries again from the first of them."""
    return process_partial_response(
        event=event, record_handler=look, processor=processor, context=context
    )
