"""Takes Stripe's events: only signed ones, only fresh ones, each once."""

import base64
import hashlib
import hmac
import json
import os
import time

import boto3
from aws_lambda_powertools.utilities import parameters

TOLERANCE = 300
"""Seconds for which a signature is good, as Stripe's libraries have it."""

table = boto3.resource("dynamodb").Table(os.environ["SEEN_TABLE"])


def is_genuine(body: str, header: str, secret: str) -> bool:
    """Whether Stripe signed this body with the endpoint's secret, not long ago."""
    parts = [part.partition("=") for part in header.split(",")]
    signed_at = next((value for name, _, value in parts if name.strip() == "t"), "")
    if not signed_at.isdigit() or abs(time.time() - int(signed_at)) > TOLERANCE:
        return False
    expected = hmac.new(secret.encode(), f"{signed_at}.{body}".encode(), hashlib.sha256).hexdigest()
    return any(
        hmac.compare_digest(expected, value) for name, _, value in parts if name.strip() == "v1"
    )


def note(stripe_event: dict) -> bool:
    """Write the event down; False if it was there already."""
    try:
        table.put_item(
            Item={"id": stripe_event["id"], "type": stripe_event["type"]},
            ConditionExpression="attribute_not_exists(id)",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def handler(event: dict, context: object) -> dict:
    """Answer 2xx for what need not come again.

    After anything else Stripe sends it again, for up to three days.
    """
    body = (
        base64.b64decode(event["body"]).decode() if event.get("isBase64Encoded") else event["body"]
    )
    secret = parameters.get_secret(os.environ["STRIPE_SECRET"], max_age=300)
    if not is_genuine(body, event["headers"].get("stripe-signature", ""), secret):
        return {"statusCode": 400, "body": "The signature is missing, wrong or too old."}
    return {"statusCode": 200, "body": "new" if note(json.loads(body)) else "seen before"}
