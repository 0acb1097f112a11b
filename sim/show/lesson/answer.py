"""What a learner gives as an answer, read as the kind of thing that was asked for."""

from __future__ import annotations

import math
import numbers
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from sim.phrases import exact
from sim.show.lesson.text_numbers import number_in

MOST_SHOWN = 60
SEVERAL = (pd.Series, pd.Index, np.ndarray, list, tuple, set, frozenset)
TIMES = (timedelta, np.timedelta64)


class UnclearAnswerError(Exception):
    """An answer that cannot be read; it says so in a sentence for the learner."""


def read(answer: Any, like: Any) -> Any:
    """An answer as a value of the same kind as `like`; times in seconds.

    Raises `UnclearAnswerError`.
    """
    if isinstance(like, (set, frozenset)):
        return _names(answer)
    value = single(answer)
    if isinstance(like, (bool, np.bool_)):
        return _truth(value)
    if isinstance(like, str):
        return _text(value)
    return _number(value)


def is_same(value: Any, correct: Any) -> bool:
    """Whether a value that was read is the correct one; numbers may be off by 1 %."""
    if isinstance(correct, (set, frozenset)):
        return bool(value == _names(correct))
    if isinstance(correct, str):
        return bool(value == _text(correct))
    if isinstance(correct, (bool, np.bool_)):
        return bool(value is bool(correct))
    return math.isclose(value, _number(correct), rel_tol=0.01, abs_tol=1e-9)


def shown(value: Any) -> str:
    """A value that was read, as a sentence quotes it."""
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, numbers.Real):
        return exact(round(float(value), 6))
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(value))}}}"
    text = str(value)
    short = text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "..."
    return f"“{short}”"


def single(answer: Any) -> Any:
    """The one value that is asked for, out of what may hold it."""
    if isinstance(answer, pd.DataFrame):
        if answer.size != 1:
            rows, columns = answer.shape
            raise UnclearAnswerError(
                f"This is a table of {rows} rows and {columns} columns, but one value is asked for."
            )
        return answer.iloc[0, 0]
    if isinstance(answer, np.ndarray):
        answer = answer.ravel()
    if isinstance(answer, Mapping):
        answer = list(answer.values())
    if isinstance(answer, SEVERAL):
        if len(answer) != 1:
            raise UnclearAnswerError(
                f"These are {len(answer)} values, but one is asked for."
            )
        (answer,) = answer
    return answer


def type_of(value: Any) -> str:
    """What a value is: "a Scenario", "an Index"."""
    name = type(value).__name__
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"


def _number(value: Any) -> float:
    if isinstance(value, (bool, np.bool_)):
        raise UnclearAnswerError(f"A number is asked for, and this is {value}.")
    if isinstance(value, str):
        said = number_in(value)
        if said is None:
            raise UnclearAnswerError(
                f"A number is asked for, and {shown(value)} is not one."
            )
        return said
    if isinstance(value, TIMES):
        value = pd.Timedelta(value).total_seconds()
    if not hasattr(type(value), "__float__") or _is_missing(value):
        raise UnclearAnswerError(
            f"A number is asked for, and this is {type_of(value)}."
        )
    number = float(value)
    if not math.isfinite(number):
        raise UnclearAnswerError(
            f"A number is asked for, and {number} is not one."
        )
    return number


def _truth(value: Any) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    said = str(value).strip().lower() if isinstance(value, str) else ""
    if said in ("true", "yes"):
        return True
    if said in ("false", "no"):
        return False
    raise UnclearAnswerError("The answer is True or False.")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnclearAnswerError(
            f"A text in quotation marks is asked for, and this is {type_of(value)}."
        )
    return " ".join(value.split()).casefold()


def _names(answer: Any) -> frozenset[str]:
    """A set of names: also out of a list, a text with commas, or the index of a table."""
    if isinstance(answer, (pd.DataFrame, pd.Series)):
        answer = answer.index
    if isinstance(answer, str):
        answer = answer.split(",")
    if not isinstance(answer, Collection):
        raise UnclearAnswerError(
            f"A set of names is asked for, and this is {type_of(answer)}."
        )
    return frozenset(str(name).strip() for name in answer)


def _is_missing(value: Any) -> bool:
    return value is pd.NaT or value is pd.NA
