"""Writes the alarms of alarms.json into the templates of data/deploy/: after the table changed.

`python -m tests.deploy.write_alarms`, or with names of folders for some of them. The CDK apps make
theirs from the table itself.
"""

import re
import sys
from typing import Any

from sim.template.write.sam_yaml import GetAtt, Ref, Sub, dump_sam
from tests.deploy.forms import translate
from tests.deploy.watched import DEPLOY, RESOURCES, expected_alarms

COMMENT = (
    "  # What the lessons say to watch. An alarm tells nobody until it has an action, "
    "such as a topic.\n"
)
BLOCK = re.compile(rf"\n{re.escape(COMMENT)}.*?(?=\nOutputs:|\Z)", re.DOTALL)


def written(template: str) -> str:
    """The template's text with the alarms of what it has, and no others."""
    text = BLOCK.sub("", template).rstrip("\n") + "\n"
    resources = translate(text)["Resources"]
    block = "\n" + COMMENT + "\n".join(_alarms(resources))
    body, outputs, rest = text.partition("\nOutputs:")
    return body + block + outputs + rest


def _alarms(resources: RESOURCES) -> list[str]:
    """The text of each alarm, with an empty line between two."""
    texts = []
    for properties in expected_alarms({"Resources": resources}):
        name = _owner(properties, resources) + properties["MetricName"]
        alarm = {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": _with_references(properties),
        }
        plain_name = re.sub("[^A-Za-z0-9]", "", name)
        lines = dump_sam({plain_name: alarm}).splitlines()
        texts.append("".join(f"  {line}\n" for line in lines))
    return texts


def _owner(properties: dict[str, Any], resources: RESOURCES) -> str:
    """The name of what an alarm watches: the last dimension's is the narrowest."""
    for dimension in reversed(properties["Dimensions"]):
        value = dimension["Value"]
        if isinstance(value, dict) and value.get("Ref") in resources:
            return str(value["Ref"])
        if isinstance(value, dict) and "Fn::GetAtt" in value:
            return str(value["Fn::GetAtt"][0])
    [name] = [
        name
        for name, one in resources.items()
        if one["Type"] == "AWS::ApiGateway::RestApi"
    ]
    return name


def _with_references(node: Any) -> Any:
    """References in SAM's short words."""
    if isinstance(node, list):
        return [_with_references(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "Ref" in node:
        return Ref(node["Ref"])
    if "Fn::Sub" in node:
        return Sub(node["Fn::Sub"])
    if "Fn::GetAtt" in node:
        return GetAtt(".".join(node["Fn::GetAtt"]))
    return {key: _with_references(value) for key, value in node.items()}


def main(folders: list[str]) -> None:
    """Write the templates of these folders, or of all that have alarms."""
    named = [DEPLOY / folder / "template.yaml" for folder in folders]
    for path in named or sorted(DEPLOY.glob("*/template.yaml")):
        template = path.read_text(encoding="utf-8")
        if named or BLOCK.search(template):
            path.write_text(written(template), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
