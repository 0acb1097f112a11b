"""Templates of SAM, CloudFormation and CDK as scenarios, and the other way round."""

from sim.template.errors import TemplateError
from sim.template.read.read import read_template
from sim.template.read.reading import Reading
from sim.template.write.write import write_template

__all__ = ["Reading", "TemplateError", "read_template", "write_template"]
