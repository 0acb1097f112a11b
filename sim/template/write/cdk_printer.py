"""CDK code, written once as Python and printed as Python or as TypeScript, in lines that people can read.

https://docs.aws.amazon.com/cdk/v2/guide/work-with.html
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Sequence

WIDTH = 100
STRUCTS = (
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


class Python:
    """Prints an expression as Python."""

    indent = "    "
    end = ""

    def name(self, name: str) -> str:
        """A variable, function or argument."""
        return name

    def text(self, text: str) -> str:
        """A string."""
        return json.dumps(text, ensure_ascii=False)

    def constant(self, value: object) -> str:
        """A number or a truth."""
        return repr(value)

    def called(self, call: ast.Call) -> tuple[str, str, str]:
        """What stands before a call, and its brackets."""
        return (
            ("", "{", "}") if _is_dictionary(call) else (self.flat(call.func), "(", ")")
        )

    def argument(self, call: ast.Call, keyword: ast.keyword) -> str:
        """What stands before a named argument."""
        return f'"{keyword.arg}": ' if _is_dictionary(call) else f"{keyword.arg}="

    def assigned(self, name: str) -> str:
        """The beginning of a variable's first assignment."""
        return f"{name} = "

    def comment(self, text: str) -> str:
        """A comment line."""
        return f"# {text}"

    # -- one line
    # ----------------------------------------------------------------------------------------------------

    def flat(self, node: ast.expr) -> str:
        """An expression in one line."""
        match node:
            case ast.Constant(value=value):
                return (
                    self.text(value) if isinstance(value, str) else self.constant(value)
                )
            case ast.UnaryOp(operand=operand):
                return f"-{self.flat(operand)}"
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute(value=value, attr=name):
                return f"{self.flat(value)}.{self.name(name)}"
            case _:
                return self.flat_group(node)

    def flat_group(self, node: ast.expr) -> str:
        """A call, list or dictionary in one line."""
        match node:
            case ast.Call():
                return self.flat_call(node)
            case ast.List(elts=items):
                return f"[{', '.join(map(self.flat, items))}]"
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return f"{{{', '.join(f'{self.flat(key)}: {self.flat(value)}' for key, value in pairs if key)}}}"
        raise NotImplementedError(ast.dump(node))

    def flat_call(self, call: ast.Call) -> str:
        """A call in one line."""
        before, opening, closing = self.called(call)
        named = [
            self.argument(call, keyword) + self.flat(keyword.value)
            for keyword in call.keywords
        ]
        return f"{before}{opening}{', '.join([*map(self.flat, call.args), *named])}{closing}"

    # -- several lines
    # -----------------------------------------------------------------------------------------------

    def printed(self, node: ast.expr, depth: int, used: int = 0) -> str:
        """An expression at a depth of indentation, of whose first line some columns are used already."""
        flat = self.flat(node)
        if len(self.indent) * depth + used + len(flat) <= WIDTH:
            return flat
        if isinstance(node, ast.List):
            return self.block(
                "[", [self.printed(item, depth + 1) for item in node.elts], "]", depth
            )
        if isinstance(node, ast.Call):
            return self.broken_call(node, depth)
        return flat

    def broken_call(self, call: ast.Call, depth: int) -> str:
        """A call with each named argument in a line of its own."""
        _, opening, closing = self.called(call)
        before = "" if _is_dictionary(call) else self.printed(call.func, depth)
        first = ", ".join(map(self.flat, call.args))
        positional = (
            [first]
            if len(first) <= WIDTH - 30
            else [self.printed(one, depth + 1) for one in call.args]
        )
        return before + self.block(
            opening,
            [*filter(None, positional), *self.named(call, depth + 1)],
            closing,
            depth,
        )

    def named(self, call: ast.Call, depth: int) -> list[str]:
        """The named arguments, printed."""
        starts = [self.argument(call, keyword) for keyword in call.keywords]
        return [
            s + self.printed(k.value, depth, len(s))
            for s, k in zip(starts, call.keywords, strict=True)
        ]

    def block(
        self, opening: str, items: Iterable[str], closing: str, depth: int
    ) -> str:
        """Items, one a line, between brackets."""
        inner = "".join(f"\n{self.indent * (depth + 1)}{item}," for item in items)
        return f"{opening}{inner}\n{self.indent * depth}{closing}"

    def statement(self, text: str, depth: int) -> list[str]:
        """A statement, a comment or an empty line."""
        if not text or text.startswith("#"):
            return [self.indent * depth + self.comment(text[2:])] if text else [""]
        return [
            self.indent * depth + self._printed(node, depth) + self.end
            for node in ast.parse(text).body
        ]

    def _printed(self, node: ast.stmt, depth: int) -> str:
        if isinstance(node, ast.Assign):
            target = self.flat(node.targets[0])
            start = (
                self.assigned(target)
                if isinstance(node.targets[0], ast.Name)
                else f"{target} = "
            )
            return start + self.printed(node.value, depth, len(start))
        if isinstance(node, ast.Expr):
            return self.printed(node.value, depth)
        raise NotImplementedError(ast.dump(node))


