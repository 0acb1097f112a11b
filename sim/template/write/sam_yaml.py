"""YAML as people write it for SAM: short references, comments, and everything in the order it was put."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import yaml

from sim.template.write.snippets import part


class Short(str):
    """The text of a short form such as `!Ref worker`."""

    tag = ""


class Ref(Short):
    """A reference: of a queue its URL, of a topic its ARN."""

    tag = "!Ref"


class GetAtt(Short):
    """An attribute: `worker.Arn`."""

    tag = "!GetAtt"


class Sub(Short):
    """A text with `${...}` in it."""

    tag = "!Sub"


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their key, and nothing is said by alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, _data: Any) -> bool:
        return True


class _Loader(yaml.SafeLoader):
    """Reads the short forms as they are."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    )


def _short(dumper: yaml.SafeDumper, text: Short) -> yaml.Node:
    return dumper.represent_scalar(text.tag, str(text))


def _short_read(
    form: type[Short], loader: yaml.SafeLoader, node: yaml.ScalarNode
) -> Short:
    return form(loader.construct_scalar(node))


_Dumper.add_representer(str, _text)
for _form in (Ref, GetAtt, Sub):
    _Dumper.add_representer(_form, _short)
    _Loader.add_constructor(_form.tag, partial(_short_read, _form))

MARK = re.compile(r"^( *)'#[0-9]+': (.*)$", re.MULTILINE)


def dumped(template: dict[str, Any]) -> str:
    """The text of a template; a key that begins with # is a comment before what follows it."""
    text = yaml.dump(
        template, Dumper=_Dumper, sort_keys=False, width=1000, allow_unicode=True
    )
    text = MARK.sub(lambda found: f"{found[1]}# {yaml.safe_load(found[2])}", text)
    # A bare tag is written in quotes, `!Ref 'worker'`: nobody writes it so.
    return re.sub(r"(!(?:Ref|GetAtt|Sub)) '([^'\n]*)'", r"\1 \2", text)


def commented(remarks: list[str]) -> dict[str, str]:
    """Comments as keys of a mapping."""
    return {f"#{number}": remark for number, remark in enumerate(remarks)}


def snippet(kind: str, **words: str) -> dict[str, Any]:
    """The part of a template that a kind of trigger needs, from `data/snippets`; empty if there is none."""
    text = part(kind, "yaml", **words)
    return dict(yaml.load(text, Loader=_Loader)) if text else {}
