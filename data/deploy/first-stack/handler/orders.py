"""Takes an order over HTTP, keeps it in DynamoDB and publishes it."""

import base64
import json
import os
import uuid

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
topic = boto3.resource("sns").Topic(os.environ["TOPIC_ARN"])


def handler(event: dict, context: object) -> dict:
    """Answer 201 with the order's id; anything raised here becomes a 502 at API Gateway."""
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    order = {"id": str(uuid.uuid4()), "body": body}
    table.put_item(Item=order)
    topic.publish(Message=json.dumps(order))
    return {"statusCode": 201, "body": json.dumps({"id": order["id"]})}
