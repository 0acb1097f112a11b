"""Hears of placed orders; the event's id is the same on every delivery of it."""


def handler(event: dict, context: object) -> None:
    """Work on one order; rules deliver at least once, so two events may have one id."""
    order = event["detail"]
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"heard of {order['order']}, event {event['id']}")
