"""Takes an order over HTTP, keeps it in DynamoDB and publishes it."""

import json
import os
import uuid

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
topic = boto3.resource("sns").Topic(os.environ["TOPIC_ARN"])


def handler(event: dict, context: object) -> dict:
    """Answer 201 with the order's id; anything raised here becomes a 502 at API Gateway."""
    order = {"id": str(uuid.uuid4()), "body": event.get("body") or ""}
    table.put_item(Item=order)
    topic.publish(Message=json.dumps(order))
    return {"statusCode": 201, "body": json.dumps({"id": order["id"]})}
