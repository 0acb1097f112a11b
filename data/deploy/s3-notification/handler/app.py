"""Reads new orders from a bucket.

Notifications may come twice or out of order, the key and its sequencer tell.
"""

import json
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")


def read(record: dict) -> dict:
    """The order in one new object; a key arrives URL-encoded."""
    bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
    return json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def handler(event: dict, context: object) -> None:
    """Work on each new object; S3 sends one record an event."""
    for record in event["Records"]:
        order = read(record)
        if order["amount"] < 0:
            raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
        print(f"read {order['order']}, sequencer {record['s3']['object']['sequencer']}")
