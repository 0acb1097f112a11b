"""Tells customers what happened to their orders, once, however often the message comes."""

import json
import os

from aws_lambda_powertools.utilities.data_classes import SNSEvent, event_source
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

notified = DynamoDBPersistenceLayer(table_name=os.environ["NOTIFIED_TABLE"])
once = IdempotencyConfig(event_key_jmespath="detail.change", expires_after_seconds=24 * 3600)


@idempotent_function(data_keyword_argument="event", persistence_store=notified, config=once)
def tell(event: dict) -> str:
    """Tell the customer; here a line of the log stands for the mail."""
    text = f"{event['detail-type']}: {event['detail']['item']}, order {event['detail']['id']}"
    print(text)
    return text


@event_source(data_class=SNSEvent)
def handler(event: SNSEvent, context: object) -> None:
    """Raise for what cannot be told.

    Lambda tries twice more, then sends the event to the queue of failures.
    """
    once.register_lambda_context(context)
    for record in event.records:
        tell(event=json.loads(record.sns.message))
