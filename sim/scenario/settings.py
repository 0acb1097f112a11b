"""The base of everything one can set: frozen, checked against the facts, refused in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import pydantic
from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    model_validator,
)

from sim import facts
from sim.scenario import refusals, setting_help, setting_paths
from sim.scenario.argument_types import TEXT_KEYS, shown
from sim.scenario.arguments import checked
from sim.scenario.errors import ScenarioError


def setting(name: str, **options: Any) -> Any:
    """A field whose default, range, unit, help and source are the row `name` of `data/quotas.csv`.

    Options go to `pydantic.Field`, such as `default_factory` where the row's value is not the
    default itself.
    """
    fact = facts.fact(name)
    if "default_factory" not in options:
        options.setdefault("default", fact.value)
    extra: dict[str, Any] = {
        "unit": fact.unit,
        "source": fact.source,
        "evidence": fact.evidence,
        "fact": name,
    }
    return pydantic.Field(
        ge=fact.minimum,
        le=facts.most(fact),
        description=fact.help,
        json_schema_extra=extra,
        **options,
    )


def described(help_text: str, default: Any = ..., **options: Any) -> Any:
    """A field that is no quantity: a name, a reference or a group of settings."""
    return pydantic.Field(default=default, description=help_text, **options)


class Settings(BaseModel):
    """A frozen group of settings; `ScenarioError` has a sentence for each wrong value."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        ser_json_inf_nan="constants",
    )

    @model_validator(mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, values: Any) -> Any:
        """Python takes True for 1, and so does pydantic."""
        given = values if isinstance(values, dict) else {}
        for name in _numbers(cls) & given.keys():
            value = given[name]
            held = value if isinstance(value, (list, tuple)) else (value,)
            if any(one is True or one is False for one in held):
                raise ScenarioError(
                    f"{cls.__name__}: {name} is {shown(value)}, but a number is expected."
                )
        return values

    unnamed: ClassVar[tuple[str, ...]] = ()
    """The settings that may be given without their names, in this order."""

    if not TYPE_CHECKING:  # checkers and editors see the fields instead

        def __init__(self, /, *unnamed: Any, **settings: Any) -> None:
            values = {**self._named(unnamed, settings), **settings}
            with _in_sentences(type(self), values):
                super().__init__(**values)

    @classmethod
    def _named(
        cls, values: tuple[Any, ...], named: Mapping[str, Any]
    ) -> dict[str, Any]:
        problem = refusals.of_unnamed(cls, cls.unnamed, len(values), named)
        if problem is not None:
            raise ScenarioError(problem)
        return dict(zip(cls.unnamed, values, strict=False))

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Tell editors and `help` what can be set."""
        super().__pydantic_init_subclass__(**options)
        cls.__signature__ = setting_help.signature(cls, cls.unnamed)
        cls.__doc__ = setting_help.documented(cls)

    @classmethod
    def example(cls, name: str) -> str:
        """How to write one of its settings, for a sentence."""
        return f"sim.{cls.__name__}({name}=...)"

    @classmethod
    def model_validate_json(
        cls, json_data: str | bytes | bytearray, **options: Any
    ) -> Self:
        """Read settings back from the JSON that `model_dump_json` wrote."""
        with _in_sentences(cls, {}):
            return super().model_validate_json(json_data, **options)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Read settings from a dictionary."""
        with _in_sentences(cls, obj if isinstance(obj, dict) else {}):
            return super().model_validate(obj, **options)

    @checked
    def replace(self, **changes: Any) -> Self:
        """The same settings with some of them changed, checked anew."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**given, **changes})

    @checked
    def with_setting(self, path: str, value: Any) -> Self:
        """The same settings with the value at a dotted path changed: `functions.worker.timeout`.

        `*` stands for all names. A group that is not set is made, with its defaults. Raises
        `ScenarioError` if there is nothing at this path, with the nearest one.
        """
        return self.with_settings({path: value})

    @checked
    def with_settings(
        self, changes: Annotated[Mapping[str, Any], TEXT_KEYS]
    ) -> Self:
        """The same settings with the values at several dotted paths changed.

        They are checked together, when all are changed.
        """
        for path in changes:
            self.check_path(path)
        changed: Self = setting_paths.changed(self, changes)
        return changed

    @checked
    def found(self, path: str) -> Iterator[tuple[facts.Fact | None, Any]]:
        """The facts and values at a dotted path; empty if there is nothing.

        The value is None where a group on the way is not set.
        """
        return setting_paths.found(self, path)

    @checked
    def check_path(self, path: str) -> None:
        """Raise `ScenarioError` if there is nothing at a dotted path, with the nearest one."""
        if not any(True for _ in self.found(path)):
            problem = f"{type(self).__name__} has nothing at {path!r}"
            raise ScenarioError(
                f"{problem}; {setting_paths.instead(self, path)}"
            )


@cache
def _numbers(model: type[Settings]) -> frozenset[str]:
    """The fields of a group that are numbers, or hold some."""
    return frozenset(
        name
        for name in model.model_fields
        if setting_help.fact_of(model, name)
        or setting_help.fact_of_items(model, name)
    )


LATEST = "$LATEST"
"""The qualifier of a function's unpublished version."""
QUALIFIER = (
    "$LATEST, or the function's alias; by default the alias, if there is one."
)


class Named(Settings):
    """Settings of a resource with a name."""

    unnamed: ClassVar[tuple[str, ...]] = ("name",)

    name: str = described(
        "The resource's name in this scenario.",
        pattern=r"^[A-Za-z0-9_.\-/$]([A-Za-z0-9_.\- /$]{0,253}[A-Za-z0-9_.\-/$])?$",
    )


@contextmanager
def _in_sentences(
    model: type[Settings], values: Mapping[str, Any]
) -> Iterator[None]:
    """Say in sentences what pydantic refuses."""
    try:
        yield
    except ValidationError as error:
        kinds = list(_final(Settings))
        sentences = refusals.sentences(model, values, error, kinds)
        raise ScenarioError(sentences) from None
    except TypeError as error:
        if "keywords must be strings" not in str(error):
            raise
        raise ScenarioError(
            f"{model.__name__}: a dictionary of settings has a key that is no name of a setting."
        ) from None


def _final(model: type[Settings]) -> Iterator[type[Settings]]:
    """The groups of settings that are no base of others."""
    derived = model.__subclasses__()
    if not derived:
        yield model
    for kind in derived:
        yield from _final(kind)
