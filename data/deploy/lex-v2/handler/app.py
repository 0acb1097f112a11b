"""Leads a conversation about an order.

What is raised here, the bot says its failure message for.
"""


def handler(event: dict, context: object) -> dict:
    """Let the bot go on while it asks for slots, and close the intent when they are filled."""
    session = event["sessionState"]
    intent = session["intent"]
    if intent["name"] != "TrackOrder":
        raise ValueError(f"This bot does not know the intent {intent['name']}.")
    if event["invocationSource"] == "DialogCodeHook":
        return {"sessionState": {**session, "dialogAction": {"type": "Delegate"}}}
    order = intent["slots"]["Order"]["value"]["interpretedValue"]
    return {
        "sessionState": {
            **session,
            "dialogAction": {"type": "Close"},
            "intent": {**intent, "state": "Fulfilled"},
        },
        "messages": [{"contentType": "PlainText", "content": f"Order {order} is on its way."}],
    }
