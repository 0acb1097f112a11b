"""Hears of new orders and notes that with each; what it raises, Lambda retries twice."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event: dict, context: object) -> None:
    """Work on one order: SNS sends one record an event. Done twice, it is the same as once."""
    for record in event["Records"]:
        order = json.loads(record["Sns"]["Message"])
        table.update_item(
            Key={"id": order["id"]},
            UpdateExpression="SET heard = :heard",
            ExpressionAttributeValues={":heard": True},
        )
        print(json.dumps({"order": order["id"], "stage": os.environ["STAGE"]}))
