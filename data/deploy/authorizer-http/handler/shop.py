"""Keeps the orders that the authorizer lets in."""

import json


def handler(event: dict, context: object) -> dict:
    """Keep one order; PUT names the order itself, so a client may send it again."""
    order = json.loads(event["body"])
    return {"statusCode": 200, "body": json.dumps({"order": order["order"]})}
