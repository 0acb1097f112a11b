"""Hears of placed orders; the event's id is the same on every delivery of it."""


def handler(event: dict | list, context: object) -> None:
    """Work on one order, or on all of an array; events are delivered at least once."""
    for one in event if isinstance(event, list) else [event]:
        order = one["detail"]
        if order["amount"] < 0:
            raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
        print(f"heard of {order['order']}, event {one['id']}")
