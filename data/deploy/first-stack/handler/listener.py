"""Hears of new orders; what it raises, Lambda retries twice."""

import json


def handler(event: dict, context: object) -> None:
    """Work on one order: SNS sends one record an event."""
    for record in event["Records"]:
        order = json.loads(record["Sns"]["Message"])
        print(json.dumps({"order": order["id"]}))
