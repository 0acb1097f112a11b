"""Takes Stripe's events: only signed ones, only fresh ones.

A payment is noted once, however often it is told.
"""

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

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def is_genuine(body: bytes, header: str, secret: str) -> bool:
    """Whether Stripe signed this body with the endpoint's secret, not long ago."""
    parts = [part.partition("=") for part in header.split(",")]
    signed_at = next((value for name, _, value in parts if name.strip() == "t"), "")
    if not signed_at.isdecimal() or abs(time.time() - int(signed_at)) > TOLERANCE:
        return False
    expected = hmac.new(
        secret.encode(), signed_at.encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    given = [value.encode() for name, _, value in parts if name.strip() == "v1"]
    return any(hmac.compare_digest(expected.encode(), value) for value in given)


def pay(payment: dict) -> bool:
    """Note the payment with its order.

    False if there is no such order, or one paid by another payment.
    """
    try:
        table.update_item(
            Key={"id": payment["metadata"]["order"]},
            UpdateExpression="SET payment = :payment",
            ConditionExpression="attribute_exists(id) AND "
            "(attribute_not_exists(payment) OR payment = :payment)",
            ExpressionAttributeValues={":payment": payment["id"]},
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def handler(event: dict, context: object) -> dict:
    """Answer 2xx for what need not come again.

    After anything else Stripe sends it again, for up to three days.
    """
    body = (
        base64.b64decode(event["body"]) if event.get("isBase64Encoded") else event["body"].encode()
    )
    secret = parameters.get_secret(os.environ["STRIPE_SECRET"], max_age=300)
    if not is_genuine(body, event["headers"].get("stripe-signature", ""), secret):
        return {"statusCode": 400, "body": "The signature is missing, wrong or too old."}
    told = json.loads(body)
    if told["type"] != "payment_intent.succeeded":
        return {"statusCode": 200, "body": "not needed"}
    if not pay(told["data"]["object"]):
        return {"statusCode": 409, "body": "There is no such order to be paid."}
    return {"statusCode": 200, "body": "paid"}
