"""CDK code, written once as Python and printed as Python or as TypeScript, in readable lines.

https://docs.aws.amazon.com/cdk/v2/guide/work-with.html
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable

WIDTH = 100
RECORDS = (
    "Property",
    "Options",
    "Settings",
    "Triggers",
    "Config",
    "EdgeLambda",
    "Pattern",
    "Attribute",
    "DeadLetterQueue",
)
"""Ends of the names of CDK's plain records: classes in Python, object literals in TypeScript."""


class PythonPrinter:
    """Prints statements as Python."""

    indent = "    "
    end = ""

    def statement(self, text: str, depth: int) -> list[str]:
        """The lines of a statement, a comment or an empty line."""
        indent = self.indent * depth
        if not text:
            return [""]
        if text.startswith("#"):
            return [indent + self.comment(text.removeprefix("# "))]
        nodes = ast.parse(text).body
        return [
            indent + self._assigned_or_called(node, depth) + self.end
            for node in nodes
        ]

    def _assigned_or_called(self, node: ast.stmt, depth: int) -> str:
        if isinstance(node, ast.Expr):
            return self.expression(node.value, depth)
        if not isinstance(node, ast.Assign):
            raise NotImplementedError(ast.dump(node))
        target = node.targets[0]
        start = f"{self.flat(target)} = "
        if isinstance(target, ast.Name):
            start = self.declaration + start
        return start + self.expression(node.value, depth, len(start))

    # What differs from language to language

    declaration = ""
    """What stands before the first assignment of a variable."""

    def name(self, name: str) -> str:
        """A variable, function or argument."""
        return name

    def text(self, text: str) -> str:
        """A string."""
        return json.dumps(text, ensure_ascii=False)

    def constant(self, value: object) -> str:
        """A number or a truth."""
        return repr(value)

    def comment(self, text: str) -> str:
        """A comment line."""
        return f"# {text}"

    def argument(self, call: ast.Call, keyword: ast.keyword) -> str:
        """What stands before a named argument."""
        return (
            f'"{keyword.arg}": ' if _is_dictionary(call) else f"{keyword.arg}="
        )

    # In one line

    def flat(self, node: ast.expr) -> str:
        """An expression in one line."""
        match node:
            case ast.Constant(value=str(value)):
                return self.text(value)
            case ast.Constant(value=value):
                return self.constant(value)
            case ast.UnaryOp(operand=operand):
                return f"-{self.flat(operand)}"
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute(value=value, attr=name):
                return f"{self.flat(value)}.{self.name(name)}"
            case _:
                return self._flat_group(node)

    def _flat_group(self, node: ast.expr) -> str:
        match node:
            case ast.Call():
                return self.flat_call(node)
            case ast.List(elts=items):
                return f"[{', '.join(map(self.flat, items))}]"
            case ast.Dict(keys=keys, values=values):
                pairs = [
                    f"{self.flat(key)}: {self.flat(value)}"
                    for key, value in zip(keys, values, strict=True)
                    if key is not None
                ]
                return f"{{{', '.join(pairs)}}}"
        raise NotImplementedError(ast.dump(node))

    def flat_call(self, call: ast.Call) -> str:
        """A call in one line."""
        arguments = ", ".join(
            [*map(self.flat, call.args), *self.flat_named(call)]
        )
        if _is_dictionary(call):
            return f"{{{arguments}}}"
        return f"{self.flat(call.func)}({arguments})"

    def flat_named(self, call: ast.Call) -> list[str]:
        """The named arguments, each in one line."""
        return [
            self.argument(call, keyword) + self.flat(keyword.value)
            for keyword in call.keywords
        ]

    # In several lines

    def expression(self, node: ast.expr, depth: int, used: int = 0) -> str:
        """An expression at a depth of indentation; of its first line, some columns are used."""
        flat = self.flat(node)
        if len(self.indent) * depth + used + len(flat) <= WIDTH:
            return flat
        if isinstance(node, ast.List):
            items = [self.expression(item, depth + 1) for item in node.elts]
            return self.block("[", items, "]", depth)
        if isinstance(node, ast.Call):
            return self.broken_call(node, depth)
        return flat

    def broken_call(self, call: ast.Call, depth: int) -> str:
        """A call with each named argument in a line of its own."""
        in_one_line = ", ".join(map(self.flat, call.args))
        items = [in_one_line] if call.args else []
        if len(in_one_line) > WIDTH - 30:
            items = [self.expression(each, depth + 1) for each in call.args]
        items += self.named(call, depth + 1)
        if _is_dictionary(call):
            return self.block("{", items, "}", depth)
        function = self.expression(call.func, depth)
        return function + self.block("(", items, ")", depth)

    def named(self, call: ast.Call, depth: int) -> list[str]:
        """The named arguments at a depth of indentation."""
        arguments = []
        for keyword in call.keywords:
            start = self.argument(call, keyword)
            value = self.expression(keyword.value, depth, len(start))
            arguments.append(start + value)
        return arguments

    def block(
        self, opening: str, items: Iterable[str], closing: str, depth: int
    ) -> str:
        """Items, one a line, between brackets."""
        inner = "".join(
            f"\n{self.indent * (depth + 1)}{item}," for item in items
        )
        return f"{opening}{inner}\n{self.indent * depth}{closing}"


