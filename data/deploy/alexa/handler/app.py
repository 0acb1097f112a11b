"""Tells where an order is; what is raised here, Alexa turns into an apology of its own."""


def handler(event: dict, context: object) -> dict:
    """Answer one request of the skill with a sentence."""
    request = event["request"]
    if request["type"] == "IntentRequest" and request["intent"]["name"] != "TrackOrderIntent":
        raise ValueError(f"This skill does not know the intent {request['intent']['name']}.")
    speech = {"type": "PlainText", "text": "Your teapot is on its way."}
    return {"version": "1.0", "response": {"outputSpeech": speech, "shouldEndSession": True}}
