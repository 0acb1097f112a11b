"""Settings by dotted paths: `functions.worker.timeout`, with `*` for all names.

What has no name, such as a retrier or a way of a state machine, has its number, from 0 on.

A group that is not set, such as the `scaling_config` of a mapping, can still be gone through: it is
made, with its defaults, when something in it is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_origin

from pydantic import BaseModel

from sim import facts
from sim.scenario.setting_help import fact_of, groups_in, shown_fields

Path = tuple[str, ...]
Changes = dict[Path, Any]
"""The new values, by what is left of their paths."""
Groups = list[type[BaseModel]]
"""What a group that is not set can be."""


def changed(settings: BaseModel, changes: Mapping[str, Any]) -> Any:
    """The same settings with the values at these paths changed."""
    by_path = {_split(path): new for path, new in changes.items()}
    return _changed(settings, by_path, [])


def found(
    settings: BaseModel, path: str
) -> Iterator[tuple[facts.Fact | None, Any]]:
    """The facts and values at a path; None is the value of what is in a group that is not set."""
    return _found(settings, _split(path), [])


def instead(settings: BaseModel, path: str) -> str:
    """The end of a sentence on a path that leads to nothing: what may be meant."""
    paths = [".".join(words) for words in _paths(settings, (), [])]
    *_, last = _split(path)
    named = [known for known in paths if known.endswith(f".{last}")]
    near = (
        get_close_matches(path, paths, n=1, cutoff=0.75)
        or get_close_matches(path, named, n=1, cutoff=0)
        or get_close_matches(path, paths, n=1)
    )
    if near:
        return f"did you mean {near[0]!r}?"
    begins = ", ".join(shown_fields(type(settings)))
    return f"paths begin with one of {begins}."


def _split(path: str) -> Path:
    return tuple(path.split("."))


def ending_in(settings: BaseModel, name: str) -> list[str]:
    """The paths to settings of this name, at any depth; none through a list without names."""
    paths = [path for path in _paths(settings, (), []) if path[-1] == name]
    joined = [".".join(path) for path in paths if "*" not in path]
    return list(dict.fromkeys(joined))


def _fits(item: Any, number: int, name: str) -> bool:
    return name in ("*", _name_of(item) or str(number))


def _name_of(item: Any) -> str | None:
    """The name of a resource, or of what an outage or a change is of."""
    return getattr(item, "name", None) or getattr(item, "of", None)


def _has(group: BaseModel, name: str) -> bool:
    """Whether a group has a setting of this name: a field, or a value that a change is to."""
    return name in type(group).model_fields or name in (group.model_extra or {})


def _groups(model: type[BaseModel], name: str) -> Groups:
    if name not in model.model_fields:
        return []
    annotation = model.model_fields[name].annotation
    return [] if get_origin(annotation) is tuple else groups_in(annotation)


def _changed(value: Any, changes: Changes, groups: Groups) -> Any:
    value = changes.get((), value)
    deeper = {path: new for path, new in changes.items() if path}
    if isinstance(value, tuple):
        return tuple(
            _changed(item, _of_item(item, number, deeper), [])
            for number, item in enumerate(value)
        )
    if value is None and any(new is not None for new in deeper.values()):
        return _made(groups, deeper)
    model = type(value)
    if not issubclass(model, BaseModel):
        return value
    fields = {
        name: _changed(getattr(value, name), inner, _groups(model, name))
        for name, inner in _by_field(deeper).items()
        if _has(value, name)
    }
    return value.replace(**fields) if fields else value


def _of_item(item: Any, number: int, changes: Changes) -> Changes:
    of_item: Changes = {}
    for (name, *rest), new in changes.items():
        if _fits(item, number, name):
            of_item[tuple(rest)] = new
    return of_item


def _by_field(changes: Changes) -> dict[str, Changes]:
    fields: dict[str, Changes] = {}
    for (name, *rest), new in changes.items():
        fields.setdefault(name, {})[tuple(rest)] = new
    return fields


def _made(groups: Groups, changes: Changes) -> BaseModel:
    """A group with these values and its defaults."""
    fields = _by_field(changes)
    model = _first_with(groups, fields)
    values = {
        name: _changed(_default(model, name), inner, _groups(model, name))
        for name, inner in fields.items()
    }
    return model(**values)


def _first_with(groups: Groups, names: Iterable[str]) -> type[BaseModel]:
    """The first of these groups that has all these fields, or else one that has the first field."""
    first, *_ = names
    fitting = [model for model in groups if first in model.model_fields]
    for model in fitting:
        if set(names) <= set(model.model_fields):
            return model
    return fitting[0]


def _default(model: type[BaseModel], name: str) -> Any:
    field = model.model_fields[name]
    return (
        None
        if field.is_required()
        else field.get_default(call_default_factory=True)
    )


def _found(
    value: Any, path: Path, groups: Groups
) -> Iterator[tuple[facts.Fact | None, Any]]:
    name, *_ = path
    rest = path[1:]
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            if _fits(item, number, name):
                yield from _found(item, rest, []) if rest else [(None, item)]
    model = type(value)
    if isinstance(value, BaseModel) and _has(value, name):
        inner = getattr(value, name)
        if rest:
            yield from _found(inner, rest, _groups(model, name))
        else:
            yield _fact_of(model, name), inner
    if value is None:
        yield from _found_in_missing(groups, path)


def _fact_of(model: type[BaseModel], name: str) -> facts.Fact | None:
    return fact_of(model, name) if name in model.model_fields else None


def _found_in_missing(
    groups: Groups, path: Path
) -> Iterator[tuple[facts.Fact | None, Any]]:
    name, *_ = path
    rest = path[1:]
    model = next(
        (model for model in groups if name in model.model_fields), None
    )
    if model is not None and rest:
        yield from _found_in_missing(_groups(model, name), rest)
    elif model is not None:
        yield fact_of(model, name), None


def _paths(value: Any, path: Path, groups: Groups) -> Iterator[Path]:
    """Every path below this one."""
    if isinstance(value, tuple):
        for item in value:
            item_path = (*path, _name_of(item) or "*")
            yield item_path
            yield from _paths(item, item_path, [])
    elif isinstance(value, BaseModel):
        for name in (*shown_fields(type(value)), *(value.model_extra or {})):
            field_path = (*path, name)
            yield field_path
            inner = getattr(value, name)
            yield from _paths(inner, field_path, _groups(type(value), name))
    elif value is None:
        for model in groups:
            for name in shown_fields(model):
                yield (*path, name)
                yield from _paths(None, (*path, name), _groups(model, name))
