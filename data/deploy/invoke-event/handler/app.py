"""Works on an order nobody waits for.

What is raised here, Lambda runs again after about one and two minutes.
"""


def handler(event: dict, context: object) -> None:
    """Work on one order; its id tells a repeated event from a new one."""
    order = event["detail"]
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"worked on {order['order']}, event {event['id']}")
