"""Keeps orders behind a REST API.

What is raised here, the client sees as 502, what takes over 10 seconds as 504.
"""

import json


def answer(status: int, **content: object) -> dict:
    """A response with a JSON body."""
    return {
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
