"""Plans of Terraform in JSON, written from the documented format, one rule at a time.

Those that Terraform itself made are in `real_plans`.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
import re

KEY = re.compile(r"\[[^\]]*\]$")
ADDRESS = re.compile(r"([a-z]+_\w+)\.(\w+)(?:\[([^\]]*)\])?$")


FUNCTION = {
    "function_name": "worker",
    "runtime": "python3.13",
    "handler": "a.b",
}
WORKER = {"aws_lambda_function.worker": FUNCTION}


class Reference:
    """What an argument refers to; its value is known only after the plan is applied.

    With a `value` it is known before, and as `null` it is known to be nothing.
    """

    def __init__(self, *references, value=None, is_null=False):
        self.references = [part for each in references for part in steps(each)]
        self.value = value
        self.is_unknown = value is None and not is_null


class Dynamic:
    """What a `dynamic` block makes: the configuration in a plan does not have it."""

    def __init__(self, blocks):
        self.blocks = blocks


def steps(reference):
    """`["a.b[0].c", "a.b[0]", "a.b"]` of `a.b[0].c`, as Terraform writes it."""
    begins = reference.rpartition(".")[0]
    is_whole = begins.count(".") < 1 or reference.startswith(("var.", "local."))
    if is_whole:
        return [reference]
    return list(dict.fromkeys([reference, begins, KEY.sub("", begins)]))


def plan(resources, modules=None, **more):
    """The plan of resources by their addresses, and of modules by the calls that make them.

    A module is a mapping with `resources`, and if it needs them `given` (variables), `outputs`,
    `modules`, and `keys` of its instances.
    """
    changes = []
    written = {"resources": resources, "modules": modules or {}}
    document = {
        "format_version": "1.2",
        "terraform_version": "1.9.5",
        "planned_values": {"root_module": planned_module(written, "", changes)},
        "resource_changes": changes,
        "configuration": {"root_module": configured_module(written)},
        **more,
    }
    return json.dumps(document)


def planned_module(module, address, changes):
    """The values of a module, and of those in it; `changes` gets what is unknown of them."""
    resources = []
    for name, arguments in module["resources"].items():
        resources.append(planned_resource(f"{address}{name}", arguments))
        changes.append(change(f"{address}{name}", arguments))
    children = []
    for name, child in module.get("modules", {}).items():
        for key in child.get("keys", [None]):
            index = "" if key is None else f"[{json.dumps(key)}]"
            at = f"{address}module.{name}{index}"
            inner = planned_module(child, f"{at}.", changes)
            children.append({"address": at, **inner})
    return {"resources": resources, "child_modules": children}


def planned_resource(address, arguments):
    """What is known of a resource before the plan is applied."""
    found = ADDRESS.search(address)
    key = found[3]
    index = {} if key is None else {"index": json.loads(key)}
    return {
        "address": address,
        "mode": "managed",
        "type": found[1],
        "name": found[2],
        **index,
        "provider_name": "hashicorp/aws",
        "schema_version": 0,
        "values": arguments.get("provider", {}) | known(given(arguments)),
    }


def change(address, arguments):
    """What is unknown of a resource before the plan is applied."""
    not_known = {"id": True} | (unknown(given(arguments)) or {})
    return {
        "address": address,
        "change": {"actions": ["create"], "after_unknown": not_known},
    }


def configured_module(module):
    """How a module is written, and those in it."""
    resources = {}
    for name, arguments in module["resources"].items():
        found = ADDRESS.search(name)
        kind, label = found[1], found[2]
        resources[kind, label] = configured_resource(kind, label, arguments)
    calls = {
        name: {
            "expressions": expressions(child.get("given", {})),
            "for_each_expression": expression(child.get("for_each")),
            "module": configured_module(child),
        }
        for name, child in module.get("modules", {}).items()
    }
    outputs = {
        name: {"expression": expression(value)}
        for name, value in module.get("outputs", {}).items()
    }
    return {
        "outputs": outputs,
        "resources": list(resources.values()),
        "module_calls": calls,
    }


def configured_resource(kind, label, arguments):
    """How a resource is written."""
    return {
        "address": f"{kind}.{label}",
        "mode": "managed",
        "type": kind,
        "name": label,
        "expressions": expressions(given(arguments)),
        "for_each_expression": expression(arguments.get("for_each")),
    }


def given(arguments):
    """The arguments without what is said of the resource beside them."""
    beside = ("provider", "for_each")
    return {
        name: value for name, value in arguments.items() if name not in beside
    }


def expressions(arguments):
    return {
        name: expression(value)
        for name, value in arguments.items()
        if not isinstance(value, Dynamic)
    }


def known(value):
    """The part of a value that is known before the plan is applied."""
    if isinstance(value, Reference):
        return value.value
    if isinstance(value, Dynamic):
        return known(value.blocks)
    if isinstance(value, dict):
        pairs = {key: known(item) for key, item in value.items()}
        return {key: item for key, item in pairs.items() if item is not None}
    if isinstance(value, list):
        return [known(item) for item in value]
    return value


def unknown(value):
    """`true` where a value is unknown, as `after_unknown` has it."""
    if isinstance(value, Reference):
        return True if value.is_unknown else None
    if isinstance(value, Dynamic):
        return unknown(value.blocks)
    if isinstance(value, dict):
        pairs = {key: unknown(item) for key, item in value.items()}
        return {key: item for key, item in pairs.items() if item is not None}
    if isinstance(value, list) and any(
        isinstance(item, dict) for item in value
    ):
        return [unknown(item) or {} for item in value]
    return None


def expression(value):
    """An argument as the configuration has it; a list of mappings is a list of blocks."""
    if isinstance(value, Reference):
        return {"references": value.references}
    if isinstance(value, dict):
        inner = [item for item in value.values() if isinstance(item, Reference)]
        if inner:
            return {
                "references": [
                    each for item in inner for each in item.references
                ]
            }
        return {"constant_value": value}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [expressions(block) for block in value]
    return {"constant_value": value}


def mapping(source, function="aws_lambda_function.worker.arn", **more):
    """A mapping of the worker."""
    return {
        "event_source_arn": Reference(source),
        "function_name": Reference(function),
        **more,
    }


def sources(reading):
    """What each trigger reads, by the trigger's name."""
    return {
        one.name: (getattr(one, "source", None), one.function)
        for one in reading.scenario.triggers
    }
