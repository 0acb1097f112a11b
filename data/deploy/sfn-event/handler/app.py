"""Does a step that its workflow does not wait for; what is raised here, Lambda runs again."""


def handler(event: dict, context: object) -> None:
    """Work on one order; its id tells a repeated event from a new one."""
    order = event["order"]
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"worked on {order['order']}, event {event['id']}")
