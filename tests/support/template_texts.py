"""Templates in a few lines: resources one a line, read, refused, and looked up in the report."""

import pytest

import sim

SAM = "Transform: AWS::Serverless-2016-10-31\n"
SAM_CODE = "Runtime: python3.13, Handler: a.b, CodeUri: src"
PLAIN_CODE = "Runtime: python3.13, Handler: a.b, Role: r, Code: {ZipFile: x}"


def resource(name, kind, properties=""):
    """A resource in one line; `kind` is its type without `AWS::`, unless it is a custom one."""
    kind = kind if kind.startswith("Custom::") else f"AWS::{kind}"
    return f"  {name}: {{Type: '{kind}', Properties: {{{properties}}}}}\n"


def plain_function(name="F", more=""):
    """A function in CloudFormation."""
    return resource(
        name, "Lambda::Function", f"{PLAIN_CODE}, {more}".rstrip(", ")
    )


def sam_function(name="F", more=""):
    """A function in SAM."""
    return resource(
        name, "Serverless::Function", f"{SAM_CODE}, {more}".rstrip(", ")
    )


def mapping(settings):
    """An event source mapping of the function F."""
    kind = "Lambda::EventSourceMapping"
    return resource("M", kind, f"FunctionName: !Ref F, {settings}")


def read(resources, head="", **options):
    """The reading of a template with these resources."""
    return sim.read_template(f"{head}Resources:\n{resources}", **options)


def read_sam(resources, head="", **options):
    """The reading of a SAM template with these resources."""
    return read(resources, f"{SAM}{head}", **options)


def refused(template, **options):
    """The sentences with which a template is refused."""
    with pytest.raises(sim.TemplateError) as error:
        sim.read_template(template, **options)
    return str(error.value)


def row(reading, resource, name):
    """The only row of the report about a property of a resource."""
    report = reading.report
    is_it = (report.resource == resource) & (report.property == name)
    (found,) = report[is_it].itertuples()
    return found
