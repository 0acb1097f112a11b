"""Shows orders without their amount; the reader waits, and the token is good for one answer."""

import json
from urllib.request import urlopen

import boto3

s3 = boto3.client("s3")


def shown(order: dict) -> dict:
    """What a reader may see of an order."""
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    return {name: value for name, value in order.items() if name != "amount"}


def handler(event: dict, context: object) -> None:
    """Fetch the object, change it, answer; without an answer the reader gets 500."""
    request = event["getObjectContext"]
    with urlopen(request["inputS3Url"], timeout=20) as original:
        order = json.load(original)
    s3.write_get_object_response(
        RequestRoute=request["outputRoute"],
        RequestToken=request["outputToken"],
        ContentType="application/json",
        Body=json.dumps(shown(order)).encode(),
    )
