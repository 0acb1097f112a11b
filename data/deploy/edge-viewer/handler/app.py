"""Looks at every request at the edge.

What is raised here, the viewer sees as an error of CloudFront's.
"""

import base64
import json


def handler(event: dict, context: object) -> dict:
    """Let a request pass, or answer it here and now."""
    request = event["Records"][0]["cf"]["request"]
    order = json.loads(base64.b64decode(request["body"]["data"]))
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    if not request["headers"].get("user-agent"):
        return {"status": "403", "statusDescription": "Forbidden", "body": "Say who you are."}
    return request
