"""Hears of pushes; the event names branches and commits, the trigger adds its custom data."""

import json


def handler(event: dict, context: object) -> None:
    """Look at each pushed commit; running twice for one commit gives the same."""
    for record in event["Records"]:
        order = json.loads(record["customData"])
        if order["amount"] < 0:
            raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
        for reference in record["codecommit"]["references"]:
            print(f"{reference['ref']} is now {reference['commit']}")
