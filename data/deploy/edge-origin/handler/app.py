"""Adds to requests what the origin wants to know.

What is raised here, the viewer sees as an error of CloudFront's.
"""

import base64
import json


def handler(event: dict, context: object) -> dict:
    """Tell the origin which order it is, so that it need not read the body."""
    request = event["Records"][0]["cf"]["request"]
    order = json.loads(base64.b64decode(request["body"]["data"]))
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    request["headers"]["x-order"] = [{"key": "X-Order", "value": order["order"]}]
    return request
