"""Deploys a template to moto and prints its event source mappings as Lambda lists them: JSON."""

import json
import sys
from pathlib import Path

import boto3
from moto import mock_aws

with mock_aws():
    boto3.client("cloudformation").create_stack(
        StackName="test",
        TemplateBody=Path(sys.argv[1]).read_text(encoding="utf-8"),
        Capabilities=["CAPABILITY_IAM"],
    )
    print(
        json.dumps(
            boto3.client("lambda").list_event_source_mappings()[
                "EventSourceMappings"
            ],
            default=str,
        )
    )
