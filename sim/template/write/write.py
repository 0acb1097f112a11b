"""A scenario as code that deploys it."""

from __future__ import annotations

from collections.abc import Callable

from sim.scenario.arguments import checked
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.template.write.cdk import write_cdk_python, write_cdk_typescript
from sim.template.write.sam import write_sam

FORMS: dict[str, Callable[[Scenario], str]] = {
    "sam": write_sam,
    "cdk-python": write_cdk_python,
    "cdk-typescript": write_cdk_typescript,
}


@checked
def write_template(scenario: Scenario, to: str = "sam") -> str:
    """The text of a SAM template, or of a CDK app, that deploys this scenario.

    `to` is "sam", or "cdk-python" or "cdk-typescript" for an app in that language; `ScenarioError`
    for any other. What no template can say is left out: how long functions work, how often they
    fail, traffic, outages.
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
    """
    if to not in FORMS:
        raise ScenarioError(
            f"write_template: there is no form {to!r}; it is one of {', '.join(FORMS)}."
        )
    return FORMS[to](scenario)