class TypeScript(Python):
    """Prints the same expression as TypeScript."""

    indent = "  "
    end = ";"

    def name(self, name: str) -> str:
        """In camelCase; classes and constants stay as they are."""
        if name == "self":
            return "this"
        first, *rest = name.strip("_").split("_")
        return (
            name
            if name.isupper()
            else first + "".join(word[:1].upper() + word[1:] for word in rest)
        )

    def text(self, text: str) -> str:
        """In single quotes where that is easy."""
        return (
            json.dumps(text, ensure_ascii=False)
            if "'" in text or "\\" in text
            else f"'{text}'"
        )

    def constant(self, value: object) -> str:
        """As JavaScript says it."""
        return "undefined" if value is None else json.dumps(value)

    def called(self, call: ast.Call) -> tuple[str, str, str]:
        """Records are object literals, classes are made with `new`."""
        if _is_dictionary(call) or _is_struct(call):
            return "", "{ ", " }"
        return f"{'new ' if _is_class(call) else ''}{self.flat(call.func)}", "(", ")"

    def argument(self, call: ast.Call, keyword: ast.keyword) -> str:
        """A property of an object literal."""
        return f"{self.name(keyword.arg or '')}: "

    def assigned(self, name: str) -> str:
        """A constant."""
        return f"const {name} = "

    def comment(self, text: str) -> str:
        """A comment line."""
        return f"// {text}"

    def flat_call(self, call: ast.Call) -> str:
        """Named arguments are the properties of a last argument."""
        before, opening, _ = self.called(call)
        named = ", ".join(
            self.argument(call, keyword) + self.flat(keyword.value)
            for keyword in call.keywords
        )
        if opening == "{ ":
            return f"{{ {named} }}" if named else "{}"
        return f"{before}({', '.join([*map(self.flat, call.args), *([f'{{ {named} }}'] if named else [])])})"

    def broken_call(self, call: ast.Call, depth: int) -> str:
        """A record's properties, or the last argument's, each in a line of its own."""
        before, opening, _ = self.called(call)
        if opening == "{ ":
            return self._record(call, depth)
        head = (
            before
            if not isinstance(call.func, ast.Attribute)
            else self._function(call, depth)
        )
        if call.keywords:
            first = "".join(f"{self.flat(one)}, " for one in call.args)
            return f"{head}({first}{self._record(call, depth)})"
        *others, last = call.args
        first = "".join(f"{self.flat(one)}, " for one in others)
        return f"{head}({first}{self.printed(last, depth, len(head) + len(first) + 2)})"

    def _function(self, call: ast.Call, depth: int) -> str:
        new = "new " if _is_class(call) else ""
        assert isinstance(call.func, ast.Attribute)
        return (
            f"{new}{self.printed(call.func.value, depth)}.{self.name(call.func.attr)}"
        )

    def _record(self, call: ast.Call, depth: int) -> str:
        return self.block("{", self.named(call, depth + 1), "}", depth)


def _is_dictionary(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "dict"


def _last(call: ast.Call) -> str:
    return (
        call.func.attr
        if isinstance(call.func, ast.Attribute)
        else getattr(call.func, "id", "")
    )


def _is_class(call: ast.Call) -> bool:
    return _last(call)[:1].isupper()


def _is_struct(call: ast.Call) -> bool:
    return _is_class(call) and _last(call).endswith(STRUCTS) and not call.args


def used(statements: Sequence[str]) -> set[str]:
    """The names that some expression reads."""
    trees = [
        ast.parse(text) for text in statements if text and not text.startswith("#")
    ]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def without_idle_variables(statements: list[str]) -> list[str]:
    """A construct that nothing refers to needs no variable."""
    read = used(statements)
    assignment = re.compile(r"^([a-z_][a-z_0-9]*) = ")
    return [
        text
        if not (found := assignment.match(text)) or found[1] in read
        else text[found.end() :]
        for text in statements
    ]
