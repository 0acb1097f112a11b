"""Answers a program that waits.

What is raised here comes back as 200 with the header X-Amz-Function-Error.
"""


def handler(event: dict, context: object) -> dict:
    """Price one order."""
    order = event["detail"]
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    return {"order": order["order"], "price": round(order["amount"] * 1.2, 2)}
