"""Keeps orders sent over a WebSocket.

What is raised here, the client sees as a frame with an error.
"""

import json


def handler(event: dict, context: object) -> dict:
    """Let a client connect; keep the order of one frame and answer on the same connection."""
    if event["requestContext"]["eventType"] == "CONNECT":
        return {"statusCode": 200}
    order = json.loads(event["body"])
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"kept {order['order']} from connection {event['requestContext']['connectionId']}")
    return {"statusCode": 200, "body": json.dumps({"order": order["order"]})}
