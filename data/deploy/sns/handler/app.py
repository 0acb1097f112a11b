"""Books orders from a topic; a message that comes twice is booked once."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["BOOKED_TABLE"])


def book(message_id: str, order: dict) -> None:
    """Write one order; writing is the work, so "is it there already?" and the work are one step."""
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    try:
        table.put_item(
            Item={"id": message_id, "order": order["order"], "amount": str(order["amount"])},
            ConditionExpression="attribute_not_exists(id)",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        print(f"message {message_id} is booked already")


def handler(event: dict, context: object) -> None:
    """Book the message of an event; SNS sends one record in each."""
    for record in event["Records"]:
        book(record["Sns"]["MessageId"], json.loads(record["Sns"]["Message"]))
