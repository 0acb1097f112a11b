"""Checks something between two stages of a pipeline, and reports.

What is raised here, Lambda runs again; without a report the action waits for 20 minutes.
"""

import boto3

pipelines = boto3.client("codepipeline", region_name="us-east-1")


def handler(event: dict, context: object) -> None:
    """Report how the check went, also when it did not go well."""
    job = event["CodePipeline.job"]
    checked = job["data"]["actionConfiguration"]["configuration"].get("UserParameters")
    if checked:
        print(f"checked {checked}")
        pipelines.put_job_success_result(jobId=job["id"])
        return
    failure = {"type": "ConfigurationError", "message": "There is nothing to check."}
    pipelines.put_job_failure_result(jobId=job["id"], failureDetails=failure)
