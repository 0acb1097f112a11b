"""Packs a batch of orders.

A failed order alone comes back, and an order is packed once however often it comes.
"""

import os

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
packed = DynamoDBPersistenceLayer(table_name=os.environ["PACKED_TABLE"])
once = IdempotencyConfig(event_key_jmespath="order", expires_after_seconds=14 * 24 * 3600)


@idempotent_function(data_keyword_argument="order", persistence_store=packed, config=once)
def pack(order: dict) -> str:
    """Pack one order; an amount below zero can never be packed, however often it is tried."""
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"packed {order['order']}")
    return order["order"]


def work(record: SQSRecord) -> str:
    """One message holds one order."""
    return pack(order=record.json_body)


def handler(event: dict, context: object) -> dict:
    """Answer which messages failed; the mapping deletes all others."""
    once.register_lambda_context(context)
    return process_partial_response(
        event=event, record_handler=work, processor=processor, context=context
    )
