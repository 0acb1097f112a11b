"""Rotates a secret in four steps, each of which may come again.

What is raised here makes Secrets Manager begin the entire rotation again.
"""

import boto3

secrets = boto3.client("secretsmanager", region_name="us-east-1")


def create(secret: str, version: str) -> None:
    """Keep a new password as pending, once for this version."""
    password = secrets.get_random_password()["RandomPassword"]
    secrets.put_secret_value(
        SecretId=secret,
        ClientRequestToken=version,
        SecretString=password,
        VersionStages=["AWSPENDING"],
    )


def finish(secret: str, version: str) -> None:
    """Make the pending version the current one."""
    stages = secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
    current = next(found for found, of in stages.items() if "AWSCURRENT" in of)
    if current != version:
        secrets.update_secret_version_stage(
            SecretId=secret,
            VersionStage="AWSCURRENT",
            MoveToVersionId=version,
            RemoveFromVersionId=current,
        )


def handler(event: dict, context: object) -> None:
    """Carry out one step; setSecret and testSecret are for the service that has the password."""
    secret, version, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    if step == "createSecret":
        create(secret, version)
    elif step == "finishSecret":
        finish(secret, version)
    elif step not in ("setSecret", "testSecret"):
        raise ValueError(f"There is no step {step}.")
