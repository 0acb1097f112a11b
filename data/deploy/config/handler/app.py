"""Judges changed EC2 instances: an instance must have the tag that the rule names."""

import json

import boto3

config = boto3.client("config")


def judge(item: dict, team: str) -> str:
    """COMPLIANT when the instance is tagged for the team; what is deleted needs no tag."""
    if item["configurationItemStatus"] == "ResourceDeleted":
        return "NOT_APPLICABLE"
    return "COMPLIANT" if team in item["tags"] else "NON_COMPLIANT"


def handler(event: dict, context: object) -> str:
    """Judge one instance and tell Config; telling the same twice does no harm."""
    notification = json.loads(event["invokingEvent"])
    if notification["messageType"] != "ConfigurationItemChangeNotification":
        raise ValueError(f"This rule cannot read a {notification['messageType']}.")
    item = notification["configurationItem"]
    verdict = judge(item, json.loads(event["ruleParameters"])["team"])
    config.put_evaluations(
        ResultToken=event["resultToken"],
        Evaluations=[
            {
                "ComplianceResourceType": item["resourceType"],
                "ComplianceResourceId": item["resourceId"],
                "ComplianceType": verdict,
                "OrderingTimestamp": item["configurationItemCaptureTime"],
            }
        ],
    )
    return verdict
