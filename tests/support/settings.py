"""Any setting of a random system, at any depth, with another value that it takes."""

from collections.abc import Iterator
from math import inf
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import sim
from sim import facts
from sim.scenario.setting_help import fact_of, groups_in, shown_fields
from tests.support.strategies import durations, hundredths, shares

Fields = dict[str, Any]
LEFT_OUT = ("arrivals", "changes", "seconds")  # drawn elsewhere
DURATIONS = {"Constant", "Uniform", "Exponential", "LogNormal"}


@st.composite
def set_anew(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """One to three settings of the system with values of their range, small ones mostly."""
    fields: Fields = {}
    known = list(_settings(system, ()))
    for _ in range(draw(st.integers(1, 3))):
        path, values = draw(st.sampled_from(known))
        first, *_ = path
        try:
            changed = system.with_setting(".".join(path), draw(values))
        except sim.ScenarioError:
            continue
        fields[first] = getattr(changed, first)
        system = changed
    return fields


def _settings(
    group: BaseModel, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], st.SearchStrategy]]:
    """The paths of all settings below this group, and values that they may have."""
    for name, field in shown_fields(type(group)).items():
        if name in LEFT_OUT:
            continue
        inner_path = (*path, name)
        value = getattr(group, name)
        if isinstance(value, tuple):
            for item in value:
                label = getattr(item, "name", ".")
                if isinstance(item, BaseModel) and "." not in label:
                    yield from _settings(item, (*inner_path, label))
        elif _is_duration(field):
            yield inner_path, durations(3)
        elif isinstance(value, BaseModel):
            yield from _settings(value, inner_path)
        else:
            yield from _values(group, name, field, inner_path)


def _values(
    group: BaseModel, name: str, field: FieldInfo, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], st.SearchStrategy]]:
    """What a setting that holds no group may be, or what one may be in a group that is not set."""
    fact = fact_of(type(group), name)
    words = list(_words(field.annotation))
    if fact is not None:
        is_whole = float not in _parts(field.annotation)
        values = _numbers(fact, is_whole)
        may_be_unset = NoneType in get_args(field.annotation)
        yield path, st.none() | values if may_be_unset else values
    elif words:
        yield path, st.sampled_from(words)
    elif field.annotation is bool:
        yield path, st.booleans()
    for model in groups_in(field.annotation):
        for inner in shown_fields(model):
            inner_fact = fact_of(model, inner)
            if inner_fact is not None:
                yield (*path, inner), _numbers(inner_fact, is_whole=True)


def _is_duration(field: FieldInfo) -> bool:
    names = {model.__name__ for model in groups_in(field.annotation)}
    return names >= DURATIONS


def _parts(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) or (annotation,)


def _words(annotation: Any) -> Iterator[Any]:
    """The words that a field takes, if it is one that takes words."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
        return
    if get_origin(annotation) is not tuple:
        for part in get_args(annotation):
            yield from _words(part)


def _numbers(fact: facts.Fact, is_whole: bool) -> st.SearchStrategy[Any]:
    """Numbers of the range, small or usual ones."""
    least = fact.minimum or 0
    most = inf if fact.maximum is None else fact.maximum
    if most == 1 and not is_whole:
        return shares()
    numbers = [least, least + 1, least + 2, least + 5, least + 60]
    if fact.value is not None:
        numbers.append(fact.value)
    allowed = [number for number in numbers if least <= number <= most]
    if is_whole:
        return st.sampled_from([int(number) for number in allowed])
    return st.sampled_from(allowed) | hundredths(least, min(most, least + 10))
