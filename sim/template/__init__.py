"""Templates of SAM, CloudFormation and CDK as scenarios."""

from sim.template.problem import TemplateError
from sim.template.read import Reading, read_template

__all__ = ["Reading", "TemplateError", "read_template"]
