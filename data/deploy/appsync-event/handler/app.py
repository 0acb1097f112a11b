"""Works on what a GraphQL client sent and does not wait for.

What is raised here, Lambda runs again.
"""


def handler(event: dict, context: object) -> None:
    """Work on one order; the client named it, by which a repeated event is known."""
    order = event["arguments"]["input"]
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"worked on {order['order']}")