class TypeScriptPrinter(PythonPrinter):
    """Prints the same statements as TypeScript."""

    indent = "  "
    end = ";"
    declaration = "const "

    def name(self, name: str) -> str:
        """In camelCase; classes and constants stay as they are."""
        if name == "self":
            return "this"
        if name.isupper():
            return name
        first, *rest = name.strip("_").split("_")
        return first + "".join(word[:1].upper() + word[1:] for word in rest)

    def text(self, text: str) -> str:
        """In single quotes where that is easy."""
        needs_escapes = "'" in text or "\\" in text
        return super().text(text) if needs_escapes else f"'{text}'"

    def constant(self, value: object) -> str:
        """As JavaScript says it."""
        return "undefined" if value is None else json.dumps(value)

    def comment(self, text: str) -> str:
        """A comment line."""
        return f"// {text}"

    def argument(self, _call: ast.Call, keyword: ast.keyword) -> str:
        """A property of an object literal."""
        return f"{self.name(keyword.arg or '')}: "

    def flat_call(self, call: ast.Call) -> str:
        """Named arguments are the properties of a last argument; records are nothing else."""
        properties = ", ".join(self.flat_named(call))
        literal = f"{{ {properties} }}" if properties else ""
        if _is_dictionary(call) or _is_record(call):
            return literal or "{}"
        arguments = [*map(self.flat, call.args), literal]
        return f"{self._called(call)}({', '.join(filter(None, arguments))})"

    def broken_call(self, call: ast.Call, depth: int) -> str:
        """A record's properties, or those of the last argument, each in a line of its own."""
        if _is_dictionary(call) or _is_record(call):
            return self._literal(call, depth)
        head = self._broken_head(call, depth)
        if call.keywords:
            start = f"{head}({self._in_front(call.args)}"
            return f"{start}{self._literal(call, depth)})"
        *others, last = call.args
        start = f"{head}({self._in_front(others)}"
        return f"{start}{self.expression(last, depth, len(start) + 1)})"

    def _broken_head(self, call: ast.Call, depth: int) -> str:
        """What is called, in several lines if it is itself the result of a call."""
        if not isinstance(call.func, ast.Attribute):
            return self._called(call)
        owner = self.expression(call.func.value, depth)
        return f"{_new(call)}{owner}.{self.name(call.func.attr)}"

    def _in_front(self, arguments: list[ast.expr]) -> str:
        """Arguments in front of the last one."""
        return "".join(f"{self.flat(argument)}, " for argument in arguments)

    def _called(self, call: ast.Call) -> str:
        return f"{_new(call)}{self.flat(call.func)}"

    def _literal(self, call: ast.Call, depth: int) -> str:
        return self.block("{", self.named(call, depth + 1), "}", depth)


def _is_dictionary(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "dict"


def _is_record(call: ast.Call) -> bool:
    return (
        bool(_new(call))
        and _last_name(call).endswith(RECORDS)
        and not call.args
    )


def _new(call: ast.Call) -> str:
    """Whether a class is made, as TypeScript says it: classes begin with a capital letter."""
    return "new " if _last_name(call)[:1].isupper() else ""


def _last_name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
