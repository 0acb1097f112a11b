"""Keeps orders behind a service of VPC Lattice; AWS does not say how the client sees an error."""

import json


def answer(status: int, **content: object) -> dict:
    """A response with a JSON body."""
    return {
        "isBase64Encoded": False,
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(content),
    }


def handler(event: dict, context: object) -> dict:
    """Keep one order; PUT names the order itself, so a client may send it again."""
    try:
        order = json.loads(event["body"])
    except ValueError:
        return answer(400, error="The body is not JSON.")
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    return answer(200, order=order["order"])
