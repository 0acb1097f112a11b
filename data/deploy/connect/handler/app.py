"""Tells a contact flow about an order.

What is raised here sends the contact down the Error branch.
"""


def handler(event: dict, context: object) -> dict:
    """A flat object of texts, which the next block can read."""
    order = event["Details"]["Parameters"].get("order")
    if not order:
        raise ValueError("The flow names no order.")
    return {"order": order, "state": "on its way"}
