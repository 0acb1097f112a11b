"""Follows a collection's changes.

A change that fails is handed over again and again, and all later ones wait.
"""


def follow(change: dict) -> None:
    """Work on one change; its resume token (_id._data) tells a repeated change from a new one."""
    order = change["fullDocument"]["body"]
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"{change['operationType']} of {order['order']}, change {change['_id']['_data']}")


def handler(event: dict, context: object) -> None:
    """Raise on the first failed change: Lambda takes no report by event here."""
    for record in event["events"]:
        follow(record["event"])
