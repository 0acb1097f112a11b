"""Works on events that a channel has broadcast already.

What is raised here, Lambda runs again.
"""


def handler(event: dict, context: object) -> None:
    """Work on each event; its id tells a repeated one from a new one."""
    for published in event["events"]:
        order = published["payload"]
        if order["amount"] < 0:
            raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
        print(f"worked on {order['order']}, event {published['id']}")
