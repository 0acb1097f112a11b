"""Answers a GraphQL field.

What is raised here, the client reads in errors[], and the field is null.
"""


def handler(event: dict, context: object) -> dict:
    """Place one order; a mutation sent twice places it once, its client having named it."""
    order = event["arguments"]["input"]
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    return {"order": order["order"], "amount": order["amount"]}
