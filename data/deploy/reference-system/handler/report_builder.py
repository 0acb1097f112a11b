"""Counts what the warehouse knows, and keeps the report under the time that the schedule names."""

import json
import os

import boto3

warehouse = boto3.resource("dynamodb").Table(os.environ["WAREHOUSE_TABLE"])
reports = boto3.resource("s3").Bucket(os.environ["REPORTS"])


def report() -> dict[str, int]:
    """How many orders were placed and paid, and the paid amount in cents."""
    pages = warehouse.meta.client.get_paginator("scan").paginate(TableName=warehouse.name)
    orders = [order for page in pages for order in page["Items"]]
    paid = [order["OrderPaid"] for order in orders if "OrderPaid" in order]
    return {
        "placed": sum("OrderPlaced" in order for order in orders),
        "paid": len(paid),
        "amount": int(sum(order["amount"] for order in paid)),
    }


def handler(event: dict, context: object) -> str:
    """Write the report; a second run for the same time writes the same object again."""
    if event.get("source") != "aws.scheduler":
        raise ValueError("This job is started by its schedule.")
    key = f"reports/{event['time']}.json"
    reports.put_object(Key=key, Body=json.dumps(report()))
    return key
