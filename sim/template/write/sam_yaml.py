"""YAML as people write it for SAM: short references, comments, and everything in its order."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import yaml

from sim.template.write.snippets import snippet


class ShortForm(str):
    """The text of a short form such as `!Ref worker`."""

    tag = ""


class Ref(ShortForm):
    """A reference: of a queue its URL, of a topic its ARN."""

    tag = "!Ref"


class GetAtt(ShortForm):
    """An attribute: `worker.Arn`."""

    tag = "!GetAtt"


class Sub(ShortForm):
    """A text with `${...}` in it."""

    tag = "!Sub"


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, and writes no aliases."""

    def increase_indent(
        self, flow: bool = False, indentless: bool = False
    ) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, _data: Any) -> bool:
        return True


class SamLoader(yaml.SafeLoader):
    """Loads the short forms as they are."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_short_form(
    dumper: yaml.SafeDumper, text: ShortForm
) -> yaml.Node:
    return dumper.represent_scalar(text.tag, str(text))


def _construct_short_form(
    form: type[ShortForm], loader: yaml.SafeLoader, node: yaml.ScalarNode
) -> ShortForm:
    return form(loader.construct_scalar(node))


_Dumper.add_representer(str, _represent_text)
for _form in (Ref, GetAtt, Sub):
    _Dumper.add_representer(_form, _represent_short_form)
    SamLoader.add_constructor(_form.tag, partial(_construct_short_form, _form))

COMMENT_KEY = re.compile(r"^( *)'#[0-9]+': (.*)$", re.MULTILINE)
QUOTED_SHORT_FORM = re.compile(r"(!(?:Ref|GetAtt|Sub)) '([^'\n]*)'")


def dump_sam(template: dict[str, Any]) -> str:
    """The text of a template; a key that begins with # is a comment before what follows it."""
    text = yaml.dump(
        template,
        Dumper=_Dumper,
        sort_keys=False,
        width=1000,
        allow_unicode=True,
    )
    text = COMMENT_KEY.sub(_comment, text)
    # PyYAML writes `!Ref 'worker'`: nobody else does.
    return QUOTED_SHORT_FORM.sub(r"\1 \2", text)


def _comment(found: re.Match[str]) -> str:
    return f"{found[1]}# {yaml.safe_load(found[2])}"


def comment_keys(comments: list[str]) -> dict[str, str]:
    """Comments as keys of a mapping."""
    return {f"#{number}": comment for number, comment in enumerate(comments)}


def sam_snippet(kind: str, **words: str) -> dict[str, Any]:
    """The part of a template that a kind of trigger needs; empty if there is no snippet of it."""
    text = snippet(kind, "yaml", **words)
    return dict(yaml.load(text, Loader=SamLoader)) if text else {}
