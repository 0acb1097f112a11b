"""Books orders from a Kafka topic.

A failed record is reported, and what came before it is not read again.
"""

import json

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.kafka_event import KafkaEventRecord

processor = BatchProcessor(EventType.Kafka, raise_on_entire_batch_failure=False)


def book(record: KafkaEventRecord) -> None:
    """Book one order; topic, partition and offset tell a repeated record from a new one."""
    order = json.loads(record.decoded_value)
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"booked {order['order']} at {record.topic}-{record.partition}:{record.offset}")


def handler(event: dict, context: object) -> dict:
    """Answer which records failed, by partition and offset."""
    return process_partial_response(
        event=event, record_handler=book, processor=processor, context=context
    )
